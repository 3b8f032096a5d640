"""Outreach is off until somebody who may has read X's words about it; the manners in force."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session, joinedload

from support.agents.records import Agent
from support.db import FOR_THE_DESK
from support.errors import N_, Refused
from support.outreach.policy import DEFAULT, Policy
from support.outreach.records import OutreachPolicy, OutreachSwitch
from support.x.uninvited import SENTENCE

CONFIRMATIONS = ("読みました", "I have read it")
"""What is typed to say so, in the languages of the desk."""
LONGEST_REASON = 200
_NOT_CONFIRMED = N_("Xの文を読んだうえで、「読みました」と入力してください。")
_NO_REASON = N_("オフにする理由を入力してください（例：苦情が続いたため様子を見る）。")
_TOO_LONG = N_("理由は200文字以内にしてください。")
_ONE_AFTER_ANOTHER = text("SELECT pg_advisory_xact_lock(1096107074)")


def one_after_another(session: Session) -> None:
    """Whoever approves, hands off, or notes that somebody wants no words of ours, waits here for
    whoever does so at the moment, until the transaction ends.

    Called before anything else is asked in it: what is read afterwards holds, so that no cap is
    passed by two at once and nobody is approved who just refused. SQLite has one writer anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(_ONE_AFTER_ANOTHER)


def switches(session: Session, most: int = 20) -> Sequence[OutreachSwitch]:
    """The newest first, each with who it was."""
    newest = select(OutreachSwitch).options(joinedload(OutreachSwitch.agent))
    return session.scalars(newest.order_by(OutreachSwitch.id.desc()).limit(most)).all()


def is_on(session: Session) -> bool:
    newest = select(OutreachSwitch.is_on).order_by(OutreachSwitch.id.desc()).limit(1)
    return session.scalar(newest.execution_options(**FOR_THE_DESK)) is True


def switch_on(session: Session, *, typed: str, by: Agent, now: datetime) -> OutreachSwitch | None:
    """None where it is on already. Raises Refused unless X's words were confirmed."""
    if " ".join(typed.split()).strip("「」.。").lower() not in map(str.lower, CONFIRMATIONS):
        raise Refused("typed", _NOT_CONFIRMED)
    return _switch(session, OutreachSwitch(is_on=True, sentence=SENTENCE.whole), by, now)


def switch_off(session: Session, *, reason: str, by: Agent, now: datetime) -> OutreachSwitch | None:
    """At once: whoever is about to hand something off is stopped. None where it is off already."""
    reason = " ".join(reason.split())
    if not reason or len(reason) > LONGEST_REASON:
        raise Refused("reason", _TOO_LONG if reason else _NO_REASON)
    return _switch(session, OutreachSwitch(is_on=False, reason=reason), by, now)


def _switch(
    session: Session, made: OutreachSwitch, by: Agent, now: datetime
) -> OutreachSwitch | None:
    one_after_another(session)
    if is_on(session) is made.is_on:
        return None
    made.agent_id, made.at = by.id, now
    session.add(made)
    session.flush()
    return made


def policy_in_force(session: Session) -> Policy:
    newest = select(OutreachPolicy.rules).order_by(OutreachPolicy.id.desc()).limit(1)
    rules = session.scalar(newest.execution_options(**FOR_THE_DESK))
    return DEFAULT if rules is None else Policy.from_rules(rules)


def save(session: Session, policy: Policy, *, by: Agent, now: datetime) -> OutreachPolicy | None:
    """The next version; None where nothing of it is new. Raises Refused."""
    policy.checked()
    one_after_another(session)
    if policy == policy_in_force(session):
        return None
    made = OutreachPolicy(rules=policy.to_rules(), made_by_id=by.id, made_at=now)
    session.add(made)
    session.flush()
    return made


def versions(
    session: Session, most: int = 20
) -> list[tuple[OutreachPolicy, Agent | None, Policy, Policy]]:
    """The newest first: who saved it, what it says, and what the one before said."""
    newest = select(OutreachPolicy, Agent).outerjoin(Agent, Agent.id == OutreachPolicy.made_by_id)
    rows = session.execute(newest.order_by(OutreachPolicy.id.desc()).limit(most + 1)).all()
    said = [Policy.from_rules(row[0].rules) for row in rows] + [DEFAULT]
    return [(row[0], row[1], said[at], said[at + 1]) for at, row in enumerate(rows[:most])]
