"""How a period's promises are judged in SQL: one condition for the figures and for the lists."""

from datetime import datetime

from sqlalchemy import BigInteger, ColumnElement, and_, case, cast, func, literal, select
from sqlalchemy.orm import InstrumentedAttribute

from support.db import UtcDateTime
from support.reports.micros import SECOND, as_micros, micros
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


def verdict_at(now: datetime, *, wall: bool = False) -> ColumnElement[str | None]:
    """late (intake), broken or kept; NULL for what is open and in time.

    `breach_at` is the moment from which more open time than the target has passed: an end
    after it is the verdict "broken", and no business hours are needed here. `wall`: by the clock
    on the wall.
    """
    at = func.coalesce(Promise.kept_at, literal(now, UtcDateTime()))
    over = at > Promise.breach_at
    if wall:
        took = func.coalesce(micros(Promise.kept_at), literal(as_micros(now), BigInteger))
        target = cast(Promise.target_seconds, BigInteger) * SECOND
        over = took - micros(Promise.started_at) > target
    return case(
        (late_intake(), "late"),
        (over, "broken"),
        (Promise.kept_at.is_not(None), "kept"),
    )


def owed_in(period: Period, *kinds: PromiseKind) -> ColumnElement[bool]:
    return and_(
        Promise.kind.in_([kind.value for kind in kinds]),
        within(Promise.started_at, period),
        Promise.withdrawn_at.is_(None),
    )


def within(moment: Moment, period: Period) -> ColumnElement[bool]:
    return and_(moment >= period.start, moment < period.end)
