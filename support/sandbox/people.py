"""Users as rows."""

import sqlite3
from collections.abc import Iterable

from support.sandbox import snowflakes
from support.sandbox.world import User

SCHEMA = """
CREATE TABLE IF NOT EXISTS users (
    id INTEGER PRIMARY KEY,
    username TEXT NOT NULL COLLATE NOCASE UNIQUE,
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL,          -- every time: Unix milliseconds
    description TEXT NOT NULL DEFAULT '',
    followers INTEGER NOT NULL DEFAULT 0,
    following INTEGER NOT NULL DEFAULT 0,
    accepts_dms INTEGER NOT NULL DEFAULT 0,
    follows_us INTEGER NOT NULL DEFAULT 0,
    protected INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL DEFAULT 'active'
);
"""


def by_id(db: sqlite3.Connection, user_id: int) -> User | None:
    row = db.execute("SELECT * FROM users WHERE id = ?", (user_id,)).fetchone()
    return _user(row) if row else None


def by_username(db: sqlite3.Connection, username: str) -> User | None:
    row = db.execute("SELECT * FROM users WHERE username = ?", (username,)).fetchone()
    return _user(row) if row else None


def by_ids(db: sqlite3.Connection, user_ids: Iterable[int]) -> dict[int, User]:
    found = (by_id(db, user_id) for user_id in dict.fromkeys(user_ids))
    return {user.id: user for user in found if user}


def named(db: sqlite3.Connection, usernames: Iterable[str]) -> list[User]:
    """Those of `usernames` that exist, in that order."""
    found = (by_username(db, username) for username in usernames)
    return [user for user in found if user]


def is_own(db: sqlite3.Connection, user_id: int) -> bool:
    """Own accounts are those a token speaks for."""
    row = db.execute("SELECT 1 FROM tokens WHERE user_id = ? LIMIT 1", (user_id,)).fetchone()
    return row is not None


def own(db: sqlite3.Connection) -> list[User]:
    """Our own accounts, oldest first."""
    rows = db.execute("SELECT * FROM users WHERE id IN (SELECT user_id FROM tokens) ORDER BY id")
    return [_user(row) for row in rows]


def save(db: sqlite3.Connection, user: User) -> None:
    """Add, or change all but the id and the day of joining.

    Raises IntegrityError for a username somebody else has.
    """
    values = user.__dict__ | {"created_at": snowflakes.milliseconds(user.created_at)}
    db.execute(
        "INSERT INTO users (id, username, name, created_at, description, followers, following,"
        " accepts_dms, follows_us, protected, state)"
        " VALUES (:id, :username, :name, :created_at, :description, :followers, :following,"
        " :accepts_dms, :follows_us, :protected, :state)"
        " ON CONFLICT (id) DO UPDATE SET username = :username, name = :name,"
        " description = :description, followers = :followers, following = :following,"
        " accepts_dms = :accepts_dms, follows_us = :follows_us, protected = :protected,"
        " state = :state",
        values,
    )


def customers(db: sqlite3.Connection, limit: int = 200) -> list[User]:
    """Everyone without a token, those who wrote last first."""
    rows = db.execute(
        "SELECT users.*, max("
        "  coalesce((SELECT max(p.id) FROM posts p WHERE p.author_id = users.id), 0),"
        "  coalesce((SELECT max(m.id) FROM messages m WHERE m.sender_id = users.id), 0)) AS last_id"
        " FROM users WHERE id NOT IN (SELECT user_id FROM tokens)"
        " ORDER BY last_id DESC, created_at DESC LIMIT ?",
        (limit,),
    )
    return [_user(row) for row in rows]


def post_count(db: sqlite3.Connection, user_id: int) -> int:
    row = db.execute(
        "SELECT count(*) AS n FROM posts WHERE author_id = ? AND NOT deleted"
        " AND replaced_by IS NULL",
        (user_id,),
    ).fetchone()
    return int(row["n"])


def _user(row: sqlite3.Row) -> User:
    return User(
        id=row["id"],
        username=row["username"],
        name=row["name"],
        created_at=snowflakes.moment(row["created_at"]),
        description=row["description"],
        followers=row["followers"],
        following=row["following"],
        accepts_dms=bool(row["accepts_dms"]),
        follows_us=bool(row["follows_us"]),
        protected=bool(row["protected"]),
        state=row["state"],
    )
