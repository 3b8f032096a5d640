"""When an account was quieted, by whom and why; and the protocol for such days, in versions."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Index, String, and_, select, text
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from support.agents.records import Agent
from support.db import Base, UtcDateTime
from support.x.records import Account

_RUNNING = "ended_at IS NULL"


class Crisis(Base):
    """That an account fell quiet (炎上対応): one row from throwing the switch to leaving it."""

    __tablename__ = "crises"
    __table_args__ = (
        # Two who throw the switch at once: the database refuses the second.
        Index(
            "uq_crises_running",
            "account_id",
            unique=True,
            sqlite_where=text(_RUNNING),
            postgresql_where=text(_RUNNING),
        ),
        Index("ix_crises_account_id", "account_id", "ended_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    reason: Mapped[str] = mapped_column(String(200))
    begun_at: Mapped[datetime] = mapped_column(UtcDateTime)
    begun_by_id: Mapped[int] = mapped_column(ForeignKey("agents.id"))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    end_reason: Mapped[str] = mapped_column(String(200), default="")

    account: Mapped[Account] = relationship()
    begun_by: Mapped[Agent] = relationship(foreign_keys=[begun_by_id])
    ended_by: Mapped[Agent | None] = relationship(foreign_keys=[ended_by_id])


class CrisisProtocol(Base):
    """What is done on such a day, as the company wrote it. An edit adds a version."""

    __tablename__ = "crisis_protocols"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(unique=True)
    """From 1. Two who save at once: the database refuses the second."""
    text: Mapped[str]
    contacts: Mapped[str] = mapped_column(default="")
    """Whom to reach, a line each."""
    note: Mapped[str] = mapped_column(String(200), default="")
    """What changed, in the words of whoever changed it."""
    made_by_id: Mapped[int] = mapped_column(ForeignKey("agents.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)

    made_by: Mapped[Agent] = relationship()


def is_running(account_id: Any) -> ColumnElement[bool]:
    """What a row must be to quiet this account now; a part of a larger question."""
    return and_(Crisis.account_id == account_id, Crisis.ended_at.is_(None))


def running(session: Session, account_id: int) -> Crisis | None:
    """What quiets this account now; None: nothing does."""
    return session.scalar(select(Crisis).where(is_running(account_id)))


def holds(session: Session, account_id: int, approved_at: datetime | None) -> Crisis | None:
    """What holds up words of ours that a person approved then, or that nobody has approved.

    For whoever sends of itself what was agreed to once: notices and waves of an incident. What
    was approved since the switch was thrown goes on.
    """
    it = running(session, account_id)
    if it is None or (approved_at is not None and approved_at >= it.begun_at):
        return None
    return it


def all_running(session: Session) -> list[Crisis]:
    """The oldest first."""
    rows = _told().where(Crisis.ended_at.is_(None))
    return list(session.scalars(rows.order_by(Crisis.begun_at, Crisis.id)))


def past(session: Session, limit: int) -> list[Crisis]:
    """Those that are over, the latest first."""
    rows = _told().where(Crisis.ended_at.is_not(None))
    return list(
        session.scalars(rows.order_by(Crisis.begun_at.desc(), Crisis.id.desc()).limit(limit))
    )


def of(session: Session, ids: Collection[int]) -> dict[int, Crisis]:
    """By their accounts' ids: what quiets each of these accounts now."""
    rows = _told().where(Crisis.ended_at.is_(None), Crisis.account_id.in_(ids))
    return {it.account_id: it for it in session.scalars(rows)} if ids else {}


def _told() -> Any:
    return select(Crisis).options(
        joinedload(Crisis.account), joinedload(Crisis.begun_by), joinedload(Crisis.ended_by)
    )


def protocol(session: Session) -> CrisisProtocol | None:
    """The one in force."""
    return next(iter(protocols(session, 1)), None)


def protocols(session: Session, limit: int) -> list[CrisisProtocol]:
    """The newest first."""
    rows = select(CrisisProtocol).options(joinedload(CrisisProtocol.made_by))
    return list(session.scalars(rows.order_by(CrisisProtocol.version.desc()).limit(limit)))
