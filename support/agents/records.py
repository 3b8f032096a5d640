"""Agents and the sign-ins they hold."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

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

    agent: Mapped[Agent] = relationship(lazy="joined", innerjoin=True)


def agent_by_email(session: Session, email: str) -> Agent | None:
    return session.scalar(select(Agent).where(Agent.email == email.strip().lower()))


def working_agents(session: Session) -> list[Agent]:
    """Everyone who may be assigned work, in the order of their names."""
    there = select(Agent).where(Agent.suspended_at.is_(None))
    return list(session.scalars(there.order_by(Agent.family_name, Agent.id)))


def anyone_here(session: Session) -> bool:
    """False on a desk that nobody has set up yet."""
    return bool(session.scalar(select(func.count()).select_from(Agent)))
