"""Drafts kept for their writers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Select, String, func, select, text
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from support.agents.records import Agent
from support.conversations.records import Conversation
from support.db import Base, UtcDateTime
from support.tickets.records import Ticket

REPLY, NOTE = "reply", "note"
MODES = (REPLY, NOTE)
_OWN = text("writer_id IS NULL")


class KeptDraft(Base):
    """Words of an agent in one of the two forms of a ticket; there is one of each.

    Beside them lies what colleagues who left began: it is in no form until it is taken up.
    """

    __tablename__ = "kept_drafts"
    __table_args__ = (
        Index(
            "uq_kept_drafts_own",
            "agent_id",
            "ticket_id",
            "mode",
            unique=True,
            sqlite_where=_OWN,
            postgresql_where=_OWN,
        ),
        Index("ix_kept_drafts_updated_at", "updated_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id"), index=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), index=True)
    mode: Mapped[str] = mapped_column(String(5))
    """reply (public or by direct message, as the ticket is) or note."""
    text: Mapped[str]
    answers_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"))
    """The message it was written as an answer to."""
    answer_id: Mapped[str] = mapped_column(String(200), default="")
    """The prepared answer it grew from."""
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    writer_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    """Who wrote it, where that was somebody else, who has left; None: the agent."""

    ticket: Mapped[Ticket] = relationship()
    agent: Mapped[Agent] = relationship(foreign_keys=[agent_id])
    writer: Mapped[Agent | None] = relationship(foreign_keys=[writer_id])


IS_OWN = KeptDraft.writer_id.is_(None)


def of(session: Session, agent_id: int, ticket_id: int) -> dict[str, KeptDraft]:
    """An agent's own drafts of a ticket, by their mode."""
    mine = select(KeptDraft).where(
        KeptDraft.agent_id == agent_id, KeptDraft.ticket_id == ticket_id, IS_OWN
    )
    return {it.mode: it for it in session.scalars(mine)}


def all_of(session: Session, agent_id: int, *, limit: int = 100) -> list[KeptDraft]:
    """An agent's drafts with their tickets, the newest first; those handed to them as well."""
    eager = joinedload(KeptDraft.ticket).joinedload(Ticket.conversation)
    mine = (
        select(KeptDraft)
        .where(KeptDraft.agent_id == agent_id)
        .options(eager.options(joinedload(Conversation.customer)), joinedload(KeptDraft.writer))
        .order_by(KeptDraft.updated_at.desc(), KeptDraft.id.desc())
    )
    return list(session.scalars(mine.limit(limit)))


def how_many(agent_id: Any) -> Select[int]:
    """How many drafts an agent has; a part of a larger question."""
    return select(func.count()).where(KeptDraft.agent_id == agent_id)
