"""What the queue and a ticket's page show of incidents."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from flask import g
from sqlalchemy import and_, or_, select

from support.db import db
from support.incidents.records import IS_HELD, IS_LINKED, IS_OPEN, Incident, IncidentTicket
from support.tickets.covering import COVERED
from support.tickets.records import Ticket, TicketEvent
from support.web.tickets.queue import Row


def marked(rows: list[Row]) -> list[Row]:
    """The same rows with the running incident each belongs to; none runs: nothing is asked."""
    if not rows or not running_now():
        return rows
    ids = [row.ticket.id for row in rows]
    theirs = (
        select(IncidentTicket.ticket_id, IncidentTicket.incident_id)
        .join(Incident, Incident.id == IncidentTicket.incident_id)
        .where(IncidentTicket.ticket_id.in_(ids), IS_HELD, IS_OPEN)
    )
    found = {it.ticket_id: it.incident_id for it in db.session.execute(theirs)}
    return [replace(row, incident=found.get(row.ticket.id)) for row in rows]


def beside(ticket: Ticket, events: Iterable[TicketEvent]) -> tuple[Incident | None, list[Incident]]:
    """The incident a ticket belongs to, and those that run on its account and it may be linked to:
    the one that holds it, or the last that did until it was closed.

    `events`: what was done to it; where that was no link, and none is known to run, nothing is
    asked.
    """
    none_runs = "frame" not in g or not g.frame.incidents  # a part of a page need not know
    if none_runs and all(event.kind != COVERED for event in events):
        return None, []
    mine = and_(
        IncidentTicket.incident_id == Incident.id,
        IncidentTicket.ticket_id == ticket.id,
        IS_LINKED,
    )
    account_id = ticket.conversation.account_id
    chosen = (
        select(Incident, IncidentTicket)
        .outerjoin(IncidentTicket, mine)
        .where(
            or_(and_(IS_OPEN, Incident.account_id == account_id), IncidentTicket.id.is_not(None))
        )
        .order_by(Incident.begun_at.desc())
    )
    found = db.session.execute(chosen).all()
    links = [(it, link) for it, link in found if link is not None]
    held = next((it for it, link in links if link.let_go_at is None), None)
    if held is not None:
        return held, []
    over = [(link.id, it) for it, link in links if it.closed_at is not None]
    own = max(over, key=lambda pair: pair[0])[1] if over else None
    return own, [it for it, _ in found if it.closed_at is None]


def running_now() -> Sequence[Incident]:
    """What the queue warns of and may link to; asked once a request."""
    if "frame" in g and not g.frame.incidents:
        return ()
    if "incidents_running" not in g:
        found = db.session.scalars(select(Incident).where(IS_OPEN).order_by(Incident.id)).all()
        g.incidents_running = found
    running: Sequence[Incident] = g.incidents_running
    return running
