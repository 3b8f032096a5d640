"""Which rows a figure of the report counts; the list behind a figure asks for the same.

A promise belongs to the period in which its customer wrote.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, func, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from support.db import UtcDateTime
from support.reports.periods import Period
from support.sla.levels import PromiseKind
from support.sla.records import Promise
from support.tickets.records import Ticket

Moment = InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None]


def owner() -> ColumnElement[int | None]:
    """Who a promise counts for: who kept it; while it is open, whose ticket it is."""
    assignee = (
        select(Ticket.assignee_id).where(Ticket.id == Promise.ticket_id).correlate(Promise)
    ).scalar_subquery()
    return case((Promise.kept_at.is_not(None), Promise.kept_by_id), else_=assignee)


def late_intake() -> ColumnElement[bool]:
    """Its time was over before the message reached us; never known of one without a breach."""
    return Promise.received_at > Promise.breach_at


def verdict(now: datetime) -> ColumnElement[str | None]:
    """late, broken or kept; none while it is open and in time."""
    at = func.coalesce(Promise.kept_at, literal(now, UtcDateTime()))
    return case(
        (late_intake(), "late"),
        (at > Promise.breach_at, "broken"),
        (Promise.kept_at.is_not(None), "kept"),
    )


def took_time(period: Period, now: datetime) -> ColumnElement[bool]:
    """Whether a promise is one of the first replies whose times are counted."""
    return and_(
        owed_in(period, PromiseKind.FIRST_REPLY),
        or_(Promise.breach_at.is_(None), Promise.received_at <= Promise.breach_at),
        or_(Promise.kept_at.is_not(None), Promise.breach_at < now),
    )


def owed_in(period: Period, *kinds: PromiseKind) -> ColumnElement[bool]:
    return and_(
        Promise.kind.in_([kind.value for kind in kinds]),
        within(Promise.started_at, period),
        Promise.withdrawn_at.is_(None),
    )


def within(moment: Moment, period: Period) -> ColumnElement[bool]:
    return and_(moment >= period.start, moment < period.end)
