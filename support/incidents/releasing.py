"""Releasing: a closed incident lets go of its tickets, and opened again takes back what is free."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session, aliased

from support.incidents.records import IS_LINKED, Incident, IncidentTicket
from support.tickets.records import alone_with_all


@dataclass(frozen=True)
class Elsewhere:
    """A ticket that belongs to another incident by now."""

    ticket_id: int
    incident_id: int


def let_go(session: Session, incident: Incident, now: datetime) -> None:
    """They belong to it still, but may be linked to another one."""
    theirs = update(IncidentTicket).where(
        IncidentTicket.incident_id == incident.id, IncidentTicket.let_go_at.is_(None), IS_LINKED
    )
    session.execute(theirs.values(let_go_at=now))


def take_back(session: Session, incident: Incident) -> list[Elsewhere]:
    """Which stay with another incident that holds them by now."""
    theirs = select(IncidentTicket.ticket_id).where(
        IncidentTicket.incident_id == incident.id, IncidentTicket.let_go_at.is_not(None), IS_LINKED
    )
    ids = set(session.scalars(theirs))
    alone_with_all(session, ids)  # nobody links one of them meanwhile
    stay = [it for it in held_elsewhere(session, incident) if it.ticket_id in ids]
    free = update(IncidentTicket).where(
        IncidentTicket.incident_id == incident.id,
        IncidentTicket.ticket_id.in_(ids - {it.ticket_id for it in stay}),
        IS_LINKED,
    )
    session.execute(free.values(let_go_at=None))
    return stay


def held_elsewhere(session: Session, incident: Incident) -> list[Elsewhere]:
    """Its tickets that another incident holds."""
    other = aliased(IncidentTicket)
    held = (
        select(other.ticket_id, other.incident_id)
        .join(IncidentTicket, IncidentTicket.ticket_id == other.ticket_id)
        .where(IncidentTicket.incident_id == incident.id, IS_LINKED)
        .where(other.incident_id != incident.id)
        .where(other.unlinked_at.is_(None), other.let_go_at.is_(None))
        .order_by(other.ticket_id)
        .distinct()
    )
    return [Elsewhere(*row) for row in session.execute(held)]
