"""Calendars, service levels, promises and pauses.

Calendars and service levels are never edited: an edit adds the next version, and a promise
keeps the version it is judged by.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from support.db import Base, UtcDateTime

if TYPE_CHECKING:
    from support.conversations.records import Message
    from support.tickets.records import Ticket


_OPEN = "kept_at IS NULL AND withdrawn_at IS NULL"
# Said in the words of the indexes, or SQLite does not see that they serve a query.
IS_OPEN = text("promises.kept_at IS NULL AND promises.withdrawn_at IS NULL")


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


class Calendar(Base):
    """One version of a set of business hours."""

    __tablename__ = "calendars"
    __table_args__ = (UniqueConstraint("name", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    version: Mapped[int] = mapped_column(default=1)
    zone: Mapped[str] = mapped_column(String(60))
    weekly: Mapped[dict[str, Any]] = mapped_column(JSON)
    """{"0": [["09:00", "18:00"]], …}; Monday is 0, a day left out is closed."""
    country: Mapped[str] = mapped_column(String(2), default="")
    """Whose national holidays are closed; empty: none."""
    year_end: Mapped[bool] = mapped_column(default=False)
    """Closed from 29 December to 3 January."""
    closures: Mapped[list[Any]] = mapped_column(JSON, default=list)
    """The company's own closed days: [["2026-08-13", "2026-08-15", "夏季休業"], …]."""
    feed_days: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """Closed days a subscribed iCalendar named: {"2026-06-01": "創立記念日"}."""
    special: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """{"2026-12-28": [["09:00", "15:00"]]}: these hours instead; an empty list closes."""
    partial: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """{"2026-10-01": [["13:00", "15:00"]]}: closed then, whatever the day's hours are."""
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    """Who edited it; None for the set-up and for a subscribed iCalendar."""
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Since when a later version is in force."""


class CalendarFeed(Base):
    """An iCalendar address whose days off close a calendar; the last good version stays."""

    __tablename__ = "calendar_feeds"

    id: Mapped[int] = mapped_column(primary_key=True)
    calendar_name: Mapped[str] = mapped_column(String(80), unique=True)
    url: Mapped[str] = mapped_column(String(500))
    carry: Mapped[str] = mapped_column(String(5), default="whole")
    """What becomes of open promises when its days change; see levels.Carry."""
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it was last read well."""
    next_at: Mapped[datetime] = mapped_column(UtcDateTime)
    problem: Mapped[str] = mapped_column(String(300), default="")
    """Why the last reading failed; empty while it goes well."""


class ServiceLevel(Base):
    """One version of a line of the policy: for whom it is, and what we promise them.

    Targets are seconds of business time, empty for none. Of the lines in force the first that
    fits a ticket, by `position`, is the one it is judged by; the last is for everybody else.
    """

    __tablename__ = "service_levels"
    __table_args__ = (UniqueConstraint("name", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    version: Mapped[int] = mapped_column(default=1)
    first_reply_seconds: Mapped[int | None]
    next_reply_seconds: Mapped[int | None]
    resolution_seconds: Mapped[int | None]
    update_seconds: Mapped[int | None]
    warn_share: Mapped[float] = mapped_column(default=0.75)
    position: Mapped[int] = mapped_column(default=0)
    conditions: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """Which tickets it is for; see levels.Conditions. Empty: any."""
    acknowledgement: Mapped[str] = mapped_column(default="")
    """What is answered by itself out of hours; empty: nothing."""
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Since when a later version is in force, or none at all."""


class Promise(Base):
    """One obligation to a customer, with the hours and the target it is judged by."""

    __tablename__ = "promises"
    __table_args__ = (
        Index("ix_promises_ticket_id", "ticket_id"),
        Index("ix_promises_kind_started_at", "kind", "started_at"),
        Index("ix_promises_open", "warned_at", "warn_at", **_where(_OPEN)),
        Index("ix_promises_alert", "alert_at", **_where(_OPEN)),
        Index("ix_promises_open_ticket", "ticket_id", **_where(_OPEN)),
        Index("ix_promises_overdue", "breach_at", "ticket_id", **_where(_OPEN)),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    kind: Mapped[str] = mapped_column(String(12))
    """first_reply, next_reply, resolution or update."""
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"))
    """The customer's message it is owed to; none for a resolution."""
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When the desk could first know of it; after the breach means late intake."""
    target_seconds: Mapped[int]
    calendar_id: Mapped[int] = mapped_column(ForeignKey("calendars.id"))
    """The hours it is judged by; since the last moment in `earlier_hours`, if there is any."""
    earlier_hours: Mapped[list[Any]] = mapped_column(JSON, default=list)
    """Hours that counted before, and until when: [[calendar_id, "2026-10-01T03:00:00+00:00"]]."""
    service_level_id: Mapped[int] = mapped_column(ForeignKey("service_levels.id"))
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """First moment the budget is used up. Derived; none while paused or if hours never open."""
    warn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    warned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When open pages were told that it is due soon."""
    breach_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """First moment the budget is exceeded. Derived, like warn_at."""
    alert_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the next rung of the ladder of alerts is reached. Derived; none: no rung is left."""
    kept_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it was fulfilled, in time or late."""
    kept_by_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_reason: Mapped[str] = mapped_column(String(200), default="")
    told_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """The moment we named to the customer, where we named one. The target follows from it, and
    no edit of hours or levels moves it: the customer has our word."""
    told_words: Mapped[str] = mapped_column(String(80), default="")
    """The words we named it with."""

    calendar: Mapped[Calendar] = relationship()
    ticket: Mapped[Ticket] = relationship(foreign_keys=[ticket_id])
    message: Mapped[Message | None] = relationship()

    @property
    def is_open(self) -> bool:
        return self.kept_at is None and self.withdrawn_at is None


class Pause(Base):
    """A spell in which a ticket's resolution waits for the customer.

    A lead may correct what the desk noted: with one more spell that pauses, or with one that
    says the clock ran, whatever else is noted for that time. Corrections are never overwritten.
    """

    __tablename__ = "pauses"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), index=True)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(String(200), default="")
    runs: Mapped[bool] = mapped_column(default=False)
    """Of a correction: the clock ran."""
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    """Who corrected; None for what the desk noted itself."""
    noted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it was corrected."""


def promises_of(session: Session, ticket_id: int) -> list[Promise]:
    """All promises of a ticket, oldest first."""
    theirs = select(Promise).where(Promise.ticket_id == ticket_id)
    return list(session.scalars(theirs.order_by(Promise.started_at, Promise.id)))


def pauses_of(session: Session, ticket_id: int) -> list[Pause]:
    theirs = select(Pause).where(Pause.ticket_id == ticket_id).order_by(Pause.started_at, Pause.id)
    return list(session.scalars(theirs))
