"""Summing up: what the closing report of an incident is made of, out of the rows."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from support.conversations.records import DM, Conversation, Message
from support.incidents import closing
from support.incidents.closing import Figures, Owed, Times
from support.incidents.records import (
    IS_LINKED,
    Incident,
    IncidentEvent,
    IncidentTicket,
    Notice,
    Wave,
    WaveAnswer,
)
from support.incidents.stages import Stage as Reached
from support.incidents.turns import Stage
from support.incidents.waves import PASSED
from support.replies.records import Reply, ReplyPart
from support.sla.records import Promise
from support.tickets.records import Ticket
from support.x.records import Charge

MOST_SAID = 5_000
BEFORE = timedelta(days=14)
"""What people spoke of in so many days before is what they usually do."""


def figures(session: Session, incident: Incident, now: datetime) -> Figures:
    tickets, people = session.execute(
        select(func.count(Ticket.id), func.count(Conversation.customer_id.distinct()))
        .select_from(Ticket)
        .join(Conversation, Conversation.id == Ticket.conversation_id)
        .where(Ticket.id.in_(_linked(incident)))
    ).one()
    off = select(func.count()).select_from(IncidentTicket)
    gone = IncidentTicket.unlinked_at.is_not(None)
    return Figures(
        times=_times(session, incident),
        people=people,
        tickets=tickets,
        unlinked=session.scalar(off.where(IncidentTicket.incident_id == incident.id, gone)) or 0,
        answered=_answered(session, incident),
        posts=_posts(session, incident),
        micros=_micros(session, incident),
        promises=closing.count(_owed(session, incident), now),
        passed=_passed(session, incident),
    )


def said(session: Session, incident: Incident) -> tuple[list[Any], list[Any]]:
    """What those linked wrote, and what customers of the account wrote before: customer, ticket,
    message, whether privately, words."""
    theirs = select(
        Conversation.customer_id,
        Message.ticket_id,
        Message.id,
        Conversation.channel == DM,
        Message.text,
    ).join(Conversation, Conversation.id == Message.conversation_id)
    theirs = theirs.where(Message.by_us.is_(False), Message.emptied_at.is_(None))
    theirs = theirs.order_by(Message.posted_at.desc(), Message.id.desc()).limit(MOST_SAID)
    linked = theirs.where(Message.ticket_id.in_(_linked(incident)))
    before = theirs.where(
        Conversation.account_id == incident.account_id,
        Message.posted_at < incident.begun_at,
        Message.posted_at >= incident.begun_at - BEFORE,
        Message.ticket_id.not_in(_linked(incident)),
    )
    return list(session.execute(linked)), list(session.execute(before))


def timeline(session: Session, incident: Incident) -> list[IncidentEvent]:
    """All that was noted, the first first."""
    noted = select(IncidentEvent).where(IncidentEvent.incident_id == incident.id)
    return list(session.scalars(noted.order_by(IncidentEvent.at, IncidentEvent.id)))


def _linked(incident: Incident) -> Select[int]:
    return select(IncidentTicket.ticket_id).where(
        IncidentTicket.incident_id == incident.id, IS_LINKED
    )


def _times(session: Session, incident: Incident) -> Times:
    notices = select(Notice.posted_at, Notice.stage).where(
        Notice.incident_id == incident.id, Notice.posted_at.is_not(None)
    )
    posted = session.execute(notices).all()
    wrote = select(func.min(Message.posted_at)).where(
        Message.ticket_id.in_(_linked(incident)), Message.by_us.is_(False)
    )
    answers = (
        select(func.min(ReplyPart.posted_at), func.max(ReplyPart.posted_at))
        .join(Reply, Reply.id == ReplyPart.reply_id)
        .where(Reply.ticket_id.in_(_linked(incident)), Reply.automatic.is_(False))
        .where(ReplyPart.posted_at >= incident.begun_at)
    )
    first, last = session.execute(answers).one()
    told = closing.first([at for at, stage in posted if stage == Stage.RESTORED])
    return Times(
        begun_at=incident.begun_at,
        opened_at=incident.opened_at,
        first_post_at=session.scalar(wrote),
        first_notice_at=closing.first([at for at, _ in posted]),
        first_answer_at=first,
        last_answer_at=last,
        restored_at=closing.first([_restored(session, incident), told]),
        closed_at=incident.closed_at,
    )


def _restored(session: Session, incident: Incident) -> datetime | None:
    """When somebody last said in the timeline that it works again."""
    moved = [
        it.at
        for it in timeline(session, incident)
        if it.kind == "stage" and it.data.get("now") == Reached.RESTORED
    ]
    return max(moved, default=None)


def _answered(session: Session, incident: Incident) -> int:
    sent = (
        select(func.count(Conversation.customer_id.distinct()))
        .select_from(Reply)
        .join(ReplyPart, ReplyPart.reply_id == Reply.id)
        .join(Conversation, Conversation.id == Reply.conversation_id)
        .where(Reply.ticket_id.in_(_linked(incident)), Reply.automatic.is_(False))
        .where(ReplyPart.posted_at >= incident.begun_at)
    )
    return session.scalar(sent) or 0


def _posts(session: Session, incident: Incident) -> int:
    parts = (
        select(func.count())
        .select_from(ReplyPart)
        .join(Reply, Reply.id == ReplyPart.reply_id)
        .where(Reply.ticket_id.in_(_linked(incident)), ReplyPart.posted_at >= incident.begun_at)
    )
    notices = (
        select(func.count())
        .select_from(Notice)
        .where(Notice.incident_id == incident.id, Notice.posted_at.is_not(None))
    )
    return (session.scalar(parts) or 0) + (session.scalar(notices) or 0)


def _micros(session: Session, incident: Incident) -> int:
    """What X asked for the answers to those linked, and for the notices themselves."""
    replies = select(Reply.id).where(
        Reply.ticket_id.in_(_linked(incident)), Reply.pressed_at >= incident.begun_at
    )
    asked = select(func.sum(Charge.micros)).where(Charge.reply_id.in_(replies))
    notices = select(func.sum(Notice.micros)).where(Notice.incident_id == incident.id)
    return int(session.scalar(asked) or 0) + int(session.scalar(notices) or 0)


def _owed(session: Session, incident: Incident) -> list[Owed]:
    promises = (
        select(Promise.kind, Promise.breach_at, Promise.kept_at)
        .where(Promise.ticket_id.in_(_linked(incident)), Promise.withdrawn_at.is_(None))
        .where(Promise.kind.in_(["first_reply", "next_reply", "update"]))
        .where(or_(Promise.kept_at.is_(None), Promise.kept_at >= incident.begun_at))
    )
    return [Owed(*row) for row in session.execute(promises)]


def _passed(session: Session, incident: Incident) -> dict[str, int]:
    """Those an answer of no wave reached."""
    counted = (
        select(WaveAnswer.passed_why, func.count(WaveAnswer.customer_id.distinct()))
        .join(Wave, Wave.id == WaveAnswer.wave_id)
        .where(Wave.incident_id == incident.id, WaveAnswer.state == PASSED)
        .group_by(WaveAnswer.passed_why)
    )
    return {row[0]: row[1] for row in session.execute(counted)}
