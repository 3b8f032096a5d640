"""So many people write at once: leads are told by the bell and the list.

As with `owing`, the tables of the room of incidents are known here by name.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
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

_NOTICES = table(
    "spike_notices",
    column("id", Integer),
    column("spike_id", Integer),
    column("agent_id", Integer),
    column("at", UtcDateTime),
    column("seen_at", UtcDateTime),
)
_SPIKES = table(
    "spikes", column("id", Integer), column("account_id", Integer), column("state", String)
)
_IS_UNDECIDED = _SPIKES.c.state == "open"


def unseen() -> ColumnElement[int]:
    """How many spikes `:agent_id` was told of and has not seen; what somebody decided is over."""
    theirs = _of(bindparam("agent_id"), func.count())
    return theirs.where(_IS_UNDECIDED, _NOTICES.c.seen_at.is_(None)).scalar_subquery()


def told(session: Session, agent_id: int, limit: int) -> Sequence[Any]:
    """The latest first: which spike, when it was told, when it was seen, what became of it."""
    theirs = _of(agent_id, _NOTICES.c.spike_id, _NOTICES.c.at, _NOTICES.c.seen_at, _SPIKES.c.state)
    return session.execute(theirs.order_by(_NOTICES.c.id.desc()).limit(limit)).all()


def see(session: Session, agent_id: int, now: datetime) -> int:
    """They have seen all; how many that were."""
    theirs = update(_NOTICES).where(_NOTICES.c.agent_id == agent_id, _NOTICES.c.seen_at.is_(None))
    return changed(session, theirs.values(seen_at=now))


def _of(agent_id: Any, *columns: Any) -> Select[Any]:
    both = _NOTICES.join(_SPIKES, _SPIKES.c.id == _NOTICES.c.spike_id)
    seen = is_open_to(agent_id, _SPIKES.c.account_id)
    return select(*columns).select_from(both).where(_NOTICES.c.agent_id == agent_id, seen)
