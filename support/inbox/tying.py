"""A conversation that went on in private is tied to the public ticket it came from."""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from support.conversations.records import DM, PUBLIC, Conversation, Message
from support.inbox.origins import Origin, came_from
from support.replies.records import Reply, ReplyPart
from support.tickets.records import Ticket
from support.x import links
from support.x.records import Account


def tie(session: Session, changed: Iterable[Ticket]) -> None:
    """Ties the private tickets of these customers; what was tied before is judged anew.

    Judged by what had been said when a ticket was opened, so that it makes no difference which
    of the two sides reaches the desk first. One query an account where nobody wrote in private.
    """
    customers: dict[Account, set[int]] = {}
    for ticket in changed:
        conversation = ticket.conversation
        customers.setdefault(conversation.account, set()).add(conversation.customer_id)
    for account, customer_ids in customers.items():
        _tie(session, account, customer_ids)


def _tie(session: Session, account: Account, customer_ids: Collection[int]) -> None:
    private = (
        select(Ticket)
        .join(Ticket.conversation)
        .where(
            Conversation.customer_id.in_(customer_ids),
            Conversation.account_id == account.id,
            Conversation.channel == DM,
        )
    )
    for ticket in session.scalars(private):
        customer_id = ticket.conversation.customer_id
        origins = _origins(session, account, customer_id, ticket.opened_at)
        found = came_from(origins, ticket.opened_at)
        if found is not None:
            ticket.came_from_id = found


def _origins(
    session: Session, account: Account, customer_id: int, at: datetime
) -> Iterator[Origin]:
    """The customer's public tickets with the account, as far as they had come by then."""
    spoken = (
        select(Ticket.id, Ticket.resolved_at, func.max(Message.posted_at))
        .join(Ticket.conversation)
        .join(Message, Message.ticket_id == Ticket.id)
        .where(
            Conversation.customer_id == customer_id,
            Conversation.account_id == account.id,
            Conversation.channel == PUBLIC,
            Message.posted_at <= at,
        )
        .group_by(Ticket.id, Ticket.resolved_at)
    )
    rows = session.execute(spoken).all()
    invited = _invited(session, [row[0] for row in rows], account, at) if rows else {}
    for ticket_id, resolved_at, spoken_at in rows:
        yield Origin(ticket_id, invited.get(ticket_id), spoken_at, resolved_at)


def _invited(
    session: Session, ticket_ids: list[int], account: Account, at: datetime
) -> dict[int, datetime]:
    """When each of these tickets last held a link for writing us a direct message."""
    linked = (
        select(Reply.ticket_id, ReplyPart.posted_at, ReplyPart.text)
        .join(ReplyPart.reply)
        .where(
            Reply.ticket_id.in_(ticket_ids),
            ReplyPart.posted_at <= at,
            ReplyPart.text.contains(links.invitation(account.x_id), autoescape=True),
        )
        .order_by(ReplyPart.posted_at)
    )
    return {
        ticket_id: posted_at
        for ticket_id, posted_at, text in session.execute(linked)
        if posted_at and links.invites(text, account.x_id)
    }
