"""With which ticket a post goes on where there are several: merged ones, parts of a split one."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import CompoundSelect, select, union_all
from sqlalchemy.orm import Session

from support.conversations.records import Message, MessageVersion
from support.replies.records import Reply, ReplyPart
from support.tickets.records import Ticket, alone_with
from support.x.posts import Post


def answered_tickets(
    session: Session, tickets: Iterable[Ticket], posts: Iterable[Post]
) -> dict[str, Ticket]:
    """By what a post answers, the ticket in which that was said: theirs, ours, any version."""
    by_id = {ticket.id: ticket for ticket in tickets}
    asked = {post.in_reply_to_x_id for post in posts if post.in_reply_to_x_id}
    versions = select(MessageVersion.x_id, Message.ticket_id).join(
        Message, Message.id == MessageVersion.message_id
    )
    sent = select(ReplyPart.x_id, Reply.ticket_id).join(Reply, Reply.id == ReplyPart.reply_id)
    said: CompoundSelect[Any] = union_all(
        select(Message.x_id, Message.ticket_id).where(Message.x_id.in_(asked)),
        versions.where(MessageVersion.x_id.in_(asked)),
        sent.where(ReplyPart.x_id.in_(asked)),
    )
    found = {x_id: by_id[number] for x_id, number in session.execute(said) if number in by_id}
    return {x_id: followed(session, ticket) for x_id, ticket in found.items()}


def followed(session: Session, ticket: Ticket) -> Ticket:
    """The ticket that took this one over, or itself."""
    if ticket.merged_into_id is None:
        return ticket
    return alone_with(session, ticket.merged_into_id)
