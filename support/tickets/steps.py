"""The steps every deed on a ticket takes: a move between states, a line in its story."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from support.agents.records import Agent
from support.errors import N_, DeskError
from support.tickets.records import Ticket, TicketEvent
from support.tickets.states import Move, after


def move(ticket: Ticket, step: Move) -> None:
    """Raises DeskError where the ticket's state knows no such move."""
    state = after(ticket.state, step)
    if state is None:
        raise DeskError(N_("このチケットの状態が変わっています。画面を開き直してください。"))
    ticket.state = state.value


def record(
    session: Session, ticket: Ticket, kind: str, by: Agent | None, at: datetime, **data: Any
) -> None:
    """Something was done to the ticket; `by` is None for what happened by itself."""
    session.add(TicketEvent(ticket_id=ticket.id, happened_at=at, kind=kind, agent=by, data=data))


def reopened(session: Session, ticket: Ticket, at: datetime, *, by: Agent | None) -> None:
    """It is resolved no more; by None: because the customer wrote."""
    ticket.resolved_at = None
    record(session, ticket, "reopened", by, at)
