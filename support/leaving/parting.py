"""Suspends somebody and hands on what was theirs: all of it, or nothing."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from support.agents import appointing
from support.agents.records import Agent
from support.alerts import editing
from support.errors import N_, Refused
from support.leaving.records import Dependents, dependents
from support.tickets import handling


def part(
    session: Session, agent: Agent, heir: Agent | None, *, by: Agent, now: datetime
) -> Dependents:
    """What was handed on, to `heir` or to nobody. Scheduled replies still go out: they were
    written and chosen by the person, and whoever has the ticket can take them back.

    Raises Refused.
    """
    if heir is not None and (heir is agent or heir.suspended_at is not None):
        raise Refused("heir", N_("引き継ぐ方を一覧から選んでください。"))
    appointing.suspend(session, agent, now=now)
    left = dependents(session, agent)
    for ticket in left.tickets:
        handling.assign(session, ticket, heir, by=by, now=now)
    for rule in left.rules:
        draft = replace(editing.draft_of(rule), agent_id=heir.id if heir else None)
        editing.change_rule(session, rule, draft, by=by, now=now)
    session.flush()
    return left
