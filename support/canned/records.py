"""What agents made of the suggestions, and who wrote the prepared answers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from support.agents.records import Agent
from support.conversations.records import Message
from support.db import Base, UtcDateTime


class Pick(Base):
    """What an agent made of the answers suggested for one message: one was sent, or none fitted.

    A reply leaves one row, with the answer it grew from or none; "none of these" leaves a row
    without a reply. What the desk learns is worked out from these rows and from nothing else.
    """

    __tablename__ = "picks"

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"), index=True)
    """The customer's message that was answered."""
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    reply_id: Mapped[int | None] = mapped_column(ForeignKey("replies.id"), index=True)
    answer_id: Mapped[str | None] = mapped_column(String(80), index=True)
    """The prepared answer that was sent; none where the words were the agent's own."""
    shown: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Ids of the answers that were suggested, the likeliest first."""
    place: Mapped[int | None]
    """Where it stood among the suggestions, from 1; none when only the shelf had it."""
    kept: Mapped[float | None]
    """How much of the prepared words was sent, 0 to 1; 1 is word for word."""
    picked_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    forgotten_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    """Since when nothing is learnt from it: a lead took the lesson back."""

    message: Mapped[Message] = relationship()
    agent: Mapped[Agent | None] = relationship()


class AnswerEdit(Base):
    """One change to a prepared answer made on the page: the file before and after, as it stood."""

    __tablename__ = "answer_edits"

    id: Mapped[int] = mapped_column(primary_key=True)
    answer_id: Mapped[str] = mapped_column(String(80), index=True)
    path: Mapped[str] = mapped_column(String(300))
    """Of the file, relative to the shelf; where it was moved, the new place."""
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    """None for a command."""
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    before: Mapped[str] = mapped_column(default="")
    """Empty: the file is new."""
    after: Mapped[str] = mapped_column(default="")
    """Empty: the file was taken away."""

    agent: Mapped[Agent | None] = relationship()
