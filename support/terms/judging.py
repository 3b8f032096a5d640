"""Open promises judged by other terms, many at once: for an edit, and for the look before it.

Works on columns, not on rows of the session: an edit may touch tens of thousands of promises.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from support.conversations.records import Conversation, Customer
from support.sla.hours import BusinessHours, OpenTime
from support.sla.judgement import Obligation
from support.sla.judgement import Pause as Paused
from support.sla.keeping import Moments, hours_of, moments, target_of
from support.sla.levels import Carry, Case, Change, Judged, PromiseKind, Terms
from support.sla.records import IS_OPEN, Calendar, Pause, Promise, ServiceLevel
from support.sla.relay import Relay
from support.sla.spells import Spell, paused
from support.terms.choosing import Policy
from support.tickets.records import Ticket, TicketTag

Owed = tuple[Any, tuple[Paused, ...]]
"""The columns of an open promise, and its ticket's pauses."""


class Part(StrEnum):
    """Which part of a ticket's terms an edit is about; the other stays as it is."""

    HOURS = "hours"
    LEVELS = "levels"


@dataclass(frozen=True, slots=True)
class Anew:
    """One open promise, as it was and as it is judged now."""

    promise: Any
    """Its columns before."""
    judged: Judged
    target_seconds: int
    moments: Moments

    def flips(self, now: datetime) -> bool:
        """Whether it is overdue now and was not, or the other way round."""
        return is_over(self.promise.breach_at, now) is not is_over(self.moments.breach_at, now)


@dataclass(frozen=True, slots=True)
class Retermed:
    """A ticket whose terms change, with all its open promises."""

    ticket_id: int
    change: Change
    promises: Sequence[Anew]
    terms_at: datetime
    """Since when it is judged by what it is judged by then."""


def is_over(breach_at: datetime | None, now: datetime) -> bool:
    return breach_at is not None and breach_at < now


def spells_of(session: Session, ticket_ids: Collection[int]) -> dict[int, list[Spell]]:
    """What was noted of when the clocks of these tickets stood."""
    spells: dict[int, list[Spell]] = defaultdict(list)
    noted = select(Pause.ticket_id, Pause.started_at, Pause.ended_at, Pause.runs)
    for number, start, end, runs in session.execute(noted.where(Pause.ticket_id.in_(ticket_ids))):
        spells[number].append(Spell(start, end, runs))
    return spells


def tags_of(session: Session, ticket_ids: Collection[int]) -> dict[int, frozenset[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    theirs = select(TicketTag.ticket_id, TicketTag.name).where(TicketTag.ticket_id.in_(ticket_ids))
    for number, name in session.execute(theirs):
        found[number].add(name)
    return {number: frozenset(names) for number, names in found.items()}


class Judge:
    """Judges tickets by a policy, which may be one that is not stored yet.

    at, since  when that happens, and from when on new hours count, if that is not the same
    `calendars` and `levels` hold versions that are not stored, by the ids they go by here.
    """

    def __init__(
        self,
        session: Session,
        policy: Policy,
        part: Part,
        carry: Carry,
        at: datetime,
        *,
        since: datetime | None = None,
        calendars: Mapping[int, Calendar] | None = None,
        levels: Mapping[int, ServiceLevel] | None = None,
    ) -> None:
        self._session, self._policy = session, policy
        self._part, self._carry, self._at, self._since = part, carry, at, since or at
        self._calendars, self._levels = calendars or {}, dict(levels or {})
        self._hours: dict[int, BusinessHours] = {}

    def retermed(self, ticket_ids: Iterable[int], *, lock: bool = False) -> list[Retermed]:
        """Those in which something open is judged by other terms than the policy's now.

        `lock`: nobody else changes them meanwhile.
        """
        rows = list(self._tickets(ticket_ids, lock))
        owed = self._promises(row.id for row, _ in rows)
        found = ((row, self._change(row, tags, owed.get(row.id, ()))) for row, tags in rows)
        return [
            Retermed(
                row.id,
                change,
                [self._anew(promise, pauses, change) for promise, pauses in owed[row.id]],
                max(change.at, row.terms_at or change.at),
            )
            for row, change in found
            if change is not None
        ]

    def _tickets(
        self, ticket_ids: Iterable[int], lock: bool
    ) -> Iterator[tuple[Any, frozenset[str]]]:
        ids = list(ticket_ids)
        chosen = (
            select(
                Ticket.id,
                Ticket.calendar_id,
                Ticket.service_level_id,
                Ticket.terms_at,
                Ticket.team_id,
                Ticket.priority,
                Conversation.account_id,
                Conversation.channel,
                Customer.segment,
                Customer.followers,
            )
            .join(Conversation, Conversation.id == Ticket.conversation_id)
            .join(Customer, Customer.id == Conversation.customer_id)
            .where(Ticket.id.in_(ids))
            .order_by(Ticket.id)
        )
        if lock:
            chosen = chosen.with_for_update(of=Ticket, key_share=True)
        rows = self._session.execute(chosen).all()
        asks = self._part is Part.LEVELS and self._policy.asks_for_tags
        tags = tags_of(self._session, ids) if asks else {}
        return ((row, tags.get(row.id, frozenset())) for row in rows)

    def _after(self, row: Any, tags: frozenset[str]) -> Terms:
        """What the policy says of this ticket now."""
        case = Case(row.account_id, row.channel, tags, row.priority, row.segment, row.followers)
        if self._part is Part.HOURS:
            return Terms(self._policy.calendar(case, row.team_id).id, row.service_level_id)
        return Terms(row.calendar_id, self._policy.level(case).id)

    def _change(self, row: Any, tags: frozenset[str], owed: Iterable[Owed]) -> Change | None:
        """What that changes for the promises; None where they are all judged so already.

        Asked of the promises: the ticket may have met the new terms in a message since the edit.
        """
        after = self._after(row, tags)
        for promise, _ in owed:
            before = self._before(promise, after)
            if before != after and promise.told_until is None:
                return Change(self._at, before, after, self._carry, self._since)
        return None

    def _before(self, promise: Any, after: Terms) -> Terms:
        if self._part is Part.HOURS:
            return Terms(promise.calendar_id, after.level_id)
        return Terms(after.calendar_id, promise.service_level_id)

    def _promises(self, ticket_ids: Iterable[int]) -> dict[int, list[Owed]]:
        ids = list(ticket_ids)
        if not ids:
            return {}
        spells = spells_of(self._session, ids)
        owed: dict[int, list[Owed]] = defaultdict(list)
        columns = Promise.__table__.c
        chosen = select(*columns).where(Promise.ticket_id.in_(ids), IS_OPEN).order_by(Promise.id)
        for row in self._session.execute(chosen):
            owed[row.ticket_id].append((row, paused(spells.get(row.ticket_id, ()))))
        return owed

    def _anew(self, promise: Any, pauses: tuple[Paused, ...], change: Change) -> Anew:
        earlier = tuple((n, datetime.fromisoformat(at)) for n, at in promise.earlier_hours)
        before = Judged(Terms(promise.calendar_id, promise.service_level_id), earlier)
        if promise.told_until is not None:  # the customer has our word for that moment
            known = Moments(promise.due_at, promise.warn_at, promise.breach_at)
            return Anew(promise, before, promise.target_seconds, known)
        return self.judge(promise, pauses, before.carried(change, promise.started_at))

    def judge(self, promise: Any, pauses: tuple[Paused, ...], judged: Judged) -> Anew:
        """A promise by these terms; a level that promises nothing of its kind keeps its target."""
        level = self._level(judged.terms.level_id)
        target = target_of(level, PromiseKind(promise.kind)) or promise.target_seconds
        facts = Obligation(
            kind=PromiseKind(promise.kind),
            started_at=promise.started_at,
            target=timedelta(seconds=target),
            paused=pauses,
            received_at=promise.received_at,
            warn_share=level.warn_share,
        )
        return Anew(promise, judged, target, moments(facts, self.hours(judged)))

    def hours(self, judged: Judged) -> OpenTime:
        last = self._hours_of(judged.terms.calendar_id)
        if not judged.earlier:
            return last
        return Relay([(self._hours_of(number), at) for number, at in judged.earlier], last)

    def _hours_of(self, number: int) -> BusinessHours:
        """Looked up once: that a row stands for these hours takes longer to see than to judge."""
        if number not in self._hours:
            calendar = self._calendars.get(number) or self._session.get_one(Calendar, number)
            self._hours[number] = hours_of(calendar)
        return self._hours[number]

    def _level(self, number: int) -> ServiceLevel:
        if number not in self._levels:
            self._levels[number] = self._session.get_one(ServiceLevel, number)
        return self._levels[number]
