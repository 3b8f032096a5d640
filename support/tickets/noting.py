"""What is said is noted: customers write, replies go out, and what that promises and keeps."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import ColumnElement, case, or_, select
from sqlalchemy.orm import Session

from support.agents.records import Agent
from support.conversations.records import Conversation, Message
from support.sla import keeping, pausing
from support.sla.keeping import Terms
from support.sla.levels import REPLY_KINDS, PromiseKind
from support.sla.records import Promise, promises_of
from support.tickets.promising import move_back, promise
from support.tickets.records import TOOK_OVER, Ticket, TicketEvent
from support.tickets.states import Move, State
from support.tickets.steps import move, reopened

LONGEST_SUBJECT = 60
FOR_THE_CUSTOMER = "waiting for the customer"


def open_ticket(
    session: Session,
    conversation: Conversation,
    thread_x_id: str,
    terms: Terms,
    *,
    first: str,
    at: datetime,
) -> Ticket:
    """A new ticket in a conversation; `first` is the text of the post that opens it."""
    ticket = Ticket(
        opened_calendar_id=terms.calendar.id,
        opened_level_id=terms.level.id,
        calendar_id=terms.calendar.id,
        service_level_id=terms.level.id,
        conversation=conversation,
        thread_x_id=thread_x_id,
        subject=subject_from(first),
        state=State.OPEN.value,
        opened_at=at,
        last_message_at=at,
        tags=[],
        assignee=None,
        latest_message=None,
        leading_promise=None,
    )
    session.add(ticket)
    return ticket


def subject_from(text: str) -> str:
    """A short title: the first words of the post, without the handles it begins with."""
    words = text.split()
    while words and words[0].startswith("@"):
        words = words[1:]
    return " ".join(words)[:LONGEST_SUBJECT]


def note_customer_message(session: Session, ticket: Ticket, message: Message, terms: Terms) -> None:
    """A customer wrote: the ticket wakes up and the promises this makes are made."""
    if ticket.latest_message is None or message.posted_at < ticket.opened_at:
        opens(ticket, message)
    if ticket.latest_message is None:
        _promise_first(session, ticket, message, terms)
        return
    session.flush()
    if ticket.state == State.RESOLVED:
        reopened(session, ticket, message.posted_at, by=None)
        _promise_resolution(session, ticket, message, terms)
    elif ticket.state != State.OPEN:
        pausing.resume(session, ticket.id, at=message.posted_at)
    elif ticket.due_at is None and not keeping.anything_open(
        session, ticket.id
    ):  # all they had said was taken back, and with it what was promised
        _promise_resolution(session, ticket, message, terms)
    move(ticket, Move.CUSTOMER_WROTE)
    ticket.snoozed_until = None
    promise_next(session, ticket, message, terms)
    refresh(session, ticket)


def note_edit(message: Message) -> None:
    """A post was edited: a ticket's subject is what its oldest post says now."""
    if not message.by_us and message.posted_at <= message.ticket.opened_at:
        opens(message.ticket, message)


def opens(ticket: Ticket, message: Message) -> None:
    """It begins the ticket: nothing of the customer's is older."""
    ticket.opened_at, ticket.subject = message.posted_at, subject_from(message.text)


def _promise_first(session: Session, ticket: Ticket, message: Message, terms: Terms) -> None:
    """The commonest way in, without a single look-up: a new ticket has nothing to find."""
    first = _promise_reply(session, ticket, PromiseKind.FIRST_REPLY, message, terms)
    resolution = _promise_resolution(session, ticket, message, terms)
    _lead(ticket, keeping.leading([p for p in (first, resolution) if p]))
    ticket.latest_message = message
    ticket.last_message_at = message.posted_at


def _promise_resolution(
    session: Session, ticket: Ticket, message: Message, terms: Terms
) -> Promise | None:
    return promise(
        session,
        ticket,
        PromiseKind.RESOLUTION,
        terms,
        at=message.posted_at,
        started_at=message.posted_at,
        received_at=message.received_at,
    )


def _promise_reply(
    session: Session,
    ticket: Ticket,
    kind: PromiseKind,
    message: Message,
    terms: Terms,
    at: datetime | None = None,
) -> Promise | None:
    return promise(
        session,
        ticket,
        kind,
        terms,
        at=at or message.posted_at,
        message=message,
        started_at=message.posted_at,
        received_at=message.received_at,
    )


def promise_next(
    session: Session, ticket: Ticket, message: Message, terms: Terms, at: datetime | None = None
) -> None:
    """One promise for the oldest unanswered message, whatever order messages arrive in.

    `at`: when it came to be owed, if not when it was posted.
    """
    owed = keeping.open_for_words(session, ticket.id)
    if owed is None:
        _promise_reply(session, ticket, PromiseKind.NEXT_REPLY, message, terms, at)
    elif owed.kind in REPLY_KINDS and message.posted_at < owed.started_at:
        move_back(session, ticket, owed, message)


def note_reply_accepted(
    session: Session,
    ticket: Ticket,
    answered: Message,
    terms: Terms,
    *,
    at: datetime,
    agent: Agent | None,
    told_until: datetime | None = None,
) -> None:
    """X accepted our reply to `answered` at `at`: what it answers is kept, what came since is not.

    Only the first accepted part of a reply is reported here. `agent` is None for a reply that
    was typed on x.com: somebody of ours answered, the desk does not know who. `told_until`:
    what came later is told later, although the desk has it.
    """
    agent_id = agent.id if agent else None
    note_answer(
        session,
        ticket,
        answered.posted_at,
        lambda: terms,
        at=at,
        agent_id=agent_id,
        told_until=told_until,
    )


def note_answer(
    session: Session,
    ticket: Ticket,
    answered_until: datetime,
    terms: Callable[[], Terms],
    *,
    at: datetime,
    agent_id: int | None,
    told_until: datetime | None = None,
) -> None:
    """The same in plain values; `terms` is asked only where something is promised anew."""
    promises = promises_of(session, ticket.id)
    with session.no_autoflush:  # one write of each row at the end, not one before every question
        kept = keeping.keep_replies(
            promises, answered_until=answered_until, at=at, agent_id=agent_id
        )
        if ticket.assignee_id is None and ticket.assignee is None:
            ticket.assignee_id = agent_id
        since = oldest_unanswered(session, ticket, after=answered_until, until=told_until)
        if since is None or since.posted_at > at:
            _turn_to_the_customer(session, ticket, promises, at)
        if since is None:
            return
    if since.posted_at > at:  # they wrote after X had our answer, and the desk heard of it first
        _turn_to_us(session, ticket, since)
        promise_next(session, ticket, since, terms())
    elif any(keeping.for_words(promise) for promise in kept):
        promise_next(session, ticket, since, terms(), at)  # else nothing new is unanswered
    refresh(session, ticket)


def _turn_to_us(session: Session, ticket: Ticket, message: Message) -> None:
    if ticket.state == State.WAITING:
        session.flush()
        pausing.resume(session, ticket.id, at=message.posted_at)
        move(ticket, Move.CUSTOMER_WROTE)


def _turn_to_the_customer(
    session: Session, ticket: Ticket, promises: list[Promise], at: datetime
) -> None:
    if ticket.state in (State.OPEN, State.WAITING):
        move(ticket, Move.ANSWERED)
        reason = FOR_THE_CUSTOMER
        pausing.pause(session, ticket.id, at=at, reason=reason, promises=promises)
    _lead(ticket, keeping.leading(promises))  # what the customer said is what it was


def oldest_unanswered(
    session: Session, ticket: Ticket, *, after: datetime, until: datetime | None = None
) -> Message | None:
    """The customer's oldest message that was posted after one that was answered.

    Of what was said in a ticket that was merged into this one, only what was unanswered then.
    """
    theirs = select(Message).where(
        belonging_to(session, ticket),
        Message.by_us.is_(False),
        Message.emptied_at.is_(None),
        Message.posted_at > after,
    )
    if until is not None:
        theirs = theirs.where(Message.posted_at <= until)
    return session.scalar(theirs.order_by(Message.posted_at, Message.x_id).limit(1))


def belonging_to(session: Session, ticket: Ticket) -> ColumnElement[bool]:
    """What an answer in this ticket may be owed to."""
    own = Message.ticket_id == ticket.id
    if ticket.took_over_at is None:
        return own
    return or_(own, Message.id.in_(taken_over(session, ticket.id)))


def taken_over(session: Session, ticket_id: int) -> list[int]:
    """The messages of other tickets that were unanswered when those were merged into this one."""
    merged = select(TicketEvent.data).where(
        TicketEvent.ticket_id == ticket_id, TicketEvent.kind == TOOK_OVER
    )
    return [number for data in session.scalars(merged) for number in data["waiting"]]


def refresh(session: Session, ticket: Ticket) -> None:
    """Writes the derived columns of a ticket; nothing else does, but for a new ticket's first.

    What X took back is the newest message only where nothing else is left.
    """
    session.flush()
    _lead(ticket, keeping.leading(promises_of(session, ticket.id)))
    gone = case((Message.emptied_at.is_(None), 0), else_=1)
    latest = session.scalar(
        select(Message)
        .where(belonging_to(session, ticket), Message.by_us.is_(False))
        .order_by(gone, Message.posted_at.desc(), Message.x_id.desc())
        .limit(1)
    )
    ticket.latest_message = latest
    ticket.last_message_at = latest.posted_at if latest else ticket.opened_at


def _lead(ticket: Ticket, promise: Promise | None) -> None:
    ticket.leading_promise = promise
    ticket.due_at = promise.due_at if promise else None
    ticket.warn_at = promise.warn_at if promise else None
