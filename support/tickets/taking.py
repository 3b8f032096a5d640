"""Taking the next ticket: of all who press at once each is given another one."""

from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from support.agents.records import Agent
from support.tickets.filters import Filter, View
from support.tickets.handling import assign
from support.tickets.records import Ticket
from support.tickets.searching import conditions, joined
from support.tickets.states import State

ONLY_THERE = (View.WAITING, View.HELD)
"""Views of tickets that are not ours to act on; one is given out of them only where asked."""


def take_next(session: Session, wanted: Filter, *, by: Agent, now: datetime) -> Ticket | None:
    """The most pressing ticket of the filter that nobody has, now `by`'s; None: none is left.

    The row is locked before it is given, and one that somebody else has locked is passed over. On
    SQLite there are no row locks and no need of them: a transaction that writes is alone there.
    """
    found = _first(session, _nobodys(wanted, now))
    if found is None:
        return None
    assign(session, found, by, by=by, now=now)
    session.flush()
    return found


def _nobodys(wanted: Filter, now: datetime) -> Select[Ticket]:
    view = wanted.view if wanted.view in (*ONLY_THERE, View.DUE) else View.UNASSIGNED
    chosen = joined(select(Ticket), wanted).where(
        *conditions(_without_assignee(wanted, view), now), Ticket.assignee_id.is_(None)
    )
    if view not in ONLY_THERE:
        chosen = chosen.where(Ticket.state == State.OPEN.value)
    return chosen.with_for_update(of=Ticket, skip_locked=True).limit(1)


def _without_assignee(wanted: Filter, view: View) -> Filter:
    """Whose tickets are looked at does not matter to who wants a new one."""
    return wanted.within(view).without("assignee")


def _first(session: Session, chosen: Select[Ticket]) -> Ticket | None:
    """In the order of the queue: what is due first, then what was heard of last."""
    due = chosen.where(Ticket.due_at.is_not(None)).order_by(Ticket.due_at, Ticket.id)
    undue = chosen.where(Ticket.due_at.is_(None))
    undue = undue.order_by(Ticket.last_message_at.desc(), Ticket.id.desc())
    fresh = {"populate_existing": True}
    return session.scalar(due, execution_options=fresh) or session.scalar(
        undue, execution_options=fresh
    )
