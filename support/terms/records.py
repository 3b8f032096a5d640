"""Edits of hours and targets: who changed what, and how far open promises were judged anew."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from support.db import Base, UtcDateTime


class TermsEdit(Base):
    """One edit: its place in the history, and the work it left for the background."""

    __tablename__ = "terms_edits"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))
    """hours or levels."""
    name: Mapped[str] = mapped_column(String(80))
    """Of the calendar; empty for the levels."""
    carry: Mapped[str] = mapped_column(String(5))
    """What becomes of open promises; see levels.Carry."""
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    """None for a subscribed iCalendar."""
    total: Mapped[int] = mapped_column(default=0)
    """Tickets with open promises that it touches, as counted when it was made."""
    done: Mapped[int] = mapped_column(default=0)
    flipped: Mapped[int] = mapped_column(default=0)
    """Promises that stand otherwise since: overdue now and not before, or the other way round."""
    reached_id: Mapped[int] = mapped_column(default=0)
    """The last ticket that was judged anew; they are taken in the order of their ids."""
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
