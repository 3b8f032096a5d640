"""Resolving: once all works again, the tickets of those who have our answer, in one step.

A slice at a time, so that nobody's writing waits for hundreds; one line of the timeline names all
that was done, and takes it back.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import Session

from support.agents.records import Agent
from support.conversations.records import Conversation, Message
from support.errors import N_, DeskError
from support.incidents.endings import Case, Why, why_not
from support.incidents.records import IS_THEIRS, Incident, IncidentEvent, IncidentTicket, Wave
from support.incidents.records import WaveAnswer as Place
from support.incidents.running import note_event
from support.incidents.stages import Stage
from support.incidents.turns import Stage as Tells
from support.replies.records import Reply, ReplyPart
from support.replies.states import PartState
from support.sla.levels import PromiseKind
from support.sla.records import IS_OPEN as IS_OWED
from support.sla.records import Promise
from support.terms import batching
from support.terms.batching import Wish
from support.tickets.records import Batch, Ticket, alone_with_all
from support.tickets.searching import NOT_RESOLVED
from support.tickets.states import State

A_SLICE = 20
MOST = 500
RESOLVED, REOPENED = "tickets_resolved", "tickets_reopened"
"""What it leaves in the timeline."""
GONE = N_("この操作は見つからないか、もう元に戻されています。")


@dataclass
class Plan:
    """Which tickets would be resolved, and which not by their reason."""

    ready: list[int] = field(default_factory=list)
    left: dict[Why, list[int]] = field(default_factory=dict)


@dataclass(frozen=True)
class Done:
    """What was resolved, and the line of the timeline that takes it back."""

    tickets: list[int] = field(default_factory=list)
    event_id: int = 0


def is_offered(session: Session, incident: Incident) -> bool:
    """The lead says that all works again: by its state, its end, or a wave that told everybody."""
    if incident.closed_at is not None or incident.state == Stage.RESTORED:
        return True
    told = exists().where(
        Wave.incident_id == incident.id, Wave.stage == Tells.RESTORED, Wave.ended_at.is_not(None)
    )
    return bool(session.scalar(select(told)))


def plan(session: Session, incident: Incident, among: Collection[int] | None = None) -> Plan:
    """Of its unresolved tickets, or those `among` them; the oldest first."""
    found = Plan()
    for ticket_id, case in _cases(session, incident, among).items():
        why = why_not(case)
        if why is None:
            found.ready.append(ticket_id)
        else:
            found.left.setdefault(why, []).append(ticket_id)
    return found


def resolve(
    session: Session,
    incident: Incident,
    *,
    by: Agent,
    now: datetime,
    keep: Callable[[], None],
    at_once: int = A_SLICE,
) -> Done:
    """All that are ready; `keep` commits a slice of so many."""
    event, done = None, Done()
    ready = plan(session, incident).ready[:MOST]
    for begin in range(0, len(ready), at_once):
        batch = _resolve(session, incident, ready[begin : begin + at_once], by, now)
        if batch is not None:
            event = _note(session, incident, event, batch, by, now)
            done = Done([*done.tickets, *batching.ids_of(batch)], event.id)
        keep()
    return done


def undo(
    session: Session,
    incident: Incident,
    event_id: int,
    *,
    by: Agent,
    now: datetime,
    keep: Callable[[], None],
) -> list[int]:
    """Which tickets are as they were; what was changed since stays. Raises DeskError."""
    event = session.get(IncidentEvent, event_id)
    if event is None or event.incident_id != incident.id or event.kind != RESOLVED:
        raise DeskError(GONE)
    numbers = event.data["batches"]
    theirs = select(Batch).where(Batch.id.in_(numbers), Batch.undone_at.is_(None))
    batches = list(session.scalars(theirs.order_by(Batch.id)).all())
    if not batches:
        raise DeskError(GONE)
    done: list[int] = []
    for batch in batches:
        tickets = select(Ticket).where(Ticket.id.in_(batching.ids_of(batch)))
        there = {ticket.id: ticket for ticket in session.scalars(tickets)}
        done += batching.undo(session, batch, there, by=by, now=now).done
        keep()
    note_event(session, incident, REOPENED, by, now, number=len(done))
    keep()
    return done


def undoable(session: Session, events: Collection[IncidentEvent]) -> set[int]:
    """Lines of the timeline that may be taken back still."""
    numbers = {it.id: it.data["batches"] for it in events if it.kind == RESOLVED}
    if not numbers:
        return set()
    every = [number for those in numbers.values() for number in those]
    there = set(
        session.scalars(select(Batch.id).where(Batch.id.in_(every), Batch.undone_at.is_(None)))
    )
    return {event_id for event_id, those in numbers.items() if there & set(those)}


def _resolve(
    session: Session, incident: Incident, ids: Sequence[int], by: Agent, now: datetime
) -> Batch | None:
    """Those of them that are ready still, now that nobody else changes them."""
    alone_with_all(session, ids)
    ready = plan(session, incident, ids).ready
    tickets = session.scalars(select(Ticket).where(Ticket.id.in_(ready)).order_by(Ticket.id)).all()
    return batching.do(session, Wish(batching.RESOLVE), tickets, by=by, now=now).batch


def _note(
    session: Session,
    incident: Incident,
    event: IncidentEvent | None,
    batch: Batch,
    by: Agent,
    now: datetime,
) -> IncidentEvent:
    """One line for all slices."""
    if event is None:
        event = IncidentEvent(
            incident_id=incident.id, kind=RESOLVED, agent_id=by.id, at=now, data={}
        )
        session.add(event)
    number = event.data.get("number", 0) + len(batching.ids_of(batch))
    event.data = {"number": number, "batches": [*event.data.get("batches", ()), batch.id]}
    session.flush()
    return event


def _cases(session: Session, incident: Incident, among: Collection[int] | None) -> dict[int, Case]:
    theirs = _linked(incident, Ticket.id, Ticket.conversation_id, Conversation.customer_id)
    theirs = theirs.add_columns(Ticket.state).where(NOT_RESOLVED).order_by(Ticket.id)
    rows = session.execute(theirs if among is None else theirs.where(Ticket.id.in_(among))).all()
    if not rows:
        return {}
    asked, answered = _asked(session, incident), _answered(session, incident)
    in_line, moving = _in_line(session, incident), _on_their_way(session, incident)
    promised = _promised(session, incident)
    return {
        number: Case(
            asked_at=asked.get(person),
            answered_at=answered.get(person),
            in_line=person in in_line,
            on_its_way=talk in moving,
            promised=number in promised,
            held=state == State.HELD,
        )
        for number, talk, person, state in rows
    }


def _linked(incident: Incident, *columns: Any) -> Select[Any]:
    """Of the tickets that are the incident's, resolved ones too."""
    return (
        select(*columns)
        .select_from(IncidentTicket)
        .join(Incident, Incident.id == IncidentTicket.incident_id)
        .join(Ticket, Ticket.id == IncidentTicket.ticket_id)
        .join(Conversation, Conversation.id == Ticket.conversation_id)
        .where(IncidentTicket.incident_id == incident.id, IS_THEIRS, ~_held_elsewhere())
    )


def _held_elsewhere() -> ColumnElement[bool]:
    """Closed, an incident has no say in what another has by now."""
    other = IncidentTicket.__table__.alias("elsewhere")
    return exists().where(
        other.c.ticket_id == Ticket.id,
        other.c.incident_id != Incident.id,
        other.c.unlinked_at.is_(None),
        other.c.let_go_at.is_(None),
    )


def _asked(session: Session, incident: Incident) -> dict[int, datetime]:
    person = Conversation.customer_id
    last = _linked(incident, person, func.max(Message.posted_at))
    last = last.join(Message, Message.id == Ticket.latest_message_id).group_by(person)
    return {row[0]: row[1] for row in session.execute(last)}


def _answered(session: Session, incident: Incident) -> dict[int, datetime]:
    """When each person was last answered, by the desk or by what was typed on x.com."""
    person = Conversation.customer_id
    sent = _linked(incident, person, func.max(ReplyPart.posted_at)).join(
        Reply, Reply.ticket_id == Ticket.id
    )
    sent = sent.join(ReplyPart, ReplyPart.reply_id == Reply.id)
    sent = sent.where(Reply.automatic.is_(False), ReplyPart.posted_at.is_not(None)).group_by(person)
    typed = _linked(incident, person, func.max(Message.posted_at))
    typed = typed.join(Message, Message.ticket_id == Ticket.id)
    typed = typed.where(Message.by_us, ~exists().where(ReplyPart.x_id == Message.x_id))
    found: dict[int, datetime] = {}
    for who, at in [*session.execute(sent), *session.execute(typed.group_by(person))]:
        found[who] = max(at, found.get(who, at))
    return found


def _in_line(session: Session, incident: Incident) -> set[int]:
    """Those whose turn in a wave is still to come: resolved, they would be passed."""
    theirs = (
        select(Place.customer_id)
        .join(Wave, Wave.id == Place.wave_id)
        .where(Wave.incident_id == incident.id, Place.state == "waiting")
        .where(Wave.ended_at.is_(None), Wave.stopped_at.is_(None), Wave.approved_at.is_not(None))
    )
    return set(session.scalars(theirs))


def _on_their_way(session: Session, incident: Incident) -> set[int]:
    """Conversations with a reply that is not settled; see judging.py."""
    live = _linked(incident, Reply.conversation_id)
    live = live.join(Reply, Reply.conversation_id == Ticket.conversation_id)
    live = live.join(ReplyPart, ReplyPart.reply_id == Reply.id)
    over = [PartState.POSTED.value, PartState.UNDONE.value]
    live = live.where(Reply.settled_at.is_(None), Reply.automatic.is_(False))
    return set(session.scalars(live.where(ReplyPart.state.not_in(over)).distinct()))


def _promised(session: Session, incident: Incident) -> set[int]:
    """Tickets in which a colleague's own word is still to be kept."""
    owed = _linked(incident, Ticket.id).join(Promise, Promise.ticket_id == Ticket.id)
    word = (Promise.kind == PromiseKind.UPDATE.value) & Promise.message_id.is_(None)
    return set(session.scalars(owed.where(word, IS_OWED)))
