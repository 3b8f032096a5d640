"""Tickets and what colleagues do to them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship, selectinload

from support.agents.records import Agent
from support.conversations.records import Conversation, Message
from support.db import Base, UtcDateTime
from support.sla.records import Promise, ServiceLevel

TOOK_OVER = "took_over"
"""The event of a ticket into which another one was merged; its data name what was unanswered."""
SPLIT, SPLIT_OFF = "split", "split_off"
"""The events of a ticket from which another was split, and of that one."""


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


class Ticket(Base):
    """Work owed in a conversation. One thread of one customer is one ticket.

    The last five columns are derived; tickets/handling.py writes them in one place
    (docs/adr/0003) and a test proves them equal to the rule.
    """

    __tablename__ = "tickets"
    __table_args__ = (
        Index("ix_tickets_due", "due_at", "id", **_where("state <> 'resolved'")),
        Index(
            "ix_tickets_undue",
            "last_message_at",
            "id",
            **_where("state <> 'resolved' AND due_at IS NULL"),
        ),
        Index("ix_tickets_resolved", "resolved_at", "id", **_where("state = 'resolved'")),
        Index(
            "ix_tickets_counts", "state", "assignee_id", "warn_at", **_where("state <> 'resolved'")
        ),
        Index("ix_tickets_thread", "conversation_id", "thread_x_id"),
        Index("ix_tickets_opened_at", "opened_at"),
        Index("ix_tickets_snoozed", "snoozed_until", **_where("state = 'held'")),
        Index(
            "ix_tickets_held_for",
            "held_for",
            "held_for_ticket_id",
            **_where("state = 'held' AND held_for <> ''"),
        ),
        Index("ix_tickets_merged", "merged_into_id", **_where("merged_into_id IS NOT NULL")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"))
    thread_x_id: Mapped[str] = mapped_column(String(60), default="")
    came_from_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"))
    """A direct message's ticket: the public ticket it went on from."""
    subject: Mapped[str] = mapped_column(String(120), default="")
    state: Mapped[str] = mapped_column(String(8), default="open")
    """open, waiting (for the customer), held or resolved; see tickets/states.py."""
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"))
    """Whose hours count, where the team has its own."""
    priority: Mapped[str] = mapped_column(String(6), default="normal")
    """low, normal, high or urgent; see sla/levels.py."""
    opened_calendar_id: Mapped[int] = mapped_column(ForeignKey("calendars.id"))
    opened_level_id: Mapped[int] = mapped_column(ForeignKey("service_levels.id"))
    """The terms it was opened with; each `TermsChange` leads on from them."""
    calendar_id: Mapped[int] = mapped_column(ForeignKey("calendars.id"))
    service_level_id: Mapped[int] = mapped_column(ForeignKey("service_levels.id"))
    """The terms it is judged by now."""
    terms_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Since when; None: since it was opened."""
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"))
    """The ticket that took over what was owed here; what was said stays where it was said."""
    split_from_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"))
    """The ticket whose messages it began with, where a colleague saw two matters in one."""
    took_over_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When another ticket was last merged into this one."""
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    resolved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    snoozed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    held_for: Mapped[str] = mapped_column(String(8), default="")
    """While it is held: note, ticket or promise, for what it waits; empty: a time, or the
    customer. See tickets/waking.py. Like the next one it means nothing in any other state."""
    held_for_ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"))
    """Whose resolution it waits for."""
    last_message_at: Mapped[datetime] = mapped_column(UtcDateTime)
    latest_message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id", use_alter=True))
    """The customer's newest message."""
    leading_promise_id: Mapped[int | None] = mapped_column(
        ForeignKey("promises.id", use_alter=True)
    )
    """The open promise that is due first."""
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Its due time, to sort the queue by."""
    warn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it begins to be due soon, to count by."""

    conversation: Mapped[Conversation] = relationship()
    assignee: Mapped[Agent | None] = relationship()
    level: Mapped[ServiceLevel] = relationship(foreign_keys=[service_level_id])
    latest_message: Mapped[Message | None] = relationship(
        foreign_keys=[latest_message_id], post_update=True
    )
    leading_promise: Mapped[Promise | None] = relationship(
        foreign_keys=[leading_promise_id], post_update=True
    )
    tags: Mapped[list[TicketTag]] = relationship(
        order_by="TicketTag.name", cascade="all, delete-orphan"
    )


class TermsChange(Base):
    """From `at` on a ticket is judged by other hours or other targets. A fact, never edited."""

    __tablename__ = "terms_changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    from_calendar_id: Mapped[int] = mapped_column(ForeignKey("calendars.id"))
    from_level_id: Mapped[int] = mapped_column(ForeignKey("service_levels.id"))
    calendar_id: Mapped[int] = mapped_column(ForeignKey("calendars.id"))
    service_level_id: Mapped[int] = mapped_column(ForeignKey("service_levels.id"))
    carry: Mapped[str] = mapped_column(String(5))
    """What it means for open promises; see levels.Carry."""
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    """From when the new hours count; before `at` where open promises followed an edit later."""
    why: Mapped[str] = mapped_column(String(12))
    """hours, levels, team, priority, tag, segment or policy."""
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))


class Team(Base):
    """Colleagues who keep their own hours."""

    __tablename__ = "teams"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40), unique=True)
    calendar_id: Mapped[int | None] = mapped_column(ForeignKey("calendars.id"))
    """None: the hours of the account."""
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class TicketTag(Base):
    """A word colleagues put on a ticket."""

    __tablename__ = "ticket_tags"
    __table_args__ = (Index("ix_ticket_tags_name", "name"),)

    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(30), primary_key=True)


class Note(Base):
    """A word among colleagues; never shown to the customer."""

    __tablename__ = "notes"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), index=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id"))
    text: Mapped[str]
    """Emptied some time after it was deleted."""
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
    edited_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When its author last changed it."""
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When its author took it back; a line in its place says so."""

    agent: Mapped[Agent] = relationship()


class TicketEvent(Base):
    """Something that was done to a ticket, by whom and when."""

    __tablename__ = "ticket_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), index=True)
    happened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    kind: Mapped[str] = mapped_column(String(20))
    """reopened, assigned, tagged, untagged, held, woken, resolved, prioritised, teamed, took_over,
    merged, update_promised, update_given, update_unsaid, segmented, split, split_off, linked,
    unlinked, shared"""
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    agent: Mapped[Agent | None] = relationship()


class TicketLink(Base):
    """Two tickets that have to do with each other, in no order: the lower number stands first."""

    __tablename__ = "ticket_links"
    __table_args__ = (
        CheckConstraint("ticket_id < other_id", name="in_order"),
        Index("ix_ticket_links_other_id", "other_id"),
    )

    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), primary_key=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SavedView(Base):
    """A filter of the queue under a name: an agent's own, or one all colleagues share."""

    __tablename__ = "saved_views"
    __table_args__ = (Index("ix_saved_views_agent_id", "agent_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id"))
    """Whose it is; of a shared one, who made it."""
    shared: Mapped[bool] = mapped_column(default=False)
    name: Mapped[str] = mapped_column(String(30))
    words: Mapped[dict[str, Any]] = mapped_column(JSON)
    """The filter as it stands in an address; see tickets/filters.py."""
    place: Mapped[int] = mapped_column(default=0)
    """Among those of its kind, the lowest first."""
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Batch(Base):
    """One deed on several tickets at once, with what it takes to undo it."""

    __tablename__ = "batches"

    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id"))
    done_at: Mapped[datetime] = mapped_column(UtcDateTime)
    deed: Mapped[str] = mapped_column(String(8))
    """assign, tag, untag, hold, resolve or link; see terms/batching.py."""
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    """What was done, and for each ticket it was done to how that one was before."""
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SharingRule(Base):
    """From `made_at` on new tickets find an agent by themselves, or not. A fact, never edited."""

    __tablename__ = "sharing_rules"

    id: Mapped[int] = mapped_column(primary_key=True)
    on: Mapped[bool]
    ceiling: Mapped[int]
    """An agent with this many open tickets is given no more."""
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    """Since when it has been on without a break: what was opened before is left alone."""
    made_by_id: Mapped[int] = mapped_column(ForeignKey("agents.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)

    made_by: Mapped[Agent] = relationship()


def alone_with(session: Session, ticket_id: int) -> Ticket:
    """The ticket as it is now, for whoever is to say that it was answered.

    Until the transaction ends nobody else adds a customer's words to it: what is not seen here
    is seen by whoever comes next, and one of the two promises an answer to it.
    """
    return session.get_one(Ticket, ticket_id, with_for_update={"key_share": True})


def alone_with_all(session: Session, ids: Iterable[int]) -> None:
    """The tickets and their tags as they are now; the same in every transaction's order, so that
    two who want some of the same ones wait for each other and none of them for ever."""
    theirs = select(Ticket).where(Ticket.id.in_(set(ids))).order_by(Ticket.id)
    fresh = theirs.options(selectinload(Ticket.tags)).execution_options(populate_existing=True)
    session.scalars(fresh.with_for_update(key_share=True, of=Ticket)).all()
