"""Deliveries as rows: what waits, what went, what did not. They outlive a restart."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from support.sandbox import snowflakes

Origin = Literal["event", "duplicate", "replay"]
State = Literal["waiting", "delivered", "given_up", "lost"]


@dataclass(frozen=True)
class Parcel:
    """One event for one webhook."""

    webhook_id: int
    event_type: str
    event_uuid: str
    user_id: int | None
    body: bytes


@dataclass(frozen=True)
class Delivery(Parcel):
    id: int
    url: str
    happened_at: datetime
    due_at: datetime
    origin: Origin
    state: State
    flaw: str
    """What goes wrong at the first attempt; empty: nothing."""
    attempts: int
    outcome: str


def add(
    db: sqlite3.Connection,
    parcel: Parcel,
    now: datetime,
    due_at: datetime,
    origin: Origin = "event",
    state: State = "waiting",
    flaw: str = "",
    outcome: str = "",
) -> None:
    _insert(
        db,
        parcel.__dict__
        | {
            "happened_at": snowflakes.milliseconds(now),
            "due_at": snowflakes.milliseconds(due_at),
            "origin": origin,
            "state": state,
            "flaw": flaw,
            "outcome": outcome,
        },
    )


def _insert(db: sqlite3.Connection, values: dict[str, Any]) -> None:
    db.execute(
        "INSERT INTO deliveries (webhook_id, event_type, event_uuid, user_id, body, happened_at,"
        " due_at, origin, state, flaw, outcome) VALUES (:webhook_id, :event_type, :event_uuid,"
        " :user_id, :body, :happened_at, :due_at, :origin, :state, :flaw, :outcome)",
        values,
    )


_WHOLE = "SELECT d.*, w.url FROM deliveries d JOIN webhooks w ON w.id = d.webhook_id"


def first_waiting(db: sqlite3.Connection, until: datetime) -> Delivery | None:
    """What is due first of all that is due by then."""
    row = db.execute(
        f"{_WHOLE} WHERE d.state = 'waiting' AND d.due_at <= ? ORDER BY d.due_at, d.id LIMIT 1",
        (snowflakes.milliseconds(until),),
    ).fetchone()
    return _delivery(row) if row else None


def waiting(db: sqlite3.Connection) -> list[Delivery]:
    """In the order in which they fall due."""
    rows = db.execute(f"{_WHOLE} WHERE d.state = 'waiting' ORDER BY d.due_at, d.id")
    return [_delivery(row) for row in rows]


def recent(db: sqlite3.Connection, limit: int) -> list[Delivery]:
    """Newest first."""
    rows = db.execute(f"{_WHOLE} ORDER BY d.id DESC LIMIT ?", (limit,))
    return [_delivery(row) for row in rows]


def counts(db: sqlite3.Connection) -> dict[str, int]:
    rows = db.execute("SELECT state, count(*) AS n FROM deliveries GROUP BY state")
    return {row["state"]: row["n"] for row in rows}


def note_attempt(
    db: sqlite3.Connection, delivery: Delivery, state: State, outcome: str, due_at: datetime
) -> None:
    db.execute(
        "UPDATE deliveries SET attempts = attempts + 1, state = ?, outcome = ?, due_at = ?"
        " WHERE id = ?",
        (state, outcome, snowflakes.milliseconds(due_at), delivery.id),
    )


def replay(
    db: sqlite3.Connection, webhook_id: int, start: datetime, end: datetime, now: datetime
) -> int:
    """Queue again, in their order, the events from `start` on and before `end`; how many."""
    span = snowflakes.milliseconds(start), snowflakes.milliseconds(end)
    added = db.execute(
        "INSERT INTO deliveries (webhook_id, event_type, event_uuid, user_id, body, happened_at,"
        " due_at, origin, state)"
        " SELECT webhook_id, event_type, event_uuid, user_id, body, happened_at, ?, 'replay',"
        " 'waiting' FROM deliveries WHERE webhook_id = ? AND origin = 'event'"
        " AND happened_at >= ? AND happened_at < ? ORDER BY id",
        (snowflakes.milliseconds(now), webhook_id, *span),
    )
    return added.rowcount


def is_replaying(db: sqlite3.Connection, webhook_id: int) -> bool:
    row = db.execute(
        "SELECT 1 FROM deliveries WHERE webhook_id = ? AND origin = 'replay'"
        " AND state = 'waiting' LIMIT 1",
        (webhook_id,),
    ).fetchone()
    return row is not None


def forget_before(db: sqlite3.Connection, at: datetime) -> None:
    """What happened before then and waits no more."""
    db.execute(
        "DELETE FROM deliveries WHERE happened_at < ? AND state <> 'waiting'",
        (snowflakes.milliseconds(at),),
    )


def _delivery(row: sqlite3.Row) -> Delivery:
    moments = {name: snowflakes.moment(row[name]) for name in ("happened_at", "due_at")}
    return Delivery(**(dict(row) | moments))
