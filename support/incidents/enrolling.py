"""Who gets a place in a wave: everybody linked, once a person, whatever they wrote how often."""

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import Session

from support.conversations.records import DM, Conversation
from support.incidents.records import IS_HELD, IncidentTicket, Wave, WaveAnswer
from support.incidents.turns import Stage
from support.incidents.wordings import Crowd
from support.tickets.records import Ticket
from support.tickets.states import State


def enrol(session: Session, wave: Wave) -> int:
    """Gives a place to whoever is linked and has none yet; how many that were.

    The caller holds the wave. Whoever is owed an answer first is told first.
    """
    newcomers = _linked(wave.incident_id).where(~_has_place(wave.id))
    rows = session.execute(newcomers).all()
    places = {customer_id: ticket_id for ticket_id, customer_id in reversed(rows)}
    order = [customer_id for _, customer_id in rows]
    for customer_id in dict.fromkeys(order):
        session.add(
            WaveAnswer(wave_id=wave.id, customer_id=customer_id, ticket_id=places[customer_id])
        )
    session.flush()
    return len(places)


def anyone_new(session: Session, wave: Wave) -> bool:
    newcomers = _linked(wave.incident_id).where(~_has_place(wave.id))
    return session.execute(newcomers.limit(1)).first() is not None


def crowd(session: Session, incident_id: int, stage: str, per_minute: int) -> Crowd:
    """Whom a wave would go to now, as far as that shows beforehand."""
    theirs = [Ticket.state != State.RESOLVED.value]
    if stage == Stage.FIRST:
        theirs.append(Ticket.state != State.WAITING.value)
    person = Conversation.customer_id.distinct()
    counted = (
        select(func.count(person), func.count(person).filter(Conversation.channel != DM))
        .select_from(IncidentTicket)
        .join(Ticket, Ticket.id == IncidentTicket.ticket_id)
        .join(Conversation, Conversation.id == Ticket.conversation_id)
        .where(IncidentTicket.incident_id == incident_id, IS_HELD, *theirs)
    )
    people, public = session.execute(counted).one()
    return Crowd(people, public, per_minute)


def _linked(incident_id: int) -> Select[int, int]:
    """Tickets and their customers, whoever is due first before the others."""
    settled = Ticket.state == State.RESOLVED.value
    return (
        select(Ticket.id, Conversation.customer_id)
        .select_from(IncidentTicket)
        .join(Ticket, Ticket.id == IncidentTicket.ticket_id)
        .join(Conversation, Conversation.id == Ticket.conversation_id)
        .where(IncidentTicket.incident_id == incident_id, IS_HELD)
        .order_by(settled, Ticket.due_at.is_(None), Ticket.due_at, Ticket.last_message_at)
        .order_by(Ticket.id)
    )


def _has_place(wave_id: int) -> ColumnElement[bool]:
    return exists().where(
        WaveAnswer.wave_id == wave_id, WaveAnswer.customer_id == Conversation.customer_id
    )
