"""Our own X accounts, the apps they are connected through, what X pushes for them and costs."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from support.db import Base, UtcDateTime


class XApp(Base):
    """A developer app on X, through which accounts are connected and events are pushed.

    Its keys are sealed as tokens are; see x/tokens.py. Empty where the app has none of the kind.
    """

    __tablename__ = "x_apps"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    client_id: Mapped[str] = mapped_column(String(100), default="")
    """OAuth 2.0; the secret is empty for a public client."""
    client_secret_sealed: Mapped[str] = mapped_column(default="")
    consumer_key: Mapped[str] = mapped_column(String(100), default="")
    """OAuth 1.0a; X signs what it pushes with the consumer secret."""
    consumer_secret_sealed: Mapped[str] = mapped_column(default="")
    bearer_sealed: Mapped[str] = mapped_column(default="")
    """The app-only token: webhooks are registered with it."""
    webhook_x_id: Mapped[str] = mapped_column(String(19), default="")
    webhook_url: Mapped[str] = mapped_column(String(200), default="")
    webhook_valid: Mapped[bool] = mapped_column(default=False)
    webhook_checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    webhook_problem: Mapped[str] = mapped_column(String(300), default="")
    webhook_sound_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Until when X surely reached us; what it pushed since is asked for again (replay)."""
    crc_key: Mapped[str] = mapped_column(String(8), default="")
    """The key X took our answer to its challenge with: consumer or client; see x/signatures.py."""
    pushed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When X last pushed something that was signed rightly."""
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Account(Base):
    """One X account of ours, with its voice, its hours and its keys."""

    __tablename__ = "accounts"

    id: Mapped[int] = mapped_column(primary_key=True)
    x_id: Mapped[str] = mapped_column(String(19), unique=True)
    handle: Mapped[str] = mapped_column(String(15))
    """Without the @."""
    name: Mapped[str] = mapped_column(String(200))
    signature_form: Mapped[str] = mapped_column(String(60), default="^{family_name}")
    """What an agent's reply ends with; see replies/signature.py for the forms."""
    persona: Mapped[str] = mapped_column(String(40), default="")
    """The shared name agents sign with where the form asks for it."""
    undo_seconds: Mapped[int] = mapped_column(default=10)
    calendar_id: Mapped[int] = mapped_column(ForeignKey("calendars.id"))
    app_id: Mapped[int | None] = mapped_column(ForeignKey("x_apps.id"))
    auth: Mapped[str] = mapped_column(String(7), default="bearer")
    """How it is connected: oauth2 (refreshed), oauth1, or bearer (a token that was pasted)."""
    token_sealed: Mapped[str] = mapped_column(default="")
    """The user token, encrypted; see x/tokens.py. For oauth1 token and secret, as JSON."""
    refresh_sealed: Mapped[str] = mapped_column(default="")
    """oauth2: good for one refresh only."""
    token_expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    refreshing_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """oauth2: somebody renews the token; for how long that is believed. See x/refreshing.py."""
    scopes: Mapped[str] = mapped_column(String(300), default="")
    """What the token may do, separated by spaces; empty where X did not say."""
    plan: Mapped[str] = mapped_column(String(10), default="self_serve")
    """self_serve or enterprise: on the latter X lets the API answer anyone."""
    owns_app: Mapped[bool] = mapped_column(default=False)
    """The account is the developer of its own app: X reads its own posts out for less."""
    monthly_cap_micros: Mapped[int | None] = mapped_column(BigInteger)
    """Most that may be spent on X in a calendar month (UTC), in millionths of a US dollar."""
    stopped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    stopped_reason: Mapped[str] = mapped_column(default="")
    """Why nothing is read or sent for this account now (revoked token, no credit, …)."""

    app: Mapped[XApp | None] = relationship()


class Subscription(Base):
    """One kind of event X pushes for one of our accounts, or for somebody whose posts we hold."""

    __tablename__ = "subscriptions"
    __table_args__ = (UniqueConstraint("app_id", "event_type", "subject_x_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    app_id: Mapped[int] = mapped_column(ForeignKey("x_apps.id"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    event_type: Mapped[str] = mapped_column(String(40))
    """post.mention.create and so on, in X's words."""
    subject_x_id: Mapped[str] = mapped_column(String(19), default="")
    """Whose events; empty for oauth.revoke, which knows no user."""
    x_id: Mapped[str] = mapped_column(String(40), default="")
    """X's id of the subscription; empty while X has not made it."""
    made_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    problem: Mapped[str] = mapped_column(String(300), default="")


class Charge(Base):
    """What one call to X cost, or one event it pushed, at the prices of that day."""

    __tablename__ = "charges"
    __table_args__ = (
        Index("ix_charges_account_id_day", "account_id", "day"),
        Index("ix_charges_reply_id", "reply_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    day: Mapped[date]
    """In UTC, as X counts."""
    happened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    kind: Mapped[str] = mapped_column(String(24))
    """post_read, user_read, dm_read, post, post_with_url, …; see x/pricing.py."""
    items: Mapped[int]
    micros: Mapped[int] = mapped_column(BigInteger)
    """Millionths of a US dollar."""
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    reply_id: Mapped[int | None] = mapped_column(ForeignKey("replies.id"))
