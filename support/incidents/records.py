"""Incidents: their course, their tickets, what was announced and what was answered."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    func,
    select,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from support.agents.records import Agent
from support.conversations.records import Customer
from support.db import Base, UtcDateTime
from support.replies.records import Reply
from support.tickets.records import Ticket
from support.x.records import Account

_LINKED = "unlinked_at IS NULL"
_HELD = "unlinked_at IS NULL AND let_go_at IS NULL"
_LEAVING = "leaves_at IS NOT NULL AND unlinked_at IS NULL"
_OPEN = "closed_at IS NULL"
_NOTICE_MOVING = "state IN ('queued', 'posting', 'unknown')"
_WAVE_MOVING = "state IN ('waiting', 'pressed')"
IS_LINKED = text(f"incident_tickets.{_LINKED}")
"""It belongs to the incident, or did when that was closed."""
IS_HELD = text(f"incident_tickets.{_LINKED} AND incident_tickets.let_go_at IS NULL")
"""It can belong to no other."""
IS_OPEN = text(f"incidents.{_OPEN}")
IS_THEIRS = text(
    f"incident_tickets.{_LINKED}"
    " AND (incident_tickets.let_go_at IS NULL OR incidents.closed_at IS NOT NULL)"
)
"""Linked as its incident counts them: one that runs does not count what stays with another."""


class Incident(Base):
    """One cause that many people write about, on one of our accounts."""

    __tablename__ = "incidents"
    __table_args__ = (
        Index(
            "ix_incidents_open",
            "account_id",
            sqlite_where=text(_OPEN),
            postgresql_where=text(_OPEN),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    title: Mapped[str] = mapped_column(String(120))
    area: Mapped[str] = mapped_column(String(200), default="")
    """Whom or what it hits, in words."""
    state: Mapped[str] = mapped_column(String(13), default="investigating")
    """See incidents/stages.py."""
    words: Mapped[list[str]] = mapped_column(JSON, default=list)
    """What a customer's words must hold one of to be linked by themselves."""
    tags: Mapped[list[str]] = mapped_column(JSON, default=list)
    links_new: Mapped[bool] = mapped_column(default=False)
    """Whether what comes in and fits is linked by itself."""
    begun_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """Since when people are hit."""
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    opened_by_id: Mapped[int] = mapped_column(ForeignKey("agents.id"))
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    """Who answers for it."""
    next_update_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """By when we said that there would be news (次の更新)."""
    late_told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When whoever answers for it was told that this is over."""
    late_seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    rule_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Since when its rule links what comes in."""
    looked_id: Mapped[int] = mapped_column(default=0)
    """Up to which message its rule has looked."""
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))

    account: Mapped[Account] = relationship()
    lead: Mapped[Agent | None] = relationship(foreign_keys=[lead_id])
    opened_by: Mapped[Agent] = relationship(foreign_keys=[opened_by_id])
    closed_by: Mapped[Agent | None] = relationship(foreign_keys=[closed_by_id])


class IncidentEvent(Base):
    """What happened in an incident, in order: its timeline."""

    __tablename__ = "incident_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    note: Mapped[str] = mapped_column(default="")
    """What a colleague wrote down."""
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    agent: Mapped[Agent | None] = relationship()


class IncidentTicket(Base):
    """That a ticket belongs to an incident. Taken off, the row stays, so that a rule keeps off."""

    __tablename__ = "incident_tickets"
    __table_args__ = (
        Index(
            "uq_incident_tickets_held",
            "ticket_id",
            unique=True,
            sqlite_where=text(_HELD),
            postgresql_where=text(_HELD),
        ),
        Index("ix_incident_tickets_incident_id", "incident_id", "ticket_id"),
        Index(
            "ix_incident_tickets_leaving",
            "incident_id",
            sqlite_where=text(_LEAVING),
            postgresql_where=text(_LEAVING),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"))
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    batch: Mapped[str] = mapped_column(String(40), default="")
    """What was linked by one act is taken off by one act."""
    linked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    linked_by_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    """None: the incident's own rule."""
    unlinked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    unlinked_by_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    let_go_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Until when it kept the ticket from other incidents: closed, an incident lets go of its own.
    Opened again it holds them, but for those another one holds by then."""
    told_until_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """The incident's next update its promise was put to; another one, and it is moved."""
    leaves_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Since when it is to be taken off: many are, a few at a time."""
    leaves_by_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))

    incident: Mapped[Incident] = relationship()
    ticket: Mapped[Ticket] = relationship()
    leaves_by: Mapped[Agent | None] = relationship(foreign_keys=[leaves_by_id])


class Notice(Base):
    """What our account says to everybody about an incident: a post of its own."""

    __tablename__ = "notices"
    __table_args__ = (
        Index(
            "ix_notices_moving",
            "state",
            "lease_until",
            sqlite_where=text(_NOTICE_MOVING),
            postgresql_where=text(_NOTICE_MOVING),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    stage: Mapped[str] = mapped_column(String(8))
    """first, update or restored."""
    body: Mapped[str]
    state: Mapped[str] = mapped_column(String(8), default="draft")
    """draft, queued, posting, posted, rejected, unknown or dropped."""
    follows_id: Mapped[int | None] = mapped_column(ForeignKey("notices.id"))
    """The notice it replies to, so that people read them in one thread."""
    next_update_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """By when it says that there will be news."""
    drafted_by_id: Mapped[int] = mapped_column(ForeignKey("agents.id"))
    drafted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Since when it waits for somebody's approval."""
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    approved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    x_id: Mapped[str | None] = mapped_column(String(19), unique=True)
    posted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    not_before: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lease_owner: Mapped[str] = mapped_column(String(80), default="")
    attempted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    after_x_id: Mapped[str] = mapped_column(String(19), default="")
    absent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    tries: Mapped[int] = mapped_column(default=0)
    """How often X surely did not take it."""
    outcome: Mapped[str] = mapped_column(String(12), default="")
    """Of the last attempt, in one word; see replies/retries.py."""
    reason: Mapped[str] = mapped_column(default="")
    """Why it stopped, in words."""
    micros: Mapped[int] = mapped_column(default=0)
    """What X asked for it: the charge itself names the account only."""

    incident: Mapped[Incident] = relationship()
    account: Mapped[Account] = relationship()
    drafted_by: Mapped[Agent] = relationship(foreign_keys=[drafted_by_id])
    follows: Mapped[Notice | None] = relationship(remote_side=[id])
    approved_by: Mapped[Agent | None] = relationship(foreign_keys=[approved_by_id])


class Wave(Base):
    """Staged answers (一斉連絡): approved texts that go to everybody linked, one by one."""

    __tablename__ = "waves"

    id: Mapped[int] = mapped_column(primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"), index=True)
    stage: Mapped[str] = mapped_column(String(8))
    """first, update or restored."""
    per_minute: Mapped[int] = mapped_column(default=6)
    takes_new: Mapped[bool] = mapped_column(default=False)
    """Whether who is linked later is answered too."""
    made_by_id: Mapped[int] = mapped_column(ForeignKey("agents.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    approved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """From then on it goes."""
    stopped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    stopped_by_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    stop_reason: Mapped[str] = mapped_column(String(200), default="")
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    incident: Mapped[Incident] = relationship()
    made_by: Mapped[Agent] = relationship(foreign_keys=[made_by_id])
    approved_by: Mapped[Agent | None] = relationship(foreign_keys=[approved_by_id])
    stopped_by: Mapped[Agent | None] = relationship(foreign_keys=[stopped_by_id])
    texts: Mapped[list[WaveText]] = relationship(order_by="WaveText.id", back_populates="wave")


class WaveText(Base):
    """One wording of a wave, without signature."""

    __tablename__ = "wave_texts"

    id: Mapped[int] = mapped_column(primary_key=True)
    wave_id: Mapped[int] = mapped_column(ForeignKey("waves.id"), index=True)
    text: Mapped[str]

    wave: Mapped[Wave] = relationship(back_populates="texts")


class WaveAnswer(Base):
    """Somebody's place in a wave: once a person, whatever happens."""

    __tablename__ = "wave_answers"
    __table_args__ = (
        UniqueConstraint("wave_id", "customer_id"),
        Index(
            "ix_wave_answers_moving",
            "wave_id",
            "id",
            sqlite_where=text(_WAVE_MOVING),
            postgresql_where=text(_WAVE_MOVING),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    wave_id: Mapped[int] = mapped_column(ForeignKey("waves.id"))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), index=True)
    state: Mapped[str] = mapped_column(String(8), default="waiting")
    """waiting, pressed (a reply of the desk carries it from here on) or passed."""
    passed_why: Mapped[str] = mapped_column(String(20), default="")
    """Why no answer of the wave went there; see incidents/turns.py."""
    text_id: Mapped[int | None] = mapped_column(ForeignKey("wave_texts.id"))
    reply_id: Mapped[int | None] = mapped_column(ForeignKey("replies.id"), unique=True)
    at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it was pressed or passed."""
    included_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When somebody said that they are written to although another incident's wave just did."""
    round: Mapped[int] = mapped_column(default=1)
    """How often it was their turn, with this: a reply that a stop took back is pressed anew."""

    wave: Mapped[Wave] = relationship()
    customer: Mapped[Customer] = relationship()
    ticket: Mapped[Ticket] = relationship()
    reply: Mapped[Reply | None] = relationship()


class IncidentTemplate(Base):
    """Texts and words of an incident, kept for the next of its kind."""

    __tablename__ = "incident_templates"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    incident_id: Mapped[int | None] = mapped_column(ForeignKey("incidents.id"))
    """The one it was made from."""
    words: Mapped[list[str]] = mapped_column(JSON, default=list)
    texts: Mapped[dict[str, list[str]]] = mapped_column(JSON, default=dict)
    """notice_first, notice_update, notice_restored, first, update, restored → wordings."""
    made_by_id: Mapped[int] = mapped_column(ForeignKey("agents.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


def how_many_run() -> ColumnElement[int]:
    """Incidents that are open; a part of a larger question."""
    return select(func.count(Incident.id)).where(IS_OPEN).scalar_subquery()
