"""Claiming: which part of a reply may go to X next, and that only one worker takes it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import exists, func, select, update
from sqlalchemy.orm import Session, aliased

from support.clock import Clock
from support.db import changed
from support.desk import X
from support.replies.records import Reply, ReplyPart
from support.replies.states import PartState
from support.x.pricing import X_PRICES, Prices


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
    text: str
    private: bool
    target_x_id: str
    """The post to reply to, or the person a direct message goes to."""
    claimed_at: datetime


def claim(session: Session, reply: Reply, hands: Hands) -> Errand | None:
    """The next part of this `whole` reply to post, now leased to the worker; None: there is none.

    1. parts whose undo time has passed are queued;
    2. the first part not yet out is taken, if nothing stands before it;
    3. one conditional update makes it ours: someone else being first is a normal outcome.
    """
    now = hands.clock()
    if reply.settled_at is not None:
        return None
    _start(session, reply, now)
    account = reply.conversation.account
    part = _next_part(reply, now)
    if part is None or account.stopped_at is not None or _earlier_is_live(session, reply):
        return None
    taken = changed(
        session,
        update(ReplyPart)
        .where(ReplyPart.id == part.id, ReplyPart.state == PartState.QUEUED.value)
        .values(
            state=PartState.POSTING.value,
            lease_owner=hands.worker,
            lease_until=now + hands.lease,
            attempted_at=func.coalesce(ReplyPart.attempted_at, now),
            not_before=None,
            absent_count=0,
        ),
    )
    return _errand(reply, part, now) if taken == 1 else None


def _start(session: Session, reply: Reply, now: datetime) -> None:
    if reply.held_until <= now and any(part.state == PartState.HELD for part in reply.parts):
        changed(
            session,
            update(ReplyPart)
            .where(ReplyPart.reply_id == reply.id, ReplyPart.state == PartState.HELD.value)
            .values(state=PartState.QUEUED.value),
        )
        for part in reply.parts:
            session.refresh(part)


def _next_part(reply: Reply, now: datetime) -> ReplyPart | None:
    for part in reply.parts:
        if part.state == PartState.POSTED:
            continue
        ready = part.not_before is None or part.not_before <= now
        return part if part.state == PartState.QUEUED and ready else None
    return None


def _earlier_is_live(session: Session, reply: Reply) -> bool:
    """Replies of one conversation go out in the order they were pressed.

    One that waits for a person to post it by hand holds up nobody: that may take hours.
    """
    earlier = aliased(Reply)
    with_a_person = exists().where(
        ReplyPart.reply_id == earlier.id, ReplyPart.state == PartState.HANDED.value
    )
    return bool(
        session.scalar(
            select(
                exists().where(
                    earlier.conversation_id == reply.conversation_id,
                    earlier.id < reply.id,
                    earlier.settled_at.is_(None),
                    ~with_a_person,
                )
            )
        )
    )


def _errand(reply: Reply, part: ReplyPart, now: datetime) -> Errand:
    private = reply.conversation.is_private
    target = reply.conversation.customer.x_id if private else target_of(part)
    return Errand(part.id, reply.id, part.text, private, target, now)


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
