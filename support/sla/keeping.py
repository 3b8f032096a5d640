"""Promises are made, kept and withdrawn here, and their derived moments are worked out here."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session, object_session

from support.sla.closures import DaysOff
from support.sla.holidays_of import closed_days, company_days
from support.sla.hours import BusinessHours, OpenTime
from support.sla.judgement import Obligation, breach_at, due_at, warn_at
from support.sla.levels import NO_REPLY_NEEDED, REPLY_KINDS, Judged, PromiseKind, Told
from support.sla.records import IS_OPEN, Calendar, Pause, Promise, ServiceLevel, promises_of
from support.sla.relay import Relay
from support.sla.spells import Spell, paused

if TYPE_CHECKING:
    from support.conversations.records import Message
    from support.tickets.records import Ticket

FIRST_YEAR, LAST_YEAR = 1990, 2100


class Moments(NamedTuple):
    """When a promise is due, begins to be due soon, and is broken."""

    due_at: datetime | None
    warn_at: datetime | None
    breach_at: datetime | None


@dataclass(frozen=True)
class Terms:
    """What new promises are judged by: the hours and the targets in force now."""

    calendar: Calendar
    level: ServiceLevel


def terms_of(session: Session, calendar_id: int, service_level_id: int) -> Terms:
    return Terms(
        session.get_one(Calendar, calendar_id), session.get_one(ServiceLevel, service_level_id)
    )


def hours_of(calendar: Calendar) -> BusinessHours:
    """The business hours a calendar version stands for; the same object for the same content."""
    return _hours(
        calendar.zone,
        json.dumps(calendar.weekly, sort_keys=True),
        calendar.country,
        calendar.year_end,
        json.dumps([calendar.closures, calendar.feed_days]),
        json.dumps([calendar.special, calendar.partial], sort_keys=True),
    )


@lru_cache(maxsize=256)
def _hours(
    zone: str, weekly: str, country: str, year_end: bool, closures: str, dates: str
) -> BusinessHours:
    company = company_days(*json.loads(closures))
    special, partial = json.loads(dates)
    return BusinessHours(
        zone,
        {int(day): _clocks(spans) for day, spans in json.loads(weekly).items()},
        closed_days(country or None, year_end, company, FIRST_YEAR, LAST_YEAR),
        {date.fromisoformat(day): _clocks(spans) for day, spans in special.items()},
        {date.fromisoformat(day): _clocks(spans) for day, spans in partial.items()},
    )


def _clocks(spans: Iterable[Sequence[str]]) -> list[tuple[str, str]]:
    return [(opens, closes) for opens, closes in spans]


def hours_for(promise: Promise) -> OpenTime:
    """The hours one promise is judged by: its calendar's, behind those that counted before."""
    last = hours_of(promise.calendar)
    if not promise.earlier_hours:
        return last
    session = object_session(promise)
    assert session is not None  # a promise with a history is stored
    earlier = [
        (hours_of(session.get_one(Calendar, number)), until)
        for number, until in hours_before(promise)
    ]
    return Relay(earlier, last)


def days_off(calendar: Calendar, years: range) -> DaysOff:
    """What a calendar version says of days, for those who ask why it was closed in these years."""
    company = company_days(calendar.closures, calendar.feed_days)
    first, last = years[0], years[-1]
    return DaysOff(
        calendar.zone,
        {int(day): _clocks(spans) for day, spans in calendar.weekly.items()},
        closed_days(calendar.country or None, calendar.year_end, company, first, last),
        {date.fromisoformat(day): _clocks(spans) for day, spans in calendar.special.items()},
        {date.fromisoformat(day): _clocks(spans) for day, spans in calendar.partial.items()},
    )


def hours_before(promise: Promise) -> list[tuple[int, datetime]]:
    """Calendars that counted before the promise's own, and until when."""
    return [(number, datetime.fromisoformat(until)) for number, until in promise.earlier_hours]


def stored_hours(earlier: Iterable[tuple[int, datetime]]) -> list[list[object]]:
    """As `Promise.earlier_hours` keeps them."""
    return [[number, until.isoformat()] for number, until in earlier]


def obligation(promise: Promise, level: ServiceLevel, pauses: Iterable[Pause]) -> Obligation:
    """The facts of a stored promise, as the rules take them."""
    spells = (Spell(p.started_at, p.ended_at, bool(p.runs)) for p in pauses)
    ended = [at for at in (promise.kept_at, promise.withdrawn_at) if at is not None]
    return Obligation(
        kind=PromiseKind(promise.kind),
        started_at=promise.started_at,
        target=timedelta(seconds=promise.target_seconds),
        kept_at=promise.kept_at,
        withdrawn_at=promise.withdrawn_at,
        withdrawn_reason=promise.withdrawn_reason or None,
        paused=paused(spells, min(ended, default=None)),
        received_at=promise.received_at,
        warn_share=level.warn_share,
    )


def make(
    session: Session,
    kind: PromiseKind,
    terms: Terms,
    *,
    ticket: Ticket,
    message: Message | None = None,
    started_at: datetime,
    received_at: datetime,
    earlier: Sequence[tuple[int, datetime]] = (),
    told: Told | None = None,
) -> Promise | None:
    """A new promise, or None where the level promises nothing of this kind.

    `earlier`: calendars that counted until others took over. `told`: what the customer was told,
    where that and not the level says by when.
    """
    target = told.seconds if told else target_of(terms.level, kind)
    if target is None:
        return None
    promise = Promise(
        ticket=ticket,
        kind=kind.value,
        message=message,
        started_at=started_at,
        received_at=received_at,
        target_seconds=target,
        calendar=terms.calendar,
        earlier_hours=stored_hours(earlier),
        service_level_id=terms.level.id,
        kept_at=None,
        withdrawn_at=None,
        told_until=told.until if told else None,
        told_words=told.words if told else "",
    )
    session.add(promise)
    with session.no_autoflush:  # earlier hours are looked up while its due times are missing
        rederive(promise, terms.level, ())
    return promise


def judge_by(session: Session, promise: Promise, judged: Judged) -> None:
    """Puts a promise under these terms; where they promise nothing of its kind, its target stays.

    The caller works its due times out anew.
    """
    level = session.get_one(ServiceLevel, judged.terms.level_id)
    promise.calendar = session.get_one(Calendar, judged.terms.calendar_id)
    promise.earlier_hours = stored_hours(judged.earlier)
    promise.service_level_id = level.id
    promise.target_seconds = target_of(level, PromiseKind(promise.kind)) or promise.target_seconds


def target_of(level: ServiceLevel, kind: PromiseKind) -> int | None:
    """Seconds of business time this level allows for a kind; None: nothing is promised."""
    return {
        PromiseKind.FIRST_REPLY: level.first_reply_seconds,
        PromiseKind.NEXT_REPLY: level.next_reply_seconds,
        PromiseKind.RESOLUTION: level.resolution_seconds,
        PromiseKind.UPDATE: level.update_seconds,
    }[kind]


def rederive(promise: Promise, level: ServiceLevel, pauses: Iterable[Pause]) -> None:
    """Works out due_at, warn_at and breach_at anew from the facts."""
    found = moments(obligation(promise, level, pauses), hours_for(promise))
    promise.due_at, promise.warn_at, promise.breach_at = found
    promise.alert_at = promise.started_at  # the ladder of alerts looks at it anew
    if promise.warned_at and promise.warn_at and promise.warn_at > promise.warned_at:
        promise.warned_at = None  # it is due later than it was: there will be a next warning


def moments(facts: Obligation, hours: OpenTime) -> Moments:
    """The derived moments of a promise; each None while its clock stands or never gets there."""
    return Moments(due_at(facts, hours), warn_at(facts, hours), breach_at(facts, hours))


def open_promise(session: Session, ticket_id: int, *kinds: PromiseKind) -> Promise | None:
    """The oldest open promise of these kinds."""
    wanted = {kind.value for kind in kinds}
    theirs = promises_of(session, ticket_id)
    return next((p for p in theirs if p.is_open and p.kind in wanted), None)


def for_words(promise: Promise) -> bool:
    """Whether it is owed to something the customer said, if only as news of an incident."""
    return promise.kind in REPLY_KINDS or promise.message_id is not None


def open_for_words(session: Session, ticket_id: int) -> Promise | None:
    """The open promise for what the customer said; there is one at most."""
    return next((p for p in promises_of(session, ticket_id) if p.is_open and for_words(p)), None)


def waiting_since(promise: Promise) -> datetime:
    """When what a promise is owed to was said."""
    if promise.kind in REPLY_KINDS or promise.message is None:
        return promise.started_at
    return promise.message.posted_at


def anything_open(session: Session, ticket_id: int) -> bool:
    """Whether anything is owed in the ticket."""
    owed = select(Promise.id).where(Promise.ticket_id == ticket_id, IS_OPEN).limit(1)
    return session.scalar(owed) is not None


def keep_replies(
    promises: Iterable[Promise], *, answered_until: datetime, at: datetime, agent_id: int | None
) -> list[Promise]:
    """Keeps every reply promise for messages up to `answered_until`, at the time X accepted.

    An update that was promised before then is given by it, whatever it answers; not one that
    was promised in this very answer. What an incident put in the place of a reply promise is
    given by what answers the same words, even where the desk heard late of that.
    """
    kept = [
        promise
        for promise in promises
        if promise.is_open
        and (
            (promise.kind in REPLY_KINDS and promise.started_at <= answered_until)
            or (promise.kind == PromiseKind.UPDATE and promise.started_at < at)
            or (promise.message_id is not None and waiting_since(promise) <= answered_until)
        )
    ]
    for promise in kept:
        promise.kept_at, promise.kept_by_id = at, agent_id
    return kept


def withdraw(promise: Promise, *, reason: str, at: datetime) -> None:
    """It is owed no more, through nobody's doing."""
    promise.withdrawn_at, promise.withdrawn_reason = at, reason


def resolve(session: Session, ticket_id: int, *, at: datetime, agent_id: int | None) -> None:
    """Ends what is open: the resolution is kept, an unanswered message needs no reply."""
    for promise in promises_of(session, ticket_id):
        if not promise.is_open:
            continue
        if promise.kind == PromiseKind.RESOLUTION:
            promise.kept_at, promise.kept_by_id = at, agent_id
        else:
            withdraw(promise, reason=NO_REPLY_NEEDED, at=at)


def warn(session: Session, now: datetime, limit: int = 500) -> list[int]:
    """Promises that begin to be due soon are marked, each once; the ids of their tickets."""
    due = (
        select(Promise)
        .where(
            Promise.kept_at.is_(None),
            Promise.withdrawn_at.is_(None),
            Promise.warned_at.is_(None),
            Promise.warn_at <= now,
        )
        .order_by(Promise.warn_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    found = list(session.scalars(due))
    for promise in found:
        promise.warned_at = now
    return sorted({promise.ticket_id for promise in found})


def leading(promises: Iterable[Promise]) -> Promise | None:
    """The open promise that is due first; one without a due time leads nothing."""
    running = [p for p in promises if p.is_open and p.due_at is not None]
    return min(running, key=lambda p: (p.due_at, p.id or 0), default=None)
