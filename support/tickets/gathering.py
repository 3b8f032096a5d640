"""One ticket and what stands around it: who is in it, what was said, done and noted."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, case, literal, or_, select, union, union_all
from sqlalchemy.orm import Session, contains_eager, joinedload

from support.conversations.records import Conversation, Message
from support.sla.records import Promise
from support.tickets.linking import MOST
from support.tickets.records import Note, Ticket, TicketEvent, TicketLink


def ticket_with_everyone(session: Session, ticket_id: int) -> Ticket | None:
    """A ticket with its customer, account, assignee and tags.

    Of the newest message the payload too: whether it can be answered is read from it.
    """
    return next(iter(tickets_with_everyone(session, [ticket_id])), None)


def tickets_with_everyone(session: Session, ids: Iterable[int]) -> list[Ticket]:
    """Several of them by one query, in the order of their numbers."""
    found = session.scalars(
        select(Ticket)
        .where(Ticket.id.in_(ids))
        .order_by(Ticket.id)
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
    return list(found.unique())


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
    """What belongs to the ticket, or to one that was merged into it.

    One list of numbers, not two conditions with OR: for those PostgreSQL reads the whole table.
    """
    merged = select(Ticket.id).where(Ticket.merged_into_id == ticket_id)
    theirs: ColumnElement[bool] = row.ticket_id.in_(union_all(select(literal(ticket_id)), merged))
    return theirs


def events_of(session: Session, ticket_id: int) -> list[TicketEvent]:
    theirs = select(TicketEvent).where(TicketEvent.ticket_id == ticket_id)
    eager = theirs.options(joinedload(TicketEvent.agent))
    return list(session.scalars(eager.order_by(TicketEvent.happened_at, TicketEvent.id)))


def tickets_around(
    session: Session, ticket: Ticket, *, limit: int = 5
) -> tuple[list[Ticket], list[Ticket]]:
    """Those linked to it, by number; and the customer's other ones in every channel.

    Of the others what is tied to this one comes first, then the newest. One query: the numbers of
    the linked ones and of the customer's are looked up each by its own index.
    """
    linked = union_all(
        select(TicketLink.other_id).where(TicketLink.ticket_id == ticket.id),
        select(TicketLink.ticket_id).where(TicketLink.other_id == ticket.id),
    ).subquery()
    theirs = (
        select(Ticket.id)
        .join(Conversation, Conversation.id == Ticket.conversation_id)
        .where(Conversation.customer_id == ticket.conversation.customer_id)
    )
    is_linked = Ticket.id.in_(select(linked.c[0]))
    tied = or_(Ticket.id == ticket.came_from_id, Ticket.came_from_id == ticket.id)
    around = union(select(linked.c[0].label("id")), theirs).subquery()
    chosen = (
        select(Ticket, is_linked)
        .where(Ticket.id.in_(select(around.c.id)), Ticket.id != ticket.id)
        .join(Ticket.conversation)
        .options(contains_eager(Ticket.conversation))
        .order_by(case((tied, 0), (is_linked, 1), else_=2), Ticket.opened_at.desc())
        .limit(limit + MOST)
    )
    found = session.execute(chosen).all()
    by_hand = sorted((it for it, is_so in found if is_so), key=lambda it: it.id)
    customer = ticket.conversation.customer_id
    return by_hand, [it for it, _ in found if it.conversation.customer_id == customer][:limit]
