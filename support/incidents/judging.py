"""What is known of people when their turn in a wave comes: asked once for several of them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session, aliased, joinedload, undefer

from support.conversations.languages import is_foreign
from support.conversations.records import Conversation, Message
from support.incidents.records import IS_LINKED, Incident, IncidentTicket, Wave, WaveAnswer
from support.incidents.turns import NEAR, Case, Course, Stage
from support.replies.handing import verdict_on
from support.replies.records import Reply, ReplyPart
from support.replies.states import PartState
from support.tickets.records import Ticket
from support.tickets.states import State

WITH_A_PERSON = frozenset({PartState.WAITING, PartState.ASKING, PartState.HANDED})
LANGUAGE = "ja"
"""Waves are written in the desk's language."""


@dataclass(frozen=True)
class Found:
    """The case, with the rows an answer would stand on."""

    case: Case
    ticket: Ticket
    answers: Message | None
    newest_reply_id: int | None
    """As it was before anything else was looked at: who answers meanwhile was first."""
    heard: frozenset[str]
    """What was said in that ticket already."""


@dataclass
class _Told:
    """What was said to somebody, or is about to be."""

    answered_at: datetime | None = None
    by_person_at: datetime | None = None
    """The same by a colleague, through the desk or typed on x.com."""
    newest: dict[int, int] = field(default_factory=dict)
    """The newest reply by ticket."""
    heard: dict[int, set[str]] = field(default_factory=dict)
    other: Course = Course.NONE


@dataclass(frozen=True)
class _Around:
    """People of whom another incident is to be known, by customer."""

    heard: Collection[int]
    """Its wave wrote to them a moment ago."""
    elsewhere: Collection[int]
    """It has tickets of theirs by now, for ours was closed in between."""


def look(session: Session, wave: Wave, rows: Sequence[WaveAnswer], now: datetime) -> list[Found]:
    """People, as all stands now. Tickets are chosen anew: one may have been merged."""
    heard = _heard(session, wave, [it for it in rows if it.included_at is None], now)
    linked, elsewhere = _linked(session, wave, {it.customer_id for it in rows})
    tickets = {it.customer_id: linked.get(it.customer_id) or [it.ticket] for it in rows}
    told, around = _told(session, tickets), _Around(heard, elsewhere)
    return [_found(session, wave, row, tickets, told, linked, around) for row in rows]


def _found(
    session: Session,
    wave: Wave,
    row: WaveAnswer,
    tickets_of: Mapping[int, Sequence[Ticket]],
    told_to: Mapping[int, _Told],
    linked: Collection[int],
    around: _Around,
) -> Found:
    tickets, told = tickets_of[row.customer_id], told_to[row.customer_id]
    ticket = min(tickets, key=_place)
    talk, customer = ticket.conversation, row.customer
    message = _living(ticket)
    asked = [it.latest_message.posted_at for it in tickets if it.latest_message is not None]
    case = Case(
        stage=Stage(wave.stage),
        since=wave.approved_at or wave.made_at,
        asked_at=max(asked) if message else None,
        verdict=verdict_on(session, message) if message else None,
        linked=row.customer_id in linked,
        elsewhere=row.customer_id in around.elsewhere,
        resolved=ticket.state == State.RESOLVED.value,
        muted=customer.muted_at is not None,
        unwanted=customer.unwanted_at is not None,
        foreign=message is not None and is_foreign(message.language, message.text, LANGUAGE),
        hidden=customer.hidden_reason if customer.hidden_at else "",
        receives_dm=talk.receives_dm,
        private=talk.is_private,
        answered_at=told.answered_at,
        by_person_at=told.by_person_at,
        other=told.other,
        heard=row.customer_id in around.heard,
    )
    heard = frozenset(told.heard.get(ticket.id, ()))
    return Found(case, ticket, message, told.newest.get(ticket.id), heard)


def _heard(session: Session, wave: Wave, rows: Sequence[WaveAnswer], now: datetime) -> set[int]:
    """To whom a wave of another incident just wrote.

    Their places are held meanwhile: two waves whose turn it is with one person wait for each other.
    """
    theirs = (
        select(WaveAnswer.id, WaveAnswer.customer_id)
        .join(Wave, Wave.id == WaveAnswer.wave_id)
        .join(Incident, Incident.id == Wave.incident_id)
        .where(WaveAnswer.customer_id.in_({it.customer_id for it in rows}))
        .where(Incident.account_id == wave.incident.account_id)
        .order_by(WaveAnswer.id)
    )
    places = session.execute(theirs.with_for_update(of=WaveAnswer)).all() if rows else []
    if len(places) <= len(rows):
        return set()
    lately = heard_lately(wave.incident_id, now)
    return set(session.scalars(lately.where(WaveAnswer.id.in_([it.id for it in places]))))


def heard_lately(incident_id: int, now: datetime) -> Select[int]:
    """People to whom waves of other incidents wrote a moment ago, or do now."""
    return (
        select(WaveAnswer.customer_id)
        .join(Wave, Wave.id == WaveAnswer.wave_id)
        .join(ReplyPart, ReplyPart.reply_id == WaveAnswer.reply_id)
        .where(
            Wave.incident_id != incident_id,
            WaveAnswer.state == "pressed",
            WaveAnswer.at > now - NEAR,
            ReplyPart.position == 1,
            ReplyPart.state.not_in([PartState.REJECTED.value, PartState.UNDONE.value]),
        )
    )


def _place(ticket: Ticket) -> tuple[bool, bool]:
    """Among the tickets of one person: where something waits, and can still be answered."""
    return ticket.state == State.RESOLVED.value, _living(ticket) is None


def _living(ticket: Ticket) -> Message | None:
    message = ticket.latest_message
    return message if message is not None and message.emptied_at is None else None


def _linked(
    session: Session, wave: Wave, customer_ids: Collection[int]
) -> tuple[dict[int, list[Ticket]], set[int]]:
    """By person: their linked tickets, or those these were merged into; what is due first before
    others. And of whom another incident has some by now, for this one was closed in between."""
    other = aliased(IncidentTicket)
    gone = exists().where(
        other.ticket_id == Ticket.id,
        other.incident_id != wave.incident_id,
        other.unlinked_at.is_(None),
        other.let_go_at.is_(None),
    )
    theirs = (
        select(Ticket, Conversation.customer_id, gone)
        .join(IncidentTicket, IncidentTicket.ticket_id == Ticket.id)
        .join(Conversation, Conversation.id == Ticket.conversation_id)
        .where(IncidentTicket.incident_id == wave.incident_id, IS_LINKED)
        .where(Conversation.customer_id.in_(customer_ids))
        .order_by(Ticket.due_at.is_(None), Ticket.due_at, Ticket.last_message_at, Ticket.id)
        .options(
            joinedload(Ticket.conversation),
            joinedload(Ticket.latest_message).options(undefer(Message.raw)),
        )
    )
    found: dict[int, list[Ticket]] = {}
    elsewhere: set[int] = set()
    for ticket, customer_id, is_gone in session.execute(theirs):
        if is_gone:
            elsewhere.add(customer_id)
        elif (alive := _alive(session, ticket)).conversation.customer_id == customer_id:
            found.setdefault(customer_id, []).append(alive)
    return found, elsewhere


def _alive(session: Session, ticket: Ticket) -> Ticket:
    """The ticket in which the matter goes on."""
    seen = {ticket.id}
    while ticket.merged_into_id is not None and ticket.merged_into_id not in seen:
        ticket = session.get_one(Ticket, ticket.merged_into_id)
        seen.add(ticket.id)
    return ticket


def _told(session: Session, tickets: dict[int, list[Ticket]]) -> dict[int, _Told]:
    """By person."""
    found = {customer_id: _Told() for customer_id in tickets}
    by_ticket = {it.id: found[person] for person, theirs in tickets.items() for it in theirs}
    talks = {it.conversation_id: found[person] for person, of in tickets.items() for it in of}
    _note_replies(session, by_ticket)
    _note_answers(session, by_ticket)
    _note_courses(session, talks)
    return found


def _note_replies(session: Session, told: dict[int, _Told]) -> None:
    said = select(Reply.ticket_id, Reply.id, Reply.body).where(Reply.ticket_id.in_(told))
    for ticket_id, reply_id, body in session.execute(said):
        it = told[ticket_id]
        it.newest[ticket_id] = max(reply_id, it.newest.get(ticket_id, 0))
        it.heard.setdefault(ticket_id, set()).add(body)


def _note_answers(session: Session, told: dict[int, _Told]) -> None:
    """When we last answered them, in whichever of their tickets, and when a colleague did."""
    of_wave = exists().where(WaveAnswer.reply_id == Reply.id)
    sent = (
        select(
            Reply.ticket_id,
            func.max(ReplyPart.posted_at),
            func.max(ReplyPart.posted_at).filter(~of_wave),
        )
        .join(ReplyPart, Reply.id == ReplyPart.reply_id)
        .where(Reply.ticket_id.in_(told), Reply.automatic.is_(False))
        .group_by(Reply.ticket_id)
    )
    typed = (
        select(Message.ticket_id, func.max(Message.posted_at), func.max(Message.posted_at))
        .where(
            Message.ticket_id.in_(told),
            Message.by_us,
            ~exists().where(ReplyPart.x_id == Message.x_id),
        )
        .group_by(Message.ticket_id)
    )
    for ticket_id, any_at, person_at in [*session.execute(sent), *session.execute(typed)]:
        it = told[ticket_id]
        it.answered_at = _latest([it.answered_at, any_at])
        it.by_person_at = _latest([it.by_person_at, person_at])


def _latest(moments: Iterable[datetime | None]) -> datetime | None:
    return max((at for at in moments if at is not None), default=None)


def _note_courses(session: Session, told: dict[int, _Told]) -> None:
    """Whether another reply of ours is under way to them, in public or in private."""
    live = (
        select(Reply.conversation_id, ReplyPart.state, Reply.scheduled)
        .join(ReplyPart, Reply.id == ReplyPart.reply_id)
        .where(
            Reply.conversation_id.in_(told),
            Reply.settled_at.is_(None),
            Reply.automatic.is_(False),
            ReplyPart.state.not_in([PartState.POSTED.value, PartState.UNDONE.value]),
        )
    )
    for conversation_id, state, later in session.execute(live):
        it = told[conversation_id]
        stuck = PartState(state) in WITH_A_PERSON or later
        it.other = Course.STUCK if stuck or it.other is Course.STUCK else Course.MOVING
