"""What happened in the world and has not been told yet, in the order it happened."""

import json
import sqlite3
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["post", "post_deleted", "message", "chat", "read", "typing", "revoked"]


@dataclass(frozen=True)
class Happening:
    id: int
    kind: Kind
    subject_id: int
    """A post or message; else the account concerned."""
    detail: dict[str, Any]


def note(db: sqlite3.Connection, kind: Kind, subject_id: int, **detail: Any) -> None:
    """For what no row of the world shows. Posts and messages are noted by the file itself."""
    db.execute(
        "INSERT INTO happenings (kind, subject_id, detail) VALUES (?, ?, ?)",
        (kind, subject_id, json.dumps(detail) if detail else ""),
    )


def any_waits(db: sqlite3.Connection) -> bool:
    return db.execute("SELECT 1 FROM happenings LIMIT 1").fetchone() is not None


def take(db: sqlite3.Connection) -> list[Happening]:
    """All of them, removed from the file with the transaction that tells them."""
    rows = db.execute("SELECT * FROM happenings ORDER BY id").fetchall()
    db.execute("DELETE FROM happenings WHERE id <= ?", (rows[-1]["id"] if rows else 0,))
    return [
        Happening(row["id"], row["kind"], row["subject_id"], json.loads(row["detail"] or "{}"))
        for row in rows
    ]
