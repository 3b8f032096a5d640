"""Agents and the sign-ins they hold."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    String,
    UniqueConstraint,
    exists,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, Session, column_property, mapped_column, relationship

from support.agents.access import Deed, Role, may
from support.db import Base, UtcDateTime


class Agent(Base):
    """A person who works at the desk."""

    __tablename__ = "agents"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    """What they sign in with, in lower case."""
    family_name: Mapped[str] = mapped_column(String(40))
    given_name: Mapped[str] = mapped_column(String(40), default="")
    initials: Mapped[str] = mapped_column(String(4))
    role: Mapped[str] = mapped_column(String(10))
    """agent, lead or admin; see agents/access.py."""
    password_hash: Mapped[str] = mapped_column(String(200))
    locale: Mapped[str] = mapped_column(String(2), default="ja")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    suspended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def name(self) -> str:
        return f"{self.family_name} {self.given_name}".strip()

    @property
    def hue(self) -> int:
        """One of the eight avatar colours, always the same for one person."""
        return self.id % 8 + 1


class AccountLimit(Base):
    """That an account of ours, or its direct messages, are not everybody's; see agents/reach.py."""

    __tablename__ = "account_limits"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    closed: Mapped[bool] = mapped_column(default=False)
    dms_closed: Mapped[bool] = mapped_column(default=False)


class AccountGrant(Base):
    """That somebody works on a limited account. Taken back, the row goes; the audit log tells."""

    __tablename__ = "account_grants"
    __table_args__ = (UniqueConstraint("agent_id", "account_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    private: Mapped[bool] = mapped_column(default=False)
    """It includes direct messages."""
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    """None: by the command line."""
    granted_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SignIn(Base):
    """One browser in which an agent is signed in; ending it here ends it there."""

    __tablename__ = "sign_ins"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    """SHA-256 of the secret the browser holds; the secret itself is not kept."""
    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id"), index=True)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    browser: Mapped[str] = mapped_column(String(200), default="")
    address: Mapped[str] = mapped_column(String(45), default="")
    """Where the browser stood when it came in."""
    waits_for: Mapped[str] = mapped_column(String(9), default="")
    """What is missing before it opens anything: code, enrolment, or nothing."""
    anything_limited: Mapped[bool] = column_property(
        select(exists().where(or_(AccountLimit.closed, AccountLimit.dms_closed))).scalar_subquery()
    )
    """Whether a reach has to be looked up at all; asked along with the sign-in, at no cost."""

    agent: Mapped[Agent] = relationship(lazy="joined", innerjoin=True)


class Invitation(Base):
    """A link by which one person may join once; `inviting.VALID` says for how long."""

    __tablename__ = "invitations"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254))
    role: Mapped[str] = mapped_column(String(10))
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("agents.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    made_by: Mapped[Agent] = relationship()


class SecondStep(Base):
    """What an agent's telephone counts codes from."""

    __tablename__ = "second_steps"

    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id"), primary_key=True)
    secret_sealed: Mapped[str] = mapped_column(String(300))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """None until a first code has shown that the telephone knows the secret."""
    last_counter: Mapped[int] = mapped_column(default=0)
    """The newest code that was taken; it and older ones are not taken again."""


class RecoveryCode(Base):
    """For the day the telephone is lost; each opens once."""

    __tablename__ = "recovery_codes"

    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id"), index=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Passkey(Base):
    """What a telephone, a computer or a stick signs with; it never leaves there."""

    __tablename__ = "passkeys"

    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id"), index=True)
    key_id: Mapped[str] = mapped_column(String(1400), unique=True)
    """What it is called by, in base64url."""
    public_key: Mapped[bytes]
    handle: Mapped[str] = mapped_column(String(64))
    """What it calls the person by, the same for all of theirs; says nothing of them."""
    name: Mapped[str] = mapped_column(String(40))
    sign_count: Mapped[int] = mapped_column(BigInteger, default=0)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    doubted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Since its counter went back, as that of a copy does; it opens nothing any more."""


class SpentChallenge(Base):
    """Questions that were answered, rightly or not, and may not be answered again."""

    __tablename__ = "spent_challenges"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    spent_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class KnownElsewhere(Base):
    """Whom another provider signs in as whom here; one of each for each of the two."""

    __tablename__ = "known_elsewhere"
    __table_args__ = (UniqueConstraint("issuer", "subject"), UniqueConstraint("agent_id", "issuer"))

    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id"))
    issuer: Mapped[str] = mapped_column(String(300))
    subject: Mapped[str] = mapped_column(String(255))
    """Who it is there, for good; names and addresses change."""
    bound_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SignInFailure(Base):
    """How often in a row a door was tried in vain; whose door, the key alone does not tell."""

    __tablename__ = "sign_in_failures"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    count: Mapped[int]
    last_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


def agent_by_email(session: Session, email: str) -> Agent | None:
    return session.scalar(select(Agent).where(Agent.email == email.strip().lower()))


def everyone(session: Session) -> list[Agent]:
    """Those who work here first, then those who did."""
    out = Agent.suspended_at.is_not(None)
    return list(session.scalars(select(Agent).order_by(out, Agent.family_name, Agent.id)))


def open_invitations(session: Session, since: datetime) -> list[Invitation]:
    """Made since then by who may still invite, neither used nor withdrawn, the newest first."""
    hosts = [role for role in Role if may(role, Deed.MANAGE_PEOPLE)]
    rows = select(Invitation).where(
        Invitation.made_by.has(Agent.role.in_(hosts) & Agent.suspended_at.is_(None)),
        Invitation.made_at > since,
        Invitation.used_at.is_(None),
        Invitation.withdrawn_at.is_(None),
    )
    return list(session.scalars(rows.order_by(Invitation.id.desc())))


def second_step_of(session: Session, agent_id: int) -> SecondStep | None:
    """The one in use."""
    step = session.get(SecondStep, agent_id)
    return step if step is not None and step.confirmed_at is not None else None


def passkeys_of(session: Session, agent_id: int) -> list[Passkey]:
    """The oldest first."""
    theirs = select(Passkey).where(Passkey.agent_id == agent_id)
    return list(session.scalars(theirs.order_by(Passkey.id)))


def working_passkeys(session: Session, agent_id: int) -> list[Passkey]:
    """Without those that were put aside."""
    return [it for it in passkeys_of(session, agent_id) if it.doubted_at is None]


def has_second_step(session: Session, agent_id: int) -> bool:
    """Whether there is anything beside the password: a telephone, or a passkey. One that was put
    aside counts: the password alone must not open because somebody copied a passkey."""
    if second_step_of(session, agent_id) is not None:
        return True
    theirs = select(Passkey.id).where(Passkey.agent_id == agent_id).limit(1)
    return session.scalar(theirs) is not None


def with_second_step(session: Session) -> set[int]:
    """Who has anything beside the password."""
    confirmed = select(SecondStep.agent_id).where(SecondStep.confirmed_at.is_not(None))
    return set(session.scalars(confirmed.union(select(Passkey.agent_id))))


def codes_left(session: Session, agent_id: int) -> int:
    """How many recovery codes still open."""
    unused = select(func.count()).where(
        RecoveryCode.agent_id == agent_id, RecoveryCode.used_at.is_(None)
    )
    return session.scalar(unused) or 0


def is_working(session: Session, agent_id: int) -> bool:
    """Whether they may be given work, and will until this transaction ends: who suspends them
    waits for it. What is known of them in the session may be older than that."""
    return agent_id in those_working(session, [agent_id])


def those_working(session: Session, agent_ids: Iterable[int]) -> set[int]:
    """Which of them may be given work, and will until this transaction ends."""
    there = select(Agent.id, Agent.suspended_at).where(Agent.id.in_(list(agent_ids)))
    locked = there.order_by(Agent.id).with_for_update(read=True, key_share=True)
    return {row[0] for row in session.execute(locked) if row[1] is None}


def working_agents(session: Session) -> list[Agent]:
    """Everyone who may be assigned work, in the order of their names."""
    there = select(Agent).where(Agent.suspended_at.is_(None))
    return list(session.scalars(there.order_by(Agent.family_name, Agent.id)))


def anyone_here(session: Session) -> bool:
    """False on a desk that nobody has set up yet."""
    return bool(session.scalar(select(func.count()).select_from(Agent)))
