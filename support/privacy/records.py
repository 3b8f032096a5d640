"""Erasures that were asked for, what is to be kept whatever the rules say, and the rules."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from support.agents.records import Agent
from support.db import Base, UtcDateTime

_OPEN = "finished_at IS NULL"
_HELD = "lifted_at IS NULL"


class Erasure(Base):
    """That a customer is to be erased, and how far that has come."""

    __tablename__ = "erasures"
    __table_args__ = (
        Index(
            "ix_erasures_open",
            "id",
            sqlite_where=text(_OPEN),
            postgresql_where=text(_OPEN),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    x_id: Mapped[str] = mapped_column(String(19), default="")
    """Their id on X, until all that is found by it is gone."""
    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id"))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    counts: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    """How many rows were emptied, by table."""
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime)

    agent: Mapped[Agent] = relationship()


class Hold(Base):
    """That a customer, or one ticket of theirs, is kept whatever the rules say, and why."""

    __tablename__ = "holds"
    __table_args__ = (
        Index(
            "ix_holds_in_force",
            "customer_id",
            sqlite_where=text(_HELD),
            postgresql_where=text(_HELD),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"))
    """None: all there is of the customer."""
    reason: Mapped[str] = mapped_column(String(200))
    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    lifted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lifted_by_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))

    agent: Mapped[Agent] = relationship(foreign_keys=[agent_id])


class RetentionPolicy(Base):
    """How long what is kept; the newest version is in force."""

    __tablename__ = "retention_policies"

    id: Mapped[int] = mapped_column(primary_key=True)
    rules: Mapped[dict[str, Any]] = mapped_column(JSON)
    """See privacy/terms.py."""
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("agents.id"))


class RetentionRun(Base):
    """One night's work by the rules."""

    __tablename__ = "retention_runs"
    __table_args__ = (Index("ix_retention_runs_began_at", "began_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    began_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """What is old is judged by this moment, however long the run takes."""
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    counts: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime)


def holds_of(session: Session, customer_id: int) -> list[Hold]:
    """Those in force, the oldest first."""
    theirs = select(Hold).where(Hold.customer_id == customer_id, Hold.lifted_at.is_(None))
    return list(session.scalars(theirs.order_by(Hold.id)))


def erasures_of(session: Session, customer_id: int) -> list[Erasure]:
    """The newest first."""
    theirs = select(Erasure).where(Erasure.customer_id == customer_id)
    return list(session.scalars(theirs.order_by(Erasure.id.desc())))
