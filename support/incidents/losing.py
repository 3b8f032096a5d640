"""Notices a dead worker was posting: X may have them, so they are looked for."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from support.clock import SET_BACK
from support.db import changed
from support.incidents.announcing import POSTING, UNKNOWN
from support.incidents.posting import LEASE
from support.incidents.records import Notice
from support.replies.losing import nobody
from support.replies.retries import LANDS


def lose_dead_workers(
    session: Session, now: datetime, is_gone: Callable[[str], bool] = nobody
) -> int:
    """Notices whose worker `is_gone`, or let its lease run out, are looked for; how many."""
    at_hand = session.scalars(select(Notice.lease_owner).where(Notice.state == POSTING)).all()
    gone = [worker for worker in at_hand if is_gone(worker)]
    silent = or_(Notice.lease_until < now, Notice.lease_until > now + LEASE + SET_BACK)
    dead = or_(silent, Notice.lease_owner.in_(gone)) if gone else silent
    lost = update(Notice).where(Notice.state == POSTING, dead)
    wait = LANDS if gone else timedelta(0)
    values = {"state": UNKNOWN, "not_before": now + wait, "outcome": "lost_worker"}
    return changed(session, lost.values(**values, lease_until=None))
