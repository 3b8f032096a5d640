"""Subscriptions of the deprecated Account Activity API: an account, all its events, a webhook."""

import sqlite3


def add(db: sqlite3.Connection, webhook_id: int, user_id: int) -> None:
    db.execute("INSERT INTO account_subscriptions VALUES (?, ?)", (webhook_id, user_id))


def exists(db: sqlite3.Connection, webhook_id: int, user_id: int) -> bool:
    row = db.execute(
        "SELECT 1 FROM account_subscriptions WHERE webhook_id = ? AND user_id = ?",
        (webhook_id, user_id),
    ).fetchone()
    return row is not None


def of_webhook(db: sqlite3.Connection, webhook_id: int) -> list[int]:
    rows = db.execute(
        "SELECT user_id FROM account_subscriptions WHERE webhook_id = ? ORDER BY user_id",
        (webhook_id,),
    )
    return [row["user_id"] for row in rows]


def webhooks_of(db: sqlite3.Connection, user_id: int) -> list[int]:
    rows = db.execute(
        "SELECT webhook_id FROM account_subscriptions WHERE user_id = ? ORDER BY webhook_id",
        (user_id,),
    )
    return [row["webhook_id"] for row in rows]


def count(db: sqlite3.Connection) -> int:
    return int(db.execute("SELECT count(*) AS n FROM account_subscriptions").fetchone()["n"])


def delete(db: sqlite3.Connection, webhook_id: int, user_id: int) -> None:
    db.execute(
        "DELETE FROM account_subscriptions WHERE webhook_id = ? AND user_id = ?",
        (webhook_id, user_id),
    )


def end(db: sqlite3.Connection, user_id: int) -> None:
    db.execute("DELETE FROM account_subscriptions WHERE user_id = ?", (user_id,))
