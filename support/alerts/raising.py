"""The sweep's look at the ladder: rungs that are reached are raised, each once, and acted on."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from support.agents.records import Agent
from support.alerts.ladder import Rung, look
from support.alerts.records import IS_UNSENT, Alert, AlertNotice, AlertPost, AlertRule
from support.sla.keeping import hours_for, obligation
from support.sla.levels import Priority
from support.sla.records import IS_OPEN, Promise, ServiceLevel, pauses_of
from support.terms import placing
from support.tickets.records import Ticket
from support.tickets.steps import record

MOST = 200
"""Promises one sweep looks at; the rest is for the next, a second later."""
ORDER = (Priority.LOW, Priority.NORMAL, Priority.HIGH, Priority.URGENT)


@dataclass
class Raised:
    """Whom and what open pages should hear of."""

    tickets: set[int] = field(default_factory=set)
    agents: set[int] = field(default_factory=set)


def raise_due(session: Session, now: datetime) -> Raised:
    """Raises what is reached and notes when to look next; two sweepers at once raise it once."""
    raised = Raised()
    due = (
        select(Promise)
        .where(IS_OPEN, Promise.alert_at <= now)
        .order_by(Promise.alert_at)
        .limit(MOST)
        .with_for_update(skip_locked=True)
    )
    promises = list(session.scalars(due))
    if not promises:
        return raised
    rules = {rule.id: rule for rule in rules_in_force(session)}
    rungs = [_rung(rule) for rule in rules.values()]
    for promise in promises:
        _look_at(session, promise, rules, rungs, raised, now)
    return raised


def rules_in_force(session: Session) -> list[AlertRule]:
    """The rungs in their order."""
    rules = select(AlertRule).where(AlertRule.retired_at.is_(None))
    return list(session.scalars(rules.order_by(AlertRule.share, AlertRule.id)))


def look_anew(session: Session) -> None:
    """The ladder changed: every open promise is looked at by the next sweeps."""
    session.execute(update(Promise).where(IS_OPEN).values(alert_at=Promise.started_at))


def unsent(session: Session, now: datetime) -> bool:
    """Whether a webhook is to be told of anything."""
    waiting = select(AlertPost.id).where(IS_UNSENT, AlertPost.not_before <= now).limit(1)
    return session.scalar(waiting) is not None


def _rung(rule: AlertRule) -> Rung:
    return Rung(rule.id, rule.share, rule.made_at, frozenset(rule.kinds), rule.any_time)


def _look_at(
    session: Session,
    promise: Promise,
    rules: dict[int, AlertRule],
    rungs: list[Rung],
    raised: Raised,
    now: datetime,
) -> None:
    level = session.get_one(ServiceLevel, promise.service_level_id)
    facts = obligation(promise, level, pauses_of(session, promise.ticket_id))
    known = set(session.scalars(select(Alert.rule_id).where(Alert.promise_id == promise.id)))
    found = look(rungs, known, facts, hours_for(promise), now)
    promise.alert_at = found.next_at
    ticket = session.get_one(Ticket, promise.ticket_id)
    for rung in found.overtaken:
        _note(session, promise, rules[rung.id], rung, now, "overtaken")
    for rung in found.reached:
        alert = _note(session, promise, rules[rung.id], rung, now, "")
        session.flush()
        alert.outcome = _act(session, alert, rules[rung.id], ticket, raised, now)
        raised.tickets.add(ticket.id)


def _note(
    session: Session, promise: Promise, rule: AlertRule, rung: Rung, now: datetime, outcome: str
) -> Alert:
    alert = Alert(
        promise_id=promise.id,
        rule_id=rule.id,
        ticket_id=promise.ticket_id,
        level="broken" if rung.is_broken else "due_soon",
        raised_at=now,
        outcome=outcome,
    )
    session.add(alert)
    return alert


def _act(
    session: Session,
    alert: Alert,
    rule: AlertRule,
    ticket: Ticket,
    raised: Raised,
    now: datetime,
) -> str:
    match rule.deed:
        case "assignee":
            owner = ticket.assignee
            there = owner is not None and owner.suspended_at is None
            told = [owner] if owner is not None and there else leads(session)
            return _tell(session, alert, told, raised)
        case "leads":
            return _tell(session, alert, leads(session), raised)
        case "webhook":
            if rule.webhook_id is None:
                return "nobody"
            post = AlertPost(alert_id=alert.id, webhook_id=rule.webhook_id, not_before=now)
            session.add(post)
            return "posted"
        case "reassign":
            return _reassign(session, rule, ticket, now)
        case "priority":
            return _raise_priority(session, rule, ticket, now)
    return "nobody"


def leads(session: Session) -> list[Agent]:
    """Who answers for the desk: leads, or administrators where there is no lead."""
    there = select(Agent).where(
        Agent.suspended_at.is_(None), or_(Agent.role == "lead", Agent.role == "admin")
    )
    found = list(session.scalars(there.order_by(Agent.id)))
    return [agent for agent in found if agent.role == "lead"] or found


def _tell(session: Session, alert: Alert, agents: Iterable[Agent], raised: Raised) -> str:
    ids = [agent.id for agent in agents]
    session.add_all(AlertNotice(alert_id=alert.id, agent_id=number) for number in ids)
    raised.agents.update(ids)
    return "told" if ids else "nobody"


def _reassign(session: Session, rule: AlertRule, ticket: Ticket, now: datetime) -> str:
    agent = session.get(Agent, rule.agent_id) if rule.agent_id else None
    if agent is not None and agent.suspended_at is not None:
        return "nobody"
    if ticket.assignee_id == (agent.id if agent else None):
        return "same"
    ticket.assignee = agent
    record(session, ticket, "assigned", None, now, to=agent.family_name if agent else "")
    return "reassigned"


def _raise_priority(session: Session, rule: AlertRule, ticket: Ticket, now: datetime) -> str:
    if ORDER.index(Priority(ticket.priority)) >= ORDER.index(Priority(rule.priority)):
        return "same"
    placing.set_priority(session, ticket, rule.priority, by=None, now=now)
    return "raised"
