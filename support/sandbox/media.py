"""Pictures and films as rows, on their way up and attached to posts and messages."""

import sqlite3
from collections.abc import Iterable

from support.sandbox import snowflakes
from support.sandbox.world import Media

SCHEMA = """
CREATE TABLE IF NOT EXISTS media (
    id INTEGER PRIMARY KEY,
    owner_id INTEGER NOT NULL REFERENCES users (id),
    category TEXT NOT NULL,               -- tweet_image, dm_video, …
    mime TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    width INTEGER NOT NULL DEFAULT 0,
    height INTEGER NOT NULL DEFAULT 0,
    duration_ms INTEGER,
    alt_text TEXT NOT NULL DEFAULT '',
    content BLOB                          -- NULL while it is coming up in pieces
);
CREATE TABLE IF NOT EXISTS media_pieces (
    media_id INTEGER NOT NULL REFERENCES media (id),
    segment INTEGER NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (media_id, segment)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS attachments (
    holder_id INTEGER NOT NULL,           -- a post or a message; they never share an id
    place INTEGER NOT NULL,
    media_id INTEGER NOT NULL REFERENCES media (id),
    PRIMARY KEY (holder_id, place)
) WITHOUT ROWID;
"""
_FIELDS = "id, owner_id, category, mime, created_at, width, height, duration_ms, alt_text"


def add(db: sqlite3.Connection, item: Media, content: bytes | None) -> None:
    db.execute(
        f"INSERT INTO media ({_FIELDS}, content) VALUES (:id, :owner_id, :category, :mime,"  # noqa: S608
        " :created_at, :width, :height, :duration_ms, :alt_text, :content)",
        item.__dict__
        | {"created_at": snowflakes.milliseconds(item.created_at), "content": content},
    )


def by_id(db: sqlite3.Connection, media_id: int) -> Media | None:
    row = db.execute(f"SELECT {_FIELDS} FROM media WHERE id = ?", (media_id,)).fetchone()  # noqa: S608
    return _media(row) if row else None


def content(db: sqlite3.Connection, media_id: int) -> bytes | None:
    """The file; None while it is not complete."""
    row = db.execute("SELECT content FROM media WHERE id = ?", (media_id,)).fetchone()
    return row["content"] if row else None


def add_piece(db: sqlite3.Connection, media_id: int, segment: int, content: bytes) -> None:
    db.execute(
        "INSERT OR REPLACE INTO media_pieces (media_id, segment, content) VALUES (?, ?, ?)",
        (media_id, segment, content),
    )


def pieces(db: sqlite3.Connection, media_id: int) -> bytes:
    rows = db.execute(
        "SELECT content FROM media_pieces WHERE media_id = ? ORDER BY segment", (media_id,)
    )
    return b"".join(row["content"] for row in rows)


def complete(db: sqlite3.Connection, item: Media, content: bytes) -> None:
    """The whole file is there, and what it turned out to be."""
    db.execute(
        "UPDATE media SET content = ?, mime = ?, width = ?, height = ? WHERE id = ?",
        (content, item.mime, item.width, item.height, item.id),
    )
    db.execute("DELETE FROM media_pieces WHERE media_id = ?", (item.id,))


def describe(db: sqlite3.Connection, media_id: int, alt_text: str) -> None:
    db.execute("UPDATE media SET alt_text = ? WHERE id = ?", (alt_text, media_id))


def attach(db: sqlite3.Connection, holder_id: int, items: Iterable[Media]) -> None:
    db.executemany(
        "INSERT INTO attachments (holder_id, place, media_id) VALUES (?, ?, ?)",
        [(holder_id, place, item.id) for place, item in enumerate(items)],
    )


def of(db: sqlite3.Connection, holder_id: int) -> tuple[Media, ...]:
    """What a post or a message carries, in order."""
    rows = db.execute(
        f"SELECT {_FIELDS} FROM attachments JOIN media ON media.id = media_id"  # noqa: S608
        " WHERE holder_id = ? ORDER BY place",
        (holder_id,),
    )
    return tuple(_media(row) for row in rows)


def _media(row: sqlite3.Row) -> Media:
    return Media(**dict(row) | {"created_at": snowflakes.moment(row["created_at"])})
