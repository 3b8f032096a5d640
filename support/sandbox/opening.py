"""Opening accounts of our own, and the apps that speak for them. Callers hold the transaction."""

import secrets
import sqlite3
from dataclasses import asdict
from typing import Any

from support.sandbox import keys
from support.sandbox.keys import App, Token
from support.sandbox.world import User

Answer = dict[str, Any]


def give_tokens(
    db: sqlite3.Connection,
    account: User,
    app: App,
    bearer: str | None = None,
    again: bool = True,
) -> Answer:
    """Tokens that last, the same every time: this X guards nothing.

    "sandbox-<handle>" as a bearer token; "sandbox-oauth1-<handle>" for OAuth 1.0a with the secret
    "sandbox-oauth1-secret-<handle>". Another app than the default adds "-<client_id>". `again`:
    also where the account had taken them back.
    """
    tail = account.username if app == keys.DEFAULT else f"{account.username}-{app.client_id}"
    bearer = bearer or f"sandbox-{tail}"
    token, secret = f"sandbox-oauth1-{tail}", f"sandbox-oauth1-secret-{tail}"
    keys.give(db, Token(bearer, account.id, None, app.client_id), again)
    keys.give(db, Token(token, account.id, secret, app.client_id), again)
    return {
        "id": str(account.id),
        "username": account.username,
        "client_id": app.client_id,
        "bearer_token": bearer,
        "oauth1_token": token,
        "oauth1_token_secret": secret,
    }


def new_app(db: sqlite3.Connection, name: str, public: bool, callbacks: tuple[str, ...]) -> Answer:
    """A further developer app with keys of its own."""
    tail = secrets.token_hex(4)
    app = App(
        client_id=f"client-{tail}",
        client_secret=None if public else f"client-secret-{secrets.token_hex(12)}",
        consumer_key=f"consumer-key-{tail}",
        consumer_secret=f"consumer-secret-{secrets.token_hex(12)}",
        bearer=f"bearer-{secrets.token_hex(12)}",
        name=name,
        callbacks=callbacks,
    )
    keys.register(db, app)
    return asdict(app)
