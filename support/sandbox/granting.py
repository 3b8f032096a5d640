"""Handing out OAuth 2.0 tokens. Callers hold the transaction."""

import hashlib
import hmac
import secrets
import sqlite3
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from support.sandbox import grants, keys
from support.sandbox.grants import Code, Grant
from support.sandbox.keys import App

CODE_LIFE = timedelta(seconds=30)
ACCESS_LIFE = timedelta(hours=2)
OFFLINE = "offline.access"
Pair = dict[str, str | int]
Form = Mapping[str, str]


class Denied(Exception):
    """The token endpoint's own form of refusal: {"error", "error_description"}."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(description)
        self.error, self.description, self.status = error, description, status


@dataclass(frozen=True)
class Wish:
    """What an app asks a user for: the query of the authorize page, checked."""

    app: App
    redirect_uri: str
    scopes: frozenset[str]
    state: str
    challenge: str
    method: str


def approve(db: sqlite3.Connection, wish: Wish, user_id: int, now: datetime) -> str:
    """The user says yes; the code for the app to exchange within 30 seconds."""
    grant = grants.add(db, wish.app.client_id, user_id, wish.scopes, now)
    code = secrets.token_urlsafe(48)
    grants.add_code(
        db,
        Code(code, grant.id, wish.redirect_uri, wish.challenge, wish.method, now + CODE_LIFE),
    )
    return code


def exchange(db: sqlite3.Connection, app: App, form: Form, now: datetime) -> Pair:
    """A code and its verifier become a token. Raises Denied."""
    code = grants.code(db, needed(form, "code"))
    verifier, address = needed(form, "code_verifier"), needed(form, "redirect_uri")
    grant = grants.by_id(db, code.grant_id) if code else None
    if code is None or grant is None or code.used or code.expires_at <= now:
        raise _worthless("authorization code was invalid.")
    if grant.client_id != app.client_id:
        raise _worthless("authorization code was invalid.")
    if address != code.redirect_uri:
        raise _worthless("redirect uri did not match the uri of the authorization code.")
    if not _proves(verifier, code):
        raise _worthless("code verifier did not match the code challenge.")
    grants.use_code(db, code.code, now)
    return _pair(db, grant, now)


def _worthless(what: str) -> Denied:
    return Denied("invalid_request", f"Value passed for the {what}")


def _proves(verifier: str, code: Code) -> bool:
    """RFC 7636: the challenge is the verifier, or its SHA-256."""
    shown = verifier
    if code.method == "S256":
        digest = hashlib.sha256(verifier.encode()).digest()
        shown = urlsafe_b64encode(digest).rstrip(b"=").decode()
    return hmac.compare_digest(shown.encode(), code.challenge.encode())


def refresh(db: sqlite3.Connection, app: App, form: Form, now: datetime) -> Pair:
    """A new pair for a refresh token, which dies by it. Raises Denied."""
    grant = grants.use_refresh(db, needed(form, "refresh_token"), now)
    if grant is None or grant.client_id != app.client_id:
        raise _worthless("token was invalid.")
    return _pair(db, grant, now)


def _pair(db: sqlite3.Connection, grant: Grant, now: datetime) -> Pair:
    access = secrets.token_urlsafe(64)
    grants.add_access(db, access, grant.id, now + ACCESS_LIFE)
    pair: Pair = {
        "token_type": "bearer",
        "expires_in": int(ACCESS_LIFE.total_seconds()),
        "access_token": access,
        "scope": " ".join(sorted(grant.scopes)),
    }
    if OFFLINE in grant.scopes:
        pair["refresh_token"] = secrets.token_urlsafe(64)
        grants.add_refresh(db, str(pair["refresh_token"]), grant.id)
    return pair


def revoke(db: sqlite3.Connection, form: Form) -> dict[str, bool]:
    """An app gives a token back. One it never had is no error (RFC 7009)."""
    grants.drop(db, needed(form, "token"))
    return {"revoked": True}


def client(db: sqlite3.Connection, form: Form, basic: tuple[str, str] | None) -> App:
    """Which app is asking: Basic for those with a secret, client_id for public ones.

    Raises Denied.
    """
    name = basic[0] if basic else form.get("client_id", "")
    app = keys.app(db, name)
    if app is None:
        raise Denied("unauthorized_client", "Missing valid authorization header", 401)
    secret = basic[1] if basic else ""
    if app.client_secret and not hmac.compare_digest(secret.encode(), app.client_secret.encode()):
        raise Denied("unauthorized_client", "Missing valid authorization header", 401)
    return app


def needed(form: Form, name: str) -> str:
    value = form.get(name, "")
    if not value:
        raise Denied("invalid_request", f"Missing required parameter [{name}].")
    return value
