"""What a dead worker leaves behind: a part X may or may not have, and a look nobody finishes."""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from sqlalchemy import Select, or_, select, update
from sqlalchemy.orm import Session

from support.clock import SET_BACK
from support.db import changed
from support.replies.records import IS_MOVING, ReplyPart
from support.replies.retries import LANDS, Next
from support.replies.sending import note_next
from support.replies.states import PartState


def nobody(worker: str) -> bool:
    """Of no worker it is known that it died; their leases will tell."""
    return False


def lose_dead_workers(
    session: Session,
    now: datetime,
    lease: timedelta,
    is_gone: Callable[[str], bool] = nobody,
) -> int:
    """Parts whose worker let its lease run out become unknown; returns how many.

    At once where the worker `is_gone` for sure; what it said last may still be on its way to X.
    """
    gone = [worker for worker in at_hand(session) if is_gone(worker)]
    dead = abandoned(now, lease, gone).with_for_update(skip_locked=True)
    parts = list(session.scalars(dead))
    for part in parts:
        wait = LANDS if part.lease_owner in gone else timedelta(0)
        lost_worker = Next(PartState.UNKNOWN, now + wait, "", "lost_worker")
        begun = part.claimed_at
        note_next(session, part.id, lost_worker, now, was=PartState.POSTING, begun=begun)
    if gone:
        _free_looks(session, gone, now)
    return len(parts)


def lose_own(session: Session, worker: str, now: datetime) -> int:
    """What this very worker left in `posting` when a job of its broke off; returns how many parts.

    It does one thing at a time: as a job begins it is posting nothing. Its lease would be renewed
    for as long as it works, and never tell.
    """
    left = select(ReplyPart).where(
        IS_MOVING, ReplyPart.state == PartState.POSTING.value, ReplyPart.lease_owner == worker
    )
    parts = list(session.scalars(left))
    for part in parts:
        broke_off, begun = Next(PartState.UNKNOWN, now, "", "lost_worker"), part.claimed_at
        note_next(session, part.id, broke_off, now, was=PartState.POSTING, by=worker, begun=begun)
    return len(parts)


def _free_looks(session: Session, gone: Collection[str], now: datetime) -> None:
    """What dead workers were looking for another may look for at once."""
    looked_for = update(ReplyPart).where(
        IS_MOVING,
        ReplyPart.state == PartState.UNKNOWN.value,
        ReplyPart.lease_owner.in_(gone),
        ReplyPart.lease_until.is_not(None),
    )
    changed(session, looked_for.values(not_before=now, lease_until=None))


def abandoned(now: datetime, lease: timedelta, gone: Collection[str] = ()) -> Select[ReplyPart]:
    """Parts whose worker has not been heard of for a whole lease, or is one of those `gone`.

    A lease that ends later than one can was written before a clock was set back.
    """
    too_far = now + lease + SET_BACK
    silent = or_(ReplyPart.lease_until < now, ReplyPart.lease_until > too_far)
    dead = or_(silent, ReplyPart.lease_owner.in_(gone)) if gone else silent
    return select(ReplyPart).where(IS_MOVING, ReplyPart.state == PartState.POSTING.value, dead)


def at_hand(session: Session) -> set[str]:
    """The workers that are posting a part, or looking for one."""
    states = (PartState.POSTING.value, PartState.UNKNOWN.value)
    leased = select(ReplyPart.lease_owner).where(
        IS_MOVING, ReplyPart.state.in_(states), ReplyPart.lease_until.is_not(None)
    )
    return set(session.scalars(leased.distinct()))
