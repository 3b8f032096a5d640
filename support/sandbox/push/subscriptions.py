"""Subscriptions of the X Activity API as rows."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from support.sandbox import snowflakes
from support.sandbox.push import kinds


@dataclass(frozen=True)
class Wanted:
    """A subscription before it has an id."""

    client_id: str
    event_type: str
    user_id: int | None = None
    direction: str = ""
    keyword: str = ""
    tag: str = ""
    webhook_id: int | None = None


@dataclass(frozen=True)
class Subscription(Wanted):
    id: int = 0
    created_at: datetime = snowflakes.FIRST_MOMENT
    updated_at: datetime = snowflakes.FIRST_MOMENT

    @property
    def filter(self) -> dict[str, str]:
        parts = {"user_id": self.user_id and str(self.user_id), "direction": self.direction}
        parts["keyword"] = self.keyword
        return {name: part for name, part in parts.items() if part}


def add(db: sqlite3.Connection, wanted: Wanted, now: datetime) -> Subscription:
    at = snowflakes.milliseconds(now)
    last = db.execute("SELECT max(id) AS id FROM subscriptions").fetchone()["id"] or 0
    number = max(last + 1, snowflakes.first_id(at))
    db.execute(
        "INSERT INTO subscriptions (id, client_id, event_type, user_id, direction, keyword, tag,"
        " webhook_id, created_at, updated_at)"
        " VALUES (:id, :client_id, :event_type, :user_id, :direction, :keyword, :tag,"
        " :webhook_id, :at, :at)",
        wanted.__dict__ | {"id": number, "at": at},
    )
    found = by_id(db, number)
    assert found is not None
    return found


def change(
    db: sqlite3.Connection,
    subscription: Subscription,
    tag: str | None,
    webhook_id: int | None,
    now: datetime,
) -> None:
    """What is None stays."""
    db.execute(
        "UPDATE subscriptions SET tag = coalesce(?, tag), webhook_id = coalesce(?, webhook_id),"
        " updated_at = ? WHERE id = ?",
        (tag, webhook_id, snowflakes.milliseconds(now), subscription.id),
    )


def by_id(db: sqlite3.Connection, subscription_id: int) -> Subscription | None:
    row = db.execute("SELECT * FROM subscriptions WHERE id = ?", (subscription_id,)).fetchone()
    return _subscription(row) if row else None


def same_as(db: sqlite3.Connection, wanted: Wanted) -> Subscription | None:
    """The one that watches the same event with the same filter."""
    row = db.execute(
        "SELECT * FROM subscriptions WHERE client_id = :client_id AND event_type = :event_type"
        " AND user_id IS :user_id AND direction = :direction AND keyword = :keyword",
        wanted.__dict__,
    ).fetchone()
    return _subscription(row) if row else None


def of_app(db: sqlite3.Connection, client_id: str, after: int, limit: int) -> list[Subscription]:
    """Oldest first, from behind the one with the id `after`."""
    rows = db.execute(
        "SELECT * FROM subscriptions WHERE client_id = ? AND id > ? ORDER BY id LIMIT ?",
        (client_id, after, limit),
    )
    return [_subscription(row) for row in rows]


def newest(db: sqlite3.Connection, limit: int) -> list[Subscription]:
    """Of every app, oldest first."""
    rows = db.execute("SELECT * FROM subscriptions ORDER BY id DESC LIMIT ?", (limit,))
    return [_subscription(row) for row in rows][::-1]


def count(db: sqlite3.Connection, client_id: str) -> int:
    row = db.execute(
        "SELECT count(*) AS n FROM subscriptions WHERE client_id = ?", (client_id,)
    ).fetchone()
    return int(row["n"])


def watching(db: sqlite3.Connection, event_type: str, user_id: int) -> list[Subscription]:
    """Those with a webhook that want this event of this account."""
    rows = db.execute(
        "SELECT * FROM subscriptions WHERE event_type = ? AND user_id = ?"
        " AND webhook_id IS NOT NULL ORDER BY id",
        (event_type, user_id),
    )
    return [_subscription(row) for row in rows]


def webhooks_about(db: sqlite3.Connection, client_id: str, user_id: int) -> list[int]:
    """Webhooks of this app that are told anything about this account."""
    rows = db.execute(
        "SELECT DISTINCT webhook_id FROM subscriptions"
        " WHERE client_id = ?"
        " AND (user_id = ? OR (event_type = 'oauth.revoke' AND user_id IS NULL))"
        " AND webhook_id IS NOT NULL ORDER BY webhook_id",
        (client_id, user_id),
    )
    return [row["webhook_id"] for row in rows]


def delete(db: sqlite3.Connection, subscription_id: int) -> None:
    db.execute("DELETE FROM subscriptions WHERE id = ?", (subscription_id,))


def end_private(db: sqlite3.Connection, client_id: str, user_id: int) -> None:
    """What needs the account's consent ends with the consent."""
    rows = db.execute(
        "SELECT * FROM subscriptions WHERE client_id = ? AND user_id = ?", (client_id, user_id)
    )
    for row in rows.fetchall():
        if kinds.is_private(row["event_type"]):
            delete(db, row["id"])


def _subscription(row: sqlite3.Row) -> Subscription:
    moments = {name: snowflakes.moment(row[name]) for name in ("created_at", "updated_at")}
    return Subscription(**(dict(row) | moments))
