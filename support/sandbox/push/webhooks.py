"""Webhooks as rows."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta

from support.sandbox import numbering, snowflakes

CHECK_EVERY = timedelta(hours=1)
PATIENCE = timedelta(hours=28)
"""How long answers of 4xx and 5xx and silence are borne before a webhook counts as invalid."""


@dataclass(frozen=True)
class Webhook:
    id: int
    url: str
    valid: bool
    created_at: datetime
    checked_at: datetime
    failing_since: datetime | None


def add(db: sqlite3.Connection, url: str, now: datetime) -> Webhook:
    """A webhook whose challenge was just answered."""
    number, at = numbering.next_id(db, now), snowflakes.milliseconds(now)
    while by_id(db, number):
        number += 1
    db.execute(
        "INSERT INTO webhooks (id, url, valid, created_at, checked_at) VALUES (?, ?, 1, ?, ?)",
        (number, url, at, at),
    )
    return _webhook(db.execute("SELECT * FROM webhooks WHERE id = ?", (number,)).fetchone())


def by_id(db: sqlite3.Connection, webhook_id: int | None) -> Webhook | None:
    row = db.execute("SELECT * FROM webhooks WHERE id = ?", (webhook_id,)).fetchone()
    return _webhook(row) if row else None


def every(db: sqlite3.Connection) -> list[Webhook]:
    """Oldest first."""
    return [_webhook(row) for row in db.execute("SELECT * FROM webhooks ORDER BY id")]


def unchecked_since(db: sqlite3.Connection, at: datetime) -> list[Webhook]:
    rows = db.execute(
        "SELECT * FROM webhooks WHERE checked_at <= ? ORDER BY id", (snowflakes.milliseconds(at),)
    )
    return [_webhook(row) for row in rows]


def delete(db: sqlite3.Connection, webhook_id: int) -> None:
    """Its deliveries go with it; its X Activity subscriptions stay, without a webhook."""
    db.execute("DELETE FROM webhooks WHERE id = ?", (webhook_id,))


def note_answer(db: sqlite3.Connection, webhook_id: int, now: datetime) -> None:
    db.execute(
        "UPDATE webhooks SET valid = 1, checked_at = ?, failing_since = NULL WHERE id = ?",
        (snowflakes.milliseconds(now), webhook_id),
    )


def note_failure(db: sqlite3.Connection, webhook: Webhook, now: datetime, final: bool) -> None:
    """A challenge went wrong: `final` at once, else once it has gone wrong for long enough."""
    since = webhook.failing_since or now
    valid = webhook.valid and not final and now - since < PATIENCE
    db.execute(
        "UPDATE webhooks SET valid = ?, checked_at = ?, failing_since = ? WHERE id = ?",
        (valid, snowflakes.milliseconds(now), snowflakes.milliseconds(since), webhook.id),
    )


def _webhook(row: sqlite3.Row) -> Webhook:
    failing = row["failing_since"]
    return Webhook(
        id=row["id"],
        url=row["url"],
        valid=bool(row["valid"]),
        created_at=snowflakes.moment(row["created_at"]),
        checked_at=snowflakes.moment(row["checked_at"]),
        failing_since=None if failing is None else snowflakes.moment(failing),
    )
