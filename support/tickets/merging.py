"""Two tickets about one matter become one: what is still owed in the first is owed in the other.

What was said stays where it was said, and so do the verdicts; nothing is counted twice.
"""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from support.agents.records import Agent
from support.conversations.records import Message
from support.errors import N_, Refused
from support.sla import keeping, pausing
from support.sla.keeping import Terms
from support.sla.levels import MERGED
from support.sla.records import promises_of
from support.tickets import updating
from support.tickets.noting import belonging_to, promise_next, refresh
from support.tickets.records import TOOK_OVER, Ticket, alone_with
from support.tickets.states import Move, State
from support.tickets.steps import move, record
from support.tickets.waking import note_resolved


def merge(
    session: Session, ticket: Ticket, into: Ticket, terms: Terms, *, by: Agent, now: datetime
) -> None:
    """`ticket` is taken over by `into`; `terms` are those `into` is judged by now.

    Raises Refused unless both are open and one conversation's: a private word must never turn up
    in public, nor one customer's before another.
    """
    for it in sorted((ticket, into), key=lambda one: one.id):
        alone_with(session, it.id)
    _check(ticket, into)
    waiting = _unanswered(session, ticket)
    updating.carry_over(session, ticket, into, terms, by=by, now=now)
    record(session, into, TOOK_OVER, by, now, other=ticket.id, waiting=[m.id for m in waiting])
    record(session, ticket, MERGED, by, now, into=into.id)
    _give_up(session, ticket, now)
    followers = update(Ticket).where(Ticket.merged_into_id == ticket.id)
    session.execute(followers.values(merged_into_id=into.id))
    ticket.merged_into_id, into.took_over_at = into.id, now
    if waiting:
        _take_on(session, into, waiting[0], terms, now)
    session.flush()
    refresh(session, ticket)
    refresh(session, into)
    note_resolved(session, ticket, now)


def _check(ticket: Ticket, into: Ticket) -> None:
    if ticket.id == into.id:
        raise Refused("into", N_("別のチケットを選んでください。"))
    if ticket.conversation_id != into.conversation_id:
        raise Refused("into", N_("同じお客様の、同じ窓口のチケットだけをまとめられます。"))
    if State.RESOLVED in (ticket.state, into.state):
        raise Refused("into", N_("解決済みのチケットはまとめられません。先に再開してください。"))


def _unanswered(session: Session, ticket: Ticket) -> list[Message]:
    """What the customer waits for an answer to, the oldest first."""
    owed = keeping.open_for_words(session, ticket.id)
    if owed is None:
        return []
    theirs = select(Message).where(
        belonging_to(session, ticket),
        Message.by_us.is_(False),
        Message.emptied_at.is_(None),
        Message.posted_at >= keeping.waiting_since(owed),
    )
    return list(session.scalars(theirs.order_by(Message.posted_at, Message.id)))


def _give_up(session: Session, ticket: Ticket, now: datetime) -> None:
    session.flush()
    pausing.resume(session, ticket.id, at=now)
    for promise in promises_of(session, ticket.id):
        if promise.is_open:
            keeping.withdraw(promise, reason=MERGED, at=now)
    ticket.state, ticket.resolved_at = State.RESOLVED.value, now
    ticket.snoozed_until = None


def _take_on(session: Session, into: Ticket, oldest: Message, terms: Terms, now: datetime) -> None:
    session.flush()
    if into.state != State.OPEN:
        pausing.resume(session, into.id, at=now)
    move(into, Move.CUSTOMER_WROTE)
    into.snoozed_until = None
    promise_next(session, into, oldest, terms, now)
