"""More that was promised to a customer by a moment: said in a reply, done, or taken back.

The level's own update is promised in handling.py; here stands what the customer was told.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from support.agents.records import Agent
from support.errors import N_, DeskError
from support.sla import keeping
from support.sla.keeping import Terms, hours_of
from support.sla.levels import NO_REPLY_NEEDED, UNSAID, Carry, PromiseKind, Told, in_force
from support.sla.records import Promise, promises_of
from support.tickets.happenings import GaveUpdate, Happening, SaidMoreToCome, TookBackWord
from support.tickets.noting import refresh
from support.tickets.promising import POLICY, adopt, changes_of, opened_with
from support.tickets.records import Ticket, TicketEvent
from support.tickets.states import State
from support.tickets.steps import record

PROMISED, GIVEN, UNSAID_EVENT = "update_promised", "update_given", "update_unsaid"
UPDATES = (PROMISED, GIVEN, UNSAID_EVENT)
SECOND = timedelta(seconds=1)


def tell(
    session: Session,
    ticket: Ticket,
    terms: Terms,
    *,
    until: datetime,
    words: str,
    said_at: datetime,
    at: datetime,
    by: Agent | None,
    reply_id: int | None = None,
) -> Promise | None:
    """The customer heard at `at` that there is more to come by `until`.

    `said_at`: when that moment was worked out. If it is over by now, the same open time counts
    from `at`. None where the matter was closed when they heard.
    """
    terms = _terms_at(session, ticket, terms, at)
    hours = hours_of(terms.calendar)
    span = hours.between(at, until) or hours.between(said_at, until)
    told = Told(until, words[:80], max(1, span // SECOND))
    data = {"until": until.isoformat(), "words": told.words, "seconds": told.seconds}
    record(session, ticket, PROMISED, by, at, reply=reply_id, **data)
    if ticket.state == State.RESOLVED and (ticket.resolved_at is None or ticket.resolved_at <= at):
        return None
    promise = keeping.make(
        session,
        PromiseKind.UPDATE,
        terms,
        ticket=ticket,
        started_at=at,
        received_at=at,
        told=told,
    )
    if promise is not None and ticket.state == State.RESOLVED and ticket.resolved_at is not None:
        keeping.withdraw(promise, reason=NO_REPLY_NEEDED, at=ticket.resolved_at)
    refresh(session, ticket)
    return promise


def _terms_at(session: Session, ticket: Ticket, terms: Terms, at: datetime) -> Terms:
    """What is told is judged by what was in force then, and no later change touches it."""
    if ticket.terms_at is None or at >= ticket.terms_at:
        adopt(session, ticket, terms, at=at, carry=Carry.NEW, why=POLICY)
        return terms
    then = in_force(opened_with(ticket), changes_of(session, ticket.id), at)
    return keeping.terms_of(session, then.calendar_id, then.level_id)


def carry_over(
    session: Session, ticket: Ticket, into: Ticket, terms: Terms, *, by: Agent, now: datetime
) -> None:
    """Our word holds, whichever ticket the matter goes on in. Before the merge withdraws it."""
    for promise in _open_updates(session, ticket):
        if promise.told_until is not None:
            tell(
                session,
                into,
                terms,
                until=promise.told_until,
                words=promise.told_words,
                said_at=promise.started_at,
                at=now,
                by=by,
                reply_id=_reply_of(session, promise),
            )


def give(session: Session, promise: Promise, *, by: Agent, now: datetime) -> None:
    """What was promised was done, though not by a reply of the desk."""
    ticket = _of_open(promise)
    promise.kept_at, promise.kept_by_id = now, by.id
    record(session, ticket, GIVEN, by, now, since=promise.started_at.isoformat())
    refresh(session, ticket)


def unsay(session: Session, promise: Promise, *, by: Agent | None, now: datetime) -> None:
    """It is promised no more: the words are gone from X, or were no promise."""
    ticket = _of_open(promise)
    keeping.withdraw(promise, reason=UNSAID, at=now)
    record(session, ticket, UNSAID_EVENT, by, now, since=promise.started_at.isoformat())
    refresh(session, ticket)


def _reply_of(session: Session, promise: Promise) -> int | None:
    """Which reply promised it: its words may still be taken back."""
    said = select(TicketEvent.data).where(
        TicketEvent.ticket_id == promise.ticket_id,
        TicketEvent.kind == PROMISED,
        TicketEvent.happened_at == promise.started_at,
    )
    return next((data["reply"] for data in session.scalars(said) if data.get("reply")), None)


def of_reply(session: Session, ticket: Ticket, reply_id: int) -> TicketEvent | None:
    """That a reply promised something here, if it did."""
    said = select(TicketEvent).where(
        TicketEvent.ticket_id == ticket.id, TicketEvent.kind == PROMISED
    )
    return next((it for it in session.scalars(said) if it.data.get("reply") == reply_id), None)


def unsay_reply(session: Session, ticket: Ticket, reply_id: int, now: datetime) -> None:
    """X shows a reply no more: nothing is owed for its words."""
    said = of_reply(session, ticket, reply_id)
    for promise in _open_updates(session, ticket) if said else ():
        if said is not None and promise.started_at == said.happened_at:
            unsay(session, promise, by=None, now=now)


def said_of(event: TicketEvent) -> Happening:
    """The same as a happening, for whoever works a ticket's promises out anew."""
    at, data = event.happened_at, event.data
    if event.kind == GIVEN:
        return GaveUpdate(at, datetime.fromisoformat(data["since"]), event.agent_id)
    if event.kind == UNSAID_EVENT:
        return TookBackWord(at, datetime.fromisoformat(data["since"]))
    if not data.get("until"):
        return SaidMoreToCome(at)
    until = datetime.fromisoformat(data["until"])
    return SaidMoreToCome(at, Told(until, data["words"], data["seconds"]))


def _open_updates(session: Session, ticket: Ticket) -> Iterator[Promise]:
    owed = promises_of(session, ticket.id)
    return (it for it in owed if it.is_open and it.kind == PromiseKind.UPDATE)


def _of_open(promise: Promise) -> Ticket:
    if not promise.is_open or promise.kind != PromiseKind.UPDATE:
        raise DeskError(N_("この約束はもう終わっています。画面を開き直してください。"))
    return promise.ticket
