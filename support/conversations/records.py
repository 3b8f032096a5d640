"""Customers, conversations and the messages in them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from support.db import Base, UtcDateTime

if TYPE_CHECKING:
    from support.tickets.records import Ticket
    from support.x.records import Account

PUBLIC, DM = "public", "dm"


class Customer(Base):
    """A person on X, as their profile said when we last saw it."""

    __tablename__ = "customers"

    id: Mapped[int] = mapped_column(primary_key=True)
    x_id: Mapped[str] = mapped_column(String(19), unique=True)
    username: Mapped[str] = mapped_column(String(50), index=True)
    name: Mapped[str] = mapped_column(String(200))
    bio: Mapped[str] = mapped_column(default="")
    followers: Mapped[int | None] = mapped_column(BigInteger)
    joined_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When they joined X."""
    memo: Mapped[str] = mapped_column(default="")
    """What colleagues should know about this person."""
    first_seen_at: Mapped[datetime] = mapped_column(UtcDateTime)

    @property
    def hue(self) -> int:
        """One of the eight avatar colours, always the same for one person."""
        return self.id % 8 + 1


class Conversation(Base):
    """One customer with one account of ours in one channel."""

    __tablename__ = "conversations"
    __table_args__ = (UniqueConstraint("customer_id", "account_id", "channel"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    channel: Mapped[str] = mapped_column(String(6))
    """public or dm; a dm conversation is never answered in public."""

    account: Mapped[Account] = relationship()
    customer: Mapped[Customer] = relationship()

    @property
    def is_private(self) -> bool:
        return self.channel == DM


class Message(Base):
    """Something said on X: by a customer, or by us outside the desk (typed on x.com)."""

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("x_id", "channel"),
        Index("ix_messages_ticket_id_posted_at", "ticket_id", "posted_at"),
        Index("ix_messages_posted_at", "posted_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"), index=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    x_id: Mapped[str] = mapped_column(String(19))
    channel: Mapped[str] = mapped_column(String(6))
    by_us: Mapped[bool] = mapped_column(default=False)
    text: Mapped[str]
    language: Mapped[str] = mapped_column(String(8), default="")
    thread_x_id: Mapped[str] = mapped_column(String(60), default="")
    """X's conversation_id: the root post of the thread, or the DM conversation."""
    in_reply_to_x_id: Mapped[str] = mapped_column(String(19), default="")
    posted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When X says it was posted."""
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When it reached us."""
    raw: Mapped[dict[str, Any]] = mapped_column(JSON, deferred=True)

    conversation: Mapped[Conversation] = relationship()
    ticket: Mapped[Ticket] = relationship(foreign_keys=[ticket_id])
