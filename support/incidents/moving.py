"""What an act changes in hundreds of tickets, a few at a time: their promise moves, or they leave.

The rows say what is still to be done; whoever calls `step` again goes on there.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, select, update
from sqlalchemy.orm import Session, joinedload

from support.agents.records import Agent
from support.db import changed
from support.inbox import retelling
from support.incidents.linking import take_off
from support.incidents.records import IS_HELD, IS_OPEN, Incident, IncidentTicket
from support.incidents.running import note_event
from support.tickets import covering
from support.tickets.records import alone_with_all

A_SLICE = 10
_LEAVES = and_(IncidentTicket.leaves_at.is_not(None), IncidentTicket.unlinked_at.is_(None))


def leave(session: Session, incident: Incident, batch: str, *, by: Agent, now: datetime) -> int:
    """What was linked by one act is to be taken off, as far as it is linked still; how many."""
    theirs = update(IncidentTicket).where(
        IncidentTicket.incident_id == incident.id,
        IncidentTicket.batch == batch,
        IncidentTicket.unlinked_at.is_(None),
        IncidentTicket.leaves_at.is_(None),
    )
    number = changed(session, theirs.values(leaves_at=now, leaves_by_id=by.id))
    if number:
        note_event(session, incident, "unlinked", by, now, number=number)
    return number


def leaving(session: Session, incident_id: int) -> int:
    """How many are still to be taken off."""
    theirs = select(func.count(IncidentTicket.id)).where(_LEAVES)
    return session.scalar(theirs.where(IncidentTicket.incident_id == incident_id)) or 0


def due(session: Session, now: datetime) -> list[int]:
    """Incidents with something left to do."""
    leave_them = session.scalars(select(IncidentTicket.incident_id).where(_LEAVES).distinct())
    behind = select(IncidentTicket.incident_id).join(Incident).where(_is_behind(now)).distinct()
    return sorted({*leave_them, *session.scalars(behind)})


def step(session: Session, incident_id: int, now: datetime) -> list[int]:
    """The next few tickets, which of them it was; none: nothing is left. The caller commits."""
    incident = session.get(Incident, incident_id)
    if incident is None:
        return []
    leaves = session.scalars(
        select(IncidentTicket)
        .where(IncidentTicket.incident_id == incident_id, _LEAVES)
        .options(joinedload(IncidentTicket.leaves_by))
        .order_by(IncidentTicket.ticket_id)
        .limit(A_SLICE)
    ).all()
    if leaves:
        return _take_off(session, incident, leaves[0].leaves_by, [it.id for it in leaves], now)
    return _move(session, incident, now)


def _take_off(
    session: Session, incident: Incident, by: Agent | None, rows: list[int], now: datetime
) -> list[int]:
    assert by is not None
    return take_off(session, incident, IncidentTicket.id.in_(rows), by, now, says=False)


def _move(session: Session, incident: Incident, now: datetime) -> list[int]:
    """Tickets first: the incident is only read."""
    behind = (
        select(IncidentTicket)
        .join(Incident)
        .where(IncidentTicket.incident_id == incident.id, _is_behind(now))
        .order_by(IncidentTicket.ticket_id)
    )
    ids = list(session.scalars(behind.with_only_columns(IncidentTicket.ticket_id).limit(A_SLICE)))
    alone_with_all(session, ids)
    session.refresh(incident)
    held = behind.where(IncidentTicket.ticket_id.in_(ids)).options(
        joinedload(IncidentTicket.ticket)
    )
    for row in session.scalars(held.execution_options(populate_existing=True)).all():
        until = incident.next_update_at
        assert until is not None
        row.told_until_at = until
        if covering.move(session, row.ticket, incident_id=incident.id, until=until, at=now):
            retelling.rebuild(session, row.ticket)
    session.flush()
    return ids


def _is_behind(now: datetime) -> ColumnElement[bool]:
    """Linked, and its promise was put to another moment than the incident names by now."""
    other = IncidentTicket.told_until_at.is_distinct_from(Incident.next_update_at)
    return and_(IS_OPEN, Incident.next_update_at > now, IS_HELD, other)
