"""Whoever signs people in for us, over HTTP: where it is asked, what it says, what its keys prove.

Every address comes out of what the issuer publishes about itself, over https, and no answer leads
on to another.
"""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote_plus, urlencode

import httpx
from authlib.common.errors import AuthlibBaseError
from authlib.oauth2.client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import BadSignatureError, InvalidKeyIdError, JoseError
from joserfc.jwk import Key, KeySet
from joserfc.jws import JWSRegistry, extract_compact

from support.settings import Settings, is_safe_address

TIMEOUT = 5.0
"""Seconds one call may keep silent; the page waits for it."""
LONGEST = 10.0
"""Seconds one call may take."""
MOST_BYTES = 500_000
KEPT = timedelta(hours=1)
"""How long what it published is believed."""
PAUSE = timedelta(seconds=10)
"""How long it is left alone after it did not answer, or was asked for a key it has not."""
DRIFT = 60
"""Seconds its clock may differ."""
ALGORITHMS = [f"{kind}{bits}" for kind in ("RS", "PS", "ES") for bits in (256, 384, 512)]
"""Signed with a key of its own: never `none`, and never with the secret both know."""


class ProviderDown(Exception):
    """It does not answer, or not as a provider does."""


class NotProven(Exception):
    """What the browser brought does not prove who it is; `reason` is for the log."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Published:
    """What it says about itself."""

    authorize: str
    token: str
    keys: str
    end: str
    """Where a browser ends its sign-in there; empty: nowhere."""
    by_post: bool
    """Whether it wants the secret in the form."""


class Provider:
    """One for a process. Methods raise ProviderDown and NotProven, and nothing else."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._http = httpx.Client(timeout=TIMEOUT, headers={"User-Agent": "madoguchi"})
        self._published: tuple[datetime, Published] | None = None
        self._keys: tuple[datetime, KeySet] | None = None
        self._failed_at: datetime | None = None

    def address(
        self, *, callback: str, state: str, nonce: str, verifier: str, now: datetime
    ) -> str:
        """Where the browser is sent, to come back to `callback` with a code."""
        more = {"acr_values": " ".join(self.settings.oidc_acr.split(","))}
        url, _ = self._client().create_authorization_url(
            self._where(now).authorize,
            state=state,
            code_verifier=verifier,
            nonce=nonce,
            redirect_uri=callback,
            scope="openid profile email",
            **(more if self.settings.oidc_acr else {}),
        )
        return str(url)

    def claims(
        self, code: str, *, callback: str, nonce: str, verifier: str, now: datetime
    ) -> dict[str, Any]:
        """What it says of whoever came back with this code."""
        told = self._exchange(code, callback, verifier, now)
        token = told.get("id_token")
        if not isinstance(token, str):
            raise NotProven("no id_token")
        try:
            read = self._decoded(token, now)
            claims = CodeIDToken(
                read.claims,
                read.header,
                {
                    "iss": {"essential": True, "value": self.settings.oidc_issuer},
                    "aud": {"essential": True, "value": self.settings.oidc_client_id},
                },
                {
                    "nonce": nonce,
                    "client_id": self.settings.oidc_client_id,
                    "access_token": told.get("access_token"),
                },
            )
            claims.validate(now=int(now.timestamp()), leeway=DRIFT)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise NotProven(type(error).__name__) from error
        subject = claims.get("sub")
        if not isinstance(subject, str) or not 0 < len(subject) <= 255 or not subject.isprintable():
            raise NotProven("sub")
        return dict(claims)

    def end_address(self, back: str) -> str | None:
        """Where a browser ends its sign-in there, as far as it is known; nobody is asked."""
        published = self._published[1] if self._published else None
        if published is None or not published.end:
            return None
        asked = {"client_id": self.settings.oidc_client_id, "post_logout_redirect_uri": back}
        return f"{published.end}{'&' if '?' in published.end else '?'}{urlencode(asked)}"

    def _exchange(
        self, code: str, callback: str, verifier: str, now: datetime
    ) -> Mapping[str, Any]:
        at, own = self._where(now), self.settings
        secret, named = own.oidc_client_secret, {"client_id": own.oidc_client_id}
        auth: httpx.Auth = httpx.Auth()
        if secret and not at.by_post:
            auth, named = httpx.BasicAuth(quote_plus(own.oidc_client_id), quote_plus(secret)), {}
        elif secret:
            named["client_secret"] = secret
        try:
            told = self._client().fetch_token(
                at.token,
                grant_type="authorization_code",
                code=code,
                redirect_uri=callback,
                code_verifier=verifier,
                auth=auth,
                **named,
            )
        except AuthlibBaseError as error:
            raise NotProven(str(error.error)) from error
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise self._down(now) from error
        return dict(told)

    def _decoded(self, token: str, now: datetime) -> jwt.Token:
        """Signed by one of its keys; a key that is not known yet is asked for. Raises JoseError."""
        kid = extract_compact(token.encode()).headers().get("kid")
        try:
            return _read(token, self._keys_for(kid, now))
        except InvalidKeyIdError:
            if self._keys and now - self._keys[0] < PAUSE:
                raise
            self._keys = None
            return _read(token, self._keys_for(kid, now))

    def _keys_for(self, kid: object, now: datetime) -> list[Key]:
        if self._keys is None or now - self._keys[0] > KEPT:
            told = self._json(self._where(now).keys, now)
            self._keys = now, KeySet.import_key_set(told)  # type: ignore[arg-type]
        keys = self._keys[1]
        return [keys.get_by_kid(kid)] if isinstance(kid, str) else list(keys)

    def _where(self, now: datetime) -> Published:
        if self._published is None or now - self._published[0] > KEPT:
            issuer = self.settings.oidc_issuer
            told = self._json(f"{issuer.rstrip('/')}/.well-known/openid-configuration", now)
            self._published = now, self._checked(told, now)
        return self._published[1]

    def _checked(self, told: Mapping[str, Any], now: datetime) -> Published:
        """It must be who it was asked for, and where it points be safe to ask."""
        names = ("authorization_endpoint", "token_endpoint", "jwks_uri", "end_session_endpoint")
        found = {name: str(told.get(name) or "") for name in names}
        local = self.settings.oidc_issuer.startswith("http:")
        wanted = [at for name, at in found.items() if at or name != names[3]]
        safe = all(is_safe_address(at) and (local or at.startswith("https:")) for at in wanted)
        if told.get("issuer") != self.settings.oidc_issuer or not safe:
            raise self._down(now)
        ways = told.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        by_post = "client_secret_basic" not in ways and "client_secret_post" in ways
        authorize, token, keys, end = (found[name] for name in names)
        return Published(authorize, token, keys, end, by_post)

    def _json(self, url: str, now: datetime) -> dict[str, Any]:
        if self._failed_at is not None and timedelta(0) <= now - self._failed_at < PAUSE:
            raise ProviderDown
        try:
            told = json.loads(self._body(url))
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, RecursionError) as error:
            raise self._down(now) from error
        if not isinstance(told, dict):
            raise self._down(now)
        self._failed_at = None
        return told

    def _body(self, url: str) -> bytes:
        """Raises httpx.HTTPError, and ValueError where there is too much or it takes too long."""
        content, until = b"", time.monotonic() + LONGEST
        with self._http.stream("GET", url) as answer:
            answer.raise_for_status()
            for chunk in answer.iter_bytes():
                content += chunk
                if len(content) > MOST_BYTES or time.monotonic() > until:
                    raise ValueError("too much")
        return content

    def _down(self, now: datetime) -> ProviderDown:
        self._failed_at = now
        return ProviderDown()

    def _client(self) -> OAuth2Client:
        return OAuth2Client(
            self._http, client_id=self.settings.oidc_client_id, code_challenge_method="S256"
        )


def _read(token: str, keys: list[Key]) -> jwt.Token:
    """By whichever of these signed it. Raises JoseError."""
    registry = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
    for key in keys[:-1]:
        try:
            return jwt.decode(token, key, registry=registry)
        except (BadSignatureError, ValueError):  # of another key, or another kind of key
            continue
    return jwt.decode(token, keys[-1], registry=registry)
