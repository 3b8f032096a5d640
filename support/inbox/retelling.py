"""What happened arrives in any order; what is owed follows from the order it happened in.

`rebuild` works all promises of a ticket out anew from its facts: what was said and when, what X
took back, what colleagues did, and how the terms changed.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, or_, select, union_all
from sqlalchemy.orm import Session

from support.conversations.records import Message, MessageVersion
from support.replies.records import Reply, ReplyPart
from support.sla.levels import PromiseKind
from support.sla.records import ServiceLevel
from support.tickets import covering, noting
from support.tickets.course import Course
from support.tickets.happenings import (
    Answered,
    Did,
    Gone,
    Happening,
    TakenOver,
    TookOver,
    Wrote,
    in_order,
)
from support.tickets.owed import Targets
from support.tickets.promising import changes_of, opened_with
from support.tickets.records import SPLIT_OFF, TOOK_OVER, Ticket, TicketEvent
from support.tickets.states import Move
from support.tickets.updating import UPDATES, said_of
from support.tickets.writing import write

MOVES = {"held": Move.HOLD, "woken": Move.WAKE, "resolved": Move.RESOLVE, "reopened": Move.REOPEN}
DEEDS = (*MOVES, TOOK_OVER, "merged", *UPDATES, covering.COVERED)


def came_late(session: Session, ticket: Ticket, at: datetime) -> bool:
    """Whether something of `at` happened before something that is already told.

    One look, by index; a new ticket has nothing to look for.
    """
    if ticket.latest_message is None:
        return False
    if at < ticket.last_message_at:
        return True
    said = select(Message.id).where(Message.ticket_id == ticket.id, _told_after(at))
    sent = (
        select(ReplyPart.id)
        .join(Reply)
        .where(
            Reply.ticket_id == ticket.id,
            Reply.automatic.is_(False),
            ReplyPart.posted_at > at,
        )
    )
    done = select(TicketEvent.id).where(
        TicketEvent.ticket_id == ticket.id,
        TicketEvent.kind.in_(DEEDS),
        TicketEvent.happened_at > at,
    )
    return session.execute(union_all(said, sent, done).limit(1)).first() is not None


def _told_after(at: datetime) -> ColumnElement[bool]:
    """As `_wrote` places it: what came only after a deed counts as said when it came."""
    deed_between = exists().where(
        TicketEvent.ticket_id == Message.ticket_id,
        TicketEvent.kind.in_(DEEDS),
        TicketEvent.happened_at > Message.posted_at,
        TicketEvent.happened_at < Message.received_at,
    )
    return or_(
        Message.posted_at > at,
        Message.emptied_at > at,
        and_(Message.received_at > at, deed_between),
    )


def rebuild(session: Session, ticket: Ticket) -> None:
    """Makes the ticket's promises, pauses and state what its facts say they are.

    Rows stay the same rows where they are about the same thing; what a lead corrected stays.
    """
    session.flush()
    happenings = list(happenings_of(session, ticket))
    course = Course(opened_with(ticket), _targets(session), _beginning(session, ticket))
    course.follow(in_order(happenings))
    first = min((it.posted_at, it.message_id) for it in happenings if isinstance(it, Wrote))
    noting.opens(ticket, session.get_one(Message, first[1]))
    write(session, ticket, course)
    noting.refresh(session, ticket)


def _beginning(session: Session, ticket: Ticket) -> PromiseKind:
    """What was owed to its first message; where that was split off, what it was owed there."""
    if ticket.split_from_id is None:
        return PromiseKind.FIRST_REPLY
    begun = select(TicketEvent.data).where(
        TicketEvent.ticket_id == ticket.id, TicketEvent.kind == SPLIT_OFF
    )
    return PromiseKind(session.scalars(begun).one()["owed"])


def _targets(session: Session) -> Targets:
    return {
        level.id: {kind: getattr(level, f"{kind.value}_seconds") for kind in PromiseKind}
        for level in session.scalars(select(ServiceLevel))
    }


def happenings_of(session: Session, ticket: Ticket) -> Iterator[Happening]:
    """All that happened in a ticket, as far as it matters for what is owed; in any order."""
    every = list(
        session.scalars(
            select(Message).where(Message.ticket_id == ticket.id).order_by(Message.posted_at)
        )
    )
    theirs = [message for message in every if not message.by_us]
    deeds = list(_deeds(session, ticket))
    moments = [deed.at for deed in deeds]
    yield from changes_of(session, ticket.id)
    yield from deeds
    yield from (_wrote(message, moments) for message in theirs)
    yield from _gone([*theirs, *_waiting(session, deeds)])
    answerable = sorted([*theirs, *_of_merged(session, ticket)], key=lambda it: it.posted_at)
    yield from _answers(session, ticket, every, answerable)


def _wrote(message: Message, deeds: Iterable[datetime]) -> Wrote:
    """What reached the desk only after a colleague did something is news of when it came."""
    posted, received = message.posted_at, message.received_at
    late = any(posted < deed < received for deed in deeds)
    return Wrote(received if late else posted, message.id, posted, received)


def _gone(theirs: Iterable[Message]) -> Iterator[Gone]:
    """Messages that went in one moment went together."""
    moments: dict[tuple[datetime, str], set[int]] = {}
    for message in theirs:
        if message.emptied_at is not None:
            key = (message.emptied_at, message.emptied_reason)
            moments.setdefault(key, set()).add(message.id)
    for (at, reason), ids in moments.items():
        yield Gone(at, frozenset(ids), reason)


def _deeds(session: Session, ticket: Ticket) -> Iterator[Happening]:
    done = select(TicketEvent).where(
        TicketEvent.ticket_id == ticket.id, TicketEvent.kind.in_(DEEDS)
    )
    undone = covering.uncovered(session, ticket)
    for event in session.scalars(done.order_by(TicketEvent.happened_at, TicketEvent.id)):
        at = event.happened_at
        if event.kind == covering.COVERED:
            told = covering.answered_for(event) if event.id not in undone else None
            if told is not None:
                yield told
            continue
        if event.kind == TOOK_OVER:
            ids = event.data["waiting"]
            waiting = session.scalars(select(Message).where(Message.id.in_(ids)))
            yield TookOver(at, tuple(_wrote(message, ()) for message in waiting))
        elif event.kind == "merged":
            yield TakenOver(at)
        elif event.kind in UPDATES:
            yield said_of(event)
        elif event.kind != "reopened" or event.agent_id is not None:  # else their words did it
            yield Did(at, MOVES[event.kind], event.agent_id)


def _waiting(session: Session, deeds: Iterable[Happening]) -> list[Message]:
    ids = [it.message_id for deed in deeds if isinstance(deed, TookOver) for it in deed.waiting]
    return list(session.scalars(select(Message).where(Message.id.in_(ids)))) if ids else []


def _of_merged(session: Session, ticket: Ticket) -> list[Message]:
    """What was said in tickets that were merged into this one: answers to it count here now."""
    if ticket.took_over_at is None:
        return []
    merged = select(Ticket.id).where(Ticket.merged_into_id == ticket.id)
    theirs = select(Message).where(Message.ticket_id.in_(merged), Message.by_us.is_(False))
    return list(session.scalars(theirs))


def _answers(
    session: Session, ticket: Ticket, every: list[Message], theirs: list[Message]
) -> Iterator[Answered]:
    """What was typed on x.com, and the first accepted part of every reply of the desk."""
    names = _names(session, theirs)
    for message in every:
        answered = _answered(message, theirs, names) if message.by_us else None
        if answered is not None:
            yield Answered(message.posted_at, answered.posted_at, None)
    parts = (
        select(ReplyPart)
        .join(Reply)
        .where(
            Reply.ticket_id == ticket.id,
            Reply.automatic.is_(False),
            ReplyPart.posted_at.is_not(None),
        )
        .order_by(ReplyPart.position)
    )
    firsts: dict[int, ReplyPart] = {}
    for part in session.scalars(parts):
        firsts.setdefault(part.reply_id, part)
    for part in firsts.values():
        assert part.posted_at is not None
        yield Answered(part.posted_at, part.reply.answers.posted_at, part.reply.agent_id)


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
