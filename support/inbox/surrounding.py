"""What other people said around a ticket: third parties in its thread, what it replies to, quotes.

Worked out when it is read, so that it does not matter what arrived first.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from support.conversations.records import Conversation, Message, SeenPost
from support.tickets.records import Ticket

MOST = 20
"""A thread under a popular post holds thousands; the newest are enough to understand one."""


@dataclass(frozen=True)
class Aside:
    """A post of somebody who is not the ticket's customer."""

    x_id: str
    username: str
    name: str
    text: str
    posted_at: datetime
    ticket_id: int | None
    """Their own ticket, if they have one."""
    hue: int


def asides(session: Session, ticket: Ticket, messages: list[Message]) -> list[Aside]:
    """Oldest first; nothing for direct messages, which have no third party."""
    if ticket.conversation.is_private:
        return []
    theirs = [message for message in messages if not message.by_us]
    referred = {x_id for m in theirs for x_id in (m.in_reply_to_x_id, m.quoted_x_id) if x_id}
    found = {aside.x_id: aside for aside in _seen(session, referred)}
    found |= {aside.x_id: aside for aside in _said(session, ticket, referred)}
    return sorted(found.values(), key=lambda aside: (aside.posted_at, aside.x_id))


def _said(session: Session, ticket: Ticket, referred: set[str]) -> list[Aside]:
    """Other customers of the same account in the same thread, and whom it answers elsewhere."""
    in_thread = (Message.thread_x_id == ticket.thread_x_id) & (
        Conversation.account_id == ticket.conversation.account_id
    )
    others = (
        select(Message)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(
            in_thread | Message.x_id.in_(referred),
            Message.channel == "public",
            Message.conversation_id != ticket.conversation_id,
            Message.by_us.is_(False),
            Message.emptied_at.is_(None),
        )
        .options(joinedload(Message.conversation).joinedload(Conversation.customer))
        .order_by(Message.posted_at.desc())
        .limit(MOST)
    )
    return [_of_message(message) for message in session.scalars(others)]


def _of_message(message: Message) -> Aside:
    person = message.conversation.customer
    return Aside(
        message.target_x_id,
        person.username,
        person.name or person.username,
        message.text,
        message.posted_at,
        message.ticket_id,
        person.hue,
    )


def _seen(session: Session, x_ids: set[str]) -> list[Aside]:
    if not x_ids:
        return []
    kept = select(SeenPost).where(SeenPost.x_id.in_(x_ids), SeenPost.emptied_at.is_(None))
    return [
        Aside(
            seen.x_id,
            seen.username,
            seen.name or seen.username,
            seen.text,
            seen.posted_at,
            None,
            int(seen.author_x_id) % 8 + 1,
        )
        for seen in session.scalars(kept)
    ]
