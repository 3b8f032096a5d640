"""Whom a provider names becomes one of us: known by subject, bound by address, or new."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from support.agents.access import Role
from support.agents.appointing import change_role
from support.agents.claims import Claims, groups_of, name_of, own_address, role_for
from support.agents.records import Agent, KnownElsewhere, agent_by_email
from support.agents.signing_in import OUT
from support.errors import N_, DeskError, Refused
from support.settings import Settings

NO_PLACE = N_("このデスクを使うグループに入っていません。管理者にご相談ください。")
UNPROVEN = N_(
    "メールアドレスが確認済みになっていないため、登録できません。管理者にご相談ください。"
)
TAKEN = N_(
    "同じメールアドレスの担当者がすでにいます。パスワードでサインインするか、管理者にご相談ください。"
)


class NotAdmitted(DeskError):
    """`agent_id`: whom it would have been, if anybody."""

    def __init__(self, sentence: str, agent_id: int | None = None) -> None:
        super().__init__(sentence)
        self.agent_id = agent_id


@dataclass(frozen=True)
class Admitted:
    agent: Agent
    made: bool = False
    bound: bool = False
    """Known here before, and from now on by the provider's subject."""
    was: str = ""
    """The role before, where the provider has another one now."""
    stays: bool = False
    """The provider has another role for them, but nobody else could look after the desk, or after
    an account that is limited."""


def admit(session: Session, claims: Claims, settings: Settings, *, now: datetime) -> Admitted:
    """Raises NotAdmitted."""
    known = _bound(session, claims["sub"], settings.oidc_issuer)
    groups = groups_of(claims, settings.oidc_groups_claim)
    role = role_for(groups, settings.oidc_role_of)
    if role is None:
        raise NotAdmitted(NO_PLACE, known.id if known else None)
    if known is not None:
        return _again(session, known, role)
    email = own_address(claims, settings.oidc_verified_claim)
    if email is None:
        raise NotAdmitted(UNPROVEN)
    there = agent_by_email(session, email)
    if there is None:
        agent = _new(session, claims, email, role, settings.locale, now)
        _bind(session, agent, claims["sub"], settings.oidc_issuer, now)
        return Admitted(agent, made=True)
    if _bound(session, claims["sub"], settings.oidc_issuer) is there:
        return _again(session, there, role)  # another browser of theirs was first, just now
    if not settings.oidc_bind_email or _is_bound(session, there, settings.oidc_issuer):
        raise NotAdmitted(TAKEN, there.id)
    admitted = _again(session, there, role)
    _bind(session, there, claims["sub"], settings.oidc_issuer, now)
    return Admitted(there, bound=True, was=admitted.was, stays=admitted.stays)


def unbind(session: Session, agent: Agent) -> int:
    """Whoever the provider takes them for from now on is bound anew; how many bonds there were."""
    theirs = session.scalars(select(KnownElsewhere).where(KnownElsewhere.agent_id == agent.id))
    bonds = list(theirs)
    for bond in bonds:
        session.delete(bond)
    session.flush()
    return len(bonds)


def _again(session: Session, agent: Agent, role: Role) -> Admitted:
    """What changed upstream is carried over; whoever would leave the desk or an account
    to nobody stays what they were."""
    if agent.suspended_at is not None:
        raise NotAdmitted(OUT, agent.id)
    was = agent.role
    try:
        changed = change_role(session, agent, role)
    except Refused:
        return Admitted(agent, stays=True)
    return Admitted(agent, was=was if changed else "")


def _bound(session: Session, subject: str, issuer: str) -> Agent | None:
    theirs = KnownElsewhere.issuer == issuer, KnownElsewhere.subject == subject
    bound = select(Agent).join(KnownElsewhere, KnownElsewhere.agent_id == Agent.id)
    return session.scalar(bound.where(*theirs))


def _is_bound(session: Session, agent: Agent, issuer: str) -> bool:
    theirs = KnownElsewhere.issuer == issuer, KnownElsewhere.agent_id == agent.id
    return session.scalar(select(KnownElsewhere.id).where(*theirs)) is not None


def _bind(session: Session, agent: Agent, subject: str, issuer: str, now: datetime) -> None:
    session.add(KnownElsewhere(agent_id=agent.id, issuer=issuer, subject=subject, bound_at=now))
    session.flush()


def _new(
    session: Session, claims: Claims, email: str, role: Role, locale: str, now: datetime
) -> Agent:
    """Somebody without a password: only the provider signs them in."""
    family, given = name_of(claims)
    agent = Agent(
        email=email,
        family_name=family,
        given_name=given,
        initials=email[:2].upper(),
        role=role.value,
        password_hash="",
        locale=locale,
        created_at=now,
    )
    session.add(agent)
    session.flush()
    return agent
