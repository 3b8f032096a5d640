"""How a period's promises are judged in SQL: one condition for the figures and for the lists."""

from collections import defaultdict
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, func, literal, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from support.db import UtcDateTime
from support.reports.figures import Attainment
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


def verdict_at(now: datetime) -> ColumnElement[str | None]:
    """late (intake), broken or kept; NULL for what is open and in time."""
    at = func.coalesce(Promise.kept_at, literal(now, UtcDateTime()))
    return case(
        (late_intake(), "late"),
        (at > Promise.breach_at, "broken"),
        (Promise.kept_at.is_not(None), "kept"),
    )


def judged(
    session: Session, period: Period, now: datetime
) -> tuple[dict[int | None, Attainment], int]:
    """By owner, and how many were late intake. What is open and in time has no verdict yet.

    `breach_at` is the moment from which more open time than the target has passed: an end
    after it is the verdict "broken", and no business hours are needed here.
    """
    found = session.execute(
        select(owner().label("owner"), verdict_at(now).label("verdict"), func.count())
        .where(owed_in(period, *PromiseKind))
        .group_by("owner", "verdict")
    )
    by_owner: dict[int | None, Attainment] = defaultdict(Attainment)
    late = 0
    for agent, word, number in found:
        if word == "late":
            late += number
        elif word is not None:
            by_owner[agent] += Attainment(**{word: number})
    return dict(by_owner), late


def behind(
    session: Session,
    period: Period,
    now: datetime,
    *,
    verdict: str,
    kind: str = "",
    **whose: int | None,
) -> list[Promise]:
    """The promises that a figure counts: of one verdict, or `judged` for kept and broken.

    `agent` names whose; None is nobody's, left out is everybody's.
    """
    verdicts = ("kept", "broken") if verdict == "judged" else (verdict,)
    kinds = (PromiseKind(kind),) if kind else tuple(PromiseKind)
    chosen = select(Promise).where(owed_in(period, *kinds), verdict_at(now).in_(verdicts))
    if "agent" in whose:
        agent = whose["agent"]
        chosen = chosen.where(owner().is_(None) if agent is None else owner() == agent)
    return list(session.scalars(chosen.order_by(Promise.started_at, Promise.id)))


def owed_in(period: Period, *kinds: PromiseKind) -> ColumnElement[bool]:
    return and_(
        Promise.kind.in_([kind.value for kind in kinds]),
        within(Promise.started_at, period),
        Promise.withdrawn_at.is_(None),
    )


def within(moment: Moment, period: Period) -> ColumnElement[bool]:
    return and_(moment >= period.start, moment < period.end)
