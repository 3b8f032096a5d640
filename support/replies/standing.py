"""How sending stands: what waits, since when, what a person must see to, how quick it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload

from support.conversations.records import Conversation
from support.replies.records import Attempt, Reply, ReplyPart
from support.replies.states import PartState
from support.x.records import Account

WAITING = (
    PartState.WAITING,
    PartState.HELD,
    PartState.ASKING,
    PartState.QUEUED,
    PartState.POSTING,
    PartState.UNKNOWN,
    PartState.HANDED,
)
LATE = timedelta(minutes=1)
"""A reply that may go out is out sooner, unless something is wrong or X's limit is used up."""
DOUBTFUL = timedelta(minutes=2)
"""The desk finds out by itself within half a minute, as a rule."""
LATELY = timedelta(hours=24)
MOST_TIMED = 5_000
TROUBLE = ("refused", "retry", "no_answer", "lost_worker", "unclear", "account", "handed")


@dataclass(frozen=True)
class Waiting:
    """The parts of an account in one state: how many, and how long the oldest has been so."""

    count: int
    oldest: timedelta


@dataclass(frozen=True)
class Trouble:
    """The last thing that went wrong for an account."""

    at: datetime
    outcome: str
    words: str


@dataclass(frozen=True)
class AccountStanding:
    """One account's sending."""

    account: Account
    waiting: Mapping[PartState, Waiting] = field(default_factory=dict)
    aged: Mapping[PartState, int] = field(default_factory=dict)
    """How many have been in a state longer than they should."""
    sent_last_hour: int = 0
    p50: timedelta | None = None
    """From the press, or the time chosen for it, to X's acceptance, of the last day."""
    p95: timedelta | None = None
    trouble: Trouble | None = None


def accounts(session: Session, now: datetime) -> list[AccountStanding]:
    """All accounts, in the order they were connected."""
    waiting, aged = _waiting(session, now), _aged(session, now)
    times, hour = _times(session, now - LATELY), _sent(session, now - timedelta(hours=1))
    return [
        AccountStanding(
            account=account,
            waiting=waiting.get(account.id, {}),
            aged=aged.get(account.id, {}),
            sent_last_hour=hour.get(account.id, 0),
            p50=_percentile(times.get(account.id, []), 0.5),
            p95=_percentile(times.get(account.id, []), 0.95),
            trouble=_trouble(session, account.id),
        )
        for account in session.scalars(select(Account).order_by(Account.id))
    ]


def attention(session: Session, now: datetime, limit: int = 100) -> list[Reply]:
    """Replies a person should see to, the oldest first; refused ones of the last day only."""
    open_ones = and_(
        Reply.settled_at.is_(None),
        _has(PartState.ASKING, PartState.HANDED, PartState.UNKNOWN),
    )
    asked_for = Reply.automatic.is_(False)
    refused = and_(Reply.settled_at >= now - LATELY, _has(PartState.REJECTED), asked_for)
    wanted = (
        select(Reply)
        .where(or_(open_ones, refused))
        .options(
            joinedload(Reply.parts),
            joinedload(Reply.agent),
            joinedload(Reply.conversation).options(
                joinedload(Conversation.account), joinedload(Conversation.customer)
            ),
        )
        .order_by(Reply.pressed_at, Reply.id)
        .limit(limit)
    )
    return list(session.scalars(wanted).unique())


def late(now: Any, ago: Any, doubtful: Any) -> ColumnElement[bool]:
    """Whether a part of a reply has been in its state longer than it should.

    `ago` is LATE and `doubtful` DOUBTFUL before `now`; values or parameters of a statement.
    """
    part, state = ReplyPart, PartState
    due = and_(
        part.state.in_([state.HELD.value, state.QUEUED.value]),
        Reply.held_until < ago,
        or_(part.not_before.is_(None), part.not_before < ago),
    )
    posting = and_(part.state == state.POSTING.value, part.lease_until < ago)
    unknown = and_(part.state == state.UNKNOWN.value, part.attempted_at < doubtful)
    asking = and_(part.state == state.ASKING.value, Reply.held_until < now)
    return or_(due, posting, unknown, asking)


def _has(*states: PartState) -> ColumnElement[bool]:
    values = [state.value for state in states]
    return exists().where(ReplyPart.reply_id == Reply.id, ReplyPart.state.in_(values))


def _waiting(session: Session, now: datetime) -> dict[int, dict[PartState, Waiting]]:
    """By account and state; a reply of which a part was refused waits for nothing."""
    since = func.min(func.coalesce(ReplyPart.claimed_at, Reply.pressed_at))
    counted = (
        select(Conversation.account_id, ReplyPart.state, func.count(), since)
        .select_from(ReplyPart)
        .join(Reply, Reply.id == ReplyPart.reply_id)
        .join(Conversation, Conversation.id == Reply.conversation_id)
        .where(Reply.settled_at.is_(None), ReplyPart.state.in_([it.value for it in WAITING]))
        .group_by(Conversation.account_id, ReplyPart.state)
    )
    found: dict[int, dict[PartState, Waiting]] = {}
    for account_id, state, count, oldest in session.execute(counted):
        waits = max(timedelta(0), now - oldest)
        found.setdefault(account_id, {})[PartState(state)] = Waiting(count, waits)
    return found


def _aged(session: Session, now: datetime) -> dict[int, dict[PartState, int]]:
    counted = (
        select(Conversation.account_id, ReplyPart.state, func.count())
        .select_from(ReplyPart)
        .join(Reply, Reply.id == ReplyPart.reply_id)
        .join(Conversation, Conversation.id == Reply.conversation_id)
        .where(Reply.settled_at.is_(None), late(now, now - LATE, now - DOUBTFUL))
        .group_by(Conversation.account_id, ReplyPart.state)
    )
    found: dict[int, dict[PartState, int]] = {}
    for account_id, state, count in session.execute(counted):
        found.setdefault(account_id, {})[PartState(state)] = count
    return found


def _sent(session: Session, since: datetime) -> dict[int, int]:
    counted = (
        select(Conversation.account_id, func.count())
        .select_from(ReplyPart)
        .join(Reply, Reply.id == ReplyPart.reply_id)
        .join(Conversation, Conversation.id == Reply.conversation_id)
        .where(ReplyPart.posted_at >= since)
        .group_by(Conversation.account_id)
    )
    return {row[0]: row[1] for row in session.execute(counted)}


def _times(session: Session, since: datetime) -> dict[int, list[timedelta]]:
    """From the press to X, of first parts; what was posted by hand took a person's time."""
    timed = (
        select(
            Conversation.account_id,
            Reply.scheduled,
            Reply.pressed_at,
            Reply.held_until,
            ReplyPart.posted_at,
        )
        .select_from(ReplyPart)
        .join(Reply, Reply.id == ReplyPart.reply_id)
        .join(Conversation, Conversation.id == Reply.conversation_id)
        .where(
            ReplyPart.posted_at >= since,
            ReplyPart.position == 1,
            ReplyPart.handed_at.is_(None),
        )
        .order_by(ReplyPart.posted_at.desc())
        .limit(MOST_TIMED)
    )
    found: dict[int, list[timedelta]] = {}
    for account_id, scheduled, pressed_at, held_until, posted_at in session.execute(timed):
        begun = held_until if scheduled else pressed_at
        if posted_at is not None:
            found.setdefault(account_id, []).append(max(timedelta(0), posted_at - begun))
    return found


def _percentile(values: Sequence[timedelta], share: float) -> timedelta | None:
    """The nearest rank."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else None


def _trouble(session: Session, account_id: int) -> Trouble | None:
    last = (
        select(Attempt.happened_at, Attempt.outcome, Attempt.detail)
        .join(ReplyPart, ReplyPart.id == Attempt.part_id)
        .join(Reply, Reply.id == ReplyPart.reply_id)
        .join(Conversation, Conversation.id == Reply.conversation_id)
        .where(Conversation.account_id == account_id, Attempt.outcome.in_(TROUBLE))
        .order_by(Attempt.id.desc())
        .limit(1)
    )
    row = session.execute(last).one_or_none()
    return Trouble(*row) if row else None
