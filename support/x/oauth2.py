"""OAuth 2.0 with PKCE: an account lets our app act for it, and its tokens are renewed.

Authlib writes and reads what goes over the wire; the connection, its timeouts and what errors
mean are those of every other call to X.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
from authlib.oauth2 import OAuth2Error
from authlib.oauth2.client import OAuth2Client

from support.settings import Settings
from support.x.errors import Meaning, XError
from support.x.scopes import WANTED
from support.x.wire import plainly, refusal_of

AUTHORIZE = "/i/oauth2/authorize"
TOKEN = "/2/oauth2/token"  # noqa: S105  (a path)
REVOKE = "/2/oauth2/revoke"
USUAL_LIFE = timedelta(hours=2)
"""Of an access token, where X does not say."""


@dataclass(frozen=True)
class Pair:
    """What X hands out. The refresh token is good for one renewal; empty: there is none."""

    access: str
    refresh: str
    life: timedelta
    scopes: str


def new_secret() -> str:
    """A state or a verifier: 64 characters that nobody guesses."""
    return secrets.token_urlsafe(48)


class OAuth2:
    """One app's side of it. Methods that ask X raise XError and nothing else."""

    def __init__(
        self, http: httpx.Client, settings: Settings, client_id: str, client_secret: str
    ) -> None:
        web = settings.x_base_url if settings.on_sandbox else settings.x_web_url
        self._authorize = web + AUTHORIZE
        self._auth = httpx.BasicAuth(client_id, client_secret) if client_secret else None
        self._named = {} if client_secret else {"client_id": client_id}
        self._client = OAuth2Client(
            http,
            client_id=client_id,
            client_secret=client_secret or None,
            code_challenge_method="S256",
        )
        for hook in ("access_token_response", "refresh_token_response"):
            self._client.register_compliance_hook(hook, _raise_refusals)

    def address(self, *, callback: str, state: str, verifier: str) -> str:
        """Where the account's owner is asked; X sends them back to `callback` with a code."""
        url, _ = self._client.create_authorization_url(
            self._authorize,
            state=state,
            code_verifier=verifier,
            redirect_uri=callback,
            scope=" ".join(WANTED),
        )
        return str(url)

    def exchange(self, code: str, *, callback: str, verifier: str) -> Pair:
        """A code, which lives 30 seconds, becomes the first pair."""
        return self._asked(
            self._client.fetch_token,
            grant_type="authorization_code",
            code=code,
            redirect_uri=callback,
            code_verifier=verifier,
        )

    def refresh(self, token: str) -> Pair:
        """A new pair; `token` dies by it, also when the answer is lost on the way."""
        return self._asked(self._client.refresh_token, refresh_token=token)

    def revoke(self, token: str) -> None:
        """The app gives a token back."""
        with plainly():
            answer = self._client.revoke_token(
                REVOKE, token, body=self._body(), auth=self._auth or httpx.Auth()
            )
            _raise_refusals(answer)

    def _asked(self, ask: Any, **values: str) -> Pair:
        with plainly():
            try:
                answer = ask(TOKEN, auth=self._auth or httpx.Auth(), **values, **self._named)
            except (OAuth2Error, ValueError) as error:
                raise XError(Meaning.NO_ANSWER, 200, "X's answer is no token") from error
        return _pair(answer)

    def _body(self) -> str:
        return "&".join(f"{name}={value}" for name, value in self._named.items())


def _raise_refusals(answer: httpx.Response) -> httpx.Response:
    if answer.status_code >= 400:
        raise refusal_of(answer)
    return answer


def _pair(answer: Mapping[str, Any]) -> Pair:
    access, refresh = answer.get("access_token"), answer.get("refresh_token", "")
    life, scopes = answer.get("expires_in"), answer.get("scope", "")
    if not isinstance(access, str) or not access:
        raise XError(Meaning.NO_ANSWER, 200, "X's answer is no token")
    known = isinstance(life, int) and 0 < life < 10**9
    return Pair(
        access,
        refresh if isinstance(refresh, str) else "",
        timedelta(seconds=life) if known and isinstance(life, int) else USUAL_LIFE,
        scopes[:300] if isinstance(scopes, str) else "",
    )
