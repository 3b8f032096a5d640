"""Held tickets wake: when their time has come, when what they wait for happens, or never can.

What happens in the desk wakes them in the same transaction; the sweep finds the rest, and
whatever two transactions at once have missed. No ticket waits for what cannot happen any more.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import and_, or_, select, text
from sqlalchemy.orm import Session, aliased

from support.agents.records import Agent
from support.errors import N_, Refused
from support.sla import pausing
from support.tickets.noting import refresh
from support.tickets.records import Ticket, TicketEvent
from support.tickets.states import Move, State
from support.tickets.steps import move, record

NOTE, TICKET, PROMISE = "note", "ticket", "promise"
"""For what a ticket may be held: a colleague's note, another one's resolution, its own warning."""
TIME, GONE = "time", "gone"
"""Why it woke besides: its time had come; what it waited for cannot happen."""

# Said in the words of the index, or SQLite does not see that it serves the query.
_IS_HELD_FOR = text("tickets.state = 'held' AND tickets.held_for <> ''")


def hold_for(
    session: Session,
    ticket: Ticket,
    event: str,
    *,
    other: Ticket | None = None,
    by: Agent,
    now: datetime,
) -> None:
    """Puts the ticket aside until something happens. Raises Refused for what never will."""
    if event == PROMISE and (ticket.warn_at is None or ticket.warn_at <= now):
        raise Refused("until", N_("これから期限が近づく約束がありません。日時を選んでください。"))
    if event == TICKET:
        _can_be_waited_for(ticket, other)
    move(ticket, Move.HOLD)
    ticket.snoozed_until, ticket.held_for = None, event
    ticket.held_for_ticket_id = other.id if other is not None else None
    record(session, ticket, "held", by, now, until="", event=event, other=ticket.held_for_ticket_id)


def _can_be_waited_for(ticket: Ticket, other: Ticket | None) -> None:
    if other is None:
        raise Refused("other", N_("その番号のチケットはありません。番号を確かめてください。"))
    if other.id == ticket.id:
        raise Refused(
            "other", N_("このチケット自身の解決は待てません。別の番号を入力してください。")
        )
    if other.merged_into_id is not None:
        raise Refused(
            "other",
            N_("#%(id)s は #%(into)s にまとめられています。そちらの番号を入力してください。"),
            id=other.id,
            into=other.merged_into_id,
        )
    if other.state == State.RESOLVED:
        raise Refused("other", N_("#%(id)s はもう解決しています。"), id=other.id)
    waits_for_us = other.held_for == TICKET and other.held_for_ticket_id == ticket.id
    if other.state == State.HELD and waits_for_us:
        raise Refused(
            "other", N_("#%(id)s は、このチケットの解決を待って保留中です。"), id=other.id
        )


def wake(
    session: Session,
    ticket: Ticket,
    *,
    by: Agent | None,
    now: datetime,
    why: str = "",
    other: int | None = None,
) -> None:
    """Takes a held ticket up again; `why` where it woke by itself."""
    move(ticket, Move.WAKE)
    ticket.snoozed_until, ticket.held_for, ticket.held_for_ticket_id = None, "", None
    pausing.resume(session, ticket.id, at=now)
    record(session, ticket, "woken", by, now, **({"why": why, "other": other} if why else {}))
    refresh(session, ticket)


def wake_due(session: Session, now: datetime, limit: int = 100) -> list[int]:
    """Wakes what it is time for, and what waits in vain; which that were.

    What somebody has in hand at this moment is left to the next sweep.
    """
    held = select(Ticket).where(text("tickets.state = 'held'"), Ticket.snoozed_until <= now)
    held = held.order_by(Ticket.snoozed_until).limit(limit).with_for_update(skip_locked=True)
    found = list(session.scalars(held))
    for ticket in found:
        wake(session, ticket, by=None, now=now, why=TIME)
    other = aliased(Ticket)
    over = or_(other.id.is_(None), other.state == State.RESOLVED.value)
    warned = or_(Ticket.warn_at.is_(None), Ticket.warn_at <= now)
    happened = (
        select(Ticket, other)
        .outerjoin(other, other.id == Ticket.held_for_ticket_id)
        .where(
            _IS_HELD_FOR,
            or_(and_(Ticket.held_for == TICKET, over), and_(Ticket.held_for == PROMISE, warned)),
        )
        .order_by(Ticket.id)
        .limit(limit)
        .with_for_update(of=Ticket, skip_locked=True)
    )
    for ticket, awaited in session.execute(happened):
        _wake_for_it(session, ticket, awaited, now)
        found.append(ticket)
    return [ticket.id for ticket in found]


def _wake_for_it(session: Session, ticket: Ticket, other: Ticket | None, now: datetime) -> None:
    if ticket.held_for == PROMISE:
        why = PROMISE if ticket.warn_at is not None else GONE
        wake(session, ticket, by=None, now=now, why=why)
        return
    merged = other is None or other.merged_into_id is not None
    number = ticket.held_for_ticket_id
    wake(session, ticket, by=None, now=now, why=GONE if merged else TICKET, other=number)


def note_resolved(session: Session, ticket: Ticket, now: datetime) -> list[int]:
    """A ticket is resolved, or goes on in another one: whatever waited for it wakes."""
    session.flush()
    waiting = select(Ticket).where(
        _IS_HELD_FOR, Ticket.held_for == TICKET, Ticket.held_for_ticket_id == ticket.id
    )
    return _ids(session, [(it, ticket) for it in session.scalars(waiting.order_by(Ticket.id))], now)


def _ids(session: Session, found: Iterable[tuple[Ticket, Ticket]], now: datetime) -> list[int]:
    woken = []
    for ticket, other in found:
        _wake_for_it(session, ticket, other, now)
        woken.append(ticket.id)
    return woken


def note_written(session: Session, ticket: Ticket, *, by: Agent, now: datetime) -> bool:
    """A colleague's note wakes a ticket that waits for one; one's own does not."""
    if ticket.state != State.HELD or ticket.held_for != NOTE:
        return False
    held = select(TicketEvent.agent_id).where(
        TicketEvent.ticket_id == ticket.id, TicketEvent.kind == "held"
    )
    if session.scalar(held.order_by(TicketEvent.id.desc()).limit(1)) == by.id:
        return False
    wake(session, ticket, by=None, now=now, why=NOTE)
    return True
