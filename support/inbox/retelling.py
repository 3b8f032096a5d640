"""What was said arrives in any order; what is owed follows from the order it was said in."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select, union_all
from sqlalchemy.orm import Session

from support.agents.records import Agent
from support.conversations.records import Message, MessageVersion
from support.replies.records import Reply, ReplyPart
from support.sla.keeping import Terms
from support.sla.records import Promise, ServiceLevel, pauses_of, promises_of
from support.tickets import noting
from support.tickets.records import Ticket, TicketEvent
from support.tickets.states import State

BY_HAND = ("held", "woken", "resolved", "reopened")
"""What colleagues did cannot be told again as if they had known more."""


class Said(NamedTuple):
    """A customer's message, or our answer to one."""

    at: datetime
    x_id: int
    message: Message
    """Theirs; for an answer, the one it answers."""
    is_answer: bool
    agent: Agent | None


def came_late(session: Session, ticket: Ticket, at: datetime) -> bool:
    """Whether a message of `at` was said before something that is already told."""
    if at < ticket.last_message_at:
        return True
    return ticket.state == State.WAITING and _answered_after(session, ticket, at)


def answer_came_late(session: Session, ticket: Ticket, at: datetime) -> bool:
    return at < ticket.last_message_at or _answered_after(session, ticket, at)


def _answered_after(session: Session, ticket: Ticket, at: datetime) -> bool:
    typed = select(Message.id).where(
        Message.ticket_id == ticket.id, Message.by_us.is_(True), Message.posted_at > at
    )
    sent = (
        select(ReplyPart.id)
        .join(Reply)
        .where(Reply.ticket_id == ticket.id, ReplyPart.posted_at > at)
    )
    return session.execute(union_all(typed, sent).limit(1)).first() is not None


def may_retell(session: Session, ticket: Ticket) -> bool:
    """Not once a colleague put the ticket aside or resolved it, nor once a promise was withdrawn:
    from then on what turns up late is news of the moment it turns up.
    """
    by_hand = select(TicketEvent.id).where(
        TicketEvent.ticket_id == ticket.id, TicketEvent.kind.in_(BY_HAND)
    )
    withdrawn = select(Promise.id).where(
        Promise.ticket_id == ticket.id, Promise.withdrawn_at.is_not(None)
    )
    return session.scalar(by_hand.limit(1)) is session.scalar(withdrawn.limit(1)) is None


def retell(session: Session, ticket: Ticket, terms: Terms) -> None:
    """Makes the ticket's promises anew from what was said, in the order it was said.

    They are judged by the hours and targets the first of them was made with.
    """
    session.flush()
    terms = _forget(session, ticket) or terms
    for said in sorted(_said(session, ticket), key=lambda said: said[:2]):
        if not said.is_answer:
            noting.note_customer_message(session, ticket, said.message, terms)
        else:
            noting.note_reply_accepted(
                session,
                ticket,
                said.message,
                terms,
                at=said.at,
                agent=said.agent,
                told_until=said.at,
            )


def _forget(session: Session, ticket: Ticket) -> Terms | None:
    """The ticket as it was before anything was promised; returns what was in force then."""
    promises = promises_of(session, ticket.id)
    old = [
        Terms(promise.calendar, session.get_one(ServiceLevel, promise.service_level_id))
        for promise in promises[:1]
    ]
    ticket.leading_promise = ticket.latest_message = None
    ticket.state = State.OPEN.value
    session.flush()
    for row in [*promises, *pauses_of(session, ticket.id)]:
        session.delete(row)
    session.flush()
    return old[0] if old else None


def _said(session: Session, ticket: Ticket) -> Iterator[Said]:
    every = list(
        session.scalars(
            select(Message)
            .where(Message.ticket_id == ticket.id, Message.emptied_at.is_(None))
            .order_by(Message.posted_at)
        )
    )
    theirs = [message for message in every if not message.by_us]
    for message in theirs:
        yield Said(message.posted_at, int(message.x_id), message, False, None)
    names = _names(session, theirs)
    for message in every:
        answered = _answered(message, theirs, names) if message.by_us else None
        if answered is not None:
            yield Said(message.posted_at, int(message.x_id), answered, True, None)
    yield from _sent(session, ticket)


def _names(session: Session, theirs: list[Message]) -> dict[str, Message]:
    """Their messages under the id of every version."""
    by_id = {message.id: message for message in theirs}
    names = {message.x_id: message for message in theirs}
    versions = select(MessageVersion).where(MessageVersion.message_id.in_(by_id))
    return names | {v.x_id: by_id[v.message_id] for v in session.scalars(versions)}


def _answered(ours: Message, theirs: list[Message], names: dict[str, Message]) -> Message | None:
    if ours.in_reply_to_x_id:
        return names.get(ours.in_reply_to_x_id)
    before = [message for message in theirs if message.posted_at <= ours.posted_at]
    return before[-1] if before and ours.conversation.is_private else None


def _sent(session: Session, ticket: Ticket) -> Iterator[Said]:
    """The first accepted part of every reply that went out from the desk."""
    parts = (
        select(ReplyPart)
        .join(Reply)
        .where(Reply.ticket_id == ticket.id, ReplyPart.posted_at.is_not(None))
        .order_by(ReplyPart.position)
    )
    firsts: dict[int, ReplyPart] = {}
    for part in session.scalars(parts):
        firsts.setdefault(part.reply_id, part)
    for part in firsts.values():
        assert part.posted_at is not None
        reply = part.reply
        yield Said(part.posted_at, int(part.x_id or 0), reply.answers, True, reply.agent)
