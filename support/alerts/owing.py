"""An incident owes news it promised: whoever answers for it is told by the bell and the list.

The room of incidents stands on others that stand beside this one: its table is known here by name.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    String,
    bindparam,
    column,
    func,
    select,
    table,
    update,
)
from sqlalchemy.orm import Session

from support.agents.granting import is_open_to
from support.db import UtcDateTime, changed

_INCIDENTS = table(
    "incidents",
    column("id", Integer),
    column("account_id", Integer),
    column("title", String),
    column("lead_id", Integer),
    column("opened_by_id", Integer),
    column("next_update_at", UtcDateTime),
    column("late_told_at", UtcDateTime),
    column("late_seen_at", UtcDateTime),
)
_IS_THEIRS = func.coalesce(_INCIDENTS.c.lead_id, _INCIDENTS.c.opened_by_id)


def _late(agent_id: Any) -> tuple[ColumnElement[bool], ...]:
    seen = is_open_to(agent_id, _INCIDENTS.c.account_id)
    return agent_id == _IS_THEIRS, _INCIDENTS.c.late_told_at.is_not(None), seen


def unseen() -> ColumnElement[int]:
    """How many incidents of `:agent_id` are late with news and were not seen to be."""
    late = _late(bindparam("agent_id"))
    found = select(func.count()).select_from(_INCIDENTS)
    return found.where(*late, _INCIDENTS.c.late_seen_at.is_(None)).scalar_subquery()


def told(session: Session, agent_id: int) -> Sequence[Any]:
    """Those that are late still: number, title, by when, and when it was seen."""
    columns = ("id", "title", "next_update_at", "late_told_at", "late_seen_at")
    found = select(*(_INCIDENTS.c[name] for name in columns)).where(*_late(agent_id))
    return session.execute(found.order_by(_INCIDENTS.c.late_told_at.desc())).all()


def see(session: Session, agent_id: int, now: datetime) -> int:
    """They have seen it; how many that were."""
    theirs = update(_INCIDENTS).where(*_late(agent_id), _INCIDENTS.c.late_seen_at.is_(None))
    return changed(session, theirs.values(late_seen_at=now))
