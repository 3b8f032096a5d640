"""How far we have read, and what could not be taken in."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from support.db import Base, UtcDateTime


class Cursor(Base):
    """How far one stream of one account has been read; moves only with what was read."""

    __tablename__ = "cursors"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    stream: Mapped[str] = mapped_column(String(10), primary_key=True)
    """mentions, dms or own."""
    since_id: Mapped[str] = mapped_column(String(19), default="")
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the stream was last read to its end."""
    not_before: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """X asked us not to read this stream before then."""


class IntakeRefusal(Base):
    """One item X showed us that could not become a message, kept for a person to look at."""

    __tablename__ = "intake_refusals"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    stream: Mapped[str] = mapped_column(String(10))
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    """SHA-256 of the raw item: the same item is kept once however often it is read."""
    reason: Mapped[str]
    raw: Mapped[str]
    refused_at: Mapped[datetime] = mapped_column(UtcDateTime)
