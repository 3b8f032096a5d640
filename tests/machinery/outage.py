"""An incident for the demo desk of tests, with a wave that has a place of every kind."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from support.agents.records import Agent
from support.conversations.records import Conversation
from support.incidents import waves
from support.incidents.records import (
    IS_LINKED,
    Incident,
    IncidentTemplate,
    IncidentTicket,
    Wave,
    WaveAnswer,
    WaveText,
)
from support.incidents.starters import STARTERS
from support.replies.records import Reply
from support.tickets.records import Ticket
from support.x.records import Account


def hit(session: Session, account: Account, lead: Agent, now: datetime) -> Incident:
    begun = now - timedelta(hours=1)
    incident = Incident(
        account_id=account.id,
        title="一部エリアでの速度低下",
        area="みほん市東部",
        words=["遅い"],
        begun_at=begun,
        opened_at=begun + timedelta(minutes=8),
        opened_by_id=lead.id,
        lead_id=lead.id,
    )
    session.add(incident)
    session.flush()
    wave = Wave(
        incident_id=incident.id,
        stage="first",
        made_by_id=lead.id,
        made_at=begun,
        approved_by_id=lead.id,
        approved_at=begun,
        stopped_at=now,
        stopped_by_id=lead.id,
        stop_reason="言い方を直すため",
        texts=[WaveText(text=text) for text in STARTERS["first"]],
    )
    draft = Wave(
        incident_id=incident.id,
        stage="update",
        made_by_id=lead.id,
        made_at=now,
        texts=[WaveText(text=text) for text in STARTERS["update"]],
    )
    kept = IncidentTemplate(
        name="速度低下",
        words=["遅い"],
        texts={"first": list(STARTERS["first"])},
        made_by_id=lead.id,
        made_at=now,
    )
    session.add_all([wave, draft, kept])
    session.flush()
    session.add_all(_places(session, incident, wave, now))
    return incident


def _places(session: Session, incident: Incident, wave: Wave, now: datetime) -> list[object]:
    """Somebody who was answered, somebody who was passed, and those whose turn is to come."""
    made: list[object] = []
    seen = set[int]()
    linked = set(session.scalars(select(IncidentTicket.ticket_id).where(IS_LINKED)))
    open_ones = select(Ticket).join(Conversation, Conversation.id == Ticket.conversation_id)
    for ticket in session.scalars(open_ones.order_by(Ticket.id)):
        customer_id = ticket.conversation.customer_id
        if customer_id in seen or ticket.conversation.account_id != incident.account_id:
            continue
        seen.add(customer_id)
        row = WaveAnswer(wave_id=wave.id, customer_id=customer_id, ticket_id=ticket.id)
        reply = session.scalar(select(Reply).where(Reply.ticket_id == ticket.id).limit(1))
        if reply is not None:
            row.state, row.reply_id, row.at = waves.PRESSED, reply.id, now
        elif ticket.state == "resolved":
            row.state, row.passed_why, row.at = waves.PASSED, "resolved", now
        made.append(row)
        if ticket.id not in linked:
            link = IncidentTicket(incident_id=incident.id, ticket_id=ticket.id, linked_at=now)
            made.append(link)
    return made
