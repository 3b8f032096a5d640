"""How far a client has read one of our accounts: what a feeder paces itself by."""

import sqlite3
from dataclasses import dataclass
from typing import Literal

SCHEMA = """
CREATE TABLE IF NOT EXISTS served (
    user_id INTEGER NOT NULL,
    stream TEXT NOT NULL,                 -- mentions or dms
    newest_id INTEGER NOT NULL,
    PRIMARY KEY (user_id, stream)
) WITHOUT ROWID;
"""
Stream = Literal["mentions", "dms"]


@dataclass(frozen=True)
class Reading:
    total: int
    newest_id: int
    newest_served_id: int
    waiting: int
    """How many are newer than the newest one served."""


_COUNTS: dict[Stream, str] = {
    "mentions": "SELECT count(*) AS total, coalesce(max(p.id), 0) AS newest,"
    " coalesce(sum(p.id > :served), 0) AS waiting"
    " FROM mentions m JOIN visible_posts p ON p.id = m.post_id"
    " WHERE m.user_id = :user AND p.author_id <> :user",
    "dms": "SELECT count(*) AS total, coalesce(max(id), 0) AS newest,"
    " coalesce(sum(id > :served), 0) AS waiting FROM messages WHERE recipient_id = :user",
}


def note(db: sqlite3.Connection, user_id: int, stream: Stream, newest_id: int) -> None:
    """Somebody asked with `user_id`'s token and now knows everything up to `newest_id`."""
    db.execute(
        "INSERT INTO served (user_id, stream, newest_id) VALUES (?, ?, ?)"
        " ON CONFLICT DO UPDATE SET newest_id = max(newest_id, excluded.newest_id)",
        (user_id, stream, newest_id),
    )


def reading(db: sqlite3.Connection, user_id: int, stream: Stream) -> Reading:
    row = db.execute(
        "SELECT newest_id FROM served WHERE user_id = ? AND stream = ?", (user_id, stream)
    ).fetchone()
    newest_served = int(row["newest_id"]) if row else 0
    counts = db.execute(_COUNTS[stream], {"user": user_id, "served": newest_served}).fetchone()
    return Reading(counts["total"], counts["newest"], newest_served, counts["waiting"])
