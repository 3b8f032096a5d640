"""What X pushed and showed us: how far we read, what waits, what could not become a message."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from support.db import Base, UtcDateTime

_WAITING = text("state = 'new'")
_OPEN = text("done_at IS NULL")


class Cursor(Base):
    """How far one stream of one account has been read; moves only with what was read."""

    __tablename__ = "cursors"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    stream: Mapped[str] = mapped_column(String(10), primary_key=True)
    """mentions, dms or own."""
    since_id: Mapped[str] = mapped_column(String(19), default="")
    first_id: Mapped[str] = mapped_column(String(19), default="")
    """Where the account began: nothing up to this id is taken, however far a read looks back."""
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the stream was last read to its end."""
    not_before: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """X asked us not to read this stream before then."""


class Delivery(Base):
    """One body X pushed to our webhook, as it came: stored first, read later by a worker."""

    __tablename__ = "deliveries"
    __table_args__ = (
        Index("ix_deliveries_new", "id", sqlite_where=_WAITING, postgresql_where=_WAITING),
        Index("ix_deliveries_state", "state", "received_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    app_id: Mapped[int | None] = mapped_column(ForeignKey("x_apps.id"))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    body: Mapped[bytes]
    """Emptied once read; what could not be read stays for a person to see."""
    state: Mapped[str] = mapped_column(String(10), default="new")
    """new, read, unknown (an event type the desk does not know) or unreadable."""
    event_type: Mapped[str] = mapped_column(String(60), default="")
    tried_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    tries: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str] = mapped_column(String(300), default="")


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
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When a later try took it in, or a person put it aside."""
    tries: Mapped[int] = mapped_column(default=0)


class ThreadFetch(Base):
    """A colleague asked for what others said around a public ticket; a worker asks X for it."""

    __tablename__ = "thread_fetches"
    __table_args__ = (
        Index("ix_thread_fetches_ticket", "ticket_id", "id"),
        Index("ix_thread_fetches_open", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id"))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    found: Mapped[int] = mapped_column(default=0)
    """Posts of others that were not known before."""
    more: Mapped[bool] = mapped_column(default=False)
    """X had more of the thread than is asked for at once."""
    problem: Mapped[str] = mapped_column(String(20), default="")
    """Why nothing came of it: cap, stopped or away."""


class Hole(Base):
    """A stretch of time X can no longer show us: what was written in it may be missing."""

    __tablename__ = "holes"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    stream: Mapped[str] = mapped_column(String(10))
    from_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    until_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(String(20))
    """mentions_window (800 posts), dms_window (30 days) or own_window (3,200 posts)."""
    found_at: Mapped[datetime] = mapped_column(UtcDateTime)
    noted_by_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    """Who looked into it; until then it is shown to leads."""
    noted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class IntakePolicy(Base):
    """What becomes a ticket, as an admin set it; the newest version is in force."""

    __tablename__ = "intake_policies"

    id: Mapped[int] = mapped_column(primary_key=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    rules: Mapped[dict[str, Any]] = mapped_column(JSON)
    """See inbox/intake.py."""


class PassedPost(Base):
    """A post X showed us that became no ticket, and why; once whatever brings it."""

    __tablename__ = "passed_posts"
    __table_args__ = (
        Index("ix_passed_posts_decided_at", "decided_at"),
        Index("ix_passed_posts_in_reply_to_x_id", "in_reply_to_x_id"),
        Index("ix_passed_posts_thread_x_id", "thread_x_id"),
    )

    x_id: Mapped[str] = mapped_column(String(19), primary_key=True)
    """The id of the first version."""
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    author_x_id: Mapped[str] = mapped_column(String(19), index=True)
    username: Mapped[str] = mapped_column(String(50), default="")
    reason: Mapped[str] = mapped_column(String(20))
    """See inbox/intake.py."""
    in_reply_to_x_id: Mapped[str] = mapped_column(String(19), default="")
    thread_x_id: Mapped[str] = mapped_column(String(60), default="")
    """With the above: what a post of our own answers, should that turn up later."""
    posted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime)
    raw: Mapped[dict[str, Any]] = mapped_column(JSON, deferred=True)
    """Emptied when X takes the post back."""


class Tally(Base):
    """How often something happened on a day that is counted but not kept."""

    __tablename__ = "tallies"

    day: Mapped[date] = mapped_column(primary_key=True)
    """In UTC."""
    what: Mapped[str] = mapped_column(String(40), primary_key=True)
    """webhook_unsigned, webhook_bad_signature, webhook_too_large, …"""
    count: Mapped[int] = mapped_column(default=0)
