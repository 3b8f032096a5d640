"""The sandbox's one SQLite file. One connection, one lock: everything in it happens in turn."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from support.sandbox import grants, jobs, keys, media, messages, people, posts, served

VERSION = 2
SCHEMA = "".join(
    noun.SCHEMA for noun in (people, keys, grants, posts, messages, media, jobs, served)
)
VIEWS = posts.VIEWS


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
        written_by = self._db.execute("PRAGMA user_version").fetchone()[0]
        if written_by > VERSION:
            raise StoreError(
                f"The file {self.path} was written by a newer sandbox (its form {written_by}, ours"
                f" {VERSION}); use another file or the newer version."
            )
        self._db.executescript(SCHEMA)
        # A file that can be read but not written shows itself only at the first write.
        self._db.execute("BEGIN IMMEDIATE")
        _bring_up_to_date(self._db)
        self._db.execute(f"PRAGMA user_version = {VERSION}")
        self._db.execute("COMMIT")
        self._db.executescript(VIEWS)

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


def _bring_up_to_date(db: sqlite3.Connection) -> None:
    """Add to the tables of an older file the columns they have in a new one."""
    model = sqlite3.connect(":memory:")
    model.executescript(SCHEMA)
    for (table,) in model.execute("SELECT name FROM sqlite_schema WHERE type = 'table'"):
        there = {column["name"] for column in db.execute(f"PRAGMA table_info ({table})")}
        for _, name, kind, required, default, _ in model.execute(f"PRAGMA table_info ({table})"):
            if name not in there:
                rule = f" NOT NULL DEFAULT {default}" if required else ""
                db.execute(f"ALTER TABLE {table} ADD COLUMN {name} {kind}{rule}")
    model.close()
