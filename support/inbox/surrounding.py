"""What other people said around a ticket: third parties in its thread, what it replies to, quotes.

Worked out when it is read, so that it does not matter what arrived first.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, cast, func, null, select, union_all
from sqlalchemy.orm import Session

from support.conversations.records import Conversation, Customer, Message, SeenPost
from support.tickets.records import Ticket

MOST = 20
"""A thread under a popular post holds thousands; the newest are enough to understand one."""
MOST_SEEN = 100


@dataclass(frozen=True)
class Aside:
    """A post of somebody who is not the ticket's customer."""

    x_id: str
    author_x_id: str
    username: str
    name: str
    text: str
    posted_at: datetime
    ticket_id: int | None
    """Their own ticket, if they have one."""
    hue: int
    is_customer: bool = False
    """The ticket's own customer wrote it, but not to us."""


def asides(session: Session, ticket: Ticket, messages: list[Message]) -> list[Aside]:
    """Oldest first; nothing for direct messages, which have no third party."""
    if ticket.conversation.is_private:
        return []
    theirs = [message for message in messages if not message.by_us]
    referred = {x_id for m in theirs for x_id in (m.in_reply_to_x_id, m.quoted_x_id) if x_id}
    parts = [select(part.subquery()) for part in (_seen(ticket, referred), _said(ticket, referred))]
    customer = ticket.conversation.customer.x_id
    found: dict[str, Aside] = {}  # what is a message as well comes last, and stands
    for x_id, author, username, name, text, at, ticket_id, number in session.execute(
        union_all(*parts)
    ):
        hue = (int(author) if number is None else number) % 8 + 1
        name, same = name or username, author == customer
        found[x_id] = Aside(x_id, author, username, name, text, at, ticket_id, hue, same)
    return sorted(found.values(), key=lambda aside: (aside.posted_at, aside.x_id))


def _said(ticket: Ticket, referred: set[str]) -> Any:
    """Other customers of the same account in the same thread, and whom it answers elsewhere."""
    in_thread = (Message.thread_x_id == ticket.thread_x_id) & (
        Conversation.account_id == ticket.conversation.account_id
    )
    return (
        select(
            func.coalesce(func.nullif(Message.latest_x_id, ""), Message.x_id).label("x_id"),
            Customer.x_id.label("author_x_id"),
            Customer.username,
            Customer.name,
            Message.text,
            Message.posted_at,
            Message.ticket_id,
            Customer.id.label("customer_id"),
        )
        .join(Conversation, Conversation.id == Message.conversation_id)
        .join(Customer, Customer.id == Conversation.customer_id)
        .where(
            in_thread | Message.x_id.in_(referred),
            Message.channel == "public",
            Message.conversation_id != ticket.conversation_id,
            Message.by_us.is_(False),
            Message.emptied_at.is_(None),
        )
        .order_by(Message.posted_at.desc())
        .limit(MOST)
    )


def _seen(ticket: Ticket, referred: set[str]) -> Any:
    """What a message refers to, and what was asked for of the thread."""
    in_thread = (SeenPost.thread_x_id == ticket.thread_x_id) & (SeenPost.thread_x_id != "")
    return (
        select(
            SeenPost.x_id,
            SeenPost.author_x_id,
            SeenPost.username,
            SeenPost.name,
            SeenPost.text,
            SeenPost.posted_at,
            cast(null(), Integer).label("ticket_id"),
            cast(null(), Integer).label("customer_id"),
        )
        .where(SeenPost.x_id.in_(referred) | in_thread, SeenPost.emptied_at.is_(None))
        .order_by(SeenPost.posted_at.desc())
        .limit(MOST_SEEN)
    )
