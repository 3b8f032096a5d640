"""Users and tokens as rows."""

import sqlite3
from collections.abc import Iterable

from support.sandbox import snowflakes
from support.sandbox.world import User


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


def holder(db: sqlite3.Connection, token: str) -> User | None:
    row = db.execute("SELECT user_id FROM tokens WHERE token = ?", (token,)).fetchone()
    return by_id(db, row["user_id"]) if row else None


def give_token(db: sqlite3.Connection, user_id: int, token: str) -> None:
    db.execute("INSERT OR REPLACE INTO tokens (token, user_id) VALUES (?, ?)", (token, user_id))


def take_tokens(db: sqlite3.Connection, user_id: int) -> None:
    """Nothing speaks for the user any more."""
    db.execute("DELETE FROM tokens WHERE user_id = ?", (user_id,))


def is_own(db: sqlite3.Connection, user_id: int) -> bool:
    """Own accounts are those a token speaks for."""
    row = db.execute("SELECT 1 FROM tokens WHERE user_id = ? LIMIT 1", (user_id,)).fetchone()
    return row is not None


def save(db: sqlite3.Connection, user: User) -> None:
    """Add, or change all but the id and the day of joining.

    Raises IntegrityError for a username somebody else has.
    """
    values = user.__dict__ | {"created_at": snowflakes.milliseconds(user.created_at)}
    db.execute(
        "INSERT INTO users (id, username, name, created_at, description, followers, following,"
        " accepts_dms, follows_us, protected)"
        " VALUES (:id, :username, :name, :created_at, :description, :followers, :following,"
        " :accepts_dms, :follows_us, :protected)"
        " ON CONFLICT (id) DO UPDATE SET username = :username, name = :name,"
        " description = :description, followers = :followers, following = :following,"
        " accepts_dms = :accepts_dms, follows_us = :follows_us, protected = :protected",
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
        "SELECT count(*) AS n FROM posts WHERE author_id = ? AND NOT deleted", (user_id,)
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
    )
