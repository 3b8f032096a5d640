"""Our own X accounts."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from support.db import Base, UtcDateTime


class Account(Base):
    """One X account of ours, with its voice, its hours and its keys."""

    __tablename__ = "accounts"

    id: Mapped[int] = mapped_column(primary_key=True)
    x_id: Mapped[str] = mapped_column(String(19), unique=True)
    handle: Mapped[str] = mapped_column(String(15))
    """Without the @."""
    name: Mapped[str] = mapped_column(String(200))
    signature_form: Mapped[str] = mapped_column(String(60), default="^{family_name}")
    """What an agent's reply ends with; see replies/signature.py for the forms."""
    persona: Mapped[str] = mapped_column(String(40), default="")
    """The shared name agents sign with where the form asks for it."""
    undo_seconds: Mapped[int] = mapped_column(default=10)
    calendar_id: Mapped[int] = mapped_column(ForeignKey("calendars.id"))
    service_level_id: Mapped[int] = mapped_column(ForeignKey("service_levels.id"))
    token_sealed: Mapped[str] = mapped_column(default="")
    """The user token, encrypted; see x/tokens.py."""
    stopped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    stopped_reason: Mapped[str] = mapped_column(default="")
    """Why nothing is read or sent for this account now (revoked token, no credit, …)."""
