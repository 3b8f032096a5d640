"""A ticket's promises are made by the terms in force, and those are noted where they change."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from support.conversations.records import Message
from support.sla import keeping
from support.sla.keeping import Terms
from support.sla.levels import Carry, Change, Judged, PromiseKind, in_force
from support.sla.levels import Terms as TermIds
from support.sla.records import Promise, ServiceLevel
from support.tickets.records import TermsChange, Ticket

POLICY = "policy"
"""Why terms change where nobody changed them: what is owed now is another case."""


def promise(
    session: Session,
    ticket: Ticket,
    kind: PromiseKind,
    terms: Terms,
    *,
    at: datetime,
    started_at: datetime,
    received_at: datetime | None = None,
    message: Message | None = None,
) -> Promise | None:
    """Promises what the terms allow for a kind, owed since `at`; None where that is nothing.

    What was owed before the ticket's terms last changed is judged as the others were that were
    open then.
    """
    judged = Judged(TermIds(terms.calendar.id, terms.level.id))
    if ticket.terms_at is not None and at < ticket.terms_at:
        judged = _as_then(session, ticket, at, started_at)
        terms = keeping.terms_of(session, judged.terms.calendar_id, judged.terms.level_id)
    else:
        adopt(session, ticket, terms, at=at, carry=Carry.NEW, why=POLICY)
    return keeping.make(
        session,
        kind,
        terms,
        ticket=ticket,
        message=message,
        started_at=started_at,
        received_at=received_at or started_at,
        earlier=judged.earlier,
    )


def move_back(session: Session, ticket: Ticket, promise: Promise, message: Message) -> None:
    """An older unanswered message turned up: the open promise is owed to that one.

    By the terms that were in force when it was posted.
    """
    promise.message_id = message.id
    promise.started_at, promise.received_at = message.posted_at, message.received_at
    if ticket.terms_at is not None and message.posted_at < ticket.terms_at:
        judged = _as_then(session, ticket, message.posted_at, message.posted_at)
        keeping.judge_by(session, promise, judged)
    level = session.get_one(ServiceLevel, promise.service_level_id)
    keeping.rederive(promise, level, ())


def adopt(
    session: Session,
    ticket: Ticket,
    terms: Terms,
    *,
    at: datetime,
    carry: Carry,
    why: str,
    agent_id: int | None = None,
) -> bool:
    """From `at` on the ticket is judged by these terms; False where it is already."""
    if (ticket.calendar_id, ticket.service_level_id) == (terms.calendar.id, terms.level.id):
        return False
    session.add(
        TermsChange(
            ticket_id=ticket.id,
            at=at,
            from_calendar_id=ticket.calendar_id,
            from_level_id=ticket.service_level_id,
            calendar_id=terms.calendar.id,
            service_level_id=terms.level.id,
            carry=carry.value,
            since=at,
            why=why,
            agent_id=agent_id,
        )
    )
    ticket.calendar_id, ticket.service_level_id = terms.calendar.id, terms.level.id
    ticket.terms_at = at
    return True


def changes_of(session: Session, ticket_id: int) -> list[Change]:
    """How a ticket's terms changed, in order."""
    theirs = select(TermsChange).where(TermsChange.ticket_id == ticket_id)
    return [
        Change(
            row.at,
            TermIds(row.from_calendar_id, row.from_level_id),
            TermIds(row.calendar_id, row.service_level_id),
            Carry(row.carry),
            row.since,
        )
        for row in session.scalars(theirs.order_by(TermsChange.at, TermsChange.id))
    ]


def _as_then(session: Session, ticket: Ticket, at: datetime, started_at: datetime) -> Judged:
    """By what a promise is judged that was owed since `at`, before some of the changes."""
    changes = changes_of(session, ticket.id)
    judged = Judged(in_force(opened_with(ticket), changes, at))
    for change in changes:
        if change.at > at:
            judged = judged.carried(change, started_at)
    return judged


def opened_with(ticket: Ticket) -> TermIds:
    return TermIds(ticket.opened_calendar_id, ticket.opened_level_id)
