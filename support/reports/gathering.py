"""Counts what a report is made of, over the records of every room; reads only.

A fixed number of queries, whatever the size. A promise belongs to the period in which its
customer wrote; one that was withdrawn counts nowhere, and late intake is kept apart.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy import exists, func, select, text
from sqlalchemy.orm import Session

from support.agents.records import Agent
from support.conversations.records import Message
from support.reports import doings
from support.reports.figures import Counted, Facts, FirstReply, Person
from support.reports.heat import Heat, opening_frames
from support.reports.micros import EPOCH
from support.reports.owed import grouped, open_sums, owed
from support.reports.periods import DAY, Period
from support.reports.promised import Clock, Owed, Sorted, judged, line, lines, verdicts
from support.reports.slots import (
    QUARTER,
    by_slot,
    hours_there,
    resolved_state,
    slot_length,
    there_at,
)
from support.sla.hours import BusinessHours
from support.sla.keeping import hours_of
from support.sla.levels import PromiseKind
from support.sla.records import IS_OPEN, Calendar, Promise
from support.tickets.records import Team, Ticket
from support.x.records import Account


@dataclass(frozen=True)
class Calendars:
    """Every version of the business hours, and those our accounts keep now."""

    rows: Mapping[int, Calendar]
    in_use: list[Calendar]

    def hours(self) -> dict[int, BusinessHours]:
        return {number: hours_of(row) for number, row in self.rows.items()}


def gather(session: Session, period: Period, now: datetime) -> Facts:
    """The facts of the period, of the one before, and how the desk stands now."""
    by_index(session)
    calendars = calendars_of(session)
    hours = calendars.hours()
    open_hours = [hours[calendar.id] for calendar in calendars.in_use]
    unresolved, overdue = standing(session, now)
    here, came = counted(session, period, hours, now), opened(session, period)
    return Facts(
        counted=here,
        before=counted(session, period.previous, hours, now, whole=False),
        opened=came,
        heat=heat(session, period, calendars.in_use, open_hours),
        closed=closed_days(period, open_hours),
        people=people(session),
        unresolved=unresolved,
        overdue=overdue,
        backlog=backlog(session, period, unresolved, came, here.resolved, now),
        names=names(session),
    )


def counted(
    session: Session,
    period: Period,
    hours: Mapping[int, BusinessHours],
    now: datetime,
    *,
    whole: bool = True,
) -> Counted:
    """`whole`: by account, agent and so on too, not only in sum."""
    promises = owed(session, period, hours, now, whole=whole)
    those = judged(promises)
    sent, automatic = doings.sent(session, period)
    return Counted(
        first_replies=first_replies(promises, those),
        verdicts=verdicts(promises),
        late_intake=int(promises.late.sum()),
        sent=sent,
        resolved=doings.resolved(session, period),
        promised=line("", those),
        lines=lines(promises, those, grouped(session, period)) if whole else {},
        doings=doings.doings(session, period, automatic),
    )


def first_replies(promises: Owed, those: Sorted) -> list[FirstReply]:
    """Those that were given, and those that are overdue with the time they have taken so far."""
    chosen = those[PromiseKind.FIRST_REPLY.value, Clock.BUSINESS.value]
    started = promises.started[chosen.rows].astype("m8[us]").tolist()
    return [
        FirstReply(EPOCH + since, took, target, owner or None)
        for since, took, target, owner in zip(
            started,
            chosen.took.astype("m8[us]").tolist(),
            promises.target[chosen.rows].tolist(),
            promises.owner[chosen.rows].tolist(),
            strict=True,
        )
    ]


def backlog(
    session: Session,
    period: Period,
    unresolved: int,
    came: Mapping[date, int],
    went: Mapping[tuple[date, int | None], int],
    now: datetime,
) -> dict[date, int]:
    """How many tickets were open when each day ended, counted back from how many are now.

    One that was reopened counts as open all the while, as it does not count as resolved.
    """
    since = select(
        select(func.count()).where(Ticket.opened_at >= period.end).scalar_subquery(),
        select(func.count())
        .where(Ticket.state == resolved_state(), Ticket.resolved_at >= period.end)
        .scalar_subquery(),
    )
    after, left = session.execute(since).one() if period.end <= now else (0, 0)
    resolved = Counter[date]()
    for (day, _agent), number in went.items():
        resolved[day] += number
    found, still = {}, unresolved - after + left
    for number in reversed(range(period.days)):
        day = period.first + number * DAY
        found[day] = still
        still += resolved[day] - came.get(day, 0)
    return found


def names(session: Session) -> dict[str, dict[int, str]]:
    """What accounts and teams are called."""
    accounts = session.execute(select(Account.id, Account.handle))
    teams = session.execute(select(Team.id, Team.name))
    return {
        "account": {number: str(handle) for number, handle in accounts},
        "team": {number: str(name) for number, name in teams},
    }


def calendars_of(session: Session) -> Calendars:
    used = exists().where(Account.calendar_id == Calendar.id)
    found = session.execute(select(Calendar, used).order_by(Calendar.id)).all()
    rows = {calendar.id: calendar for calendar, _used in found}
    return Calendars(rows, [calendar for calendar, is_used in found if is_used])


def people(session: Session) -> dict[int, Person]:
    return {
        agent.id: Person(agent.id, agent.name, agent.family_name, agent.hue)
        for agent in session.scalars(select(Agent))
    }


def opened(session: Session, period: Period) -> dict[date, int]:
    by_day = Counter[date]()
    for begins, number in by_slot(session, Ticket.opened_at, period, slot_length(period)):
        by_day[there_at(begins, period).date()] += number
    return by_day


def heat(
    session: Session, period: Period, calendars: list[Calendar], hours: list[BusinessHours]
) -> Heat:
    """Customers' messages by weekday and hour in the period's zone."""
    theirs = Message.by_us.is_(False)
    slots = by_slot(session, Message.posted_at, period, QUARTER, theirs)
    begins, numbers = np.array(slots, dtype=np.int64).reshape(-1, 2).T
    grid = np.zeros(7 * 24, dtype=np.int64)
    since_monday = hours_there(begins, period) + 3 * 24  # 1970 began on a Thursday
    np.add.at(grid, since_monday % len(grid), numbers)
    shut = np.ones(len(begins), dtype=np.bool_)
    for one in hours:
        shut &= ~open_sums(one, period.start, period.end).is_open(begins)
    weeks = [(calendar.weekly, _ahead(period, calendar.zone)) for calendar in calendars]
    outside = int(numbers[shut].sum())
    return Heat(grid.reshape(7, 24).tolist(), opening_frames(weeks), outside)


def closed_days(period: Period, hours: list[BusinessHours]) -> frozenset[date]:
    """Days without any opening of any account."""
    days = {period.first + number * DAY for number in range(period.days)}
    for one in hours:
        for opens, closes in one.openings(period.start, period.end):
            last = closes - timedelta(microseconds=1)
            days -= {opens.astimezone(period.zone).date(), last.astimezone(period.zone).date()}
    return frozenset(days)


def standing(session: Session, now: datetime) -> tuple[int, int]:
    """How many tickets are unresolved now, and of how many an open promise is broken."""
    unresolved = select(func.count()).select_from(Ticket).where(Ticket.state != resolved_state())
    overdue = select(func.count(Promise.ticket_id.distinct())).where(
        IS_OPEN, Promise.breach_at < now
    )
    chosen = select(unresolved.scalar_subquery(), overdue.scalar_subquery())
    found = session.execute(chosen).one()
    return found[0], found[1]


def by_index(session: Session) -> None:
    """PostgreSQL would rather read a whole table than look up some thousand rows of it by key, for
    it takes every look for a turn of a disk: a report would cost more with every year of archive.
    Holds until the transaction ends."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET LOCAL enable_seqscan TO off"))
        session.execute(text("SET LOCAL random_page_cost TO 1.1"))


def _ahead(period: Period, zone: str) -> int:
    """Minutes the period's clock was ahead of `zone` when the period began."""
    at = period.start
    here = at.astimezone(period.zone).replace(tzinfo=None)
    return (here - at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)) // timedelta(minutes=1)
