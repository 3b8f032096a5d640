"""Learning: what an account's agents made of suggestions, read from their picks.

What is learnt is kept nowhere: it follows from the picks, so that each lesson can be listed, told
whose it was, and taken back. A pick whose message is gone teaches nothing any more.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, and_, case, func, or_, select, update
from sqlalchemy.orm import Session, contains_eager, joinedload

from support.canned.lessons import AS_WRITTEN, REWORKED, Lesson, Taught, taught_for, weight_of
from support.canned.likeness import Matcher
from support.canned.records import Pick
from support.canned.replies import Channel
from support.canned.shelf import Shelf
from support.conversations.records import Conversation, Message
from support.db import FOR_THE_DESK

MOST = 5_000
"""Lessons of an account that a reading takes in, the newest."""
EVERY = timedelta(seconds=5)
"""How often a process asks the database for news of an account."""
SETTLED = timedelta(minutes=1)
"""A younger pick may still be undone with its reply."""


@dataclass
class School:
    """What one process knows of an account's lessons."""

    account_id: int
    most: int = MOST
    lessons: list[Lesson] = field(default_factory=list)
    read_on: date | None = None
    looked_at: datetime | None = None
    first_id: int = 0
    """The first pick that was read, where older ones were left out."""
    reached_id: int = 0
    """The last one."""
    seen: tuple[int, datetime | None] = (0, None)
    """How many they were, and when the newest was made: where that changes, some went."""
    chosen: dict[int, set[str]] = field(default_factory=dict)
    """By message, the answers that were sent to it."""
    refused: dict[int, set[str]] = field(default_factory=dict)
    """By message, those that were said not to fit."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def begin_anew(self, today: date) -> None:
        """The old list of lessons stays as it is: a matcher may still be learning from it."""
        self.lessons, self.chosen, self.refused = [], {}, {}
        self.first_id, self.reached_id, self.seen = 0, 0, (0, None)
        self.read_on = today


def matcher(
    session: Session, shelf: Shelf, account_id: int, channel: Channel, now: datetime, today: date
) -> Matcher:
    """The matcher for an account's channel on a day, with what its agents taught until now."""
    school = shelf.schools.setdefault(account_id, School(account_id))
    with school.lock:
        if school.looked_at is None or not timedelta(0) <= now - school.looked_at < EVERY:
            _look(session, school, now, today)
            school.looked_at = now
        taught = Taught(account_id, school.lessons)
    return shelf.matcher(channel, today, taught=taught)


def look_again(shelf: Shelf, account_id: int) -> None:
    """This process asks the database at the next question, not only after a while."""
    school = shelf.schools.get(account_id)
    if school:
        with school.lock:
            school.looked_at = None


def _look(session: Session, school: School, now: datetime, today: date) -> None:
    """Take in what is new. On a new day all is read anew, as every lesson weighs less; so it is
    where some of what was read is there no more: taken back, undone, or emptied."""
    seen, last_id = _seen(session, school, now)
    if school.read_on != today or seen != school.seen:
        school.begin_anew(today)
    elif last_id <= school.reached_id:
        return
    new = _new(session, school, now)
    if any(row.answer_id in school.refused.get(row.message_id, ()) for row in new):
        school.begin_anew(today)  # what was said not to fit was sent after all
        new = _new(session, school, now)
    _take_in(school, new, now)
    school.seen = _seen(session, school, now)[0]


def _settled(school: School, now: datetime, *columns: Any) -> Select[Any]:
    taught = _teaching(school.account_id, *columns).where(Pick.picked_at <= now - SETTLED)
    return taught.execution_options(**FOR_THE_DESK)  # kept for whoever asks next


def _seen(
    session: Session, school: School, now: datetime
) -> tuple[tuple[int, datetime | None], int]:
    """What there still is of the picks that were read, and the newest of all."""
    read = Pick.id <= school.reached_id
    count, latest = func.count(case((read, 1))), func.max(case((read, Pick.picked_at)))
    asked = _settled(school, now, count, latest, func.max(Pick.id))
    number, at, last_id = session.execute(asked.where(Pick.id >= school.first_id)).one()
    return (number, at), last_id or 0


def _new(session: Session, school: School, now: datetime) -> Sequence[Row[Any]]:
    """Picks not read yet, the newest where there are too many; in their order."""
    columns = (Pick.id, Pick.message_id, Pick.answer_id, Pick.kept, Pick.picked_at, Pick.shown)
    asked = _settled(school, now, *columns, Message.text).where(Pick.id > school.reached_id)
    return session.execute(asked.order_by(Pick.id.desc()).limit(school.most)).all()[::-1]


def _take_in(school: School, rows: Sequence[Row[Any]], now: datetime) -> None:
    if not school.reached_id and len(rows) == school.most:
        school.first_id = rows[0].id
    for row in rows:
        if row.answer_id is not None:
            school.chosen.setdefault(row.message_id, set()).add(row.answer_id)
    for row in rows:
        shown = tuple(row.shown)
        if row.answer_id is None:
            right = school.chosen.get(row.message_id, set())
            shown = tuple(it for it in shown if it not in right)
            school.refused.setdefault(row.message_id, set()).update(shown)
        weight = weight_of(row.kept, now - row.picked_at)
        school.lessons.append(Lesson(row.text, row.answer_id, weight, shown))
        school.reached_id = row.id


def _teaching(account_id: int, *columns: Any) -> Select[Any]:
    """Picks that say which answer was right, or that none was, for words that are still there,
    and that nobody took back."""
    return (
        select(*columns)
        .select_from(Pick)
        .join(Pick.message)
        .join(Message.conversation)
        .where(
            Conversation.account_id == account_id,
            or_(Pick.answer_id.is_not(None), Pick.reply_id.is_(None)),
            Message.emptied_at.is_(None),
            Message.kind == "text",
            Pick.forgotten_at.is_(None),
        )
    )


@dataclass(frozen=True)
class Told:
    """One lesson, for whoever looks after what was learnt."""

    pick: Pick
    weight: float


def _listed(account_id: int, now: datetime, *columns: Any) -> Select[Any]:
    """The lessons that still teach something, the youngest among them included."""
    as_written = or_(Pick.kept.is_(None), Pick.kept >= AS_WRITTEN)
    return _teaching(account_id, *columns).where(
        or_(
            Pick.picked_at >= now - taught_for(REWORKED),
            and_(as_written, Pick.picked_at >= now - taught_for()),
        )
    )


def lessons(
    session: Session,
    account_id: int,
    now: datetime,
    *,
    most: int,
    answer_id: str | None = None,
    before: int | None = None,
) -> list[Told]:
    """What an account was taught, the newest first; of one answer, where one is named; those
    before a pick, where its id is."""
    wanted = _listed(account_id, now, Pick)
    if answer_id is not None:
        wanted = wanted.where(Pick.answer_id == answer_id)
    if before is not None:
        wanted = wanted.where(Pick.id < before)
    loaded = contains_eager(Pick.message).contains_eager(Message.conversation)
    wanted = wanted.options(loaded, joinedload(Pick.agent)).order_by(Pick.id.desc()).limit(most)
    return [
        Told(pick, weight_of(pick.kept, now - pick.picked_at)) for pick in session.scalars(wanted)
    ]


def counts(session: Session, account_id: int, now: datetime) -> dict[str | None, int]:
    """How many lessons there are for each answer; under None those that none fitted."""
    wanted = _listed(account_id, now, Pick.answer_id, func.count()).group_by(Pick.answer_id)
    return {row[0]: row[1] for row in session.execute(wanted)}


def forget(
    session: Session,
    account_id: int,
    now: datetime,
    *,
    pick_id: int | None = None,
    answer_id: str | None = None,
) -> int:
    """Take lessons back: one, those of an answer, or all of the account. How many there were."""
    ids = _listed(account_id, now, Pick.id)
    if pick_id is not None:
        ids = ids.where(Pick.id == pick_id)
    if answer_id is not None:
        ids = ids.where(Pick.answer_id == answer_id)
    found = list(session.scalars(ids))
    for some in _chunks(found):
        session.execute(update(Pick).where(Pick.id.in_(some)).values(forgotten_at=now))
    return len(found)


def remember(session: Session, account_id: int, forgotten_at: datetime) -> int:
    """Lessons taken back at that moment count again."""
    messages = select(Message.id).join(Message.conversation)
    theirs = Pick.message_id.in_(messages.where(Conversation.account_id == account_id))
    gone = list(session.scalars(select(Pick.id).where(Pick.forgotten_at == forgotten_at, theirs)))
    for some in _chunks(gone):
        session.execute(update(Pick).where(Pick.id.in_(some)).values(forgotten_at=None))
    return len(gone)


def of_account(session: Session, account_id: int, pick_id: int) -> bool:
    """Whether this pick was made for the account, whatever became of its lesson."""
    of = select(Conversation.account_id).join(Message).join(Pick).where(Pick.id == pick_id)
    return session.scalar(of) == account_id


def _chunks(ids: Sequence[int], size: int = 500) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), size):
        yield ids[start : start + size]
