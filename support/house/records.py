"""Versions of the house rules, and who confirmed which of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, String, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from support.agents.records import Agent
from support.db import Base, UtcDateTime


class HouseRules(Base):
    """One version. A fact, never edited: an edit adds the next one, the newest is in force."""

    __tablename__ = "house_rules"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(unique=True)
    """From 1. Two who save at once: the database refuses the second."""
    text: Mapped[str]
    note: Mapped[str] = mapped_column(String(200), default="")
    """What changed, in the words of whoever changed it."""
    asks: Mapped[bool]
    """Whether everybody is to confirm it; a corrected word need not be confirmed again."""
    made_by_id: Mapped[int] = mapped_column(ForeignKey("agents.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)

    made_by: Mapped[Agent] = relationship()


class RulesConfirmation(Base):
    """That an agent has read a version and confirmed it."""

    __tablename__ = "rules_confirmations"
    __table_args__ = (UniqueConstraint("agent_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id"))
    version: Mapped[int] = mapped_column(ForeignKey("house_rules.version"))
    confirmed_at: Mapped[datetime] = mapped_column(UtcDateTime)


def in_force(session: Session) -> HouseRules | None:
    newest = select(HouseRules).options(joinedload(HouseRules.made_by))
    return session.scalars(newest.order_by(HouseRules.version.desc()).limit(1)).first()


def versions(session: Session, limit: int) -> list[HouseRules]:
    """The newest first."""
    them = select(HouseRules).options(joinedload(HouseRules.made_by))
    return list(session.scalars(them.order_by(HouseRules.version.desc()).limit(limit)))


def asked_for(session: Session) -> int:
    """The version everybody has to have confirmed, or a later one; 0: none."""
    return session.scalar(select(func.max(HouseRules.version)).where(HouseRules.asks)) or 0


def confirmations(session: Session) -> dict[int, RulesConfirmation]:
    """Each agent's newest, by their id."""
    rows = select(RulesConfirmation).order_by(RulesConfirmation.version)
    return {it.agent_id: it for it in session.scalars(rows)}


def owed_by(agent_id: Any) -> ColumnElement[bool]:
    """Whether an agent has not confirmed what everybody is asked to; part of a larger question."""
    asked = select(func.max(HouseRules.version)).where(HouseRules.asks).scalar_subquery()
    theirs = select(func.max(RulesConfirmation.version))
    theirs = theirs.where(RulesConfirmation.agent_id == agent_id)
    return func.coalesce(asked, 0) > func.coalesce(theirs.scalar_subquery(), 0)
