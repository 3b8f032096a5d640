"""The sandbox's one SQLite file. One connection, one lock: everything in it happens in turn."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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
    protected INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS tokens (
    token TEXT PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users (id)
);
CREATE TABLE IF NOT EXISTS posts (
    id INTEGER PRIMARY KEY,
    author_id INTEGER NOT NULL REFERENCES users (id),
    text TEXT NOT NULL,
    prefix TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    conversation_id INTEGER NOT NULL,
    in_reply_to INTEGER,
    in_reply_to_user INTEGER,
    quoted INTEGER,
    reply_settings TEXT NOT NULL,
    is_long INTEGER NOT NULL,
    deleted INTEGER NOT NULL DEFAULT 0,
    folded TEXT NOT NULL,                 -- what two posts of the same words share
    ref TEXT UNIQUE                       -- the feeder's own name for it
);
CREATE INDEX IF NOT EXISTS posts_author ON posts (author_id, id);
CREATE INDEX IF NOT EXISTS posts_folded ON posts (author_id, folded);
CREATE INDEX IF NOT EXISTS posts_conversation ON posts (conversation_id, id);
CREATE INDEX IF NOT EXISTS posts_parent ON posts (in_reply_to);
CREATE TABLE IF NOT EXISTS mentions (
    user_id INTEGER NOT NULL REFERENCES users (id),
    post_id INTEGER NOT NULL REFERENCES posts (id),
    PRIMARY KEY (user_id, post_id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS mentions_post ON mentions (post_id);
CREATE VIEW IF NOT EXISTS visible_posts AS
    SELECT * FROM posts
    WHERE NOT deleted AND author_id NOT IN (SELECT id FROM users WHERE protected);
CREATE TABLE IF NOT EXISTS messages (
    id INTEGER PRIMARY KEY,
    sender_id INTEGER NOT NULL REFERENCES users (id),
    recipient_id INTEGER NOT NULL REFERENCES users (id),
    text TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    ref TEXT UNIQUE
);
CREATE INDEX IF NOT EXISTS messages_sender ON messages (sender_id, id);
CREATE INDEX IF NOT EXISTS messages_recipient ON messages (recipient_id, id);
CREATE TABLE IF NOT EXISTS served (
    user_id INTEGER NOT NULL,
    stream TEXT NOT NULL,                 -- mentions or dms
    newest_id INTEGER NOT NULL,
    PRIMARY KEY (user_id, stream)
) WITHOUT ROWID;
"""


class StoreError(Exception):
    """The file cannot be used; the message is a sentence for whoever starts the sandbox."""


class Store:
    def __init__(self, path: str | Path) -> None:
        """Opens or makes the file. Raises StoreError."""
        self.path = Path(path)
        self._lock = threading.RLock()
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(self.path, isolation_level=None, check_same_thread=False)
            self._prepare()
        except (OSError, sqlite3.Error) as error:
            raise StoreError(f"The sandbox cannot use the file {self.path}: {error}.") from error

    def _prepare(self) -> None:
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.execute("PRAGMA foreign_keys = ON")
        self._db.executescript(SCHEMA)
        # A file that can be read but not written shows itself only at the first write.
        self._db.execute("BEGIN IMMEDIATE")
        self._db.execute("PRAGMA user_version = 1")
        self._db.execute("COMMIT")

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            yield self._db

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """All of the block or nothing of it."""
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def close(self) -> None:
        with self._lock:
            self._db.close()
