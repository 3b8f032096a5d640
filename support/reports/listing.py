"""The promises behind a figure of the report: the same conditions, so that their number is it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from support.conversations.records import Conversation, Customer
from support.reports.conditions import owed_in, owner, took_time, verdict
from support.reports.periods import Period
from support.sla.levels import PromiseKind
from support.sla.records import Promise
from support.tickets.records import Ticket

PER_PAGE = 100


class Choice(StrEnum):
    """Which promises of a period are asked for."""

    JUDGED = "judged"
    """Kept or broken: what the share of promises kept is of."""
    KEPT = "kept"
    BROKEN = "broken"
    LATE = "late"
    """Their time was over before the message reached us."""
    FIRST = "first"
    """The first replies whose times are counted."""


class Owner(NamedTuple):
    """Whose promises; None: nobody's."""

    agent_id: int | None


class Line(NamedTuple):
    """A promise with whose it is to and what became of it."""

    promise: Promise
    customer: Customer
    verdict: str


@dataclass(frozen=True)
class Listed:
    """One page of them, the newest first, and how many there are in all."""

    lines: Sequence[Line]
    total: int
    more: bool


def listed(
    session: Session,
    period: Period,
    now: datetime,
    choice: Choice,
    whose: Owner | None = None,
    page: int = 1,
) -> Listed:
    """`whose` None: everybody's. Pages count from 1."""
    those = _those(period, now, choice)
    if whose is not None:
        those.append(owner() == whose.agent_id if whose.agent_id else owner().is_(None))
    total = session.scalar(select(func.count()).select_from(Promise).where(*those)) or 0
    found = session.execute(
        select(Promise, Customer, verdict(now))
        .join(Ticket, Ticket.id == Promise.ticket_id)
        .join(Conversation, Conversation.id == Ticket.conversation_id)
        .join(Customer, Customer.id == Conversation.customer_id)
        .where(*those)
        .order_by(Promise.started_at.desc(), Promise.id.desc())
        .offset((page - 1) * PER_PAGE)
        .limit(PER_PAGE)
    )
    lines = [Line(promise, customer, word or "") for promise, customer, word in found]
    return Listed(lines, total, page * PER_PAGE < total)


def _those(period: Period, now: datetime, choice: Choice) -> list[ColumnElement[bool]]:
    if choice is Choice.FIRST:
        return [took_time(period, now)]
    words = ["kept", "broken"] if choice is Choice.JUDGED else [choice.value]
    return [owed_in(period, *PromiseKind), verdict(now).in_(words)]
