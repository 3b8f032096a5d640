"""Learning: what an account's agents made of suggestions, read from their picks.

What is learnt is kept nowhere: it follows from the picks, so that each lesson can be listed, told
whose it was, and taken back. A pick whose message is gone teaches nothing any more.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import Select, func, or_, select, update
from sqlalchemy.orm import Session, contains_eager, joinedload

from support.canned.lessons import FAINTEST, HALF_LIFE, Lesson, Taught, weight_of
from support.canned.likeness import Matcher
from support.canned.records import Pick
from support.canned.replies import Channel
from support.canned.shelf import Shelf
from support.conversations.records import Conversation, Message

MOST = 5_000
"""Lessons of an account that are taken in, the newest."""
EVERY = timedelta(seconds=5)
"""How often a process asks the database for news of an account."""
SETTLED = timedelta(minutes=1)
"""A younger pick may still be undone with its reply."""


@dataclass
class School:
    """What one process knows of an account's lessons."""

    account_id: int
    version: int = 0
    lessons: list[Lesson] = field(default_factory=list)
    reached_id: int = 0
    forgotten_at: datetime | None = None
    read_on: date | None = None
    looked_at: datetime | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)


def matcher(
    session: Session, shelf: Shelf, account_id: int, channel: Channel, now: datetime, today: date
) -> Matcher:
    """The matcher for an account's channel on a day, with what its agents taught until now."""
    school = shelf.schools.setdefault(account_id, School(account_id))
    with school.lock:
        if school.looked_at is None or not timedelta(0) <= now - school.looked_at < EVERY:
            _look(session, school, now, today)
            school.looked_at = now
        taught = Taught(account_id, school.version, school.lessons)
    return shelf.matcher(channel, today, taught=taught)


def _look(session: Session, school: School, now: datetime, today: date) -> None:
    """Take in what is new; on a new day, or where lessons were taken back, read all anew."""
    forgotten_at = session.scalar(select(func.max(Pick.forgotten_at)))
    if school.read_on != today or forgotten_at != school.forgotten_at:
        school.version += 1
        school.lessons, school.reached_id = [], 0
        school.read_on, school.forgotten_at = today, forgotten_at
    wanted = _teaching(school.account_id).where(
        Pick.id > school.reached_id, Pick.picked_at <= now - SETTLED, Pick.forgotten_at.is_(None)
    )
    newest = list(session.scalars(wanted.order_by(Pick.id.desc()).limit(MOST)))
    for pick in reversed(newest):
        school.reached_id = pick.id
        school.lessons.append(_lesson(pick, now))


def _lesson(pick: Pick, now: datetime) -> Lesson:
    weight = weight_of(pick.kept, now - pick.picked_at)
    return Lesson(pick.message.text, pick.answer_id, weight, tuple(pick.shown))


def _teaching(account_id: int) -> Select[Pick]:
    """Picks that say which answer was right, or that none was, for words that are still there."""
    return (
        select(Pick)
        .join(Pick.message)
        .join(Message.conversation)
        .options(contains_eager(Pick.message))
        .where(
            Conversation.account_id == account_id,
            or_(Pick.answer_id.is_not(None), Pick.reply_id.is_(None)),
            Message.emptied_at.is_(None),
        )
    )


@dataclass(frozen=True)
class Told:
    """One lesson, for whoever looks after what was learnt."""

    pick: Pick
    weight: float


def lessons(
    session: Session, account_id: int, now: datetime, *, answer_id: str | None = None, most: int
) -> list[Told]:
    """What an account was taught, the newest first; of one answer, where one is named."""
    wanted = _teaching(account_id).where(Pick.forgotten_at.is_(None))
    wanted = wanted.where(Pick.picked_at > now - _remembered())
    if answer_id is not None:
        wanted = wanted.where(Pick.answer_id == answer_id)
    wanted = wanted.options(joinedload(Pick.agent)).order_by(Pick.id.desc()).limit(most)
    return [
        Told(pick, weight_of(pick.kept, now - pick.picked_at)) for pick in session.scalars(wanted)
    ]


def counts(session: Session, account_id: int, now: datetime) -> dict[str | None, int]:
    """How many lessons there are for each answer; under None those that none fitted."""
    picks = _teaching(account_id).where(
        Pick.forgotten_at.is_(None), Pick.picked_at > now - _remembered()
    )
    ids = picks.with_only_columns(Pick.id).options()
    rows = session.execute(
        select(Pick.answer_id, func.count()).where(Pick.id.in_(ids)).group_by(Pick.answer_id)
    )
    return dict(rows.tuples().all())


def _remembered() -> timedelta:
    """The age at which a lesson is too faint to teach."""
    age = HALF_LIFE
    while weight_of(None, age) >= FAINTEST:
        age += HALF_LIFE
    return age


def forget(
    session: Session,
    account_id: int,
    now: datetime,
    *,
    pick_id: int | None = None,
    answer_id: str | None = None,
) -> int:
    """Take lessons back: one, those of an answer, or all of the account. How many there were."""
    ids = _teaching(account_id).with_only_columns(Pick.id).where(Pick.forgotten_at.is_(None))
    if pick_id is not None:
        ids = ids.where(Pick.id == pick_id)
    if answer_id is not None:
        ids = ids.where(Pick.answer_id == answer_id)
    found = list(session.scalars(ids.options()))
    for some in _chunks(found):
        session.execute(update(Pick).where(Pick.id.in_(some)).values(forgotten_at=now))
    return len(found)


def _chunks(ids: Sequence[int], size: int = 500) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), size):
        yield ids[start : start + size]
