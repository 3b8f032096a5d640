"""The challenge-response check (CRC): does the address know the app's secret?"""

import secrets
from dataclasses import dataclass

import httpx

from support.sandbox.push import signing
from support.sandbox.push.keys import App


@dataclass(frozen=True)
class Verdict:
    passed: bool
    final: bool
    """A failure that ends the webhook at once: a wrong token, a redirect, a TLS fault."""
    reason: str


PASSED = Verdict(True, False, "")


def challenge(client: httpx.Client, url: str, app: App) -> Verdict:
    token = secrets.token_urlsafe(24)
    try:
        answer = client.get(url, params={"crc_token": token})
    except httpx.TimeoutException:
        return Verdict(False, False, "The callback URL did not answer within 10 seconds.")
    except httpx.ConnectError as error:
        is_tls = "SSL" in str(error) or "certificate" in str(error).lower()
        return Verdict(False, is_tls, "The callback URL could not be reached.")
    except (httpx.HTTPError, httpx.InvalidURL):
        return Verdict(False, False, "The callback URL broke the connection off.")
    if answer.status_code != 200:
        return Verdict(
            False,
            300 <= answer.status_code < 400,
            f"The callback URL answered {answer.status_code} instead of 200.",
        )
    if signing.answers(app, token, _response_token(answer)):
        return PASSED
    return Verdict(False, True, "The callback URL answered with a wrong response_token.")


def _response_token(answer: httpx.Response) -> object:
    try:
        body = answer.json()
    except (ValueError, RecursionError):
        return None
    return body.get("response_token") if isinstance(body, dict) else None
