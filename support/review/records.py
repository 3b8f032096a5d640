"""Reviews of replies, and what was said about them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from support.agents.records import Agent
from support.db import Base, UtcDateTime
from support.replies.records import Reply


class Review(Base):
    """A lead's look at one reply that was sent. Without a verdict it was looked at, no more."""

    __tablename__ = "reviews"
    __table_args__ = (
        UniqueConstraint("reply_id", "lead_id"),
        Index("ix_reviews_agent_id", "agent_id", "id"),
        Index("ix_reviews_at", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reply_id: Mapped[int] = mapped_column(ForeignKey("replies.id"))
    lead_id: Mapped[int] = mapped_column(ForeignKey("agents.id"))
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    """Whose reply it is, which never changes: one's own reviews are found by it. None: the desk's
    own."""
    verdict: Mapped[str] = mapped_column(String(4), default="")
    """good, fix or talk; see review/agreement.py."""
    good: Mapped[str] = mapped_column(default="")
    """What was done well."""
    idea: Mapped[str] = mapped_column(default="")
    """What could be tried next time."""
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    edited_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    reply: Mapped[Reply] = relationship()
    lead: Mapped[Agent] = relationship(foreign_keys=[lead_id])
    agent: Mapped[Agent | None] = relationship(foreign_keys=[agent_id])
    answers: Mapped[list[ReviewAnswer]] = relationship(
        order_by="ReviewAnswer.id", back_populates="review"
    )

    @property
    def is_told(self) -> bool:
        """Whether it says anything to whoever wrote the reply."""
        return bool(self.verdict)


class ReviewAnswer(Base):
    """What the agent answers to a review, or the lead to that."""

    __tablename__ = "review_answers"

    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("reviews.id"), index=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id"))
    text: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    review: Mapped[Review] = relationship(back_populates="answers")
    agent: Mapped[Agent] = relationship()
