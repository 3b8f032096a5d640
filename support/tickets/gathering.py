"""One ticket and what stands around it: who is in it, what was said, done and noted."""

from typing import Any

from sqlalchemy import ColumnElement, case, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from support.conversations.records import Conversation, Message
from support.sla.records import Promise
from support.tickets.records import Note, Ticket, TicketEvent


def ticket_with_everyone(session: Session, ticket_id: int) -> Ticket | None:
    """A ticket with its customer, account, assignee and tags.

    Of the newest message the payload too: whether it can be answered is read from it.
    """
    found = session.scalars(
        select(Ticket)
        .where(Ticket.id == ticket_id)
        .options(
            joinedload(Ticket.conversation).options(
                joinedload(Conversation.customer), joinedload(Conversation.account)
            ),
            joinedload(Ticket.assignee),
            joinedload(Ticket.level),
            joinedload(Ticket.latest_message).undefer(Message.raw),
            joinedload(Ticket.leading_promise).joinedload(Promise.calendar),
            joinedload(Ticket.tags),
        )
    )
    return found.unique().one_or_none()


def messages_of(session: Session, ticket_id: int) -> list[Message]:
    """What was said on X in this ticket, oldest first, with its authors, media and versions.

    What was said in tickets that were merged into it stands among the rest.
    One query: few messages have more than one of any. The raw payload is not loaded.
    """
    theirs = select(Message).where(merged_too(Message, ticket_id))
    eager = theirs.options(
        joinedload(Message.author), joinedload(Message.attachments), joinedload(Message.versions)
    )
    return list(session.scalars(eager.order_by(Message.posted_at, Message.id)).unique())


def notes_of(session: Session, ticket_id: int) -> list[Note]:
    theirs = select(Note).where(merged_too(Note, ticket_id))
    eager = theirs.options(joinedload(Note.agent))
    return list(session.scalars(eager.order_by(Note.written_at, Note.id)))


def merged_too(row: Any, ticket_id: int) -> ColumnElement[bool]:
    """What belongs to the ticket, or to one that was merged into it."""
    merged = select(Ticket.id).where(Ticket.merged_into_id == ticket_id)
    return or_(row.ticket_id == ticket_id, row.ticket_id.in_(merged))


def events_of(session: Session, ticket_id: int) -> list[TicketEvent]:
    theirs = select(TicketEvent).where(TicketEvent.ticket_id == ticket_id)
    eager = theirs.options(joinedload(TicketEvent.agent))
    return list(session.scalars(eager.order_by(TicketEvent.happened_at, TicketEvent.id)))


def other_tickets(session: Session, ticket: Ticket, *, limit: int = 5) -> list[Ticket]:
    """The customer's other tickets in every channel: what is tied to this one, then the newest."""
    tied = or_(Ticket.id == ticket.came_from_id, Ticket.came_from_id == ticket.id)
    theirs = (
        select(Ticket)
        .join(Ticket.conversation)
        .where(Conversation.customer_id == ticket.conversation.customer_id, Ticket.id != ticket.id)
        .options(contains_eager(Ticket.conversation))
    )
    order = (case((tied, 0), else_=1), Ticket.opened_at.desc())
    return list(session.scalars(theirs.order_by(*order).limit(limit)))
