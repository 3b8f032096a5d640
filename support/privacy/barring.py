"""What stands in the way of erasing somebody, named for whoever can clear it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from support.conversations.records import Conversation, Customer
from support.inbox.records import Delivery
from support.privacy.mentions import names
from support.privacy.records import holds_of
from support.replies.records import Reply
from support.tickets.records import Ticket
from support.tickets.states import State

REPLY, OPEN, HELD, PUSHED = "reply", "open", "held", "pushed"
MOST = 20


@dataclass(frozen=True)
class Obstacle:
    kind: str
    """reply: one is on its way, in doubt, or waits; open: a ticket is not resolved; held: it is to
    be kept; pushed: X's notice of words of theirs has not been read."""
    tickets: tuple[int, ...] = ()
    states: tuple[str, ...] = ()
    """Of the reply's parts."""


def obstacles(session: Session, customer: Customer, x_id: str) -> list[Obstacle]:
    found = [*_replies(session, customer.id)]
    if waiting := _unresolved(session, customer.id):
        found.append(Obstacle(OPEN, tuple(waiting)))
    if holds := holds_of(session, customer.id):
        found.append(Obstacle(HELD, tuple(hold.ticket_id for hold in holds if hold.ticket_id)))
    if x_id and _is_pushed(session, x_id):
        found.append(Obstacle(PUSHED))
    return found


def is_replied_to(session: Session, customer_id: int) -> bool:
    """Whether a reply to them is not settled."""
    return session.scalar(_unsettled(customer_id).limit(1)) is not None


def _replies(session: Session, customer_id: int) -> list[Obstacle]:
    return [
        Obstacle(REPLY, (reply.ticket_id,), tuple(sorted({part.state for part in reply.parts})))
        for reply in session.scalars(_unsettled(customer_id).limit(MOST))
    ]


def _unsettled(customer_id: int) -> Select[Reply]:
    """Until a reply is settled its words are needed: to decide, to send, or to find it on X."""
    return (
        select(Reply)
        .join(Conversation, Conversation.id == Reply.conversation_id)
        .where(Conversation.customer_id == customer_id, Reply.settled_at.is_(None))
        .order_by(Reply.id)
    )


def _unresolved(session: Session, customer_id: int) -> Sequence[int]:
    theirs = (
        select(Ticket.id)
        .join(Ticket.conversation)
        .where(Conversation.customer_id == customer_id, Ticket.state != State.RESOLVED.value)
    )
    return session.scalars(theirs.order_by(Ticket.id).limit(MOST)).all()


def _is_pushed(session: Session, x_id: str) -> bool:
    waiting = select(Delivery.body).where(Delivery.state == "new")
    return any(names(body, x_id) for body in session.scalars(waiting))
