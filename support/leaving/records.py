"""What depends on one person; queries only."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from support.agents.records import Agent
from support.alerts.editing import rules_in_force
from support.alerts.records import AlertRule
from support.approval.records import IS_OPEN, Approval
from support.replies.records import Reply, ReplyPart
from support.replies.states import PartState
from support.tickets.records import Ticket
from support.tickets.searching import NOT_RESOLVED


@dataclass(frozen=True)
class Dependents:
    tickets: list[Ticket]
    """Theirs and not resolved, in the order they were opened."""
    replies: list[Reply]
    """Scheduled under their name and not sent yet, the next one first."""
    waiting: list[Reply]
    """Theirs, for somebody to approve or send back."""
    rules: list[AlertRule]
    """Rungs of the alerts that pass tickets on to them."""


def dependents(session: Session, agent: Agent) -> Dependents:
    tickets = select(Ticket).where(Ticket.assignee_id == agent.id, NOT_RESOLVED)
    held = select(ReplyPart.reply_id).where(ReplyPart.state == PartState.HELD.value)
    replies = select(Reply).where(
        Reply.agent_id == agent.id,
        Reply.scheduled,
        Reply.settled_at.is_(None),
        Reply.id.in_(held),
    )
    waiting = select(Reply).join(Reply.approval).where(Approval.agent_id == agent.id, IS_OPEN)
    return Dependents(
        tickets=list(session.scalars(tickets.order_by(Ticket.id))),
        replies=list(session.scalars(replies.order_by(Reply.held_until, Reply.id))),
        waiting=list(session.scalars(waiting.order_by(Reply.id))),
        rules=[rule for rule in rules_in_force(session) if rule.agent_id == agent.id],
    )
