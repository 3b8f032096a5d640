"""Counts what a report is made of, over the records of every room; reads only.

A fixed number of queries, whatever the size. A promise belongs to the period in which its
customer wrote; one that was withdrawn counts nowhere, and late intake is kept apart.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    bindparam,
    case,
    exists,
    extract,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Session

from support.agents.records import Agent
from support.conversations.records import Conversation, Message
from support.replies.records import Reply, ReplyPart
from support.reports.figures import Counted, Facts, FirstReply, Person
from support.reports.heat import Heat, opening_frames
from support.reports.periods import DAY, Period, midnight
from support.reports.verdicts import Moment, judged, owed_in, owner, within
from support.sla.hours import BusinessHours, OpenTime
from support.sla.keeping import hours_of
from support.sla.levels import PromiseKind
from support.sla.records import Calendar, Promise
from support.sla.relay import Relay
from support.tickets.records import Ticket
from support.tickets.states import State
from support.x.records import Account

HOUR, QUARTER = 3600, 900
"""Seconds. Every civil time zone is some quarters of an hour away from UTC, most some hours."""


@dataclass(frozen=True)
class Calendars:
    """Every version of the business hours, and those our accounts keep now."""

    rows: Mapping[int, Calendar]
    in_use: list[Calendar]

    def hours(self) -> dict[int, BusinessHours]:
        return {number: hours_of(row) for number, row in self.rows.items()}


def gather(session: Session, period: Period, now: datetime) -> Facts:
    """The facts of the period, of the one before, and how the desk stands now."""
    calendars = calendars_of(session)
    hours = calendars.hours()
    open_hours = [hours[calendar.id] for calendar in calendars.in_use]
    unresolved, overdue = standing(session, now)
    return Facts(
        counted=counted(session, period, hours, now),
        before=counted(session, period.previous, hours, now),
        opened=opened(session, period),
        heat=heat(session, period, calendars.in_use, open_hours),
        closed=closed_days(period, open_hours),
        people=people(session),
        unresolved=unresolved,
        overdue=overdue,
    )


def counted(
    session: Session, period: Period, hours: Mapping[int, BusinessHours], now: datetime
) -> Counted:
    verdicts, late = judged(session, period, now)
    return Counted(
        first_replies=first_replies(session, period, hours, now),
        verdicts=verdicts,
        late_intake=late,
        sent=sent(session, period),
        resolved=resolved(session, period),
    )


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


def first_replies(
    session: Session, period: Period, hours: Mapping[int, BusinessHours], now: datetime
) -> list[FirstReply]:
    """Those that were given, and those that are overdue with the time they have taken so far."""
    found = session.execute(
        select(
            Promise.started_at,
            Promise.kept_at,
            Promise.calendar_id,
            Promise.earlier_hours,
            Promise.target_seconds,
            owner(),
        ).where(
            owed_in(period, PromiseKind.FIRST_REPLY),
            or_(Promise.breach_at.is_(None), Promise.received_at <= Promise.breach_at),
            or_(Promise.kept_at.is_not(None), Promise.breach_at < now),
        )
    )
    return [
        FirstReply(
            started_at,
            _judging(hours, calendar, earlier).between(started_at, kept_at or now),
            target,
            agent,
        )
        for started_at, kept_at, calendar, earlier, target, agent in found
    ]


def _judging(hours: Mapping[int, BusinessHours], calendar: int, earlier: list[Any]) -> OpenTime:
    """The hours one promise is judged by, those included that counted before."""
    if not earlier:
        return hours[calendar]
    legs = [(hours[number], datetime.fromisoformat(until)) for number, until in earlier]
    return Relay(legs, hours[calendar])


def sent(session: Session, period: Period) -> dict[tuple[int | None, str], int]:
    """By agent and channel; a reply in several parts is one, at the time of its first."""
    found = session.execute(
        select(Reply.agent_id, Conversation.channel, func.count())
        .select_from(ReplyPart)
        .join(Reply, Reply.id == ReplyPart.reply_id)
        .join(Conversation, Conversation.id == Reply.conversation_id)
        .where(
            ReplyPart.position == 1,
            Reply.automatic.is_(False),
            within(ReplyPart.posted_at, period),
        )
        .group_by(Reply.agent_id, Conversation.channel)
    )
    return {(agent, channel): number for agent, channel, number in found}


def resolved(session: Session, period: Period) -> dict[tuple[date, int | None], int]:
    slot = _slot(Ticket.resolved_at, _step(period))
    found = session.execute(
        select(slot, Ticket.assignee_id, func.count())
        .where(Ticket.state == _resolved_state(), within(Ticket.resolved_at, period))
        .group_by("slot", Ticket.assignee_id)
    )
    by_day = Counter[tuple[date, int | None]]()
    for begins, agent, number in found:
        by_day[_there(begins, period).date(), agent] += number
    return by_day


def opened(session: Session, period: Period) -> dict[date, int]:
    by_day = Counter[date]()
    for begins, number in _by_slot(session, Ticket.opened_at, period, _step(period)):
        by_day[_there(begins, period).date()] += number
    return by_day


def heat(
    session: Session, period: Period, calendars: list[Calendar], hours: list[BusinessHours]
) -> Heat:
    """Customers' messages by weekday and hour in the period's zone."""
    grid = [[0] * 24 for _ in range(7)]
    outside = 0
    theirs = Message.by_us.is_(False)
    for begins, number in _by_slot(session, Message.posted_at, period, QUARTER, theirs):
        there = _there(begins, period)
        grid[there.weekday()][there.hour] += number
        if not any(one.is_open(there) for one in hours):
            outside += number
    weeks = [(calendar.weekly, _ahead(period, calendar.zone)) for calendar in calendars]
    return Heat(grid, opening_frames(weeks), outside)


def closed_days(period: Period, hours: list[BusinessHours]) -> frozenset[date]:
    """Days without any opening of any account."""
    days = {period.first + number * DAY for number in range(period.days)}
    for one in hours:
        for opens, closes in one.openings(period.start, period.end):
            last = closes - timedelta(microseconds=1)
            days -= {opens.astimezone(period.zone).date(), last.astimezone(period.zone).date()}
    return frozenset(days)


def standing(session: Session, now: datetime) -> tuple[int, int]:
    """How many tickets are unresolved now, and of those how many are overdue."""
    found = session.execute(
        select(func.count(), func.count(case((Promise.breach_at < now, 1))))
        .select_from(Ticket)
        .outerjoin(Promise, Promise.id == Ticket.leading_promise_id)
        .where(Ticket.state != _resolved_state())
    ).one()
    return found[0], found[1]


def _by_slot(
    session: Session,
    moment: Moment,
    period: Period,
    seconds: int,
    *conditions: ColumnElement[bool],
) -> list[tuple[int, int]]:
    """How many rows fall into each slot of so many seconds that has any."""
    found = session.execute(
        select(_slot(moment, seconds), func.count())
        .where(within(moment, period), *conditions)
        .group_by("slot")
    )
    return [(begins, number) for begins, number in found]


def _slot(moment: Moment, seconds: int) -> ColumnElement[int]:
    """When a row's slot began, in seconds since 1970."""
    at = extract("epoch", moment)
    return (at - at % seconds).label("slot")


def _step(period: Period) -> int:
    """The longest slot that never reaches over midnight there."""
    midnights = (midnight(period.first + n * DAY, period.zone) for n in range(period.days + 1))
    return HOUR if all(at.timestamp() % HOUR == 0 for at in midnights) else QUARTER


def _there(begins: int, period: Period) -> datetime:
    return datetime.fromtimestamp(int(begins), period.zone)


def _resolved_state() -> ColumnElement[str]:
    """Written into the statement: SQLite uses a partial index only where it can read why."""
    return bindparam(None, State.RESOLVED.value, literal_execute=True)


def _ahead(period: Period, zone: str) -> int:
    """Minutes the period's clock was ahead of `zone` when the period began."""
    at = period.start
    here = at.astimezone(period.zone).replace(tzinfo=None)
    return (here - at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)) // timedelta(minutes=1)
