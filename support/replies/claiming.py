"""Claiming: which part of a reply may go to X next, and that only one worker takes it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ScalarSelect, Select, bindparam, exists, select, update
from sqlalchemy.orm import Session, aliased

from support.approval.records import undecided
from support.clock import SET_BACK, Clock
from support.conversations.records import DM, Conversation, Customer, Message
from support.db import changed
from support.desk import X
from support.replies import holding, quieting
from support.replies.choosing import in_the_way
from support.replies.quieting import quieted
from support.replies.records import IS_MOVING, Reply, ReplyImage, ReplyPart
from support.replies.states import PartState
from support.x.pricing import X_PRICES, Prices
from support.x.records import Account
from support.x.snowflakes import newest


@dataclass(frozen=True)
class Hands:
    """What a worker has in hand while it sends."""

    x: X
    clock: Clock
    worker: str
    lease: timedelta
    prices: Prices = X_PRICES


@dataclass(frozen=True)
class Errand:
    """One part to post, in plain values: nothing of the database is held during the call."""

    part_id: int
    reply_id: int
    position: int
    text: str
    private: bool
    target_x_id: str
    """The post to reply to, or the person a direct message goes to."""
    claimed_at: datetime
    account_id: int
    agent_id: int | None
    automatic: bool
    plan: str
    pictured: bool
    """Whether pictures go out with it."""


Facts = Sequence[Any]
"""A live reply and all it stands on, a row for each part; none: there is nothing to do."""


def facts(session: Session, reply_id: int, now: datetime) -> Facts:
    """The reply as the database has it now."""
    return session.execute(_facts(), {"reply": reply_id, "now": now}).all()


def claim(session: Session, rows: Facts, hands: Hands) -> Errand | None:
    """The next part of this reply to post, now leased to the worker; None: there is none.

    0. an acknowledgement that comes too late is taken back;
    1. a held reply whose time has come is queued, unless something overtook it;
    2. the first part not yet out is taken, if nothing stands before it and no crisis holds it;
    3. one conditional update makes it ours: someone else being first is a normal outcome.
    """
    now = hands.clock()
    if not rows or rows[0].stopped_at is not None or rows[0].earlier:
        return None
    if rows[0].automatic and holding.drop_outdated(session, now, rows[0].reply_id):
        return None
    if any(row.state == PartState.HELD for row in rows):
        reply_id = rows[0].reply_id
        if not _is_over(rows[0], now) or not holding.start(session, reply_id, now):
            return None
        rows = facts(session, reply_id, now)
    row = _next_part(rows, now)
    if row is not None and row.quieted:
        quieting.stop(session, row.reply_id, now)
        return None
    if row is None or not _take(session, row, hands, now):
        return None
    return _errand(rows, row, now)


def _is_over(row: Any, now: datetime) -> bool:
    """The time to take it back; as the chooser judges it."""
    return row.held_until <= now or (not row.scheduled and row.pressed_at > now + SET_BACK)


def _next_part(rows: Sequence[Any], now: datetime) -> Any | None:
    for row in rows:
        if row.state == PartState.POSTED:
            continue
        return row if row.state == PartState.QUEUED and _may_go(row, now) else None
    return None


def _may_go(row: Any, now: datetime) -> bool:
    """Its rest is over, or was begun before a clock was set back; as the chooser judges it."""
    set_back = row.claimed_at is not None and row.claimed_at > now + SET_BACK
    return set_back or row.not_before is None or row.not_before <= now


def _take(session: Session, row: Any, hands: Hands, now: datetime) -> bool:
    values: dict[str, Any] = {
        "state": PartState.POSTING.value,
        "lease_owner": hands.worker,
        "lease_until": now + hands.lease,
        "claimed_at": now,
        "not_before": None,
        "absent_at": None,
    }
    if row.attempted_at is None:
        known = [row.newest_message or "", row.newest_part or "", row.answers_x_id]
        values |= {"attempted_at": now, "after_x_id": newest(known)}
    mine = update(ReplyPart).where(
        ReplyPart.id == row.id,
        ReplyPart.state == PartState.QUEUED.value,
        ~undecided(row.reply_id),  # whatever turned it: without its approval nobody posts it
        ~quieted(row.reply_id),  # the switch may have been thrown since the row was read
    )
    return changed(session, mine.values(**values)) == 1


def known_before(session: Session) -> str:
    """The newest id X is known to have given before now: whatever we post next is younger.

    X's ids carry X's own time, so a look that reaches back to it needs to trust no clock of ours.
    """
    seen, posted = session.execute(select(_newest_message(), _newest_part())).one()
    return newest([seen or "", posted or ""])


def _newest_message() -> ScalarSelect[Any]:
    return select(Message.x_id).order_by(Message.id.desc()).limit(1).scalar_subquery()


def _newest_part() -> ScalarSelect[Any]:
    part = aliased(ReplyPart)
    out = select(part.x_id).where(part.posted_at.is_not(None)).order_by(part.posted_at.desc())
    return out.limit(1).scalar_subquery()


@cache
def _facts() -> Select[*tuple[Any, ...]]:
    said = aliased(Message)
    pictured = exists().where(ReplyImage.reply_id == Reply.id)
    return (
        select(
            ReplyPart.id,
            ReplyPart.position,
            ReplyPart.state,
            ReplyPart.text,
            ReplyPart.x_id,
            ReplyPart.not_before,
            ReplyPart.attempted_at,
            ReplyPart.claimed_at,
            Reply.id.label("reply_id"),
            Reply.held_until,
            Reply.scheduled,
            Reply.pressed_at,
            Reply.agent_id,
            Reply.automatic,
            Conversation.channel,
            Conversation.account_id,
            Customer.x_id.label("customer_x_id"),
            said.x_id.label("answers_x_id"),
            said.latest_x_id,
            Account.plan,
            Account.stopped_at,
            Account.monthly_cap_micros,
            _newest_message().label("newest_message"),
            _newest_part().label("newest_part"),
            pictured.label("pictured"),
            in_the_way(Reply).label("earlier"),
            quieting.stops_public(Reply).label("quieted"),
        )
        .join(Reply, Reply.id == ReplyPart.reply_id)
        .join(Conversation, Conversation.id == Reply.conversation_id)
        .join(Customer, Customer.id == Conversation.customer_id)
        .join(Account, Account.id == Conversation.account_id)
        .join(said, said.id == Reply.answers_id)
        .where(Reply.id == bindparam("reply"), Reply.settled_at.is_(None))
        .order_by(ReplyPart.position)
    )


def _errand(rows: Sequence[Any], row: Any, now: datetime) -> Errand:
    private = row.channel == DM
    out = [it.x_id for it in rows if it.position < row.position and it.x_id]
    public = out[-1] if out else row.latest_x_id or row.answers_x_id
    return Errand(
        part_id=row.id,
        reply_id=row.reply_id,
        position=row.position,
        text=row.text,
        private=private,
        target_x_id=row.customer_x_id if private else public,
        claimed_at=now,
        account_id=row.account_id,
        agent_id=row.agent_id,
        automatic=row.automatic,
        plan=row.plan,
        pictured=bool(row.pictured) and row.position == 1,
    )


def renew(session: Session, worker: str, lease: timedelta, now: datetime) -> int:
    """The worker lives: what it is posting stays leased to it. How many parts that was."""
    mine = update(ReplyPart).where(
        IS_MOVING,
        ReplyPart.state == PartState.POSTING.value,
        ReplyPart.lease_owner == worker,
    )
    return changed(session, mine.values(lease_until=now + lease))


def target_of(part: ReplyPart) -> str:
    """The post a public part replies to: our part before it, or what the reply answers."""
    return _before(part) or part.reply.answers.target_x_id


def targets_of(part: ReplyPart) -> frozenset[str]:
    """The ids under which X may name that post: an edited one has one for each version."""
    before, answers = _before(part), part.reply.answers
    if before:
        return frozenset({before})
    versions = {version.x_id for version in answers.versions}
    return frozenset({answers.x_id, answers.target_x_id} | versions)


def _before(part: ReplyPart) -> str:
    out = [p.x_id for p in part.reply.parts if p.position < part.position and p.x_id]
    return out[-1] if out else ""
