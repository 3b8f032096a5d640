"""Which prepared answer was used for what."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from support.db import Base, UtcDateTime


class Pick(Base):
    """An agent put a prepared answer into a reply and sent it."""

    __tablename__ = "picks"

    id: Mapped[int] = mapped_column(primary_key=True)
    reply_id: Mapped[int] = mapped_column(ForeignKey("replies.id"), index=True)
    answer_id: Mapped[str] = mapped_column(String(80), index=True)
    place: Mapped[int | None]
    """Where it stood among the suggestions, from 1; none when it was chosen from the shelf."""
    picked_at: Mapped[datetime] = mapped_column(UtcDateTime)
