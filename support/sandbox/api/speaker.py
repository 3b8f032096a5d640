"""Whose request it is: an app's, or a user's by one of the kinds of token X knows."""

import sqlite3
from dataclasses import dataclass

from flask import request

from support.sandbox import grants, keys, people, problems, scopes, signing
from support.sandbox.ground import ground
from support.sandbox.keys import App
from support.sandbox.world import User

APP_ALONE, USER_OAUTH2, USER_OAUTH1 = (
    "OAuth 2.0 Application-Only",
    "OAuth 2.0 User Context",
    "OAuth 1.0a User Context",
)


@dataclass(frozen=True)
class Speaker:
    app: App
    user: User | None
    """None: the app speaks for itself."""
    kind: str
    granted: frozenset[str] | None = None
    """None: a token without scopes, which may do everything."""

    @property
    def name(self) -> str:
        """What its rate limits are counted by; new tokens of the same user do not begin anew."""
        return f"{self.app.client_id} {self.user.id if self.user else ''}"


def heard() -> Speaker:
    """Raises Problem (401)."""
    header = request.headers.get("Authorization", "")
    kind, _, token = header.partition(" ")
    with ground().store.reading() as db:
        speaker = None
        if kind.lower() == "bearer":
            speaker = _bearer(db, token.strip())
        elif signed := signing.read(header):
            speaker = _signer(db, signed)
    if speaker is None or (speaker.user and speaker.user.state != "active"):
        raise problems.unauthorized()
    return speaker


def _bearer(db: sqlite3.Connection, value: str) -> Speaker | None:
    app = keys.app_of_bearer(db, value)
    if app:
        return Speaker(app, None, APP_ALONE)
    fixed = keys.token(db, value)
    if fixed and fixed.secret is None:
        return _user(db, fixed.client_id, fixed.user_id, USER_OAUTH2, None)
    grant = grants.of_access(db, value, ground().clock())
    if grant:
        return _user(db, grant.client_id, grant.user_id, USER_OAUTH2, grant.scopes)
    return None


def _signer(db: sqlite3.Connection, signed: signing.Signed) -> Speaker | None:
    app = keys.app_of_consumer(db, signed["consumer_key"])
    token = keys.token(db, signed["token"])
    if app is None or token is None or token.secret is None or token.client_id != app.client_id:
        return None
    parameters = [*request.args.items(multi=True)]
    if request.mimetype == "application/x-www-form-urlencoded":
        parameters += request.form.items(multi=True)
    secrets = (app.consumer_secret, token.secret)
    if not signing.holds(signed, request.method, request.base_url, parameters, secrets):
        return None
    return _user(db, app.client_id, token.user_id, USER_OAUTH1, None)


def _user(
    db: sqlite3.Connection, client_id: str, user_id: int, kind: str, granted: frozenset[str] | None
) -> Speaker | None:
    app, user = keys.app(db, client_id), people.by_id(db, user_id)
    return Speaker(app, user, kind, granted) if app and user else None


def allow(speaker: Speaker, family: str) -> None:
    """Refuse a kind of token the endpoint does not take, or one with too few scopes."""
    taken = _taken(family)
    if speaker.kind not in taken:
        raise problems.unsupported_authentication(speaker.kind, taken)
    if scopes.missing(family, speaker.granted):
        raise problems.forbidden("Forbidden")


def _taken(family: str) -> list[str]:
    if family in scopes.APP_ALONE:
        return [APP_ALONE]
    if family in scopes.OAUTH2_ALONE:
        return [USER_OAUTH2]
    users = [USER_OAUTH1, USER_OAUTH2]
    return [*users, APP_ALONE] if family in scopes.APP_TOO else users
