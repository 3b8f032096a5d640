"""What stands in X's file and in the desk's database after a run, read by plain SQL.

Nothing of the desk's own code is used here or in the auditor: it could be wrong in the same way.
"""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg

PUBLIC, DM = "public", "dm"
CLOSE = timedelta(milliseconds=5)
FIRST_MS = 1_288_834_974_657
"""The moment from which X's ids count, in Unix milliseconds."""


@dataclass(frozen=True)
class Said:
    """A post or a direct message, as X has it."""

    x_id: str
    author: str
    to: str
    """The post it answers, or the person a direct message went to; empty for neither."""
    text: str
    at: datetime
    channel: str
    gone: bool = False
    """Deleted by whoever wrote it."""

    def was_said(self, at: datetime | None) -> bool:
        """Whether X accepted it then: as its own field says, or its id, which may be a bit later
        where several were accepted at once."""
        number = int(self.x_id) >> 22
        told = [self.at, _of_ms(number + FIRST_MS)] if number else [self.at]
        return at is not None and any(abs(at - moment) <= CLOSE for moment in told)


@dataclass
class XFacts:
    ours: set[str]
    """Ids of our accounts."""
    said: dict[tuple[str, str], Said]
    """Everything, by channel and id."""
    for_us: set[tuple[str, str]]
    """What customers wrote to us, naming us or privately: channel and id."""

    def by_us(self) -> list[Said]:
        return [it for it in self.said.values() if it.author in self.ours]


@dataclass(frozen=True)
class Reply:
    id: int
    key: str
    body: str
    ticket_id: int
    conversation_id: int
    channel: str
    account: str
    customer: str
    answers_id: int
    answers_at: datetime
    targets: frozenset[str]
    """The ids under which X may know the post it answers."""
    settled: bool
    scheduled: bool
    account_stopped: bool


@dataclass(frozen=True)
class Part:
    id: int
    reply_id: int
    position: int
    text: str
    state: str
    x_id: str
    posted_at: datetime | None
    reason: str


@dataclass(frozen=True)
class Promise:
    id: int
    ticket_id: int
    kind: str
    started_at: datetime
    kept_at: datetime | None
    withdrawn: bool


@dataclass(frozen=True)
class Message:
    id: int
    ticket_id: int
    x_id: str
    channel: str
    by_us: bool
    at: datetime


@dataclass
class DeskFacts:
    replies: dict[int, Reply]
    parts: list[Part]
    attempts: dict[int, list[tuple[str, bool]]]
    """By part: what came of each attempt, and whether a person's name stands by it."""
    messages: list[Message]
    promises: list[Promise]
    retractions: dict[int, bool]
    """By part: whether X has done it, or refused it in words that are kept."""
    of_reply: dict[int, list[Part]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for part in sorted(self.parts, key=lambda it: it.position):
            self.of_reply.setdefault(part.reply_id, []).append(part)


def read_x(file: str) -> XFacts:
    with closing(sqlite3.connect(file)) as db:
        ours = {str(row[0]) for row in db.execute("SELECT DISTINCT user_id FROM tokens")}
        said = [*_posts(db), *_private(db)]
        named = db.execute(
            "SELECT coalesce(p.edit_of, p.id), m.user_id, p.author_id, p.text, u.username"
            " FROM mentions m JOIN posts p ON p.id = m.post_id JOIN users u ON u.id = m.user_id"
            " WHERE NOT p.deleted"
        ).fetchall()
    for_us = {
        (PUBLIC, str(x_id))
        for x_id, who, author, text, name in named
        if str(who) in ours and str(author) not in ours and f"@{name}" in text
    }
    for_us |= {(DM, it.x_id) for it in said if it.channel == DM and it.to in ours}
    return XFacts(ours, {(it.channel, it.x_id): it for it in said}, for_us)


def _posts(db: sqlite3.Connection) -> list[Said]:
    rows = db.execute("SELECT id, author_id, in_reply_to, text, created_at, deleted FROM posts")
    return [
        Said(str(x_id), str(author), str(to or ""), text, _of_ms(at), PUBLIC, bool(gone))
        for x_id, author, to, text, at, gone in rows
    ]


def _private(db: sqlite3.Connection) -> list[Said]:
    rows = db.execute("SELECT id, sender_id, recipient_id, text, created_at FROM messages")
    return [
        Said(str(x_id), str(sender), str(to), text, _of_ms(at), DM)
        for x_id, sender, to, text, at in rows
    ]


def read_desk(url: str) -> DeskFacts:
    with closing(connect(url)) as db:
        hold_still(db)
        versions: dict[int, set[str]] = {}
        for message_id, x_id in _rows(db, "SELECT message_id, x_id FROM message_versions"):
            versions.setdefault(message_id, set()).add(x_id)
        return DeskFacts(
            _replies(db, versions),
            _parts(db),
            _attempts(db),
            _messages(db),
            _promises(db),
            dict(
                _rows(
                    db,
                    "SELECT part_id, done_at IS NOT NULL OR refused <> '' FROM retractions",
                )
            ),
        )


def story(url: str, part_id: int) -> str:
    """What a part is and what was tried for it, in order: for whoever looks into a finding."""
    query = (
        "SELECT a.happened_at, a.begun_at, a.outcome, a.detail FROM attempts a"
        f" WHERE a.part_id = {int(part_id)} ORDER BY a.id"
    )
    with closing(connect(url)) as db:
        state = "".join(*_rows(db, f"SELECT state FROM reply_parts WHERE id = {int(part_id)}"))
        tried = [
            f"{str(begun)[11:23]}-{str(at)[11:23]} {outcome} {detail}".strip()
            for at, begun, outcome, detail in _rows(db, query)
        ]
    return f"part {part_id} ({state}): " + ("; ".join(tried) or "nothing was tried")


def connect(url: str) -> Any:
    """A connection to the desk's database, of the plain driver."""
    if url.startswith("sqlite"):
        return sqlite3.connect(url.removeprefix("sqlite:///"), timeout=10)
    return psycopg.connect(url.replace("+psycopg", ""), connect_timeout=5)


def hold_still(db: Any) -> None:
    """What is read of it from now on is of one moment, whatever others commit meanwhile."""
    lite = isinstance(db, sqlite3.Connection)
    db.execute("BEGIN" if lite else "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")


def _rows(db: Any, query: str) -> Iterable[Any]:
    cursor = db.cursor()
    cursor.execute(query)
    return list(cursor.fetchall())


def _replies(db: Any, versions: dict[int, set[str]]) -> dict[int, Reply]:
    rows = _rows(
        db,
        "SELECT r.id, r.key, r.body, r.ticket_id, r.conversation_id, c.channel, a.x_id, u.x_id,"
        " m.id, m.posted_at, m.x_id, m.latest_x_id, r.settled_at, r.scheduled, a.stopped_at"
        " FROM replies r JOIN conversations c ON c.id = r.conversation_id"
        " JOIN accounts a ON a.id = c.account_id JOIN customers u ON u.id = c.customer_id"
        " JOIN messages m ON m.id = r.answers_id",
    )
    return {
        row[0]: Reply(
            *row[:9],
            answers_at=_moment(row[9]),
            targets=frozenset({row[10], row[11], *versions.get(row[8], ())} - {""}),
            settled=row[12] is not None,
            scheduled=bool(row[13]),
            account_stopped=row[14] is not None,
        )
        for row in rows
    }


def _parts(db: Any) -> list[Part]:
    rows = _rows(
        db,
        "SELECT id, reply_id, position, text, state, x_id, posted_at, reason FROM reply_parts"
        " ORDER BY id",
    )
    return [Part(*row[:5], row[5] or "", row[6] and _moment(row[6]), row[7]) for row in rows]


def _attempts(db: Any) -> dict[int, list[tuple[str, bool]]]:
    found: dict[int, list[tuple[str, bool]]] = {}
    query = "SELECT part_id, outcome, agent_id FROM attempts ORDER BY id"
    for part_id, outcome, agent_id in _rows(db, query):
        found.setdefault(part_id, []).append((outcome, agent_id is not None))
    return found


def _messages(db: Any) -> list[Message]:
    rows = _rows(db, "SELECT id, ticket_id, x_id, channel, by_us, posted_at FROM messages")
    return [Message(*row[:4], bool(row[4]), _moment(row[5])) for row in rows]


def _promises(db: Any) -> list[Promise]:
    rows = _rows(db, "SELECT id, ticket_id, kind, started_at, kept_at, withdrawn_at FROM promises")
    return [
        Promise(*row[:3], _moment(row[3]), row[4] and _moment(row[4]), row[5] is not None)
        for row in rows
    ]


def _moment(value: Any) -> datetime:
    """SQLite keeps a moment as text, in UTC; PostgreSQL gives an aware one."""
    at = datetime.fromisoformat(value) if isinstance(value, str) else value
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def _of_ms(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
