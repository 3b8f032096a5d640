"""An incident answers for a ticket: what is owed for their words becomes one update promise.

A reply promise that is broken already stays as it is: being linked wipes nothing away. Taken off
again, `inbox.retelling.rebuild` works the ticket out as if it had never been linked. One incident
may follow another that was closed: its news stand in for the other's.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from support.agents.records import Agent
from support.sla import keeping
from support.sla.keeping import Terms, hours_of
from support.sla.levels import INCIDENT, PromiseKind, Told
from support.sla.records import Promise, promises_of
from support.tickets.happenings import AnsweredFor
from support.tickets.noting import refresh
from support.tickets.records import Ticket, TicketEvent

COVERED, UNCOVERED = "incident_linked", "incident_unlinked"
UNLESS_SAID = timedelta(hours=1)
"""Open time until there are news, where the incident has not said when."""
SECOND = timedelta(seconds=1)


def cover(
    session: Session,
    ticket: Ticket,
    *,
    incident_id: int,
    until: datetime | None,
    by: Agent | None,
    at: datetime,
) -> TicketEvent:
    """`until`: when the incident said that there will be news. The caller holds the ticket."""
    terms = keeping.terms_of(session, ticket.calendar_id, ticket.service_level_id)
    owed = keeping.open_for_words(session, ticket.id)
    data: dict[str, object] = {"incident": incident_id}
    data |= {"asked": until.isoformat()} if until is not None else {}
    told = None
    if owed is not None and not _is_broken(owed, at):
        told = _told(terms, until, at)
        data |= _said(told)
        _stand_in(session, ticket, owed, terms, told, at)
    event = TicketEvent(ticket_id=ticket.id, happened_at=at, kind=COVERED, agent=by, data=data)
    session.add(event)
    if told is not None:
        refresh(session, ticket)
    session.flush()
    return event


def move(
    session: Session, ticket: Ticket, *, incident_id: int, until: datetime, at: datetime
) -> bool:
    """The news are promised by another moment now; the caller holds the ticket and rebuilds it.

    Only while that is owed and not broken: what is broken stays broken. What was said before
    stays in the event.
    """
    event = _cover_of(session, ticket, incident_id)
    if event is None or not event.data.get("until"):
        return False
    owed = keeping.open_for_words(session, ticket.id)
    if owed is None or owed.started_at != event.happened_at or _is_broken(owed, at):
        return False
    terms = keeping.terms_of(session, ticket.calendar_id, ticket.service_level_id)
    told = _told(terms, until, event.happened_at)
    before = [*event.data.get("moved", ()), [at.isoformat(), event.data["until"]]]
    event.data = {**event.data, **_said(told), "moved": before}
    session.flush()
    return True


def uncover(
    session: Session, ticket: Ticket, *, incident_id: int, by: Agent | None, at: datetime
) -> None:
    """Says that no cover of this incident holds any more; the caller rebuilds the ticket."""
    theirs = [it for it in _live(session, ticket) if it.data.get("incident") == incident_id]
    data = {"incident": incident_id, "links": [it.id for it in theirs]}
    session.add(
        TicketEvent(ticket_id=ticket.id, happened_at=at, kind=UNCOVERED, agent=by, data=data)
    )
    session.flush()


def uncovered(session: Session, ticket: Ticket) -> set[int]:
    """Links to an incident that were taken off again: they never were."""
    off = select(TicketEvent.data).where(
        TicketEvent.ticket_id == ticket.id, TicketEvent.kind == UNCOVERED
    )
    return {number for data in session.scalars(off) for number in data["links"]}


def following(session: Session, ticket: Ticket, incident_id: int) -> list[TicketEvent]:
    """Covers that hold and came after the first of this incident; the first of them first."""
    every = select(TicketEvent).where(
        TicketEvent.ticket_id == ticket.id, TicketEvent.kind == COVERED
    )
    ids = [it.id for it in session.scalars(every) if it.data.get("incident") == incident_id]
    live = sorted(_live(session, ticket), key=lambda it: it.id)
    return [it for it in live if ids and it.id > min(ids)]


def forget(event: TicketEvent) -> Mapping[str, Any]:
    """The cover changes nothing of what is owed, until it is weighed again; what it changed."""
    what = {name: it for name, it in event.data.items() if name in ("until", "seconds", "moved")}
    event.data = {name: it for name, it in event.data.items() if name not in what}
    return what


def weigh_again(
    session: Session, ticket: Ticket, event: TicketEvent, was: Mapping[str, Any]
) -> bool:
    """What a cover changes now that one before it never was; whether it moved with its incident.

    The ticket stands as if this one had changed nothing; the caller rebuilds it again.
    """
    at = event.happened_at
    owed = _owed_at(session, ticket, at)
    if owed is None or _is_broken(owed, at):
        return True
    if was:
        event.data = {**event.data, **was}
    else:
        terms = keeping.terms_of(session, ticket.calendar_id, ticket.service_level_id)
        asked = event.data.get("asked")
        told = _told(terms, datetime.fromisoformat(asked) if asked else None, at)
        event.data = {**event.data, **_said(told)}
    session.flush()
    return bool(was)


def answered_for(event: TicketEvent) -> AnsweredFor | None:
    """The same as a happening; None where it changed nothing of what is owed."""
    if not event.data.get("until"):
        return None
    until = datetime.fromisoformat(event.data["until"])
    return AnsweredFor(event.happened_at, Told(until, "", event.data["seconds"]))


def _cover_of(session: Session, ticket: Ticket, incident_id: int) -> TicketEvent | None:
    """The newest of this incident."""
    live = _live(session, ticket)
    return next((it for it in live if it.data.get("incident") == incident_id), None)


def _live(session: Session, ticket: Ticket) -> list[TicketEvent]:
    """Covers that hold, the newest first."""
    theirs = select(TicketEvent).where(
        TicketEvent.ticket_id == ticket.id, TicketEvent.kind == COVERED
    )
    off = uncovered(session, ticket)
    said = session.scalars(theirs.order_by(TicketEvent.id.desc()))
    return [it for it in said if it.id not in off]


def _owed_at(session: Session, ticket: Ticket, at: datetime) -> Promise | None:
    """What was owed for their words at a moment."""
    for it in promises_of(session, ticket.id):
        over = [end for end in (it.kept_at, it.withdrawn_at) if end is not None]
        if keeping.for_words(it) and it.started_at <= at and all(end > at for end in over):
            return it
    return None


def _is_broken(owed: Promise, at: datetime) -> bool:
    return owed.breach_at is not None and owed.breach_at <= at


def _said(told: Told) -> dict[str, object]:
    return {"until": told.until.isoformat(), "seconds": told.seconds}


def _told(terms: Terms, until: datetime | None, at: datetime) -> Told:
    """A moment outside of open hours, or one that is over, says nothing to be judged by."""
    hours = hours_of(terms.calendar)
    span = hours.between(at, until) if until is not None else timedelta(0)
    if until is None or span < SECOND:
        span = UNLESS_SAID
        until = hours.add(at, span) or at + span
    return Told(until, "", span // SECOND)


def _stand_in(
    session: Session, ticket: Ticket, owed: Promise, terms: Terms, told: Told, at: datetime
) -> None:
    keeping.withdraw(owed, reason=INCIDENT, at=at)
    keeping.make(
        session,
        PromiseKind.UPDATE,
        terms,
        ticket=ticket,
        message=owed.message,
        started_at=at,
        received_at=at,
        told=told,
    )
