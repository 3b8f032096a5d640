"""Direct messages as rows."""

import sqlite3
from datetime import datetime

from support.sandbox import snowflakes
from support.sandbox.parameters import Window
from support.sandbox.world import Message


def add(db: sqlite3.Connection, message: Message, ref: str | None = None) -> None:
    db.execute(
        "INSERT INTO messages (id, sender_id, recipient_id, text, created_at, ref)"
        " VALUES (:id, :sender_id, :recipient_id, :text, :created_at, :ref)",
        message.__dict__ | {"created_at": snowflakes.milliseconds(message.created_at), "ref": ref},
    )


def by_ref(db: sqlite3.Connection, ref: str) -> Message | None:
    row = db.execute("SELECT * FROM messages WHERE ref = ?", (ref,)).fetchone()
    return _message(row) if row else None


def by_id(db: sqlite3.Connection, message_id: int) -> Message | None:
    row = db.execute("SELECT * FROM messages WHERE id = ?", (message_id,)).fetchone()
    return _message(row) if row else None


def wrote_to(db: sqlite3.Connection, sender_id: int, recipient_id: int) -> bool:
    row = db.execute(
        "SELECT 1 FROM messages WHERE sender_id = ? AND recipient_id = ? LIMIT 1",
        (sender_id, recipient_id),
    ).fetchone()
    return row is not None


def of(
    db: sqlite3.Connection, user_id: int, window: Window, since: datetime, other: int | None = None
) -> list[Message]:
    """Newest first; with `other`, only their conversation. One more than asked for, if any."""
    rows = db.execute(
        "SELECT * FROM messages WHERE ((sender_id = :me AND :other IN (0, recipient_id))"
        " OR (recipient_id = :me AND :other IN (0, sender_id)))"
        " AND id > :after AND id < :before AND created_at >= :since"
        " ORDER BY id DESC LIMIT :limit",
        {
            "me": user_id,
            "other": other or 0,
            "after": window.after,
            "before": window.before,
            "since": snowflakes.milliseconds(since),
            "limit": window.size + 1,
        },
    )
    return [_message(row) for row in rows]


def between(db: sqlite3.Connection, one: int, other: int) -> list[Message]:
    """Oldest first, all of it."""
    rows = db.execute(
        "SELECT * FROM messages WHERE (sender_id = :one AND recipient_id = :other)"
        " OR (sender_id = :other AND recipient_id = :one) ORDER BY id",
        {"one": one, "other": other},
    )
    return [_message(row) for row in rows]


def written_by(db: sqlite3.Connection, user_id: int) -> list[Message]:
    """Oldest first, all of it."""
    rows = db.execute("SELECT * FROM messages WHERE sender_id = ? ORDER BY id", (user_id,))
    return [_message(row) for row in rows]


def _message(row: sqlite3.Row) -> Message:
    values = dict(row) | {"created_at": snowflakes.moment(row["created_at"])}
    del values["ref"]
    return Message(**values)
