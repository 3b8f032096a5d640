"""Giving out ids. Users, posts, messages, media, groups and jobs never share one."""

import sqlite3
from datetime import datetime

from support.sandbox import snowflakes


def next_id(db: sqlite3.Connection, at: datetime, past: bool = False) -> int:
    """An unused id that carries the moment `at`. Ids given in the present only ever grow."""
    ms = snowflakes.milliseconds(at)
    low, high = snowflakes.first_id(ms), snowflakes.last_id(ms)
    row = db.execute(
        "SELECT max(id) AS id FROM ("
        " SELECT max(id) AS id FROM posts WHERE id BETWEEN :low AND :top"
        " UNION ALL SELECT max(id) FROM messages WHERE id BETWEEN :low AND :top"
        " UNION ALL SELECT max(id) FROM media WHERE id BETWEEN :low AND :top"
        " UNION ALL SELECT max(id) FROM jobs WHERE id BETWEEN :low AND :top"
        " UNION ALL SELECT max(id) FROM dm_groups WHERE id BETWEEN :low AND :top"
        # Users may be brought along with any id, so theirs count within the moment only.
        " UNION ALL SELECT max(id) FROM users WHERE id BETWEEN :low AND :high)",
        {"low": low, "high": high, "top": high if past else snowflakes.LARGEST},
    ).fetchone()
    return low if row["id"] is None else int(row["id"]) + 1


def is_free(db: sqlite3.Connection, number: int) -> bool:
    """Whether neither a post nor a message has this id."""
    row = db.execute(
        "SELECT 1 FROM posts WHERE id = :id UNION ALL SELECT 1 FROM messages WHERE id = :id",
        {"id": number},
    ).fetchone()
    return row is None
