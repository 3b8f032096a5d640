"""Offering: the words of an open incident, ready for whoever answers somebody it hits."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from support.conversations.records import Message
from support.incidents.fits import Rule
from support.incidents.records import IS_HELD, Incident, IncidentTicket, Notice, Wave, WaveText
from support.tickets.records import Ticket

MOST = 2
"""Wordings of one incident: the third key stays with the likeliest prepared answer."""
LOOKED_AT = 12
NOTICE, WAVE = "notice", "wave"


@dataclass(frozen=True)
class Wording:
    """Words somebody approved for everybody the incident hits; `key` names them in a form."""

    key: str
    text: str


@dataclass(frozen=True)
class Offered:
    """What an open incident has to say to one ticket, the newest words first."""

    incident_id: int
    title: str
    next_update_at: datetime | None
    wordings: tuple[Wording, ...]
    linked: bool


def is_wording(key: str) -> bool:
    """Whether a form's field names the words of an incident, and no prepared answer."""
    kind, _, number = key.partition("-")
    return kind in (NOTICE, WAVE) and number.isdecimal()


def offered(session: Session, ticket: Ticket, message: Message | None) -> Offered | None:
    """The open incident the ticket is linked to; else one of its account whose words the message
    says, unless somebody took the ticket off it. None: there is none.
    """
    link = and_(
        IncidentTicket.incident_id == Incident.id,
        IncidentTicket.ticket_id == ticket.id,
    )
    its = (
        select(
            Incident,
            func.count(IncidentTicket.id).filter(IS_HELD),
            func.count(IncidentTicket.unlinked_at),
        )
        .outerjoin(IncidentTicket, link)
        .where(Incident.account_id == ticket.conversation.account_id, Incident.closed_at.is_(None))
        .group_by(Incident.id)
        .order_by(Incident.opened_at.desc(), Incident.id.desc())
    )
    rows = session.execute(its).all()
    text = message.text if message is not None else ""
    for it, held, _ in rows:
        if held:
            return _of(session, it, linked=True)
    for it, _, taken_off in rows:
        if not taken_off and Rule(tuple(it.words)).says(text):
            return _of(session, it, linked=False)
    return None


def _of(session: Session, it: Incident, *, linked: bool) -> Offered:
    return Offered(it.id, it.title, it.next_update_at, _wordings(session, it), linked)


def _wordings(session: Session, it: Incident) -> tuple[Wording, ...]:
    """Approved answers to one person before what was announced to all; the newest of each first."""
    answers = (
        select(WaveText)
        .join(Wave, Wave.id == WaveText.wave_id)
        .where(Wave.incident_id == it.id, Wave.approved_at.is_not(None), Wave.stopped_at.is_(None))
        .order_by(Wave.approved_at.desc(), WaveText.id)
        .limit(LOOKED_AT)
    )
    notices = (
        select(Notice)
        .where(Notice.incident_id == it.id, Notice.state == "posted")
        .order_by(Notice.posted_at.desc(), Notice.id.desc())
        .limit(LOOKED_AT)
    )
    found = [Wording(f"{WAVE}-{row.id}", row.text) for row in session.scalars(answers)]
    found += [Wording(f"{NOTICE}-{row.id}", row.body) for row in session.scalars(notices)]
    once = {wording.text.strip(): wording for wording in reversed(found) if wording.text.strip()}
    return tuple(wording for wording in found if once.get(wording.text.strip()) is wording)
