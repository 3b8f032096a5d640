"""Customers, conversations and the messages in them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import TypeDecorator

from support.conversations.plain import plain_name
from support.db import Base, UtcDateTime

if TYPE_CHECKING:
    from support.tickets.records import Ticket
    from support.x.records import Account

PUBLIC, DM = "public", "dm"


class ShownName(TypeDecorator[str]):
    """A name strangers gave themselves, as it may be shown; "" if nothing of it is to be seen.

    New ones are cleaned when they come; this cleans those that came before.
    """

    impl = String(200)
    cache_ok = True

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        return plain_name(value) if value else value


class Customer(Base):
    """A person on X, as their profile said when we last saw it."""

    __tablename__ = "customers"

    id: Mapped[int] = mapped_column(primary_key=True)
    x_id: Mapped[str] = mapped_column(String(19), unique=True)
    username: Mapped[str] = mapped_column(String(50), index=True)
    name: Mapped[str] = mapped_column(ShownName)
    bio: Mapped[str] = mapped_column(default="")
    followers: Mapped[int | None] = mapped_column(BigInteger)
    joined_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When they joined X."""
    avatar_url: Mapped[str] = mapped_column(default="")
    """Where X keeps their picture; browsers get it through the desk."""
    protected: Mapped[bool] = mapped_column(default=False)
    hidden_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When their posts went out of sight on X; None while they can be seen."""
    hidden_reason: Mapped[str] = mapped_column(String(12), default="")
    """protected, suspended, gone or purged."""
    muted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Since when their posts become no tickets."""
    muted_by_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    memo: Mapped[str] = mapped_column(default="")
    """What colleagues should know about this person."""
    memo_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    memo_by_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    """When the memo was last changed, and by whom."""
    unwanted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Since when they want no words of ours they did not ask for; the newest `ContactWish`."""
    segment: Mapped[str] = mapped_column(String(30), default="")
    """The group of customers they belong to, like 法人 or 個人; service levels may ask for it."""
    first_seen_at: Mapped[datetime] = mapped_column(UtcDateTime)

    @property
    def hue(self) -> int:
        """One of the eight avatar colours, always the same for one person."""
        return self.id % 8 + 1


class ContactWish(Base):
    """That a customer wants no uninvited words of ours, or no longer minds. Never edited."""

    __tablename__ = "contact_wishes"

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    unwanted: Mapped[bool]
    """False: the wish is lifted."""
    reason: Mapped[str] = mapped_column(String(200))
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    """None: their own answer says so, and the desk understood it; see outreach/optouts.py."""
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class NoContact(Base):
    """Somebody who was erased and is not to be written to, should they turn up again.

    By the bare id on X and with nothing beside it; docs/adr/0027 says why.
    """

    __tablename__ = "no_contacts"

    x_id: Mapped[str] = mapped_column(String(19), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class CustomerNumber(Base):
    """A number the customer is known by in our books, given to us by themselves.

    X lets a handle be tied to such a record only with the person's consent or from what they
    told us directly; how and when that was stands beside it. Taken off, the number itself goes.
    """

    __tablename__ = "customer_numbers"

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    number: Mapped[str] = mapped_column(String(40))
    folded: Mapped[str] = mapped_column(String(40), index=True)
    """In the one spelling it is looked for by; see contact.py."""
    given_how: Mapped[str] = mapped_column(String(8))
    """dm, phone or form."""
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)
    noted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    noted_by_id: Mapped[int] = mapped_column(ForeignKey("agents.id"))
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    removed_by_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))


class KnownAccount(Base):
    """Somebody whose name is like ours, and of whom a lead says that there is nothing to it."""

    __tablename__ = "known_accounts"

    x_id: Mapped[str] = mapped_column(String(19), primary_key=True)
    username: Mapped[str] = mapped_column(String(50), default="")
    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Translator(Base):
    """Where foreign words may be taken to be translated. Each edit is a row; the newest holds."""

    __tablename__ = "translators"

    id: Mapped[int] = mapped_column(primary_key=True)
    url: Mapped[str] = mapped_column(String(300), default="")
    """With {text} and {to} in it; empty: nowhere."""
    private: Mapped[bool] = mapped_column(default=False)
    """Whether direct messages may go there too."""
    made_by_id: Mapped[int] = mapped_column(ForeignKey("agents.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Conversation(Base):
    """One customer with one account of ours in one channel."""

    __tablename__ = "conversations"
    __table_args__ = (UniqueConstraint("customer_id", "account_id", "channel"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    channel: Mapped[str] = mapped_column(String(6))
    """public or dm; a dm conversation is never answered in public."""
    receives_dm: Mapped[bool | None]
    """Whether X said, when we last saw the profile, that they take our direct messages."""

    account: Mapped[Account] = relationship()
    customer: Mapped[Customer] = relationship()

    @property
    def is_private(self) -> bool:
        return self.channel == DM


class Message(Base):
    """Something said on X: by a customer, or by us outside the desk (typed on x.com).

    An edited post stays one message: `x_id` is the first version's, `latest_x_id` the newest's,
    and `text` what the newest says. An emptied message is a tombstone: that something was said,
    and why it is gone.
    """

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("x_id", "channel"),
        Index("ix_messages_ticket_id_posted_at", "ticket_id", "posted_at"),
        Index("ix_messages_posted_at", "posted_at"),
        Index("ix_messages_thread_x_id", "thread_x_id"),
        Index("ix_messages_author_id", "author_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"), index=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    x_id: Mapped[str] = mapped_column(String(19))
    channel: Mapped[str] = mapped_column(String(6))
    by_us: Mapped[bool] = mapped_column(default=False)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"))
    """Who wrote it; None for what we said ourselves."""
    latest_x_id: Mapped[str] = mapped_column(String(19), default="")
    """The id of the newest version: what a reply answers. Empty: there is one version only."""
    edited_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    kind: Mapped[str] = mapped_column(String(9), default="text")
    """text, or encrypted: an X Chat message that can be read on x.com only."""
    text: Mapped[str]
    language: Mapped[str] = mapped_column(String(8), default="")
    thread_x_id: Mapped[str] = mapped_column(String(60), default="")
    """X's conversation_id: the root post of the thread, or the DM conversation."""
    in_reply_to_x_id: Mapped[str] = mapped_column(String(19), default="")
    posted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When X says it was posted."""
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When it reached us."""
    emptied_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Since when X shows it no more. What we said ourselves keeps its words: they are ours."""
    emptied_reason: Mapped[str] = mapped_column(String(12), default="")
    """deleted, protected, suspended, gone, withheld, purged or expired."""
    quoted_x_id: Mapped[str] = mapped_column(String(19), default="")
    raw: Mapped[dict[str, Any]] = mapped_column(JSON, deferred=True)

    author: Mapped[Customer | None] = relationship(foreign_keys=[author_id])
    attachments: Mapped[list[Attachment]] = relationship(
        order_by="Attachment.id", cascade="all, delete-orphan"
    )
    versions: Mapped[list[MessageVersion]] = relationship(
        order_by="MessageVersion.written_at", cascade="all, delete-orphan"
    )
    conversation: Mapped[Conversation] = relationship()
    ticket: Mapped[Ticket] = relationship(foreign_keys=[ticket_id])

    @property
    def target_x_id(self) -> str:
        """The post a reply to this message answers on X."""
        return self.latest_x_id or self.x_id


class MessageVersion(Base):
    """One version of a post that was edited; a post that never was has none."""

    __tablename__ = "message_versions"

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"), index=True)
    x_id: Mapped[str] = mapped_column(String(19), unique=True)
    text: Mapped[str]
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Attachment(Base):
    """A picture, GIF or film of a message, where X keeps it; browsers get it through the desk."""

    __tablename__ = "attachments"
    __table_args__ = (UniqueConstraint("message_id", "media_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"))
    media_key: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(14))
    """photo, animated_gif or video."""
    url: Mapped[str]
    preview_url: Mapped[str] = mapped_column(default="")
    alt: Mapped[str] = mapped_column(default="")
    width: Mapped[int] = mapped_column(default=0)
    height: Mapped[int] = mapped_column(default=0)


class SeenPost(Base):
    """A post of somebody else that X showed beside a message: what it replies to or quotes.

    Kept so that agents read a message in its context; never a ticket of its own.
    """

    __tablename__ = "seen_posts"

    x_id: Mapped[str] = mapped_column(String(19), primary_key=True)
    author_x_id: Mapped[str] = mapped_column(String(19), index=True)
    username: Mapped[str] = mapped_column(String(50), default="")
    name: Mapped[str] = mapped_column(ShownName, default="")
    text: Mapped[str]
    thread_x_id: Mapped[str] = mapped_column(String(60), default="", index=True)
    """The thread it was asked for with; empty for what X sent along by itself."""
    posted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    emptied_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    emptied_reason: Mapped[str] = mapped_column(String(12), default="")
