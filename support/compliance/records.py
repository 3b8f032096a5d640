"""The log of what X took back and when the desk followed."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from support.db import Base, UtcDateTime


class ComplianceEntry(Base):
    """One thing X no longer shows, when we heard of it, and when its content left the desk.

    Holds ids only: a log that kept the words would break the promise it proves.
    """

    __tablename__ = "compliance_entries"
    __table_args__ = (Index("ix_compliance_entries_noticed_at", "noticed_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(7))
    """post, dm, person, or account: all customers' content of one of ours."""
    x_id: Mapped[str] = mapped_column(String(19), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"), index=True)
    reason: Mapped[str] = mapped_column(String(12))
    """deleted, protected, suspended, gone, withheld or purged."""
    noticed_by: Mapped[str] = mapped_column(String(8))
    """webhook, check (the nightly look), reading, or a person."""
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    """The person, where one asked for it."""
    noticed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    emptied_at: Mapped[datetime] = mapped_column(UtcDateTime)
    items: Mapped[int] = mapped_column(default=0)
    """How many stored things lost their content: messages, versions, media, passed posts."""


class ComplianceCheck(Base):
    """One nightly look at what is stored for an account, from its first post to its last."""

    __tablename__ = "compliance_checks"
    __table_args__ = (Index("ix_compliance_checks_account_id_began_at", "account_id", "began_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    began_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    stage: Mapped[str] = mapped_column(String(8), default="messages")
    """What is being looked at: messages, then passed, then seen posts."""
    place: Mapped[str] = mapped_column(String(19), default="")
    """The last row of the stage that was asked for; empty: none yet."""
    not_before: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """X asked us to go on no earlier."""
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Until then the worker that looks counts as alive."""
    posts: Mapped[int] = mapped_column(default=0)
    """How many posts X showed: what is paid for."""
    people: Mapped[int] = mapped_column(default=0)
    gone: Mapped[int] = mapped_column(default=0)
    """How many posts X did not show any more."""
    problem: Mapped[str] = mapped_column(String(300), default="")
    """What last kept it from going on; empty while it goes well."""
