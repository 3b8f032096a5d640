"""What colleagues do to tickets: assign, hold, wake, resolve, reopen."""

from datetime import datetime

from sqlalchemy.orm import Session

from support.agents.records import Agent, is_working
from support.errors import N_, Refused
from support.sla import keeping, pausing
from support.sla.keeping import Terms
from support.sla.levels import PromiseKind
from support.tickets.noting import refresh
from support.tickets.promising import promise
from support.tickets.reaching import need_to_see
from support.tickets.records import Ticket
from support.tickets.states import Move, State
from support.tickets.steps import move, record, reopened
from support.tickets.waking import note_resolved

AWAY = N_("この担当者は現在お休み中のため、割り当てられません。")


def assign(
    session: Session, ticket: Ticket, assignee: Agent | None, *, by: Agent | None, now: datetime
) -> None:
    """Gives the ticket to someone, or to nobody; by None: the ladder of alerts did."""
    if ticket.assignee is assignee:
        return
    if assignee is not None and not is_working(session, assignee.id):
        raise Refused("assignee", AWAY)
    if assignee is not None:
        need_to_see(session, ticket, assignee)
    ticket.assignee = assignee
    record(session, ticket, "assigned", by, now, to=assignee.family_name if assignee else "")


def hold(
    session: Session, ticket: Ticket, *, until: datetime | None, by: Agent, now: datetime
) -> None:
    """Puts the ticket aside until a time, or until the customer writes."""
    if until is not None and until <= now:
        raise Refused("until", N_("これより後の日時を選んでください。"))
    move(ticket, Move.HOLD)
    ticket.snoozed_until, ticket.held_for, ticket.held_for_ticket_id = until, "", None
    record(session, ticket, "held", by, now, until=until.isoformat() if until else "")


def resolve(session: Session, ticket: Ticket, *, by: Agent, now: datetime) -> list[int]:
    """Nothing more is owed; an unanswered message is taken to need no reply.

    Returns which tickets were held for that, and woke.
    """
    move(ticket, Move.RESOLVE)
    ticket.resolved_at, ticket.snoozed_until = now, None
    if ticket.assignee is None:
        ticket.assignee = by
    pausing.resume(session, ticket.id, at=now)
    keeping.resolve(session, ticket.id, at=now, agent_id=by.id)
    record(session, ticket, "resolved", by, now)
    refresh(session, ticket)
    return note_resolved(session, ticket, now)


def reopen(session: Session, ticket: Ticket, terms: Terms, *, by: Agent, now: datetime) -> None:
    """Takes a resolved ticket up again; its resolution is promised anew from now."""
    reopened(session, ticket, now, by=by)
    move(ticket, Move.REOPEN)
    promise(session, ticket, PromiseKind.RESOLUTION, terms, at=now, started_at=now)
    refresh(session, ticket)


def promise_update(
    session: Session, ticket: Ticket, terms: Terms, *, by: Agent, now: datetime
) -> None:
    """The customer was told that they will hear more; the next answer of ours keeps it.

    Raises Refused where the level promises no updates, or one is promised already.
    """
    if ticket.state == State.RESOLVED:
        raise Refused("promised", N_("解決済みのチケットです。先に再開してください。"))
    if keeping.open_promise(session, ticket.id, PromiseKind.UPDATE):
        raise Refused("promised", N_("続報はすでにお約束しています。"))
    if keeping.target_of(terms.level, PromiseKind.UPDATE) is None:
        raise Refused("promised", N_("このサービスレベルには、続報の目標時間がありません。"))
    promise(session, ticket, PromiseKind.UPDATE, terms, at=now, started_at=now)
    record(session, ticket, "update_promised", by, now)
    refresh(session, ticket)
