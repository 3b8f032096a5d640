"""Whether the process answers, and whether it can work."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import redis
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Blueprint, Response, current_app, jsonify
from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from support.db import db
from support.desk import the_desk

pages = Blueprint("health", __name__)


@pages.get("/healthz")
def healthz() -> Response:
    return Response("ok\n", mimetype="text/plain")


@pages.get("/readyz")
def readyz() -> tuple[Response, int]:
    """One line a check; 503 while any of them fails."""
    found = {name: _holds(check) for name, check in CHECKS.items()}
    return jsonify(found), 200 if all(found.values()) else 503


def database() -> bool:
    with _reading() as connection:
        return bool(connection.scalar(text("SELECT 1")))


def valkey() -> bool:
    address = the_desk().settings.redis_url
    with redis.Redis.from_url(address, socket_timeout=2, socket_connect_timeout=2) as client:
        return bool(client.ping())


def migrations() -> bool:
    """Whether the tables are those this version was written for."""
    with _reading() as connection:
        here = MigrationContext.configure(connection).get_current_heads()
    return set(here) == newest_migrations(Path(current_app.root_path) / "migrations")


@cache
def newest_migrations(folder: Path) -> frozenset[str]:
    return frozenset(ScriptDirectory(str(folder)).get_heads())


CHECKS: dict[str, Callable[[], bool]] = {
    "database": database,
    "valkey": valkey,
    "migrations": migrations,
}


def _holds(check: Callable[[], bool]) -> bool:
    try:
        return check()
    except (SQLAlchemyError, redis.RedisError, OSError):
        return False


def _reading() -> Connection:
    return db.engine.connect().execution_options(readonly=True)
