"""Developer apps, and the fixed tokens that speak for accounts, as rows."""

import sqlite3
from dataclasses import dataclass

SCHEMA = """
CREATE TABLE IF NOT EXISTS apps (
    client_id TEXT PRIMARY KEY,
    client_secret TEXT,                   -- NULL: a public client
    consumer_key TEXT NOT NULL UNIQUE,
    consumer_secret TEXT NOT NULL,
    bearer TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    callbacks TEXT NOT NULL DEFAULT ''    -- one a line; empty: any address
);
CREATE TABLE IF NOT EXISTS tokens (
    token TEXT PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users (id),
    secret TEXT,                          -- OAuth 1.0a; NULL: a bearer token
    client_id TEXT NOT NULL DEFAULT 'sandbox-client',
    refused INTEGER NOT NULL DEFAULT 0    -- its user took the app's permission away
);
"""


@dataclass(frozen=True)
class App:
    client_id: str
    client_secret: str | None
    consumer_key: str
    consumer_secret: str
    bearer: str
    name: str
    callbacks: tuple[str, ...] = ()
    """Addresses a code may be sent to; none named: any."""


DEFAULT = App(
    client_id="sandbox-client",
    client_secret="sandbox-client-secret",  # noqa: S106
    consumer_key="sandbox-consumer-key",
    consumer_secret="sandbox-consumer-secret",  # noqa: S106
    bearer="sandbox-bearer",
    name="Madoguchi",
)
"""Its values are documented and the same everywhere: this X guards nothing."""


@dataclass(frozen=True)
class Token:
    token: str
    user_id: int
    secret: str | None
    client_id: str


def register(db: sqlite3.Connection, app: App) -> None:
    db.execute(
        "INSERT OR REPLACE INTO apps (client_id, client_secret, consumer_key, consumer_secret,"
        " bearer, name, callbacks) VALUES (:client_id, :client_secret, :consumer_key,"
        " :consumer_secret, :bearer, :name, :callbacks)",
        app.__dict__ | {"callbacks": "\n".join(app.callbacks)},
    )


def app(db: sqlite3.Connection, client_id: str) -> App | None:
    return _app(db, "client_id", client_id)


def app_of_consumer(db: sqlite3.Connection, consumer_key: str) -> App | None:
    return _app(db, "consumer_key", consumer_key)


def app_of_bearer(db: sqlite3.Connection, bearer: str) -> App | None:
    return _app(db, "bearer", bearer)


def apps(db: sqlite3.Connection) -> list[App]:
    return [_read(row) for row in db.execute("SELECT * FROM apps ORDER BY rowid")]


def _app(db: sqlite3.Connection, column: str, value: str) -> App | None:
    row = db.execute(f"SELECT * FROM apps WHERE {column} = ?", (value,)).fetchone()  # noqa: S608
    return _read(row) if row else None


def _read(row: sqlite3.Row) -> App:
    return App(**dict(row) | {"callbacks": tuple(row["callbacks"].split())})


def give(db: sqlite3.Connection, token: Token, again: bool = True) -> None:
    """`again`: whether one its user had refused counts anew."""
    db.execute(
        f"INSERT OR {'REPLACE' if again else 'IGNORE'} INTO tokens"  # noqa: S608
        " (token, user_id, secret, client_id) VALUES (:token, :user_id, :secret, :client_id)",
        token.__dict__,
    )


def token(db: sqlite3.Connection, value: str) -> Token | None:
    row = db.execute("SELECT * FROM tokens WHERE token = ? AND NOT refused", (value,)).fetchone()
    return _token(row) if row else None


def of_user(db: sqlite3.Connection, user_id: int) -> list[Token]:
    """The tokens that speak for this user at present."""
    rows = db.execute(
        "SELECT * FROM tokens WHERE user_id = ? AND NOT refused ORDER BY secret, token", (user_id,)
    )
    return [_token(row) for row in rows]


def _token(row: sqlite3.Row) -> Token:
    return Token(row["token"], row["user_id"], row["secret"], row["client_id"])


def refuse(db: sqlite3.Connection, user_id: int, client_id: str) -> None:
    """The user's fixed tokens for this app are worth nothing until they are given again."""
    db.execute(
        "UPDATE tokens SET refused = 1 WHERE user_id = ? AND client_id = ?", (user_id, client_id)
    )
