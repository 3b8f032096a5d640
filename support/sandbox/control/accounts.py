"""Accounts of our own and the developer apps that speak for them."""

from collections.abc import Mapping
from dataclasses import asdict
from sqlite3 import Connection
from typing import Any

from flask import Response, jsonify

from support.sandbox import grants, keys, opening, orders, people, posting
from support.sandbox.control.door import blueprint, body
from support.sandbox.ground import ground
from support.sandbox.posting import Refusal
from support.sandbox.world import User


@blueprint.get("/accounts")
def list_accounts() -> Response:
    with ground().store.reading() as db:
        return jsonify([{"id": str(user.id), "username": user.username} for user in people.own(db)])


@blueprint.post("/accounts")
def open_account() -> tuple[Response, int]:
    """{username, name?, …, client_id?}: our account and its lasting tokens.

    For an account that is there: tokens anew, also those it had taken back.
    """
    given = orders.mapping(body(), "the order")
    person = orders.person(given, "the account")
    with ground().store.writing() as db:
        app = _app(db, given)
        account = posting.introduce(db, person, ground().clock())
        return jsonify(opening.give_tokens(db, account, app)), 201


@blueprint.get("/apps")
def list_apps() -> Response:
    with ground().store.reading() as db:
        return jsonify([asdict(app) for app in keys.apps(db)])


@blueprint.post("/apps")
def register_app() -> tuple[Response, int]:
    """{name, public?, callbacks?: [address, …]}"""
    order = orders.app(body())
    with ground().store.writing() as db:
        return jsonify(opening.new_app(db, *order)), 201


@blueprint.post("/tokens/expire")
def expire_tokens() -> Response:
    """Every access token ends now; refresh tokens and the lasting tokens stay."""
    with ground().store.writing() as db:
        return jsonify(expired=grants.expire_access(db, ground().clock()))


@blueprint.post("/revocations")
def revoke() -> tuple[Response, int]:
    """{username?, client_id?}: the account, else the desk's first, takes the app's permission away.

    The fact stays in the table `revocations`.
    """
    given = orders.mapping(body(), "the order")
    username = orders.optional(given, "username")
    with ground().store.writing() as db:
        app = _app(db, given)
        account = people.by_username(db, username) if username else _first(db)
        if account is None or not people.is_own(db, account.id):
            raise Refusal("username is no account of ours")
        grants.revoke(db, account.id, app.client_id, ground().clock())
    return jsonify(revoked=True), 201


def _first(db: Connection) -> User | None:
    return people.by_id(db, ground().account_id)


def _app(db: Connection, given: Mapping[str, Any]) -> keys.App:
    client_id = orders.optional(given, "client_id") or keys.DEFAULT.client_id
    app = keys.app(db, client_id)
    if app is None:
        raise Refusal(f"there is no app {client_id}")
    return app
