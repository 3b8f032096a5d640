"""Who has which role, and who is out; there is always an administrator who can come in."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from support.agents import granting
from support.agents.access import ROLES, Role
from support.agents.records import Agent, SecondStep
from support.agents.signing_in import end_sign_ins_of
from support.errors import N_, Refused

LAST = N_("管理者がいなくなるため、変更できません。先にほかの方を管理者にしてください。")


def change_role(session: Session, agent: Agent, role: str) -> bool:
    """Whether it is another one now. Raises Refused."""
    if role not in ROLES:
        raise Refused("role", N_("役割を一覧から選んでください。"))
    if agent.role == role:
        return False
    _leave_leaders(session, agent, role)
    agent.role = role
    session.flush()
    return True


def suspend(session: Session, agent: Agent, *, now: datetime) -> int:
    """Out at once, in every browser; what they did stays under their name. Raises Refused.

    How many sign-ins that ended.
    """
    _leave_leaders(session, agent)
    # Whoever is about to give them a ticket, or is sending in their name, comes first or finds
    # them gone; see records.is_working.
    session.refresh(agent, ["suspended_at"], with_for_update=True)
    if agent.suspended_at is not None:
        return 0
    agent.suspended_at = now
    unproved = delete(SecondStep).where(
        SecondStep.agent_id == agent.id, SecondStep.confirmed_at.is_(None)
    )
    session.execute(unproved)
    session.flush()
    return end_sign_ins_of(session, agent.id, now=now)


def restore(session: Session, agent: Agent) -> None:
    """They may sign in again, with the password they had."""
    agent.suspended_at = None
    session.flush()


def _leave_leaders(session: Session, leaving: Agent, role: str = "") -> None:
    """Without this person as what they were, the desk has an administrator and every limited
    account somebody to lead it. `role`: what they become; empty: they are out.

    The rows are locked: two administrators cannot take each other's place at once.
    """
    there = granting.alone_with_leaders(session)
    before = there.pop(leaving.id, None)
    if before == Role.ADMIN and Role.ADMIN.value not in there.values():
        raise Refused("role", LAST)
    if before is not None and role not in granting.LEADERS:
        granting.leave_a_keeper(session, there)
