"""The rules of approval, what became of each reply that had to wait, and who was told of it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    column,
    exists,
    func,
    select,
    table,
    text,
    union,
)
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from support.agents.records import Agent
from support.approval.leave import Kind, Rule
from support.db import FOR_THE_DESK, Base, UtcDateTime
from support.x.records import Account

APPROVED, CHANGED, SENT_BACK, TAKEN_BACK = "approved", "changed", "sent_back", "taken_back"
CLEARED = (APPROVED, CHANGED)
_OPEN = "outcome = ''"
# Said in the words of the index, or SQLite does not see that the index serves it.
IS_OPEN = text(f"approvals.{_OPEN}")
# What leads said afterwards of what was sent. Their room stands on replies, and so on this one: it
# is known here by the names of its table only.
_REVIEWS = table("reviews", column("reply_id"), column("agent_id"), column("verdict"))
_WANTED_OTHERWISE = ("fix", "talk")


class ApprovalRule(Base):
    """When a reply waits for approval. Edits end a row and add one."""

    __tablename__ = "approval_rules"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    """newcomer, tag, guard, public or account; see approval/leave.py."""
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    """For which account; None: for all."""
    tag: Mapped[str] = mapped_column(String(30), default="")
    clean: Mapped[int] = mapped_column(default=0)
    joined_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    minutes: Mapped[int]
    """How long a reply should wait at most, in business time."""
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))

    account: Mapped[Account | None] = relationship()
    made_by: Mapped[Agent | None] = relationship(foreign_keys=[made_by_id])
    ended_by: Mapped[Agent | None] = relationship(foreign_keys=[ended_by_id])

    @property
    def rule(self) -> Rule:
        return Rule(
            number=self.id,
            kind=Kind(self.kind),
            within=timedelta(minutes=self.minutes),
            account_id=self.account_id,
            tag=self.tag,
            clean=self.clean,
            joined_since=self.joined_since,
        )


class Approval(Base):
    """That a reply had to wait for somebody else's word, why, and what that was: one a reply.

    The state of the reply's parts decides a race; this row says what came of it.
    """

    __tablename__ = "approvals"
    __table_args__ = (
        UniqueConstraint("reply_id"),
        Index(
            "ix_approvals_open",
            "due_at",
            sqlite_where=text(_OPEN),
            postgresql_where=text(_OPEN),
        ),
        Index("ix_approvals_agent_id", "agent_id", "outcome"),
        Index("ix_approvals_decided_at", "decided_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reply_id: Mapped[int] = mapped_column(ForeignKey("replies.id"))
    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id"))
    """Who wrote it, and so may not decide."""
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """Kind, rule and tag of each rule that asked, as they stood when it was pressed."""
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """From then on it has waited too long; None: the account never opens."""
    outcome: Mapped[str] = mapped_column(String(10), default="")
    """approved, changed (and approved), sent_back or taken_back; empty while it waits."""
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    """None where it was taken back."""
    before: Mapped[str] = mapped_column(default="")
    """What the agent had written, where it was changed."""
    word: Mapped[str] = mapped_column(String(500), default="")
    """What whoever decided has to say about it."""
    seen_reply_id: Mapped[int | None]
    """The newest reply of the ticket whoever approved could see."""
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When approvers were told that it waits too long."""

    agent: Mapped[Agent] = relationship(foreign_keys=[agent_id])
    decided_by: Mapped[Agent | None] = relationship(foreign_keys=[decided_by_id])

    @property
    def is_open(self) -> bool:
        return not self.outcome


class ApprovalNotice(Base):
    """That one colleague was told of an approval by the bell, and when they had seen it."""

    __tablename__ = "approval_notices"
    __table_args__ = (
        UniqueConstraint("approval_id", "agent_id", "kind"),
        Index("ix_approval_notices_agent_id", "agent_id", "seen_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    approval_id: Mapped[int] = mapped_column(ForeignKey("approvals.id"))
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id"))
    kind: Mapped[str] = mapped_column(String(9))
    """sent_back or changed, to whoever wrote it; overdue, to whoever may approve."""
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    approval: Mapped[Approval] = relationship()


def rules_in_force(session: Session) -> list[ApprovalRule]:
    """In the order they were made."""
    rows = select(ApprovalRule).where(ApprovalRule.ended_at.is_(None))
    return list(session.scalars(rows.order_by(ApprovalRule.id)))


def any_rule() -> ColumnElement[bool]:
    """Whether any is in force; a part of a larger question."""
    return exists().where(ApprovalRule.ended_at.is_(None))


def rules_that_ended(session: Session, limit: int = 30) -> list[ApprovalRule]:
    rows = select(ApprovalRule).where(ApprovalRule.ended_at.is_not(None))
    return list(session.scalars(rows.order_by(ApprovalRule.ended_at.desc()).limit(limit)))


def clean_of(session: Session, agent_id: int) -> int:
    """How many of an agent's replies were found good as they were; see clean_by_agent."""
    return clean_by_agent(session, [agent_id]).get(agent_id, 0)


def clean_by_agent(session: Session, agent_ids: Collection[int]) -> dict[int, int]:
    """How many of each one's replies were found good as the agent had written them: approved so
    before they went, or looked at afterwards. None of which somebody wanted anything otherwise.

    A reply counts once, however many said so, and for the agent wherever it was sent.
    """
    changed = exists().where(Approval.reply_id == _REVIEWS.c.reply_id, Approval.outcome == CHANGED)
    wanted_otherwise = _REVIEWS.c.verdict.in_(_WANTED_OTHERWISE)
    good = union(
        select(Approval.agent_id, Approval.reply_id).where(
            Approval.agent_id.in_(agent_ids), Approval.outcome == APPROVED
        ),
        select(_REVIEWS.c.agent_id, _REVIEWS.c.reply_id).where(
            _REVIEWS.c.agent_id.in_(agent_ids), ~wanted_otherwise, ~changed
        ),
    ).subquery()
    otherwise = select(_REVIEWS.c.reply_id).where(
        _REVIEWS.c.agent_id.in_(agent_ids), wanted_otherwise
    )
    counted = (
        select(good.c.agent_id, func.count())
        .where(good.c.reply_id.not_in(otherwise))
        .group_by(good.c.agent_id)
        .execution_options(**FOR_THE_DESK)
    )
    return {row[0]: row[1] for row in session.execute(counted)}


def public_words_wait(session: Session, account_id: int) -> bool:
    """Whether nothing public of this account goes unread by a second person."""
    rule = ApprovalRule
    kinds = (Kind.PUBLIC.value, Kind.ACCOUNT.value)
    asked = exists().where(
        rule.ended_at.is_(None),
        rule.kind.in_(kinds),
        rule.account_id.is_(None) | (rule.account_id == account_id),
    )
    return bool(session.scalar(select(asked)))


def undecided(reply_id: Any) -> ColumnElement[bool]:
    """Whether a reply still waits for its approval; a part of a larger statement."""
    return exists().where(Approval.reply_id == reply_id, Approval.outcome.not_in(CLEARED))


def waiting_for(agent_id: Any) -> ColumnElement[int]:
    """How many replies somebody who may approve could approve now: not their own."""
    those = select(func.count()).select_from(Approval).where(IS_OPEN)
    return those.where(Approval.agent_id != agent_id).scalar_subquery()


def how_it_stands(session: Session, now: datetime) -> tuple[int, int, datetime | None]:
    """How many wait, how many of them too long, and when the first of those was due."""
    late = Approval.due_at <= now
    counted = select(
        func.count(), func.count().filter(late), func.min(Approval.due_at).filter(late)
    )
    waiting, overdue, since = session.execute(counted.select_from(Approval).where(IS_OPEN)).one()
    return waiting, overdue, since
