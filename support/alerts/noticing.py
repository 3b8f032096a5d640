"""What a colleague was told of, and that they have seen it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, func, select, update
from sqlalchemy.orm import Session

from support.alerts import mentioning, owing, surging, telling
from support.alerts.records import Alert, AlertNotice
from support.approval import telling as approvals
from support.conversations.records import Conversation, Customer
from support.db import changed
from support.sla.records import IS_OPEN, Promise
from support.tickets.records import Ticket


@dataclass(frozen=True, slots=True)
class Told:
    """One line of somebody's list."""

    notice: AlertNotice
    alert: Alert
    promise: Promise
    ticket: Ticket
    customer: Customer


def unseen() -> ColumnElement[int]:
    """How many alerts `:agent_id` has not seen of promises that are still open."""
    return (
        select(func.count(AlertNotice.id))
        .join(Alert, Alert.id == AlertNotice.alert_id)
        .join(Promise, Promise.id == Alert.promise_id)
        .where(AlertNotice.agent_id == bindparam("agent_id"), AlertNotice.seen_at.is_(None))
        .where(IS_OPEN)
        .scalar_subquery()
    )


def everything_unseen() -> ColumnElement[int]:
    """What the bell counts: alerts, notes that name `:agent_id`, words in reviews, what became
    of approvals, news an incident of theirs is late with, spikes nobody decided about.
    """
    told_of = mentioning.unseen() + telling.unseen() + approvals.unseen()
    return unseen() + told_of + owing.unseen() + surging.unseen()


def how_many_unseen(session: Session, agent_id: int) -> int:
    return session.scalar(select(everything_unseen()), {"agent_id": agent_id}) or 0


def told(session: Session, agent_id: int, limit: int, before: int | None = None) -> list[Told]:
    """The latest first; `before`: those older than this notice."""
    theirs = (
        select(AlertNotice, Alert, Promise, Ticket, Customer)
        .join(Alert, Alert.id == AlertNotice.alert_id)
        .join(Promise, Promise.id == Alert.promise_id)
        .join(Ticket, Ticket.id == Alert.ticket_id)
        .join(Conversation, Conversation.id == Ticket.conversation_id)
        .join(Customer, Customer.id == Conversation.customer_id)
        .where(AlertNotice.agent_id == agent_id)
    )
    if before is not None:
        theirs = theirs.where(AlertNotice.id < before)
    rows = session.execute(theirs.order_by(AlertNotice.id.desc()).limit(limit))
    return [Told(*row) for row in rows]


def newest_unseen(session: Session, agent_id: int) -> Alert | None:
    """What a browser's notification speaks of."""
    theirs = (
        select(Alert)
        .join(AlertNotice, AlertNotice.alert_id == Alert.id)
        .join(Promise, Promise.id == Alert.promise_id)
        .where(AlertNotice.agent_id == agent_id, AlertNotice.seen_at.is_(None), IS_OPEN)
    )
    return session.scalars(theirs.order_by(AlertNotice.id.desc()).limit(1)).first()


def see(session: Session, agent_id: int, now: datetime, *, ticket_id: int | None = None) -> int:
    """Everything they were told of, else of one ticket, was seen; how many that were.

    Notes that name them and approvals too; and, with everything, what was said in reviews and
    incidents that are late, and spikes.
    """
    reviewed = telling.see(session, agent_id, now) if ticket_id is None else 0
    reviewed += owing.see(session, agent_id, now) if ticket_id is None else 0
    reviewed += surging.see(session, agent_id, now) if ticket_id is None else 0
    named = mentioning.see(session, agent_id, now, ticket_id=ticket_id)
    named += approvals.see(session, agent_id, now, ticket_id=ticket_id)
    theirs = update(AlertNotice).where(
        AlertNotice.agent_id == agent_id, AlertNotice.seen_at.is_(None)
    )
    if ticket_id is not None:
        of_it = select(Alert.id).where(Alert.ticket_id == ticket_id)
        theirs = theirs.where(AlertNotice.alert_id.in_(of_it))
    return reviewed + named + changed(session, theirs.values(seen_at=now))
