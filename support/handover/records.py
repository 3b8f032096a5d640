"""Words left for the next shift, and who has taken note of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Index,
    UniqueConstraint,
    and_,
    exists,
    func,
    select,
)
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship, selectinload

from support.agents.records import Agent
from support.db import Base, UtcDateTime
from support.x.records import Account


class HandoverMemo(Base):
    """What somebody wants those who come next to know."""

    __tablename__ = "handover_memos"
    __table_args__ = (Index("ix_handover_memos_written_at", "written_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id"))
    text: Mapped[str]
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    """What it tells of, where only some may see that; None: it is for everybody."""
    private: Mapped[bool] = mapped_column(default=False)
    """Of the account's direct messages."""

    agent: Mapped[Agent] = relationship()
    account: Mapped[Account | None] = relationship()
    readers: Mapped[list[HandoverReader]] = relationship(
        order_by="HandoverReader.id", cascade="all, delete-orphan"
    )


class HandoverReader(Base):
    """That a colleague took note of a memo: to them it is shown at the top no more."""

    __tablename__ = "handover_readers"
    __table_args__ = (UniqueConstraint("memo_id", "agent_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    memo_id: Mapped[int] = mapped_column(ForeignKey("handover_memos.id", ondelete="CASCADE"))
    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id"))
    noted_at: Mapped[datetime] = mapped_column(UtcDateTime)

    agent: Mapped[Agent] = relationship()


def memos(session: Session, limit: int) -> list[HandoverMemo]:
    """The newest first, with who has taken note of each."""
    readers = selectinload(HandoverMemo.readers).joinedload(HandoverReader.agent)
    those = select(HandoverMemo).options(readers, selectinload(HandoverMemo.agent))
    those = those.options(joinedload(HandoverMemo.account))
    return list(session.scalars(those.order_by(HandoverMemo.id.desc()).limit(limit)))


def unread_by(session: Session, agent: Agent, limit: int) -> list[HandoverMemo]:
    """Left by others since this agent is here and not taken note of yet, the newest first."""
    those = select(HandoverMemo).where(_is_unread(agent.id))
    those = those.options(selectinload(HandoverMemo.agent), joinedload(HandoverMemo.account))
    return list(session.scalars(those.order_by(HandoverMemo.id.desc()).limit(limit)))


def how_many_unread(agent_id: Any) -> ColumnElement[int]:
    """A part of a larger question."""
    counted = select(func.count()).select_from(HandoverMemo)
    return counted.where(_is_unread(agent_id)).scalar_subquery()


def _is_unread(agent_id: Any) -> ColumnElement[bool]:
    noted = exists().where(
        HandoverReader.memo_id == HandoverMemo.id, HandoverReader.agent_id == agent_id
    )
    came = select(Agent.created_at).where(Agent.id == agent_id).scalar_subquery()
    by_others = HandoverMemo.agent_id != agent_id
    return and_(by_others, HandoverMemo.written_at >= came, ~noted)
