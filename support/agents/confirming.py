"""The second step of a sign-in: enrolling a telephone, taking a code once, replacing what is lost.

Secrets are sealed as X's tokens are; recovery codes are kept as digests only.
"""

from contextlib import suppress
from datetime import datetime
from enum import StrEnum

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from support.agents import codes
from support.agents.access import needs_second_step
from support.agents.records import (
    Agent,
    RecoveryCode,
    SecondStep,
    has_second_step,
    second_step_of,
)
from support.db import changed
from support.errors import N_, Refused
from support.x.tokens import TokenUnreadable, seal, unseal

WRONG = N_("コードが違います。アプリに今出ている6桁の数字を入力してください。")


class Waits(StrEnum):
    """What a sign-in waits for after the password."""

    NOTHING = ""
    CODE = "code"
    ENROLMENT = "enrolment"


class Taken(StrEnum):
    """What a second step was made with."""

    CODE = "code"
    RECOVERY = "recovery"


def is_first(session: Session, agent: Agent) -> bool:
    """Whether there is nothing yet beside the password. The row is locked: two browsers that
    know only the password cannot both lay down what confirms it from now on.
    """
    session.execute(select(Agent.id).where(Agent.id == agent.id).with_for_update(key_share=True))
    return not has_second_step(session, agent.id)


def awaited(session: Session, agent: Agent, policy: str) -> Waits:
    if has_second_step(session, agent.id):
        return Waits.CODE
    return Waits.ENROLMENT if needs_second_step(policy, agent.role) else Waits.NOTHING


def prepare(session: Session, agent: Agent, *, secret_key: str, now: datetime) -> SecondStep:
    """A secret for a telephone to learn. One in use is left alone; one that was begun is made
    anew: whoever knew only the password may have seen it.
    """
    step, sealed = session.get(SecondStep, agent.id), seal(codes.new_secret(), secret_key)
    if step is None:
        step = SecondStep(agent_id=agent.id, secret_sealed=sealed, made_at=now)
        session.add(step)
        session.flush()
        return step
    begun = update(SecondStep).where(
        SecondStep.agent_id == agent.id, SecondStep.confirmed_at.is_(None)
    )
    changed(session, begun.values(secret_sealed=sealed, made_at=now))
    session.refresh(step)
    return step


def secret_of(step: SecondStep, secret_key: str) -> str:
    """Raises TokenUnreadable."""
    return unseal(step.secret_sealed, secret_key)


def confirm(
    session: Session, agent: Agent, code: str, *, secret_key: str, now: datetime
) -> list[str]:
    """The telephone shows that it knows the secret; the recovery codes, told this once.

    Raises Refused.
    """
    step = session.get(SecondStep, agent.id)
    if step is None or step.confirmed_at is not None:
        raise Refused("code", N_("設定をはじめからやり直してください。"))
    if not _take_code(session, step, code, secret_key, now):
        raise Refused("code", WRONG)
    step.confirmed_at = now
    return make_recovery_codes(session, agent, now=now)


def take(
    session: Session, agent: Agent, code: str, *, secret_key: str, now: datetime
) -> Taken | None:
    """What this code is, and from now on no more: nothing is taken twice."""
    step = second_step_of(session, agent.id)
    with suppress(TokenUnreadable):  # the desk lost its key: what is a digest opens still
        if step is not None and _take_code(session, step, code, secret_key, now):
            return Taken.CODE
    digest = codes.recovery_digest(code)
    unused = update(RecoveryCode).where(
        RecoveryCode.agent_id == agent.id,
        RecoveryCode.digest == digest,
        RecoveryCode.used_at.is_(None),
    )
    return Taken.RECOVERY if changed(session, unused.values(used_at=now)) else None


def _take_code(
    session: Session, step: SecondStep, code: str, secret_key: str, now: datetime
) -> bool:
    counter = codes.counter_of(secret_of(step, secret_key), code, now)
    if counter is None:
        return False
    newer = update(SecondStep).where(
        SecondStep.agent_id == step.agent_id,
        SecondStep.secret_sealed == step.secret_sealed,
        SecondStep.last_counter < counter,
    )
    taken = changed(session, newer.values(last_counter=counter)) == 1
    session.refresh(step)
    return taken


def make_recovery_codes(session: Session, agent: Agent, *, now: datetime) -> list[str]:
    """Ten new ones; those before open nothing any more."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.agent_id == agent.id))
    made = codes.new_recovery_codes()
    session.add_all(
        RecoveryCode(agent_id=agent.id, digest=codes.recovery_digest(code), made_at=now)
        for code in made
    )
    session.flush()
    return made


def remove(session: Session, agent: Agent) -> bool:
    """Whether there was one in use. The codes stay where a passkey does."""
    in_use = second_step_of(session, agent.id) is not None
    session.execute(delete(SecondStep).where(SecondStep.agent_id == agent.id))
    session.expire_all()
    void_codes_alone(session, agent.id)
    return in_use


def void_codes_alone(session: Session, agent_id: int) -> None:
    """Recovery codes stand in for something; where that is gone, they are."""
    if not has_second_step(session, agent_id):
        void_codes(session, agent_id)


def void_codes(session: Session, agent_id: int) -> None:
    """Opens nothing any more: whoever found the lost telephone may have found them as well."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.agent_id == agent_id))
