"""An incident answers for a ticket: what is owed for their words becomes one update promise.

A reply promise that is broken already stays as it is: being linked wipes nothing away. Taken off
again, `inbox.retelling.rebuild` works the ticket out as if it had never been linked.
"""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from support.agents.records import Agent
from support.sla import keeping
from support.sla.keeping import Terms, hours_of
from support.sla.levels import INCIDENT, REPLY_KINDS, PromiseKind, Told
from support.sla.records import Promise
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
    owed = keeping.open_promise(session, ticket.id, *REPLY_KINDS)
    data: dict[str, object] = {"incident": incident_id}
    told = None
    if owed is not None and not _is_broken(owed, at):
        told = _told(terms, until, at)
        data |= {"until": told.until.isoformat(), "seconds": told.seconds}
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
    said = {"until": told.until.isoformat(), "seconds": told.seconds, "moved": before}
    event.data = {**event.data, **said}
    session.flush()
    return True


def uncover(
    session: Session, ticket: Ticket, *, incident_id: int, by: Agent | None, at: datetime
) -> None:
    """Says that the newest cover of this incident holds no more; the caller rebuilds the ticket."""
    event = _cover_of(session, ticket, incident_id)
    data = {"incident": incident_id, "link": event.id if event else None}
    session.add(
        TicketEvent(ticket_id=ticket.id, happened_at=at, kind=UNCOVERED, agent=by, data=data)
    )
    session.flush()


def answered_for(event: TicketEvent) -> AnsweredFor | None:
    """The same as a happening; None where it changed nothing of what is owed."""
    if not event.data.get("until"):
        return None
    until = datetime.fromisoformat(event.data["until"])
    return AnsweredFor(event.happened_at, Told(until, "", event.data["seconds"]))


def _cover_of(session: Session, ticket: Ticket, incident_id: int) -> TicketEvent | None:
    """The newest of this incident."""
    theirs = select(TicketEvent).where(
        TicketEvent.ticket_id == ticket.id, TicketEvent.kind == COVERED
    )
    said = session.scalars(theirs.order_by(TicketEvent.id.desc()))
    return next((it for it in said if it.data.get("incident") == incident_id), None)


def _is_broken(owed: Promise, at: datetime) -> bool:
    return owed.breach_at is not None and owed.breach_at <= at


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
