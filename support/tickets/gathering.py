"""One ticket and what stands around it: who is in it, what was said, done and noted."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    Select,
    bindparam,
    case,
    literal,
    or_,
    select,
    union,
    union_all,
)
from sqlalchemy.orm import Session, contains_eager, joinedload

from support.conversations.records import Conversation, Message
from support.sla.records import Promise
from support.tickets.linking import MOST
from support.tickets.records import Ticket, TicketLink

MOST_OTHERS = 5
"""Of the customer's other tickets."""


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


def merged_too(row: Any, ticket_id: int | BindParameter[int]) -> ColumnElement[bool]:
    """What belongs to the ticket, or to one that was merged into it.

    One list of numbers, not two conditions with OR: for those PostgreSQL reads the whole table.
    """
    here = literal(ticket_id) if isinstance(ticket_id, int) else ticket_id
    merged = select(Ticket.id).where(Ticket.merged_into_id == ticket_id)
    theirs: ColumnElement[bool] = row.ticket_id.in_(union_all(select(here), merged))
    return theirs


def around() -> Select[int, bool]:
    """The numbers of the tickets that stand around one, and whether each is linked to it by hand:
    those linked, and the customer's other ones in every channel.

    What is tied to it comes first, then what is linked, then the newest. The linked ones and the
    customer's are looked up each by its own index. Ask with `place_of` the ticket.
    """
    here, customer, came_from = (bindparam(name, type_=Integer) for name in _PLACE)
    linked = union_all(
        select(TicketLink.other_id).where(TicketLink.ticket_id == here),
        select(TicketLink.ticket_id).where(TicketLink.other_id == here),
    ).subquery()
    theirs = (
        select(Ticket.id)
        .join(Conversation, Conversation.id == Ticket.conversation_id)
        .where(Conversation.customer_id == customer)
    )
    is_linked = Ticket.id.in_(select(linked.c[0]))
    tied = or_(Ticket.id == came_from, Ticket.came_from_id == here)
    either = union(select(linked.c[0].label("id")), theirs).subquery()
    return (
        select(Ticket.id, is_linked.label("is_linked"))
        .where(Ticket.id.in_(select(either.c.id)), Ticket.id != here)
        .order_by(case((tied, 0), (is_linked, 1), else_=2), Ticket.opened_at.desc())
        .limit(MOST_OTHERS + MOST)
    )


_PLACE = ("ticket", "customer", "came_from")


def place_of(ticket: Ticket) -> dict[str, int | None]:
    """What `around` asks of a ticket."""
    numbers = (ticket.id, ticket.conversation.customer_id, ticket.came_from_id)
    return dict(zip(_PLACE, numbers, strict=True))


def sorted_around(
    ticket: Ticket, found: Iterable[tuple[Ticket, bool]]
) -> tuple[list[Ticket], list[Ticket]]:
    """Those linked to it, by number; and the customer's other ones, as `around` puts them."""

    def place(it: Ticket, is_linked: bool) -> tuple[int, float]:
        tied = it.id == ticket.came_from_id or it.came_from_id == ticket.id
        return 0 if tied else 1 if is_linked else 2, -it.opened_at.timestamp()

    rows = sorted(found, key=lambda row: place(*row))
    by_hand = sorted((it for it, is_so in rows if is_so), key=lambda it: it.id)
    customer = ticket.conversation.customer_id
    theirs = [it for it, _ in rows if it.conversation.customer_id == customer]
    return by_hand, theirs[:MOST_OTHERS]


def tickets_around(session: Session, ticket: Ticket) -> tuple[list[Ticket], list[Ticket]]:
    """Those linked to it, and the customer's other ones."""
    near = around().subquery()
    chosen = (
        select(Ticket, near.c.is_linked)
        .join(near, near.c.id == Ticket.id)
        .join(Ticket.conversation)
        .options(contains_eager(Ticket.conversation))
    )
    return sorted_around(
        ticket, [(row[0], row[1]) for row in session.execute(chosen, place_of(ticket))]
    )
