"""What there was between us and a customer: their tickets in every account, and who answered."""

from dataclasses import dataclass

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from support.agents.records import Agent
from support.conversations.records import Conversation
from support.replies.records import Reply, ReplyPart
from support.tickets.places import Place, place_from
from support.tickets.records import Ticket
from support.tickets.searching import NOT_RESOLVED

PAGE = 30


@dataclass(frozen=True)
class Past:
    """A page of a customer's tickets, the newest first; `next`: where the next page begins."""

    tickets: list[Ticket]
    answered_by: dict[int, list[str]]
    """Family names, by ticket; nobody for one that was not answered from the desk."""
    next: str | None


@dataclass(frozen=True)
class Totals:
    tickets: int
    open: int
    accounts: int


def totals(session: Session, customer_id: int) -> Totals:
    counted = (
        select(
            func.count(Ticket.id),
            func.count(case((NOT_RESOLVED, 1))),
            func.count(Conversation.account_id.distinct()),
        )
        .join(Conversation, Conversation.id == Ticket.conversation_id)
        .where(Conversation.customer_id == customer_id)
    )
    return Totals(*session.execute(counted).one())


def past(session: Session, customer_id: int, after: str) -> Past:
    theirs = (
        select(Ticket)
        .join(Ticket.conversation)
        .where(Conversation.customer_id == customer_id)
        .options(
            contains_eager(Ticket.conversation).joinedload(Conversation.account),
            joinedload(Ticket.assignee),
        )
        .order_by(Ticket.opened_at.desc(), Ticket.id.desc())
        .limit(PAGE + 1)
    )
    place = place_from(after) if after else None
    if place is not None:
        same = and_(Ticket.opened_at == place.at, Ticket.id < place.id)
        theirs = theirs.where(or_(Ticket.opened_at < place.at, same))
    found = list(session.scalars(theirs))
    shown = found[:PAGE]
    last = shown[-1] if len(found) > PAGE else None
    place_of_next = str(Place(last.opened_at, last.id, False)) if last else None
    return Past(shown, _answered_by(session, [it.id for it in shown]), place_of_next)


def _answered_by(session: Session, ticket_ids: list[int]) -> dict[int, list[str]]:
    sent = (
        select(Reply.ticket_id, Agent.family_name)
        .join(Agent, Agent.id == Reply.agent_id)
        .join(ReplyPart, ReplyPart.reply_id == Reply.id)
        .where(Reply.ticket_id.in_(ticket_ids), ReplyPart.posted_at.is_not(None))
        .group_by(Reply.ticket_id, Agent.family_name)
        .order_by(Reply.ticket_id, func.min(Reply.id))
    )
    names: dict[int, list[str]] = {}
    for ticket_id, name in session.execute(sent) if ticket_ids else ():
        names.setdefault(ticket_id, []).append(name)
    return names
