"""What colleagues say a ticket or its customer is: what they are owed may follow from it."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from support.agents.records import Agent
from support.conversations.records import Conversation, Customer
from support.errors import N_, Refused
from support.sla.levels import Carry, Priority
from support.terms.judging import Part
from support.terms.rejudging import reconsider
from support.tickets.records import Team, Ticket
from support.tickets.searching import NOT_RESOLVED
from support.tickets.steps import record

LONGEST_SEGMENT = 30


def set_priority(
    session: Session, ticket: Ticket, priority: str, *, by: Agent | None, now: datetime
) -> None:
    """What is owed is judged anew from its start; by None: the ladder of alerts raised it.

    Raises Refused for a priority there is not.
    """
    if priority not in set(Priority):
        raise Refused("priority", N_("優先度を一覧から選んでください。"))
    if ticket.priority == priority:
        return
    record(session, ticket, "prioritised", by, now, before=ticket.priority, to=priority)
    ticket.priority = priority
    _reconsider(session, [ticket.id], Part.LEVELS, Carry.WHOLE, "priority", by, now)


def set_team(
    session: Session, ticket: Ticket, team: Team | None, *, by: Agent, now: datetime
) -> None:
    """Time so far counts by the old team's hours, the rest by the new one's."""
    if ticket.team_id == (team.id if team else None):
        return
    if team is not None and team.closed_at is not None:
        raise Refused("team", N_("このチームは使われていません。ほかのチームを選んでください。"))
    ticket.team_id = team.id if team else None
    record(session, ticket, "teamed", by, now, to=team.name if team else "")
    _reconsider(session, [ticket.id], Part.HOURS, Carry.REST, "team", by, now)


def set_segment(
    session: Session, customer: Customer, segment: str, *, by: Agent, now: datetime
) -> list[int]:
    """The group a customer belongs to; the ids of their tickets, which may be judged anew."""
    segment = " ".join(segment.split())
    if len(segment) > LONGEST_SEGMENT:
        raise Refused("segment", N_("区分は30文字以内で入力してください。"))
    if customer.segment == segment:
        return []
    customer.segment = segment
    theirs = (
        select(Ticket)
        .join(Conversation, Conversation.id == Ticket.conversation_id)
        .where(Conversation.customer_id == customer.id, NOT_RESOLVED)
    )
    tickets = list(session.scalars(theirs))
    for ticket in tickets:
        record(session, ticket, "segmented", by, now, to=segment)
    ids = [ticket.id for ticket in tickets]
    _reconsider(session, ids, Part.LEVELS, Carry.WHOLE, "segment", by, now)
    return ids


def tags_changed(session: Session, ticket: Ticket, *, by: Agent, now: datetime) -> None:
    """A level may ask for a tag."""
    _reconsider(session, [ticket.id], Part.LEVELS, Carry.WHOLE, "tag", by, now)


def _reconsider(
    session: Session,
    ids: list[int],
    part: Part,
    carry: Carry,
    why: str,
    by: Agent | None,
    now: datetime,
) -> None:
    agent_id = by.id if by else None
    reconsider(session, ids, part, carry, why=why, at=now, agent_id=agent_id)
