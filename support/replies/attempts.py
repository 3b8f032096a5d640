"""What was tried for a part and what came of it, written down for whoever asks later."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session, joinedload

from support.replies.records import Attempt

_WRITE = insert(Attempt.__table__)  # type: ignore[arg-type]


def log_attempt(
    session: Session,
    part_id: int,
    outcome: str,
    detail: str,
    now: datetime,
    *,
    begun: datetime | None = None,
    agent_id: int | None = None,
) -> None:
    """`begun`: when the call began that ended so. `agent_id`: the person who decided it."""
    told = {"part_id": part_id, "happened_at": now, "outcome": outcome, "detail": detail[:300]}
    session.execute(_WRITE, told | {"begun_at": begun, "agent_id": agent_id})


def attempts_at(session: Session, part_id: int) -> int:
    """How often this part was tried and surely not accepted."""
    tried = select(func.count()).select_from(Attempt)
    return session.scalar(tried.where(Attempt.part_id == part_id, Attempt.outcome == "retry")) or 0


def attempts_of(session: Session, part_ids: Collection[int]) -> dict[int, list[Attempt]]:
    """All that was tried for these parts, the oldest first; one query."""
    found: dict[int, list[Attempt]] = {}
    if part_ids:
        tried = select(Attempt).where(Attempt.part_id.in_(part_ids)).order_by(Attempt.id)
        for attempt in session.scalars(tried.options(joinedload(Attempt.agent))):
            found.setdefault(attempt.part_id, []).append(attempt)
    return found
