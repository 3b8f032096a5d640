"""What is listened for, whom that found, and what became of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from support.agents.records import Agent
from support.conversations.records import ShownName
from support.db import Base, UtcDateTime
from support.tickets.records import Ticket
from support.x.records import Account

_UNDER_WAY = "state IN ('approved', 'handed')"
_LIVE = "retired_at IS NULL"


class OutreachSwitch(Base):
    """Outreach was switched on or off. Never edited; the newest holds, and none means off."""

    __tablename__ = "outreach_switches"

    id: Mapped[int] = mapped_column(primary_key=True)
    is_on: Mapped[bool]
    sentence: Mapped[str] = mapped_column(default="")
    """X's own words about it, as whoever switched it on confirmed to have read them."""
    reason: Mapped[str] = mapped_column(String(200), default="")
    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    agent: Mapped[Agent] = relationship()


class OutreachPolicy(Base):
    """The manners as an admin set them; the newest version is in force."""

    __tablename__ = "outreach_policies"

    id: Mapped[int] = mapped_column(primary_key=True)
    rules: Mapped[dict[str, Any]] = mapped_column(JSON)
    """See outreach/manners.py."""
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Offer(Base):
    """A message to people in trouble, in several wordings that take turns."""

    __tablename__ = "offers"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    """None: for all accounts."""
    name: Mapped[str] = mapped_column(String(60))
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    wordings: Mapped[list[OfferWording]] = relationship(
        order_by="OfferWording.id", back_populates="offer"
    )


class OfferWording(Base):
    """One wording of an offer, without signature. An edit retires it and adds another."""

    __tablename__ = "offer_wordings"

    id: Mapped[int] = mapped_column(primary_key=True)
    offer_id: Mapped[int] = mapped_column(ForeignKey("offers.id"), index=True)
    text: Mapped[str]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    offer: Mapped[Offer] = relationship(back_populates="wordings")


class Listening(Base):
    """A saved search on X, asked again and again within what it may cost."""

    __tablename__ = "listenings"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    """Whose token asks, and who would offer help."""
    name: Mapped[str] = mapped_column(String(60))
    query: Mapped[str] = mapped_column(String(512))
    """In X's own syntax."""
    built: Mapped[dict[str, Any]] = mapped_column(JSON)
    """The fields of the builder it came from; empty where it was written by hand."""
    offer_id: Mapped[int | None] = mapped_column(ForeignKey("offers.id"))
    every_minutes: Mapped[int] = mapped_column(default=15)
    most_per_day: Mapped[int] = mapped_column(default=200)
    """Posts it may have X show in a UTC day: X bills each."""
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    paused_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    since_id: Mapped[str] = mapped_column(String(19), default="")
    """How far it was read; moves only with what was read."""
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    not_before: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """X asked us not to search before then."""
    rests_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """The day's ration or the month's cap is used up; see outreach/rations.py."""
    asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When somebody last wanted it to be read at once."""
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """A worker is at it; believed until then."""
    problem: Mapped[str] = mapped_column(String(200), default="")
    """What X said against the search when it was last asked."""
    missed_from_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    missed_until_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Posts of that time were not looked at, until somebody has taken note of it."""
    missed_why: Mapped[str] = mapped_column(String(8), default="")
    """window: X searches seven days back only; ration: more was said than may be shown in a day."""

    account: Mapped[Account] = relationship()
    offer: Mapped[Offer | None] = relationship()


class ListeningRead(Base):
    """How many posts X showed a listening on a UTC day."""

    __tablename__ = "listening_reads"

    listening_id: Mapped[int] = mapped_column(ForeignKey("listenings.id"), primary_key=True)
    day: Mapped[str] = mapped_column(String(10), primary_key=True)
    """2026-11-28."""
    shown: Mapped[int] = mapped_column(default=0)
    new: Mapped[int] = mapped_column(default=0)


class Prospect(Base):
    """A person a listening found, by the post it found; see outreach/course.py for its states.

    Whether they want no words of ours is not kept here: conversations/contact.py knows it of the
    person, whatever list or account.
    """

    __tablename__ = "prospects"
    __table_args__ = (
        # Nobody is offered help twice at once, by whichever list, account or colleague.
        Index(
            "uq_prospects_under_way",
            "author_x_id",
            unique=True,
            sqlite_where=text(_UNDER_WAY),
            postgresql_where=text(_UNDER_WAY),
        ),
        Index("ix_prospects_state", "state", "account_id", "score"),
        Index("ix_prospects_author_x_id", "author_x_id"),
        Index("ix_prospects_listening_id", "listening_id", "found_at"),
        Index("ix_prospects_handed_at", "handed_at"),
        Index("ix_prospects_found_at", "found_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    listening_id: Mapped[int] = mapped_column(ForeignKey("listenings.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    post_x_id: Mapped[str] = mapped_column(String(19), unique=True)
    """Found once, whichever listenings see it."""
    author_x_id: Mapped[str] = mapped_column(String(19))
    username: Mapped[str] = mapped_column(String(50), default="")
    name: Mapped[str] = mapped_column(ShownName, default="")
    followers: Mapped[int | None] = mapped_column(BigInteger)
    text: Mapped[str]
    language: Mapped[str] = mapped_column(String(8), default="")
    thread_x_id: Mapped[str] = mapped_column(String(60), default="", index=True)
    in_reply_to_x_id: Mapped[str] = mapped_column(String(19), default="")
    posted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    found_at: Mapped[datetime] = mapped_column(UtcDateTime)
    raw: Mapped[dict[str, Any]] = mapped_column(JSON, deferred=True)
    """As X showed it; emptied when X takes the post back."""
    emptied_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    emptied_reason: Mapped[str] = mapped_column(String(12), default="")
    score: Mapped[int] = mapped_column(default=0)
    """How much in trouble, 0 to 100, when it was found; see outreach/trouble.py."""
    phrase: Mapped[str] = mapped_column(String(40), default="")
    """The prepared phrasing that weighed most in it, for figures: our words, not theirs."""

    state: Mapped[str] = mapped_column(String(10), default="found")
    """found, approved, handed, seen or skipped."""
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Who approved or skipped it, and when."""
    skip_reason: Mapped[str] = mapped_column(String(40), default="")
    wording_id: Mapped[int | None] = mapped_column(ForeignKey("offer_wordings.id"))
    body: Mapped[str] = mapped_column(default="")
    """What is offered, as it was approved, signature included."""
    handed_by_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    handed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When somebody opened X's composer with it."""
    sent_x_id: Mapped[str | None] = mapped_column(String(19), unique=True)
    """Our own post, as X showed it to us: only that says that they were contacted."""
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sent_text: Mapped[str] = mapped_column(default="")
    """What stands on X; it may have been changed in X's composer."""
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"), index=True)
    """Their answer's ticket."""
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    listening: Mapped[Listening] = relationship()
    account: Mapped[Account] = relationship()
    decided_by: Mapped[Agent | None] = relationship(foreign_keys=[decided_by_id])
    handed_by: Mapped[Agent | None] = relationship(foreign_keys=[handed_by_id])
    wording: Mapped[OfferWording | None] = relationship()
    ticket: Mapped[Ticket | None] = relationship()


class ProspectEvent(Base):
    """What happened to a prospect, in order."""

    __tablename__ = "prospect_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    prospect_id: Mapped[int] = mapped_column(ForeignKey("prospects.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    """approved, taken_back, handed, given_back, seen, answered, skipped, unskipped, opted_out or
    complained."""
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    agent: Mapped[Agent | None] = relationship()
