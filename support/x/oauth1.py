"""OAuth 1.0a: four keys from X's developer pages, which do not expire; every call is signed."""

import json
from collections.abc import Generator
from dataclasses import dataclass

import httpx
from authlib.oauth1 import ClientAuth


@dataclass(frozen=True)
class Keys:
    """Two of the app, two of the user."""

    consumer_key: str
    consumer_secret: str
    token: str
    token_secret: str


def packed(token: str, secret: str) -> str:
    """The user's two as one value, as an account keeps them (sealed)."""
    return json.dumps({"token": token, "secret": secret})


def unpacked(value: str) -> tuple[str, str]:
    """Token and secret; raises ValueError."""
    try:
        read = json.loads(value)
        return str(read["token"]), str(read["secret"])
    except (KeyError, TypeError) as error:
        raise ValueError("not a token with its secret") from error


class OAuth1Auth(httpx.Auth):
    """Signs with HMAC-SHA1; of a body only a form is part of what is signed."""

    requires_request_body = True

    def __init__(self, keys: Keys) -> None:
        self._signer = ClientAuth(
            keys.consumer_key, keys.consumer_secret, keys.token, keys.token_secret
        )

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        _, headers, _ = self._signer.prepare(
            request.method, str(request.url), dict(request.headers), request.content
        )
        request.headers["Authorization"] = headers["Authorization"]
        yield request
