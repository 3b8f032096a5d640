"""Including: whoever was set aside because another incident's wave just wrote to them is written to
after all, for somebody said so.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from support.agents.records import Agent
from support.conversations.records import Conversation
from support.db import changed
from support.errors import N_, DeskError
from support.incidents.judging import heard_lately
from support.incidents.records import IS_HELD, Incident, IncidentTicket, Wave, WaveAnswer
from support.incidents.running import note_event
from support.incidents.turns import Stage, Why
from support.incidents.waves import PASSED, WAITING, waves_of
from support.tickets.records import Ticket
from support.tickets.searching import NOT_RESOLVED

INCLUDED = "wave_included"
"""What it leaves in the timeline."""
OVER = N_("次の一斉連絡が始まっているか、障害が終了しているため、追加できません。")
NOBODY = N_("見送ったお客様はもういません。画面を開き直してください。")


def include(
    session: Session, wave: Wave, *, by: Agent, now: datetime, place: int | None = None
) -> int:
    """All who were set aside, or the one of this place; how many. A wave that had ended goes on.

    The caller holds the wave. Raises DeskError where its words are not said any more.
    """
    if not may_include(session, wave):
        raise DeskError(OVER)
    theirs = update(WaveAnswer).where(*_set_aside(wave))
    if place is not None:
        theirs = theirs.where(WaveAnswer.id == place)
    again = {"state": WAITING, "passed_why": "", "at": None, "included_at": now}
    number = changed(session, theirs.values(**again))
    if not number:
        raise DeskError(NOBODY)
    wave.ended_at = None
    data = {"wave": wave.id, "stage": wave.stage, "people": number}
    note_event(session, wave.incident, INCLUDED, by, now, **data)
    return number


def may_include(session: Session, wave: Wave) -> bool:
    """Whether its words are the newest, and still true."""
    if wave.approved_at is None or (
        wave.incident.closed_at is not None and wave.stage != Stage.RESTORED
    ):
        return False
    return not any(it.id > wave.id for it in waves_of(session, wave.incident_id) if it.approved_at)


def set_aside(session: Session, wave: Wave) -> int:
    """How many wait for somebody's word."""
    those = select(func.count()).select_from(WaveAnswer)
    return session.scalar(those.where(*_set_aside(wave))) or 0


def heard_elsewhere(session: Session, incident: Incident, now: datetime) -> int:
    """How many of the people a wave would go to would be set aside, were it their turn now."""
    person = Conversation.customer_id
    theirs = (
        select(func.count(person.distinct()))
        .select_from(IncidentTicket)
        .join(Ticket, Ticket.id == IncidentTicket.ticket_id)
        .join(Conversation, Conversation.id == Ticket.conversation_id)
        .where(IncidentTicket.incident_id == incident.id, IS_HELD, NOT_RESOLVED)
    )
    lately = heard_lately(incident.id, now).join(Incident, Incident.id == Wave.incident_id)
    lately = lately.where(Incident.account_id == incident.account_id)
    return session.scalar(theirs.where(person.in_(lately))) or 0


def _set_aside(wave: Wave) -> tuple[ColumnElement[bool], ...]:
    return (
        WaveAnswer.wave_id == wave.id,
        WaveAnswer.state == PASSED,
        WaveAnswer.passed_why == Why.HEARD.value,
    )
