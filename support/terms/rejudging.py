"""Open promises are judged anew after an edit: what `judging` found is written down."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, bindparam, func, insert, select, update
from sqlalchemy.orm import Session

from support.sla.keeping import stored_hours
from support.sla.levels import Carry
from support.sla.records import IS_OPEN, Promise
from support.terms.choosing import policy_in_force
from support.terms.judging import Anew, Judge, Part, Retermed
from support.terms.records import TermsEdit
from support.tickets.records import TermsChange, Ticket

CHUNK = 500
"""Tickets judged in one transaction; they are locked meanwhile."""

_PROMISES, _TICKETS = cast(Table, Promise.__table__), cast(Table, Ticket.__table__)
_CHANGES = cast(Table, TermsChange.__table__)
_WRITE_PROMISE = (
    update(_PROMISES)
    .where(_PROMISES.c.id == bindparam("of_id"))
    .values(
        {
            column: bindparam(column.name)
            for column in (
                _PROMISES.c.calendar_id,
                _PROMISES.c.earlier_hours,
                _PROMISES.c.service_level_id,
                _PROMISES.c.target_seconds,
                _PROMISES.c.due_at,
                _PROMISES.c.warn_at,
                _PROMISES.c.breach_at,
                _PROMISES.c.warned_at,
                _PROMISES.c.alert_at,
            )
        }
    )
)
_WRITE_TICKET = (
    update(_TICKETS)
    .where(_TICKETS.c.id == bindparam("of_id"))
    .values(
        {
            column: bindparam(column.name)
            for column in (
                _TICKETS.c.calendar_id,
                _TICKETS.c.service_level_id,
                _TICKETS.c.terms_at,
                _TICKETS.c.leading_promise_id,
                _TICKETS.c.due_at,
                _TICKETS.c.warn_at,
            )
        }
    )
)


def with_open_promises(session: Session, after: int, limit: int) -> list[int]:
    """The next tickets, by id, in which something is owed."""
    owed = select(Promise.ticket_id).where(IS_OPEN, Promise.ticket_id > after).distinct()
    return list(session.scalars(owed.order_by(Promise.ticket_id).limit(limit)))


def how_many_are_open(session: Session) -> int:
    """Tickets in which something is owed."""
    owed = select(func.count(func.distinct(Promise.ticket_id))).where(IS_OPEN)
    return session.scalar(owed) or 0


def go_on(session: Session, edit: TermsEdit, now: datetime, most: int = CHUNK) -> list[int]:
    """Judges the next tickets of an edit anew; the ids of those whose terms changed.

    An edit that has no more of them is finished.
    """
    ids = with_open_promises(session, edit.reached_id, most)
    if not ids:
        edit.finished_at, edit.done = now, edit.total
        return []
    policy, carry = policy_in_force(session), Carry(edit.carry)
    judge = Judge(session, policy, Part(edit.kind), carry, now, since=edit.at)
    found = judge.retermed(ids, lock=True)
    write(session, found, why=edit.kind, agent_id=edit.agent_id)
    edit.flipped += sum(anew.flips(now) for it in found for anew in it.promises)
    edit.reached_id, edit.done = ids[-1], min(edit.done + len(ids), edit.total)
    return [it.ticket_id for it in found]


def reconsider(
    session: Session,
    ticket_ids: Iterable[int],
    part: Part,
    carry: Carry,
    *,
    why: str,
    at: datetime,
    agent_id: int | None,
) -> None:
    """What these tickets are was changed: their open promises are judged by what fits them now."""
    session.flush()
    judge = Judge(session, policy_in_force(session), part, carry, at)
    write(session, judge.retermed(ticket_ids, lock=True), why=why, agent_id=agent_id)


def write(session: Session, found: Sequence[Retermed], *, why: str, agent_id: int | None) -> None:
    """Writes what was judged: the promises, what led to it, and the queue's columns."""
    if not found:
        return
    session.flush()
    connection = session.connection()
    connection.execute(insert(_CHANGES), [_change(it, why, agent_id) for it in found])
    connection.execute(_WRITE_PROMISE, [_promise(p) for it in found for p in it.promises])
    connection.execute(_WRITE_TICKET, [_ticket(it) for it in found])
    session.expire_all()


def _change(it: Retermed, why: str, agent_id: int | None) -> dict[str, Any]:
    before, after = it.change.before, it.change.after
    return {
        "ticket_id": it.ticket_id,
        "at": it.change.at,
        "from_calendar_id": before.calendar_id,
        "from_level_id": before.level_id,
        "calendar_id": after.calendar_id,
        "service_level_id": after.level_id,
        "carry": it.change.carry.value,
        "since": it.change.since,
        "why": why,
        "agent_id": agent_id,
    }


def _promise(anew: Anew) -> dict[str, Any]:
    warned_at, warn_at = anew.promise.warned_at, anew.moments.warn_at
    told = warned_at is not None and (warn_at is None or warn_at <= warned_at)
    return {
        "of_id": anew.promise.id,
        "calendar_id": anew.judged.terms.calendar_id,
        "earlier_hours": stored_hours(anew.judged.earlier),
        "service_level_id": anew.judged.terms.level_id,
        "target_seconds": anew.target_seconds,
        "due_at": anew.moments.due_at,
        "warn_at": warn_at,
        "breach_at": anew.moments.breach_at,
        "warned_at": warned_at if told else None,
        "alert_at": anew.promise.started_at,
    }


def _ticket(it: Retermed) -> dict[str, Any]:
    due = [anew for anew in it.promises if anew.moments.due_at is not None]
    leading = min(due, key=lambda anew: (anew.moments.due_at, anew.promise.id), default=None)
    return {
        "of_id": it.ticket_id,
        "calendar_id": it.change.after.calendar_id,
        "service_level_id": it.change.after.level_id,
        "terms_at": it.terms_at,
        "leading_promise_id": leading.promise.id if leading else None,
        "due_at": leading.moments.due_at if leading else None,
        "warn_at": leading.moments.warn_at if leading else None,
    }
