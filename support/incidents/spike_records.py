"""What is watched for spikes, what was counted, and what was proposed to the leads."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from support.agents.records import Agent
from support.db import Base, UtcDateTime
from support.incidents.records import Incident
from support.x.records import Account

_RUNNING = "ended_at IS NULL"
_UNSEEN = "seen_at IS NULL"
_UNSENT = "done_at IS NULL AND given_up_at IS NULL"
IS_UNSENT = text("spike_posts.done_at IS NULL AND spike_posts.given_up_at IS NULL")


class SpikeRule(Base):
    """Whether spikes are looked for, and how readily. Never edited; the newest holds."""

    __tablename__ = "spike_rules"

    id: Mapped[int] = mapped_column(primary_key=True)
    on: Mapped[bool]
    sensitivity: Mapped[str] = mapped_column(String(6))
    """keen, normal or calm; see spikes.py."""
    tells_webhooks: Mapped[bool] = mapped_column(default=False)
    """Whether addresses outside that are told of deadlines are told of spikes too."""
    made_by_id: Mapped[int] = mapped_column(ForeignKey("agents.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)

    made_by: Mapped[Agent] = relationship()


class WatchedWord(Base):
    """A word a lead added to what is watched, or a built-in one switched off."""

    __tablename__ = "watched_words"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))
    """trouble or region; products are words of the lexicon."""
    spellings: Mapped[list[str]] = mapped_column(JSON)
    """The first is its name."""
    off: Mapped[bool] = mapped_column(default=False)
    """The built-in word of this name is not watched."""
    made_by_id: Mapped[int] = mapped_column(ForeignKey("agents.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    made_by: Mapped[Agent] = relationship()

    @property
    def name(self) -> str:
        return self.spellings[0]


class SpikeCount(Base):
    """How many people wrote under a key in a quarter of an hour. Derived; counting.py alone
    writes it, and a test proves it equal to the rule."""

    __tablename__ = "spike_counts"
    __table_args__ = (Index("ix_spike_counts_slot_at", "slot_at", "account_id"),)

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(8), primary_key=True)
    word: Mapped[str] = mapped_column(String(40), primary_key=True)
    slot_at: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True)
    people: Mapped[int]


class SpikeWatch(Base):
    """How far counting has come; one row. Whoever counts holds it."""

    __tablename__ = "spike_watches"

    id: Mapped[int] = mapped_column(primary_key=True)
    seen_message_id: Mapped[int] = mapped_column(default=0)
    seen_event_id: Mapped[int] = mapped_column(default=0)
    filled_from: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Slots from here on are counted; earlier ones are still to be."""
    vocabulary: Mapped[str] = mapped_column(String(16), default="")
    """The words they were counted by."""
    looked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Spike(Base):
    """So many people at once, proposed to the leads as an incident."""

    __tablename__ = "spikes"
    __table_args__ = (
        Index(
            "ix_spikes_running",
            "account_id",
            sqlite_where=text(_RUNNING),
            postgresql_where=text(_RUNNING),
        ),
        Index("ix_spikes_seen_at", "seen_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    kind: Mapped[str] = mapped_column(String(8))
    word: Mapped[str] = mapped_column(String(40))
    """What names it; see vocabulary.py."""
    words: Mapped[list[Any]] = mapped_column(JSON)
    """All that rose with it: kind and word of each."""
    minutes: Mapped[int]
    people: Mapped[int]
    usual: Mapped[float]
    """People in so many minutes when it was raised, and how many are usual then."""
    begun_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    peak: Mapped[int]
    """Most people in a quarter of an hour while it lasted."""
    course: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """People by slot and what was usual then, kept for its chart after counts are forgotten."""
    examples: Mapped[list[int]] = mapped_column(JSON, default=list)
    """Public messages of different people."""
    state: Mapped[str] = mapped_column(String(9), default="open")
    """open, snoozed, dismissed or taken."""
    snoozed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    incident_id: Mapped[int | None] = mapped_column(ForeignKey("incidents.id"), index=True)
    quiet_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Since when there are no more than usual."""
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    teaches: Mapped[bool] = mapped_column(default=True)
    """A dismissed one makes its word harder to raise, until a lead says it should not."""

    account: Mapped[Account] = relationship()
    decided_by: Mapped[Agent | None] = relationship()
    incident: Mapped[Incident | None] = relationship()

    @property
    def times(self) -> float:
        return self.people / max(self.usual, 0.1)


class SpikePost(Base):
    """A spike on its way to an address outside; the row is the truth, a job sends it."""

    __tablename__ = "spike_posts"
    __table_args__ = (
        UniqueConstraint("spike_id", "webhook_id"),
        Index(
            "ix_spike_posts_unsent",
            "not_before",
            sqlite_where=text(_UNSENT),
            postgresql_where=text(_UNSENT),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    spike_id: Mapped[int] = mapped_column(ForeignKey("spikes.id"))
    webhook_id: Mapped[int] = mapped_column(ForeignKey("alert_webhooks.id"))
    not_before: Mapped[datetime] = mapped_column(UtcDateTime)
    tries: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    given_up_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    spike: Mapped[Spike] = relationship()


class SpikeNotice(Base):
    """That a lead was told of a spike by the bell; alerts/surging.py counts and shows it."""

    __tablename__ = "spike_notices"
    __table_args__ = (
        UniqueConstraint("spike_id", "agent_id"),
        Index(
            "ix_spike_notices_unseen",
            "agent_id",
            sqlite_where=text(_UNSEEN),
            postgresql_where=text(_UNSEEN),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    spike_id: Mapped[int] = mapped_column(ForeignKey("spikes.id"))
    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
