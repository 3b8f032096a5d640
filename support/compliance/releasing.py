"""What was promised for a post that is gone is owed no more; what still waits is promised anew."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from support.conversations.records import Message
from support.sla import keeping, pausing
from support.sla.keeping import Terms
from support.sla.levels import REPLY_KINDS, PromiseKind, Told
from support.sla.records import Promise, ServiceLevel, pauses_of, promises_of
from support.tickets import noting
from support.tickets.records import Ticket
from support.tickets.states import State


def release(session: Session, ticket: Ticket, *, reason: str, at: datetime) -> None:
    """Brings a ticket's promises in line with what is left of the customer's words.

    The promise for an emptied message is withdrawn with the reason. Where another message still
    waits, the oldest holds one by the same hours and target. Where none is left at all, nobody
    waits for a resolution either; a colleague looks at the ticket and closes it.
    """
    owed = keeping.open_for_words(session, ticket.id)
    if owed is not None and owed.message is not None and owed.message.emptied_at is not None:
        keeping.withdraw(owed, reason=reason, at=at)
        if not _promise_the_oldest(session, ticket, owed) and _was_answered(session, ticket):
            _turn_to_the_customer(session, ticket, at)
    if _oldest(session, ticket) is None:
        _withdraw_resolution(session, ticket, reason, at)
    noting.refresh(session, ticket)


def _turn_to_the_customer(session: Session, ticket: Ticket, at: datetime) -> None:
    """Only what came after our last answer is gone: it is the customer's turn, as it was then."""
    if ticket.state == State.OPEN:
        ticket.state = State.WAITING.value
        pausing.pause(session, ticket.id, at=at, reason=noting.FOR_THE_CUSTOMER)


def _promise_the_oldest(session: Session, ticket: Ticket, gone: Promise) -> bool:
    """Whatever came since the withdrawn promise began is unanswered."""
    waiting = _oldest(session, ticket, Message.posted_at >= keeping.waiting_since(gone))
    if waiting is None:
        return False
    terms = Terms(gone.calendar, session.get_one(ServiceLevel, gone.service_level_id))
    told = None
    started_at, received_at = waiting.posted_at, waiting.received_at
    if gone.told_until is not None:  # news of an incident: whoever's words, they come by then
        told = Told(gone.told_until, gone.told_words, gone.target_seconds)
        started_at, received_at = gone.started_at, gone.received_at
    keeping.make(
        session,
        PromiseKind(gone.kind),
        terms,
        ticket=ticket,
        message=waiting,
        started_at=started_at,
        received_at=received_at,
        earlier=keeping.hours_before(gone),
        told=told,
    )
    return True


def _oldest(session: Session, ticket: Ticket, *more: ColumnElement[bool]) -> Message | None:
    """The customer's oldest message of the ticket that still has its words."""
    theirs = and_(
        Message.by_us.is_(False),
        or_(Message.author_id.is_(None), Message.author_id == ticket.conversation.customer_id),
    )
    return session.scalar(
        select(Message)
        .where(noting.belonging_to(session, ticket), theirs, Message.emptied_at.is_(None), *more)
        .order_by(Message.posted_at, Message.id)
        .limit(1)
    )


def _was_answered(session: Session, ticket: Ticket) -> bool:
    return any(p.kept_at and p.kind in REPLY_KINDS for p in promises_of(session, ticket.id))


def _withdraw_resolution(session: Session, ticket: Ticket, reason: str, at: datetime) -> None:
    resolution = keeping.open_promise(session, ticket.id, PromiseKind.RESOLUTION)
    if resolution is not None:
        keeping.withdraw(resolution, reason=reason, at=at)
        pausing.rederive_resolutions(session, [resolution], pauses_of(session, ticket.id))
