"""Replies, their parts, and what was tried."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    and_,
    column,
    exists,
    table,
    text,
)
from sqlalchemy.orm import Mapped, aliased, mapped_column, relationship

from support.agents.records import Agent
from support.approval.records import Approval
from support.conversations.records import Conversation, Message
from support.db import Base, UtcDateTime

_LIVE = "settled_at IS NULL"
_LIVE_ANSWER = "settled_at IS NULL AND NOT automatic"
_WISHED = "done_at IS NULL AND refused = ''"
_MOVING = "state IN ('held', 'queued', 'posting', 'unknown')"
# A query says these in the words of the index, or SQLite does not see that the index serves it.
IS_MOVING = text(f"reply_parts.{_MOVING}")
IS_WISHED = text("retractions.done_at IS NULL AND retractions.refused = ''")
# What our accounts announce in an incident is ours as well. That room stands on this one: it is
# known here by the names of its table only.
ANNOUNCED = table("notices", column("x_id", String), column("account_id"))
# And what goes to everybody in one, which gives way to whatever an agent wrote to one person.
TO_MANY = table("wave_answers", column("reply_id"))


class Reply(Base):
    """What an agent pressed send on, in one or more parts."""

    __tablename__ = "replies"
    __table_args__ = (
        # Two agents cannot both answer one message: the database refuses the second.
        Index(
            "uq_replies_live_answer",
            "answers_id",
            unique=True,
            sqlite_where=text(_LIVE_ANSWER),
            postgresql_where=text(_LIVE_ANSWER),
        ),
        Index("ix_replies_ticket_id", "ticket_id"),
        Index(
            "ix_replies_conversation_live",
            "conversation_id",
            "id",
            sqlite_where=text(_LIVE),
            postgresql_where=text(_LIVE),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"))
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    """Who pressed; None for an automatic one."""
    automatic: Mapped[bool] = mapped_column(default=False)
    """An acknowledgement the desk sends by itself: it keeps no promise."""
    answers_id: Mapped[int] = mapped_column(ForeignKey("messages.id"))
    """The customer's message it answers, and the post the first part replies to."""
    body: Mapped[str]
    """As the agent wrote it."""
    signature: Mapped[str] = mapped_column(String(80), default="")
    key: Mapped[str] = mapped_column(String(64), unique=True)
    """The form's idempotency key: pressing twice makes one reply."""
    pressed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    held_until: Mapped[datetime] = mapped_column(UtcDateTime)
    """From then on it may go out: the end of the time to take it back, or the time chosen."""
    scheduled: Mapped[bool] = mapped_column(default=False)
    """Whether the agent chose that time."""
    seen_message_id: Mapped[int | None]
    """The newest message of the conversation when it was pressed: what comes after it overtakes
    a reply that is still held. No foreign key: the message may be released meanwhile."""
    promised_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """The moment its words name for more to come, as the agent let it stand; see committing.py."""
    promised_words: Mapped[str] = mapped_column(String(80), default="")
    """Those words."""
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When nothing more will happen to it: all parts posted, undone, or given up."""

    agent: Mapped[Agent | None] = relationship()
    conversation: Mapped[Conversation] = relationship()
    answers: Mapped[Message] = relationship()
    parts: Mapped[list[ReplyPart]] = relationship(
        order_by="ReplyPart.position", cascade="all, delete-orphan", back_populates="reply"
    )
    images: Mapped[list[ReplyImage]] = relationship(
        order_by="ReplyImage.position", cascade="all, delete-orphan"
    )

    overrides: Mapped[list[GuardOverride]] = relationship(order_by="GuardOverride.id")
    """Findings of the guard it was sent in spite of; most replies have none."""
    approval: Mapped[Approval | None] = relationship()
    """What it has or had to wait for; most replies go without."""

    @property
    def who(self) -> str:
        """The family name of whoever pressed; empty for an automatic one."""
        return self.agent.family_name if self.agent else ""


class ReplyPart(Base):
    """One post or direct message of a reply."""

    __tablename__ = "reply_parts"
    __table_args__ = (
        UniqueConstraint("reply_id", "position"),
        UniqueConstraint("x_id", "reply_id"),
        Index(
            "ix_reply_parts_moving",
            "state",
            "lease_until",
            sqlite_where=text(_MOVING),
            postgresql_where=text(_MOVING),
        ),
        Index("ix_reply_parts_x_id", "x_id"),
        Index("ix_reply_parts_posted_at", "posted_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reply_id: Mapped[int] = mapped_column(ForeignKey("replies.id"))
    position: Mapped[int]
    """From 1."""
    text: Mapped[str]
    """Exactly what goes to X, signature included."""
    state: Mapped[str] = mapped_column(String(8), default="held")
    """waiting, held, asking, queued, posting, posted, handed, rejected, unknown or undone; see
    replies/states.py."""
    x_id: Mapped[str | None] = mapped_column(String(19))
    posted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When X accepted it."""
    not_before: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """A refused attempt may be repeated from this moment on."""
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Until then the worker that is posting it counts as alive."""
    lease_owner: Mapped[str] = mapped_column(String(80), default="")
    attempted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the first call to X began."""
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the latest one began."""
    after_x_id: Mapped[str] = mapped_column(String(19), default="")
    """An id X had given before the first call: a look for the part must reach back that far."""
    absent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When a complete look, by X's clock, did not show it; a second one proves its absence."""
    reason: Mapped[str] = mapped_column(default="")
    """Why it stopped, or was handed to a person, in words for the agent."""
    handed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Since when it waits to be posted by hand on x.com."""
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When we heard that X shows the post no more; the words are ours and stay."""

    reply: Mapped[Reply] = relationship(back_populates="parts")
    attempts: Mapped[list[Attempt]] = relationship(order_by="Attempt.id", viewonly=True)
    """To be read; written by replies/attempts.py."""
    retraction: Mapped[Retraction | None] = relationship(back_populates="part")


class ReplyImage(Base):
    """A picture that goes out with the first part of a reply."""

    __tablename__ = "reply_images"
    __table_args__ = (UniqueConstraint("reply_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    reply_id: Mapped[int] = mapped_column(ForeignKey("replies.id"))
    position: Mapped[int]
    """From 1."""
    mime: Mapped[str] = mapped_column(String(20))
    alt: Mapped[str] = mapped_column(String(1000), default="")
    width: Mapped[int]
    height: Mapped[int]
    data: Mapped[bytes] = mapped_column(deferred=True)
    """The file as it goes to X, without what the camera wrote into it."""
    x_media_id: Mapped[str] = mapped_column(String(40), default="")
    uploaded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When X took it; its id lives for a day."""


class Attempt(Base):
    """One thing that was tried for a part and what came of it."""

    __tablename__ = "attempts"

    id: Mapped[int] = mapped_column(primary_key=True)
    part_id: Mapped[int] = mapped_column(ForeignKey("reply_parts.id"), index=True)
    happened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    outcome: Mapped[str] = mapped_column(String(20))
    """posted, refused, retry, no_answer, lost_worker, found, absent, unclear, handed, by_hand;
    by a person: sent_on, sent_again, given_up, said_posted, said_absent."""
    detail: Mapped[str] = mapped_column(String(300), default="")
    """X's words, X's id, or the person's reason."""
    begun_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the call began whose end this is."""
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))

    agent: Mapped[Agent | None] = relationship()


class Retraction(Base):
    """A wish to take one of our posts down from X, and what came of it."""

    __tablename__ = "retractions"
    __table_args__ = (
        Index(
            "ix_retractions_open",
            "not_before",
            sqlite_where=text(_WISHED),
            postgresql_where=text(_WISHED),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    part_id: Mapped[int] = mapped_column(ForeignKey("reply_parts.id"), unique=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id"))
    reason: Mapped[str] = mapped_column(String(300))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    not_before: Mapped[datetime] = mapped_column(UtcDateTime)
    """X may be asked again from this moment on."""
    tries: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    refused: Mapped[str] = mapped_column(String(300), default="")
    """X's words, where it did not let us."""

    agent: Mapped[Agent] = relationship()
    part: Mapped[ReplyPart] = relationship(back_populates="retraction")


class Acknowledgement(Base):
    """That a customer was told automatically that the desk is closed: once a closure."""

    __tablename__ = "acknowledgements"
    __table_args__ = (UniqueConstraint("conversation_id", "opens_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"))
    opens_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """The end of the closure: the next opening, as it stood then."""
    reply_id: Mapped[int] = mapped_column(ForeignKey("replies.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


class GuardWord(Base):
    """An entry of the desk's own lists; replies/wordlists.py says what it is for."""

    __tablename__ = "guard_words"
    __table_args__ = (Index("ix_guard_words_retired_at", "retired_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    purpose: Mapped[str] = mapped_column(String(8))
    """negative, internal, number or allowed."""
    level: Mapped[str] = mapped_column(String(6))
    """stop, reason or hint; says nothing where it is allowed."""
    text: Mapped[str] = mapped_column(String(80))
    is_pattern: Mapped[bool] = mapped_column(default=False)
    """A regular expression, checked when it was written."""
    instead: Mapped[str] = mapped_column(String(80), default="")
    note: Mapped[str] = mapped_column(String(200), default="")
    """For colleagues: why it stands here."""
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    retired_by_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    made_by: Mapped[Agent | None] = relationship(foreign_keys=[made_by_id])
    retired_by: Mapped[Agent | None] = relationship(foreign_keys=[retired_by_id])


class GuardOverride(Base):
    """That an agent sent what the guard asked a reason for. What was found is not kept."""

    __tablename__ = "guard_overrides"

    id: Mapped[int] = mapped_column(primary_key=True)
    reply_id: Mapped[int] = mapped_column(ForeignKey("replies.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    """What was found; see replies/findings.py."""
    length: Mapped[int]
    """Of the piece that was found, in letters."""
    reason: Mapped[str] = mapped_column(String(200))
    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    agent: Mapped[Agent] = relationship()


def typed_on_x() -> ColumnElement[bool]:
    """Of messages: ours, and not sent by the desk, which comes back as a message too."""
    part = aliased(ReplyPart)
    return and_(Message.by_us, ~exists().where(part.x_id == Message.x_id))
