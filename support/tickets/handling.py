"""What happens to tickets: customers write, replies go out, colleagues act."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import case, select
from sqlalchemy.orm import Session

from support.agents.records import Agent
from support.conversations.records import Conversation, Message
from support.errors import N_, DeskError, Refused
from support.sla import keeping
from support.sla.keeping import Terms
from support.sla.levels import PromiseKind
from support.sla.records import Promise, ServiceLevel, promises_of
from support.tickets.records import Ticket, TicketEvent
from support.tickets.states import Move, State, after

LONGEST_SUBJECT = 60
FOR_THE_CUSTOMER = "waiting for the customer"


def open_ticket(
    session: Session, conversation: Conversation, thread_x_id: str, *, first: str, at: datetime
) -> Ticket:
    """A new ticket in a conversation; `first` is the text of the post that opens it."""
    ticket = Ticket(
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
        _opens(ticket, message)
    if ticket.latest_message is None:
        _promise_first(session, ticket, message, terms)
        return
    session.flush()
    if ticket.state == State.RESOLVED:
        _reopen(session, ticket, message.posted_at, agent=None)
        _promise_resolution(session, ticket, message, terms)
    elif ticket.state != State.OPEN:
        keeping.resume(session, ticket.id, at=message.posted_at)
    elif ticket.due_at is None and not keeping.open_promise(
        session, ticket.id, PromiseKind.RESOLUTION
    ):  # all they had said was taken back, and with it what was promised
        _promise_resolution(session, ticket, message, terms)
    _move(ticket, Move.CUSTOMER_WROTE)
    ticket.snoozed_until = None
    _promise_next(session, ticket, message, terms)
    refresh(session, ticket)


def note_edit(message: Message) -> None:
    """A post was edited: a ticket's subject is what its oldest post says now."""
    if not message.by_us and message.posted_at <= message.ticket.opened_at:
        _opens(message.ticket, message)


def _opens(ticket: Ticket, message: Message) -> None:
    ticket.opened_at, ticket.subject = message.posted_at, subject_from(message.text)


def _promise_first(session: Session, ticket: Ticket, message: Message, terms: Terms) -> None:
    """The commonest way in, without a single look-up: a new ticket has nothing to find."""
    first = keeping.make(
        session,
        PromiseKind.FIRST_REPLY,
        terms,
        ticket=ticket,
        message=message,
        started_at=message.posted_at,
        received_at=message.received_at,
    )
    resolution = _promise_resolution(session, ticket, message, terms)
    _lead(ticket, keeping.leading([p for p in (first, resolution) if p]))
    ticket.latest_message = message
    ticket.last_message_at = message.posted_at


def _promise_resolution(
    session: Session, ticket: Ticket, message: Message, terms: Terms
) -> Promise | None:
    return keeping.make(
        session,
        PromiseKind.RESOLUTION,
        terms,
        ticket=ticket,
        started_at=message.posted_at,
        received_at=message.received_at,
    )


def _promise_next(session: Session, ticket: Ticket, message: Message, terms: Terms) -> None:
    """One promise for the oldest unanswered message, whatever order messages arrive in."""
    owed = keeping.open_promise(session, ticket.id, *keeping.REPLY_KINDS)
    if owed is None:
        keeping.make(
            session,
            PromiseKind.NEXT_REPLY,
            terms,
            ticket=ticket,
            message=message,
            started_at=message.posted_at,
            received_at=message.received_at,
        )
    elif message.posted_at < owed.started_at:
        keeping.move_back(
            owed,
            session.get_one(ServiceLevel, owed.service_level_id),
            message_id=message.id,
            started_at=message.posted_at,
            received_at=message.received_at,
        )


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
        since = oldest_customer_message(
            session, ticket.id, after=answered_until, until=told_until
        )
        if since is None:
            _turn_to_the_customer(session, ticket, promises, at)
            return
    if kept:  # an answer to what was answered before leaves nothing new unanswered
        _promise_next(session, ticket, since, terms())
    refresh(session, ticket)


def _turn_to_the_customer(
    session: Session, ticket: Ticket, promises: list[Promise], at: datetime
) -> None:
    if ticket.state in (State.OPEN, State.WAITING):
        _move(ticket, Move.ANSWERED)
        reason = FOR_THE_CUSTOMER
        keeping.pause(session, ticket.id, at=at, reason=reason, promises=promises)
    _lead(ticket, keeping.leading(promises))  # what the customer said is what it was


def oldest_customer_message(
    session: Session, ticket_id: int, *, after: datetime, until: datetime | None = None
) -> Message | None:
    theirs = select(Message).where(
        Message.ticket_id == ticket_id, Message.by_us.is_(False), Message.posted_at > after
    )
    if until is not None:
        theirs = theirs.where(Message.posted_at <= until)
    return session.scalar(theirs.order_by(Message.posted_at, Message.x_id).limit(1))


def assign(
    session: Session, ticket: Ticket, assignee: Agent | None, *, by: Agent, now: datetime
) -> None:
    """Gives the ticket to someone, or to nobody."""
    if ticket.assignee is assignee:
        return
    if assignee is not None and assignee.suspended_at is not None:
        raise Refused("assignee", N_("この担当者は現在お休み中のため、割り当てられません。"))
    ticket.assignee = assignee
    record(session, ticket, "assigned", by, now, to=assignee.family_name if assignee else "")


def hold(
    session: Session, ticket: Ticket, *, until: datetime | None, by: Agent, now: datetime
) -> None:
    """Puts the ticket aside until a time, or until the customer writes."""
    if until is not None and until <= now:
        raise Refused("until", N_("これより後の日時を選んでください。"))
    _move(ticket, Move.HOLD)
    ticket.snoozed_until = until
    record(session, ticket, "held", by, now, until=until.isoformat() if until else "")


def wake(session: Session, ticket: Ticket, *, by: Agent | None, now: datetime) -> None:
    """Takes a held ticket up again."""
    _move(ticket, Move.WAKE)
    ticket.snoozed_until = None
    keeping.resume(session, ticket.id, at=now)
    record(session, ticket, "woken", by, now)
    refresh(session, ticket)


def due_to_wake(session: Session, *, now: datetime, limit: int = 100) -> list[Ticket]:
    held = select(Ticket).where(Ticket.state == State.HELD.value, Ticket.snoozed_until <= now)
    return list(session.scalars(held.order_by(Ticket.snoozed_until).limit(limit)))


def resolve(session: Session, ticket: Ticket, *, by: Agent, now: datetime) -> None:
    """Nothing more is owed; an unanswered message is taken to need no reply."""
    _move(ticket, Move.RESOLVE)
    ticket.resolved_at, ticket.snoozed_until = now, None
    if ticket.assignee is None:
        ticket.assignee = by
    keeping.resolve(session, ticket.id, at=now, agent_id=by.id)
    record(session, ticket, "resolved", by, now)
    refresh(session, ticket)


def reopen(session: Session, ticket: Ticket, terms: Terms, *, by: Agent, now: datetime) -> None:
    """Takes a resolved ticket up again; its resolution is promised anew from now."""
    _reopen(session, ticket, now, agent=by)
    _move(ticket, Move.REOPEN)
    keeping.make(
        session,
        PromiseKind.RESOLUTION,
        terms,
        ticket=ticket,
        started_at=now,
        received_at=now,
    )
    refresh(session, ticket)


def _reopen(session: Session, ticket: Ticket, at: datetime, *, agent: Agent | None) -> None:
    ticket.resolved_at = None
    record(session, ticket, "reopened", agent, at)


def refresh(session: Session, ticket: Ticket) -> None:
    """Writes the derived columns of a ticket; nothing else does, but for a new ticket's first.

    What X took back is the newest message only where nothing else is left.
    """
    session.flush()
    _lead(ticket, keeping.leading(promises_of(session, ticket.id)))
    gone = case((Message.emptied_at.is_(None), 0), else_=1)
    latest = session.scalar(
        select(Message)
        .where(Message.ticket_id == ticket.id, Message.by_us.is_(False))
        .order_by(gone, Message.posted_at.desc(), Message.x_id.desc())
        .limit(1)
    )
    ticket.latest_message = latest
    ticket.last_message_at = latest.posted_at if latest else ticket.opened_at


def _lead(ticket: Ticket, promise: Promise | None) -> None:
    ticket.leading_promise = promise
    ticket.due_at = promise.due_at if promise else None
    ticket.warn_at = promise.warn_at if promise else None


def _move(ticket: Ticket, move: Move) -> None:
    state = after(ticket.state, move)
    if state is None:
        raise DeskError(N_("このチケットの状態が変わっています。画面を開き直してください。"))
    ticket.state = state.value


def record(
    session: Session, ticket: Ticket, kind: str, by: Agent | None, at: datetime, **data: str
) -> None:
    """Something was done to the ticket; `by` is None for what happened by itself."""
    session.add(TicketEvent(ticket_id=ticket.id, happened_at=at, kind=kind, agent=by, data=data))
