"""The ladder of alerts, what was raised on it, and whom that was told."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from support.agents.records import Agent
from support.db import Base, UtcDateTime
from support.review.records import Review
from support.sla.records import Promise
from support.tickets.records import Note

_UNSENT = "done_at IS NULL AND given_up_at IS NULL"
# Said in the words of the index, or SQLite does not see that the index serves it.
IS_UNSENT = text("alert_posts.done_at IS NULL AND alert_posts.given_up_at IS NULL")


class AlertRule(Base):
    """One rung: at which share of a promise's time something is done. Edits add a new row."""

    __tablename__ = "alert_rules"

    id: Mapped[int] = mapped_column(primary_key=True)
    share: Mapped[float]
    """Of the target, in business time: .75 is due soon, 1 the breach, 2 twice the target."""
    kinds: Mapped[list[Any]] = mapped_column(JSON, default=list)
    """Which promises; empty: all."""
    deed: Mapped[str] = mapped_column(String(12))
    """assignee, leads, webhook, reassign or priority."""
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    """reassign: to whom; None: to nobody."""
    priority: Mapped[str] = mapped_column(String(6), default="")
    webhook_id: Mapped[int | None] = mapped_column(ForeignKey("alert_webhooks.id"))
    any_time: Mapped[bool] = mapped_column(default=False)
    """Out of hours too; a broken promise is otherwise told at the next opening."""
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("alert_rules.id"))
    """The rule it took the place of: what that one raised is not raised again."""

    agent: Mapped[Agent | None] = relationship(foreign_keys=[agent_id])
    webhook: Mapped[AlertWebhook | None] = relationship()


class Alert(Base):
    """A rung that a promise reached: once, whoever looks and however often."""

    __tablename__ = "alerts"
    __table_args__ = (UniqueConstraint("promise_id", "rule_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    promise_id: Mapped[int] = mapped_column(ForeignKey("promises.id", ondelete="CASCADE"))
    rule_id: Mapped[int] = mapped_column(ForeignKey("alert_rules.id"))
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), index=True)
    level: Mapped[str] = mapped_column(String(8))
    """due_soon or broken."""
    raised_at: Mapped[datetime] = mapped_column(UtcDateTime)
    outcome: Mapped[str] = mapped_column(String(12), default="")
    """told, reassigned, raised or posted; or why nothing: overtaken, nobody, same."""

    promise: Mapped[Promise] = relationship()
    rule: Mapped[AlertRule] = relationship()


class AlertNotice(Base):
    """That one colleague was told of an alert, and when they had seen it."""

    __tablename__ = "alert_notices"
    __table_args__ = (
        UniqueConstraint("alert_id", "agent_id"),
        Index("ix_alert_notices_agent_id", "agent_id", "seen_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    alert_id: Mapped[int] = mapped_column(ForeignKey("alerts.id", ondelete="CASCADE"))
    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id"))
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    alert: Mapped[Alert] = relationship()


class Mention(Base):
    """That a colleague was named in a note, and when they had seen it."""

    __tablename__ = "mentions"
    __table_args__ = (
        UniqueConstraint("note_id", "agent_id"),
        Index("ix_mentions_agent_id", "agent_id", "seen_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    note_id: Mapped[int] = mapped_column(ForeignKey("notes.id"))
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    """Where the note was written."""
    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id"))
    """Who was named."""
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    note: Mapped[Note] = relationship()


class ReviewNotice(Base):
    """That a colleague was told of something said in a review, and when they had seen it."""

    __tablename__ = "review_notices"
    __table_args__ = (
        UniqueConstraint("review_id", "agent_id"),
        Index("ix_review_notices_agent_id", "agent_id", "seen_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("reviews.id"))
    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id"))
    """Who was told."""
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When the newest of it was said."""
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    review: Mapped[Review] = relationship()


class AlertWebhook(Base):
    """An address outside that is told of alerts."""

    __tablename__ = "alert_webhooks"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    url_sealed: Mapped[str]
    """Encrypted like a token: whoever knows it may post there."""
    style: Mapped[str] = mapped_column(String(5), default="json")
    """json, or slack for whatever understands Slack's incoming webhooks."""
    problem: Mapped[str] = mapped_column(String(300), default="")
    """Why the last delivery failed, see posting.py; empty while it goes well."""
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class AlertPost(Base):
    """One alert on its way to a webhook; the row is the truth, a job sends it."""

    __tablename__ = "alert_posts"
    __table_args__ = (
        UniqueConstraint("alert_id", "webhook_id"),
        Index(
            "ix_alert_posts_unsent",
            "not_before",
            sqlite_where=text(_UNSENT),
            postgresql_where=text(_UNSENT),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    alert_id: Mapped[int] = mapped_column(ForeignKey("alerts.id", ondelete="CASCADE"))
    webhook_id: Mapped[int] = mapped_column(ForeignKey("alert_webhooks.id"))
    not_before: Mapped[datetime] = mapped_column(UtcDateTime)
    tries: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    given_up_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    alert: Mapped[Alert] = relationship()
    webhook: Mapped[AlertWebhook] = relationship()
