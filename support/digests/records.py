"""Who wants the weekly letter, and every letter there was."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, String, UniqueConstraint, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from support.agents.records import Agent
from support.db import Base, UtcDateTime

_UNSENT = "done_at IS NULL AND given_up_at IS NULL AND handed_at IS NULL"
IS_UNSENT = text(" AND ".join(f"digest_sendings.{part}" for part in _UNSENT.split(" AND ")))


class DigestOrder(Base):
    """That somebody wants the letter, on which weekday and at which hour of the desk's clock."""

    __tablename__ = "digest_orders"

    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id"), primary_key=True)
    weekday: Mapped[int]
    """Monday is 0."""
    hour: Mapped[int]
    locale: Mapped[str] = mapped_column(String(2), default="ja")
    ordered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """What became due before is not sent."""
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    agent: Mapped[Agent] = relationship()


class DigestSending(Base):
    """One letter to one person. It is claimed before it is made, and handed over only once."""

    __tablename__ = "digest_sendings"
    __table_args__ = (
        UniqueConstraint("agent_id", "week"),
        Index(
            "ix_digest_sendings_unsent",
            "not_before",
            sqlite_where=text(_UNSENT),
            postgresql_where=text(_UNSENT),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id"))
    week: Mapped[date | None] = mapped_column(Date)
    """The Monday of the week it counts for; None: asked for at once."""
    first: Mapped[date] = mapped_column(Date)
    last: Mapped[date] = mapped_column(Date)
    locale: Mapped[str] = mapped_column(String(2))
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    not_before: Mapped[datetime] = mapped_column(UtcDateTime)
    tries: Mapped[int] = mapped_column(default=0)
    handed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Since when the mail server may have it: from here on it is not sent again."""
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    given_up_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    problem: Mapped[str] = mapped_column(String(200), default="")
    code: Mapped[int] = mapped_column(default=0)
    """What the server answered, as a number."""

    agent: Mapped[Agent] = relationship()


def orders(session: Session) -> list[DigestOrder]:
    """Those in force, in the order of names."""
    found = select(DigestOrder).join(Agent).where(DigestOrder.ended_at.is_(None))
    return list(session.scalars(found.order_by(Agent.family_name, Agent.id)))


def sendings_of(session: Session, agent_id: int, most: int) -> list[DigestSending]:
    """The newest first."""
    theirs = select(DigestSending).where(DigestSending.agent_id == agent_id)
    return list(session.scalars(theirs.order_by(DigestSending.id.desc()).limit(most)))
