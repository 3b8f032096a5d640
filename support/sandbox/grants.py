"""What users granted to apps by OAuth 2.0, as rows: codes, token pairs, permissions taken back."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from support.sandbox import keys, snowflakes

SCHEMA = """
CREATE TABLE IF NOT EXISTS grants (
    id INTEGER PRIMARY KEY,
    client_id TEXT NOT NULL,
    user_id INTEGER NOT NULL REFERENCES users (id),
    scopes TEXT NOT NULL,
    granted_at INTEGER NOT NULL,
    ended_at INTEGER                      -- its tokens are worth nothing from then on
);
CREATE TABLE IF NOT EXISTS codes (
    code TEXT PRIMARY KEY,
    grant_id INTEGER NOT NULL REFERENCES grants (id),
    redirect_uri TEXT NOT NULL,
    challenge TEXT NOT NULL,
    method TEXT NOT NULL,                 -- S256 or plain
    expires_at INTEGER NOT NULL,
    used_at INTEGER
);
CREATE TABLE IF NOT EXISTS access_tokens (
    token TEXT PRIMARY KEY,
    grant_id INTEGER NOT NULL REFERENCES grants (id),
    expires_at INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS refresh_tokens (
    token TEXT PRIMARY KEY,
    grant_id INTEGER NOT NULL REFERENCES grants (id),
    used_at INTEGER                       -- each is good for one refresh
);
CREATE TABLE IF NOT EXISTS revocations (  -- users who took an app's permission away
    id INTEGER PRIMARY KEY,
    client_id TEXT NOT NULL,
    user_id INTEGER NOT NULL REFERENCES users (id),
    revoked_at INTEGER NOT NULL
);
"""


@dataclass(frozen=True)
class Grant:
    id: int
    client_id: str
    user_id: int
    scopes: frozenset[str]


@dataclass(frozen=True)
class Code:
    code: str
    grant_id: int
    redirect_uri: str
    challenge: str
    method: str
    expires_at: datetime
    used: bool = False


def add(
    db: sqlite3.Connection, client_id: str, user_id: int, scopes: frozenset[str], now: datetime
) -> Grant:
    number = db.execute(
        "INSERT INTO grants (client_id, user_id, scopes, granted_at) VALUES (?, ?, ?, ?)",
        (client_id, user_id, " ".join(sorted(scopes)), snowflakes.milliseconds(now)),
    ).lastrowid
    return Grant(number or 0, client_id, user_id, scopes)


def by_id(db: sqlite3.Connection, grant_id: int) -> Grant | None:
    """The grant while it holds."""
    row = db.execute(
        "SELECT * FROM grants WHERE id = ? AND ended_at IS NULL", (grant_id,)
    ).fetchone()
    if row is None:
        return None
    return Grant(row["id"], row["client_id"], row["user_id"], frozenset(row["scopes"].split()))


def add_code(db: sqlite3.Connection, code: Code) -> None:
    db.execute(
        "INSERT INTO codes (code, grant_id, redirect_uri, challenge, method, expires_at)"
        " VALUES (:code, :grant_id, :redirect_uri, :challenge, :method, :expires_at)",
        code.__dict__ | {"expires_at": snowflakes.milliseconds(code.expires_at)},
    )


def code(db: sqlite3.Connection, value: str) -> Code | None:
    row = db.execute("SELECT * FROM codes WHERE code = ?", (value,)).fetchone()
    if row is None:
        return None
    values = dict(row) | {"expires_at": snowflakes.moment(row["expires_at"])}
    return Code(**{k: v for k, v in values.items() if k != "used_at"}, used=bool(row["used_at"]))


def use_code(db: sqlite3.Connection, value: str, now: datetime) -> None:
    db.execute("UPDATE codes SET used_at = ? WHERE code = ?", (snowflakes.milliseconds(now), value))


def add_access(db: sqlite3.Connection, token: str, grant_id: int, expires_at: datetime) -> None:
    db.execute(
        "INSERT INTO access_tokens (token, grant_id, expires_at) VALUES (?, ?, ?)",
        (token, grant_id, snowflakes.milliseconds(expires_at)),
    )


def of_access(db: sqlite3.Connection, token: str, now: datetime) -> Grant | None:
    row = db.execute(
        "SELECT grant_id FROM access_tokens WHERE token = ? AND expires_at > ?",
        (token, snowflakes.milliseconds(now)),
    ).fetchone()
    return by_id(db, row["grant_id"]) if row else None


def expire_access(db: sqlite3.Connection, now: datetime) -> int:
    """Every access token ends now; how many that were."""
    at = snowflakes.milliseconds(now)
    return db.execute(
        "UPDATE access_tokens SET expires_at = ? WHERE expires_at > ?", (at, at)
    ).rowcount


def add_refresh(db: sqlite3.Connection, token: str, grant_id: int) -> None:
    db.execute("INSERT INTO refresh_tokens (token, grant_id) VALUES (?, ?)", (token, grant_id))


def use_refresh(db: sqlite3.Connection, token: str, now: datetime) -> Grant | None:
    """The grant of a refresh token that was not used before; now it is."""
    row = db.execute(
        "UPDATE refresh_tokens SET used_at = ? WHERE token = ? AND used_at IS NULL"
        " RETURNING grant_id",
        (snowflakes.milliseconds(now), token),
    ).fetchone()
    return by_id(db, row["grant_id"]) if row else None


def drop(db: sqlite3.Connection, token: str) -> None:
    """One token, of either kind, is given back by its app; other tokens stay."""
    db.execute("DELETE FROM access_tokens WHERE token = ?", (token,))
    db.execute("DELETE FROM refresh_tokens WHERE token = ?", (token,))


def revoke(db: sqlite3.Connection, user_id: int, client_id: str, now: datetime) -> None:
    """The user takes the app's permission away: every token ends, and the fact is kept."""
    at = snowflakes.milliseconds(now)
    db.execute(
        "UPDATE grants SET ended_at = ? WHERE user_id = ? AND client_id = ? AND ended_at IS NULL",
        (at, user_id, client_id),
    )
    keys.refuse(db, user_id, client_id)
    db.execute(
        "INSERT INTO revocations (client_id, user_id, revoked_at) VALUES (?, ?, ?)",
        (client_id, user_id, at),
    )
