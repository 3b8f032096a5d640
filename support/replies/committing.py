"""What a reply promises in words is owed from the moment X has those words."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from support.replies.commitment_times import due_at
from support.replies.commitments import commitments
from support.replies.folded import fold
from support.replies.records import Reply, ReplyPart
from support.sla.keeping import hours_of
from support.sla.records import Calendar
from support.terms.choosing import terms_for
from support.tickets import updating
from support.tickets.records import Ticket, alone_with


def promise_in(
    session: Session, ticket: Ticket, text: str, said_at: datetime
) -> tuple[datetime, str] | None:
    """By when a text promises this customer more, and with which words; None: it does not."""
    said = commitments(text)
    if not said:
        return None
    hours = hours_of(session.get_one(Calendar, ticket.calendar_id))
    seconds = ticket.level.update_seconds
    update = timedelta(seconds=seconds) if seconds else None
    found = ((due_at(it.when, hours, said_at, update), it.words) for it in said)
    return min(((due, words) for due, words in found if due is not None), default=None)


def begin(session: Session, reply_id: int) -> None:
    """May be called again at any time: a reply promises once, when the part with its words is out.

    The caller holds the ticket.
    """
    reply = session.get_one(Reply, reply_id)
    part = _saying(reply)
    if reply.promised_until is None or part is None or part.posted_at is None:
        return
    ticket = alone_with(session, reply.ticket_id)
    if part.deleted_at is not None or updating.of_reply(session, ticket, reply.id) is not None:
        return
    updating.tell(
        session,
        ticket,
        terms_for(session, ticket),
        until=reply.promised_until,
        words=reply.promised_words,
        said_at=max(reply.pressed_at, reply.held_until),
        at=part.posted_at,
        by=reply.agent,
        reply_id=reply.id,
    )


def take_back(session: Session, part: ReplyPart, now: datetime) -> None:
    """A post of ours is gone from X: what only it promised is owed no more."""
    reply = part.reply
    if reply.promised_until is None or _saying(reply) is not part:
        return
    ticket = session.get_one(Ticket, reply.ticket_id)
    into = ticket.merged_into_id
    for it in (ticket, session.get_one(Ticket, into) if into else None):
        if it is not None:
            updating.unsay_reply(session, it, reply.id, now)


def _saying(reply: Reply) -> ReplyPart | None:
    """The part that holds the words; the last, where a break went through them."""
    words = fold(reply.promised_words).text
    saying = (part for part in reply.parts if words in fold(part.text).text)
    return next(saying, reply.parts[-1] if reply.parts else None)
