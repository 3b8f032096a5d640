"""Direct messages as rows, with the groups they are said in and who wants none from whom."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from support.sandbox import media, snowflakes
from support.sandbox.parameters import Window
from support.sandbox.world import Message

SCHEMA = """
CREATE TABLE IF NOT EXISTS messages (
    id INTEGER PRIMARY KEY,
    sender_id INTEGER NOT NULL REFERENCES users (id),
    recipient_id INTEGER NOT NULL REFERENCES users (id),
    text TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    ref TEXT UNIQUE,
    group_id INTEGER                      -- NULL: between two people
);
CREATE INDEX IF NOT EXISTS messages_sender ON messages (sender_id, id);
CREATE INDEX IF NOT EXISTS messages_recipient ON messages (recipient_id, id);
CREATE TABLE IF NOT EXISTS dm_groups (id INTEGER PRIMARY KEY);
CREATE TABLE IF NOT EXISTS dm_members (
    user_id INTEGER NOT NULL REFERENCES users (id),
    group_id INTEGER NOT NULL REFERENCES dm_groups (id),
    PRIMARY KEY (user_id, group_id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS dm_deletions ( -- deleting takes a message from one's own sight only
    user_id INTEGER NOT NULL REFERENCES users (id),
    message_id INTEGER NOT NULL REFERENCES messages (id),
    PRIMARY KEY (user_id, message_id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS dm_blocks (
    user_id INTEGER NOT NULL REFERENCES users (id),
    blocked_id INTEGER NOT NULL REFERENCES users (id),
    PRIMARY KEY (user_id, blocked_id)
) WITHOUT ROWID;
"""


@dataclass(frozen=True)
class Talk:
    """One conversation as its reader names it: with another person, or a group."""

    other: int | None = None
    group: int | None = None


EVERY = Talk()
_SEEN = """
((group_id IS NULL AND (sender_id = :me OR recipient_id = :me))
 OR group_id IN (SELECT group_id FROM dm_members WHERE user_id = :me))
AND id NOT IN (SELECT message_id FROM dm_deletions WHERE user_id = :me)
AND (:other IS NULL OR (group_id IS NULL AND :other IN (sender_id, recipient_id)))
AND (:group IS NULL OR group_id = :group)
"""


def add(db: sqlite3.Connection, message: Message, ref: str | None = None) -> None:
    db.execute(
        "INSERT INTO messages (id, sender_id, recipient_id, text, created_at, group_id, ref)"
        " VALUES (:id, :sender_id, :recipient_id, :text, :created_at, :group_id, :ref)",
        message.__dict__ | {"created_at": snowflakes.milliseconds(message.created_at), "ref": ref},
    )
    media.attach(db, message.id, message.media)


def by_ref(db: sqlite3.Connection, ref: str) -> Message | None:
    row = db.execute("SELECT * FROM messages WHERE ref = ?", (ref,)).fetchone()
    return _message(db, row) if row else None


def by_id(db: sqlite3.Connection, message_id: int) -> Message | None:
    """Whoever asks."""
    row = db.execute("SELECT * FROM messages WHERE id = ?", (message_id,)).fetchone()
    return _message(db, row) if row else None


def seen_by(db: sqlite3.Connection, user_id: int, message_id: int) -> Message | None:
    """The message, when this user is in its conversation and has not deleted it."""
    row = db.execute(
        f"SELECT * FROM messages WHERE id = :id AND {_SEEN}",  # noqa: S608
        {"id": message_id, "me": user_id, "other": None, "group": None},
    ).fetchone()
    return _message(db, row) if row else None


def wrote_to(db: sqlite3.Connection, sender_id: int, recipient_id: int) -> bool:
    row = db.execute(
        "SELECT 1 FROM messages WHERE sender_id = ? AND recipient_id = ? AND group_id IS NULL"
        " LIMIT 1",
        (sender_id, recipient_id),
    ).fetchone()
    return row is not None


def of(
    db: sqlite3.Connection, user_id: int, window: Window, since: datetime, talk: Talk = EVERY
) -> list[Message]:
    """What a user sees, newest first. One more than asked for, if any."""
    rows = db.execute(
        f"SELECT * FROM messages WHERE {_SEEN} AND id > :after AND id < :before"  # noqa: S608
        " AND created_at >= :since ORDER BY id DESC LIMIT :limit",
        talk.__dict__
        | {
            "me": user_id,
            "after": window.after,
            "before": window.before,
            "since": snowflakes.milliseconds(since),
            "limit": window.size + 1,
        },
    )
    return [_message(db, row) for row in rows.fetchall()]


def between(db: sqlite3.Connection, one: int, other: int) -> list[Message]:
    """What two people said to each other alone, oldest first."""
    rows = db.execute(
        "SELECT * FROM messages WHERE group_id IS NULL AND ((sender_id = :one AND"
        " recipient_id = :other) OR (sender_id = :other AND recipient_id = :one)) ORDER BY id",
        {"one": one, "other": other},
    )
    return [_message(db, row) for row in rows.fetchall()]


def written_by(db: sqlite3.Connection, user_id: int) -> list[Message]:
    """Oldest first, all of it."""
    rows = db.execute("SELECT * FROM messages WHERE sender_id = ? ORDER BY id", (user_id,))
    return [_message(db, row) for row in rows.fetchall()]


def delete(db: sqlite3.Connection, user_id: int, message_id: int) -> None:
    """For this user; the others keep it."""
    db.execute(
        "INSERT OR IGNORE INTO dm_deletions (user_id, message_id) VALUES (?, ?)",
        (user_id, message_id),
    )


def add_group(db: sqlite3.Connection, group_id: int, members: Iterable[int]) -> None:
    db.execute("INSERT INTO dm_groups (id) VALUES (?)", (group_id,))
    db.executemany(
        "INSERT INTO dm_members (user_id, group_id) VALUES (?, ?)",
        [(member, group_id) for member in members],
    )


def members(db: sqlite3.Connection, group_id: int) -> list[int]:
    rows = db.execute("SELECT user_id FROM dm_members WHERE group_id = ?", (group_id,))
    return [row["user_id"] for row in rows]


def block(db: sqlite3.Connection, user_id: int, blocked_id: int) -> None:
    db.execute(
        "INSERT OR IGNORE INTO dm_blocks (user_id, blocked_id) VALUES (?, ?)",
        (user_id, blocked_id),
    )


def unblock(db: sqlite3.Connection, user_id: int, blocked_id: int) -> None:
    db.execute("DELETE FROM dm_blocks WHERE user_id = ? AND blocked_id = ?", (user_id, blocked_id))


def is_blocked(db: sqlite3.Connection, one: int, other: int) -> bool:
    """Whether either wants no messages from the other."""
    row = db.execute(
        "SELECT 1 FROM dm_blocks WHERE (user_id = :one AND blocked_id = :other)"
        " OR (user_id = :other AND blocked_id = :one)",
        {"one": one, "other": other},
    ).fetchone()
    return row is not None


def _message(db: sqlite3.Connection, row: sqlite3.Row) -> Message:
    values = dict(row) | {"created_at": snowflakes.moment(row["created_at"])}
    del values["ref"]
    return Message(**values, media=media.of(db, row["id"]))
