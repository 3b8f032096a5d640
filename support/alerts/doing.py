"""What is done when a rung is raised: colleagues and webhooks are told, the ticket is changed."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from support.agents.access import Role
from support.agents.records import Agent, working_agents
from support.alerts.ladder import AlertDeed
from support.alerts.records import Alert, AlertNotice, AlertPost, AlertRule
from support.errors import Refused
from support.sla.levels import Priority
from support.terms import placing
from support.tickets import handling
from support.tickets.reaching import those_who_see
from support.tickets.records import Ticket

ACTS = frozenset({AlertDeed.REASSIGN, AlertDeed.PRIORITY})
"""Deeds that change the ticket."""
TOLD, POSTED, REASSIGNED, RAISED = "told", "posted", "reassigned", "raised"
NOBODY, SAME = "nobody", "same"
"""There was nobody to do it for; it was so already."""
_LEADS = frozenset({Role.LEAD, Role.ADMIN})


@dataclass
class Raised:
    """What a sweep raised: who is to be told of news, and which tickets look different."""

    agents: set[int] = field(default_factory=set)
    tickets: set[int] = field(default_factory=set)


def carry_out(
    session: Session, alert: Alert, rule: AlertRule, now: datetime, raised: Raised
) -> str:
    """Does what the rule says; how that ended."""
    ticket = session.get_one(Ticket, alert.ticket_id)
    match rule.deed:
        case AlertDeed.ASSIGNEE:
            mine = those_who_see(session, ticket, _at_work(ticket.assignee))
            return _tell(session, alert, mine or leads(session, ticket), raised)
        case AlertDeed.LEADS:
            return _tell(session, alert, leads(session, ticket), raised)
        case AlertDeed.WEBHOOK:
            return _post(session, alert, rule, now)
        case AlertDeed.REASSIGN:
            return _reassign(session, alert, ticket, rule.agent, now, raised)
        case AlertDeed.PRIORITY:
            return _press(session, ticket, rule.priority, now, raised)
        case _:
            raise ValueError(f"no deed of the ladder: {rule.deed}")


def leads(session: Session, ticket: Ticket) -> list[Agent]:
    """Who answers for it and is there: leads, or administrators where there is none."""
    there = [agent for agent in working_agents(session) if agent.role in _LEADS]
    there = those_who_see(session, ticket, there)
    return [agent for agent in there if agent.role == Role.LEAD] or there


def _at_work(agent: Agent | None) -> list[Agent]:
    return [agent] if agent is not None and agent.suspended_at is None else []


def _tell(session: Session, alert: Alert, agents: list[Agent], raised: Raised) -> str:
    """Who was told of this promise at this height is not told again, whichever rule says so."""
    if not agents:
        return NOBODY
    told = _told(session, alert)
    new = [agent for agent in agents if agent.id not in told]
    session.add_all(AlertNotice(alert_id=alert.id, agent_id=agent.id) for agent in new)
    session.flush()
    raised.agents.update(agent.id for agent in new)
    return TOLD if new else SAME


def _told(session: Session, alert: Alert) -> set[int]:
    share = select(AlertRule.share).where(AlertRule.id == alert.rule_id).scalar_subquery()
    found = (
        select(AlertNotice.agent_id)
        .join(Alert, Alert.id == AlertNotice.alert_id)
        .join(AlertRule, AlertRule.id == Alert.rule_id)
        .where(Alert.promise_id == alert.promise_id, AlertRule.share == share)
    )
    return set(session.scalars(found))


def _post(session: Session, alert: Alert, rule: AlertRule, now: datetime) -> str:
    """The row is the truth; the sweep rings for it."""
    if rule.webhook is None or rule.webhook.retired_at is not None:
        return NOBODY
    session.add(AlertPost(alert_id=alert.id, webhook_id=rule.webhook.id, not_before=now))
    return POSTED


def _reassign(
    session: Session,
    alert: Alert,
    ticket: Ticket,
    to: Agent | None,
    now: datetime,
    raised: Raised,
) -> str:
    """To a colleague, who is told of it, or back to nobody."""
    if ticket.assignee is to:
        return SAME
    try:
        handling.assign(session, ticket, to, by=None, now=now)
    except Refused:
        return NOBODY  # they are not there
    raised.tickets.add(ticket.id)
    if to is not None:
        _tell(session, alert, [to], raised)
    return REASSIGNED


def _press(session: Session, ticket: Ticket, priority: str, now: datetime, raised: Raised) -> str:
    """Never lowers it. What is owed is judged anew, and looked at by the next sweep."""
    order = list(Priority)
    if order.index(Priority(ticket.priority)) >= order.index(Priority(priority)):
        return SAME
    placing.set_priority(session, ticket, priority, by=None, now=now)
    raised.tickets.add(ticket.id)
    return RAISED
