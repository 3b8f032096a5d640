"""What is known of one person when their turn in a wave comes."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session, aliased

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


def look(session: Session, wave: Wave, row: WaveAnswer, now: datetime) -> Found:
    """One person, as all stands now. The ticket is chosen anew: it may have been merged."""
    heard = row.included_at is None and _heard(session, wave, row, now)
    linked, elsewhere = _linked(session, wave, row.customer_id)
    ticket = min(linked, key=_place, default=row.ticket)
    newest = session.scalar(select(func.max(Reply.id)).where(Reply.ticket_id == ticket.id))
    talk, customer = ticket.conversation, row.customer
    message = _living(ticket)
    tickets = linked or [ticket]
    answered, by_person = _answers(session, [it.id for it in tickets])
    asked = [it.latest_message.posted_at for it in tickets if it.latest_message is not None]
    case = Case(
        stage=Stage(wave.stage),
        since=wave.approved_at or wave.made_at,
        asked_at=max(asked) if message else None,
        verdict=verdict_on(session, message) if message else None,
        linked=bool(linked),
        elsewhere=elsewhere,
        resolved=ticket.state == State.RESOLVED.value,
        muted=customer.muted_at is not None,
        unwanted=customer.unwanted_at is not None,
        foreign=message is not None and is_foreign(message.language, message.text, LANGUAGE),
        hidden=customer.hidden_reason if customer.hidden_at else "",
        receives_dm=talk.receives_dm,
        private=talk.is_private,
        answered_at=answered,
        by_person_at=by_person,
        other=_other(session, {it.conversation_id for it in tickets}),
        heard=heard,
    )
    return Found(case, ticket, message, newest)


def _heard(session: Session, wave: Wave, row: WaveAnswer, now: datetime) -> bool:
    """Whether a wave of another incident just wrote to them.

    Their places are held meanwhile: two waves whose turn it is with one person wait for each other.
    """
    account_id = wave.incident.account_id
    theirs = (
        select(WaveAnswer.id)
        .join(Wave, Wave.id == WaveAnswer.wave_id)
        .join(Incident, Incident.id == Wave.incident_id)
        .where(WaveAnswer.customer_id == row.customer_id, Incident.account_id == account_id)
        .order_by(WaveAnswer.id)
    )
    places = session.scalars(theirs.with_for_update(of=WaveAnswer)).all()
    if len(places) < 2:
        return False
    return (
        session.scalar(
            select(exists(heard_lately(wave.incident_id, now).where(WaveAnswer.id.in_(places))))
        )
        or False
    )


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


def _linked(session: Session, wave: Wave, customer_id: int) -> tuple[list[Ticket], bool]:
    """Their linked tickets, or those these were merged into; what is due first before others.
    And whether another incident has some by now, for this one was closed in between."""
    other = aliased(IncidentTicket)
    gone = exists().where(
        other.ticket_id == Ticket.id,
        other.incident_id != wave.incident_id,
        other.unlinked_at.is_(None),
        other.let_go_at.is_(None),
    )
    theirs = (
        select(Ticket, gone)
        .join(IncidentTicket, IncidentTicket.ticket_id == Ticket.id)
        .join(Conversation, Conversation.id == Ticket.conversation_id)
        .where(IncidentTicket.incident_id == wave.incident_id, IS_LINKED)
        .where(Conversation.customer_id == customer_id)
        .order_by(Ticket.due_at.is_(None), Ticket.due_at, Ticket.last_message_at, Ticket.id)
    )
    rows = session.execute(theirs).all()
    found = [_alive(session, ticket) for ticket, elsewhere in rows if not elsewhere]
    mine = [it for it in found if it.conversation.customer_id == customer_id]
    return mine, len(found) < len(rows)


def _alive(session: Session, ticket: Ticket) -> Ticket:
    """The ticket in which the matter goes on."""
    seen = {ticket.id}
    while ticket.merged_into_id is not None and ticket.merged_into_id not in seen:
        ticket = session.get_one(Ticket, ticket.merged_into_id)
        seen.add(ticket.id)
    return ticket


def _answers(session: Session, ticket_ids: list[int]) -> tuple[datetime | None, datetime | None]:
    """When we last answered them, in whichever of their tickets, and when a colleague did."""
    of_wave = exists().where(WaveAnswer.reply_id == Reply.id)
    sent = (
        select(func.max(ReplyPart.posted_at))
        .join(Reply, Reply.id == ReplyPart.reply_id)
        .where(Reply.ticket_id.in_(ticket_ids), Reply.automatic.is_(False))
    )
    typed = session.scalar(
        select(func.max(Message.posted_at)).where(
            Message.ticket_id.in_(ticket_ids),
            Message.by_us,
            ~exists().where(ReplyPart.x_id == Message.x_id),
        )
    )
    any_at, person_at = session.scalar(sent), session.scalar(sent.where(~of_wave))
    return _later(any_at, typed), _later(person_at, typed)


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max((at for at in (one, other) if at is not None), default=None)


def _other(session: Session, conversation_ids: set[int]) -> Course:
    """Whether another reply of ours is under way to them, in public or in private."""
    live = (
        select(ReplyPart.state, Reply.scheduled)
        .join(Reply, Reply.id == ReplyPart.reply_id)
        .where(
            Reply.conversation_id.in_(conversation_ids),
            Reply.settled_at.is_(None),
            Reply.automatic.is_(False),
            ReplyPart.state.not_in([PartState.POSTED.value, PartState.UNDONE.value]),
        )
    )
    states = session.execute(live).all()
    if not states:
        return Course.NONE
    stuck = any(PartState(state) in WITH_A_PERSON or later for state, later in states)
    return Course.STUCK if stuck else Course.MOVING
