"""What the course of a ticket says is written into its rows."""

from collections.abc import Iterable, Sequence

from sqlalchemy.orm import Session

from support.sla import keeping
from support.sla.levels import PromiseKind
from support.sla.records import Calendar, Pause, Promise, ServiceLevel, pauses_of, promises_of
from support.tickets.course import Course
from support.tickets.noting import FOR_THE_CUSTOMER
from support.tickets.owed import Owed
from support.tickets.records import Ticket
from support.tickets.states import State


def write(session: Session, ticket: Ticket, course: Course) -> None:
    """Makes promises, pauses and state those of `course`; the caller refreshes the ticket."""
    ticket.state, ticket.resolved_at = course.state.value, course.resolved_at
    if course.state is not State.HELD:
        ticket.snoozed_until = None
    pauses = _write_pauses(session, ticket, course)
    rows = promises_of(session, ticket.id)
    for owed in course.owed:
        row = _row_of(owed, rows)
        if row is None:
            row = Promise(ticket=ticket, kind=owed.kind.value)
            session.add(row)
        else:
            rows.remove(row)
        with session.no_autoflush:
            _write_promise(session, row, owed, pauses)
    if any(row is ticket.leading_promise for row in rows):
        ticket.leading_promise = None
        session.flush()
    for row in rows:
        session.delete(row)
    session.flush()


def _row_of(owed: Owed, rows: Iterable[Promise]) -> Promise | None:
    """The row that is about the same: the same kind and message, or else the oldest of its kind.

    Not one that is open for one that is over, nor the other way round, where there is a choice.
    """
    same = [row for row in rows if row.kind == owed.kind.value]
    same.sort(
        key=lambda row: (
            row.message_id != owed.message_id,
            row.is_open != owed.is_open,
            row.started_at != owed.started_at,
        )
    )
    return same[0] if same else None


def _write_promise(session: Session, row: Promise, owed: Owed, pauses: Sequence[Pause]) -> None:
    row.message_id = owed.message_id
    row.started_at, row.received_at = owed.started_at, owed.received_at
    row.calendar = session.get_one(Calendar, owed.judged.terms.calendar_id)
    row.earlier_hours = keeping.stored_hours(owed.judged.earlier)
    row.service_level_id, row.target_seconds = owed.judged.terms.level_id, owed.target_seconds
    row.kept_at, row.kept_by_id = owed.kept_at, owed.kept_by_id
    row.withdrawn_at, row.withdrawn_reason = owed.withdrawn_at, owed.withdrawn_reason
    row.told_until = owed.told.until if owed.told else None
    row.told_words = owed.told.words if owed.told else ""
    level = session.get_one(ServiceLevel, owed.judged.terms.level_id)
    keeping.rederive(row, level, pauses if owed.kind is PromiseKind.RESOLUTION else ())


def _write_pauses(session: Session, ticket: Ticket, course: Course) -> list[Pause]:
    """All pauses that count then: the natural ones of `course`, and corrections as they are."""
    kept = pauses_of(session, ticket.id)
    corrections = [spell for spell in kept if spell.agent_id is not None]
    natural = [spell for spell in kept if spell.agent_id is None]
    for spell in course.pauses:
        row = natural.pop(0) if natural else Pause(ticket_id=ticket.id, reason=FOR_THE_CUSTOMER)
        row.started_at, row.ended_at = spell.start, spell.end
        session.add(row)
        corrections.append(row)
    for row in natural:
        session.delete(row)
    session.flush()
    return corrections
