"""Batch compliance jobs as rows: which of these posts or people may no longer be kept."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta

from support.sandbox import people, posts, snowflakes

SCHEMA = """
CREATE TABLE IF NOT EXISTS jobs (
    id INTEGER PRIMARY KEY,
    client_id TEXT NOT NULL,
    kind TEXT NOT NULL,                   -- tweets or users
    name TEXT,
    created_at INTEGER NOT NULL,
    ids TEXT,                             -- as uploaded, one a line; NULL: not yet
    ticket TEXT NOT NULL                  -- in the addresses for upload and download
);
"""
UPLOAD_WITHIN = timedelta(minutes=15)
DOWNLOAD_WITHIN = timedelta(days=7)


@dataclass(frozen=True)
class Job:
    id: int
    client_id: str
    kind: str
    name: str | None
    created_at: datetime
    ids: str | None
    ticket: str

    def status(self, now: datetime) -> str:
        if self.ids is not None:
            return "complete"
        return "created" if now < self.created_at + UPLOAD_WITHIN else "expired"


def add(db: sqlite3.Connection, job: Job) -> None:
    db.execute(
        "INSERT INTO jobs (id, client_id, kind, name, created_at, ids, ticket)"
        " VALUES (:id, :client_id, :kind, :name, :created_at, :ids, :ticket)",
        job.__dict__ | {"created_at": snowflakes.milliseconds(job.created_at)},
    )


def by_id(db: sqlite3.Connection, job_id: int) -> Job | None:
    row = db.execute("SELECT * FROM jobs WHERE id = ?", (job_id,)).fetchone()
    return _job(row) if row else None


def of(db: sqlite3.Connection, client_id: str, kind: str) -> list[Job]:
    """Newest first."""
    rows = db.execute(
        "SELECT * FROM jobs WHERE client_id = ? AND kind = ? ORDER BY id DESC", (client_id, kind)
    )
    return [_job(row) for row in rows]


def take_ids(db: sqlite3.Connection, job_id: int, ids: str) -> None:
    db.execute("UPDATE jobs SET ids = ? WHERE id = ?", (ids, job_id))


def findings(db: sqlite3.Connection, job: Job) -> list[dict[str, str]]:
    """One entry for each id that must go; those that may stay are not mentioned."""
    judge = _of_post if job.kind == "tweets" else _of_user
    found = []
    for line in (job.ids or "").split():
        number = snowflakes.read(line)
        reason = judge(db, number) if number else None
        if reason:
            action = "protect" if reason == "protected" else "delete"
            found.append({"id": line, "action": action, "reason": reason})
    return found


def _of_post(db: sqlite3.Connection, number: int) -> str | None:
    post = posts.by_id(db, number)
    if post is None or post.deleted:
        return "deleted"
    return _of_user(db, post.author_id)


def _of_user(db: sqlite3.Connection, number: int) -> str | None:
    user = people.by_id(db, number)
    if user is None:
        return "deleted"
    if user.state != "active":
        return user.state
    return "protected" if user.protected else None


def _job(row: sqlite3.Row) -> Job:
    return Job(**dict(row) | {"created_at": snowflakes.moment(row["created_at"])})
