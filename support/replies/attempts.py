"""What was tried for a part and what came of it, written down for whoever asks later."""

from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

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
