"""The least a database can be asked to do for a mention: three rows in one transaction."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Engine

from support.x.posts import Post

TABLES = {
    "bare_customers": "x_id VARCHAR(19) UNIQUE, name VARCHAR(200), seen_at VARCHAR(40)",
    "bare_messages": "customer_id INTEGER, x_id VARCHAR(19) UNIQUE, text TEXT, raw TEXT,"
    " posted_at VARCHAR(40)",
    "bare_tickets": "customer_id INTEGER, message_id INTEGER, state VARCHAR(8),"
    " opened_at VARCHAR(40)",
}
PARTS = (
    "bare_customers (x_id, name, seen_at)",
    "bare_messages (customer_id, x_id, text, raw, posted_at)",
    "bare_tickets (customer_id, message_id, state, opened_at)",
)


class Bare:
    """Three plain tables, written through the database's own driver; no library between."""

    def __init__(self, engine: Engine) -> None:
        self._connection: Any = engine.raw_connection().driver_connection
        self._begins = engine.dialect.name == "sqlite"
        key = "INTEGER PRIMARY KEY" if self._begins else "SERIAL PRIMARY KEY"
        mark = "?" if self._begins else "%s"
        for name, columns in TABLES.items():
            self._connection.execute(f"CREATE TABLE {name} (id {key}, {columns})")
        self._connection.commit()
        self._inserts = [
            f"INSERT INTO {part} VALUES ({', '.join([mark] * (part.count(',') + 1))}) RETURNING id"
            for part in PARTS
        ]

    def take(self, posts: Sequence[Post]) -> None:
        """One transaction a post."""
        for post in posts:
            if self._begins:
                self._connection.execute("BEGIN IMMEDIATE")
            self._rows(post)
            self._connection.commit()

    def close(self) -> None:
        self._connection.close()

    def _rows(self, post: Post) -> None:
        at, raw = post.posted_at.isoformat(), json.dumps(dict(post.raw))
        customer = self._insert(0, post.author_x_id, post.author.name if post.author else "", at)
        message = self._insert(1, customer, post.x_id, post.text, raw, at)
        self._insert(2, customer, message, "open", at)

    def _insert(self, statement: int, *values: object) -> int:
        return int(self._connection.execute(self._inserts[statement], values).fetchone()[0])
