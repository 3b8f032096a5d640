"""Telling whoever writes while the desk is closed when it opens: once a closure, by itself.

The answer goes the way of every reply, but answers nothing: it keeps no promise, moves no ticket
and waits for nobody; see holding.drop_outdated for when it is taken back.
"""

from collections.abc import Collection
from datetime import datetime
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from support.conversations.records import Customer, Message
from support.db import storable
from support.replies.acknowledgement import received, words
from support.replies.handing import verdict_on
from support.replies.records import Acknowledgement, Reply, ReplyPart
from support.replies.states import PartState
from support.sla.hours import BusinessHours
from support.sla.keeping import hours_of
from support.sla.records import Calendar, ServiceLevel
from support.tickets.records import Ticket
from support.tickets.states import State
from support.x.automation import quiet
from support.x.text import DM_LIMIT, POST_LIMIT, weighted_length

LATELY = 20
"""So many of a customer's newest messages may ask us to stop."""
log = structlog.get_logger()


def acknowledge(session: Session, ticket_ids: Collection[int], now: datetime) -> list[int]:
    """For what was taken in at `now`; the caller commits. The ids of the replies that were made."""
    if not ticket_ids:
        return []
    told = select(Ticket, ServiceLevel).join(
        ServiceLevel, ServiceLevel.id == Ticket.service_level_id
    )
    wanted = told.where(
        Ticket.id.in_(ticket_ids),
        Ticket.merged_into_id.is_(None),
        Ticket.state != State.RESOLVED.value,
        ServiceLevel.acknowledgement != "",
    )
    found = session.execute(wanted.order_by(Ticket.id)).all()
    made = [_acknowledge(session, ticket, level, now) for ticket, level in found]
    return [number for number in made if number is not None]


def _acknowledge(
    session: Session, ticket: Ticket, level: ServiceLevel, now: datetime
) -> int | None:
    message = ticket.latest_message
    hours = hours_of(session.get_one(Calendar, ticket.calendar_id))
    if message is None or message.received_at != now or hours.is_open(message.posted_at):
        return None
    opens_at = None if hours.is_open(now) else hours.next_opening(now)
    if opens_at is None or not _may(session, message, hours, opens_at, now):
        return None
    text = _text(level, message, opens_at, now, hours)
    return _press(session, ticket, message, text, opens_at, now) if text else None


def _may(
    session: Session, message: Message, hours: BusinessHours, opens_at: datetime, now: datetime
) -> bool:
    conversation = message.conversation
    customer = conversation.customer
    if message.author_id not in (None, customer.id) or customer.muted_at is not None:
        return False
    if conversation.account.stopped_at is not None:
        return False
    said = _said_lately(session, customer)
    if quiet(verdict_on(session, message), said, now - message.posted_at) is not None:
        return False
    return not (
        _is_told(session, conversation.id, opens_at)
        or _is_being_answered(session, conversation.id)
        or _answered_this_closure(session, conversation.id, hours, now)
    )


def _said_lately(session: Session, customer: Customer) -> list[str]:
    theirs = select(Message.text).where(Message.author_id == customer.id)
    newest = theirs.order_by(Message.posted_at.desc(), Message.id.desc()).limit(LATELY)
    return list(session.scalars(newest))


def _is_told(session: Session, conversation_id: int, opens_at: datetime) -> bool:
    told = select(Acknowledgement.id).where(
        Acknowledgement.conversation_id == conversation_id, Acknowledgement.opens_at >= opens_at
    )
    return session.scalar(told.limit(1)) is not None


def _is_being_answered(session: Session, conversation_id: int) -> bool:
    """Whether anything is still to go out there, a person's or an earlier one of ours."""
    live = select(Reply.id).where(
        Reply.conversation_id == conversation_id, Reply.settled_at.is_(None)
    )
    return session.scalar(live.limit(1)) is not None


def _answered_this_closure(
    session: Session, conversation_id: int, hours: BusinessHours, now: datetime
) -> bool:
    """Whether a person answered since the desk closed: then somebody is there."""
    sent = select(func.max(ReplyPart.posted_at)).join(Reply).where(
        Reply.conversation_id == conversation_id, Reply.automatic.is_(False)
    )
    typed = select(func.max(Message.posted_at)).where(
        Message.conversation_id == conversation_id, Message.by_us, ~_is_automatic()
    )
    answers = [at for at in (session.scalar(sent), session.scalar(typed)) if at is not None]
    return any(not hours.is_open(at) and not hours.between(at, now) for at in answers)


def _is_automatic() -> ColumnElement[bool]:
    """Our own acknowledgement, shown to the desk again."""
    return exists().where(
        ReplyPart.x_id == Message.x_id, Reply.id == ReplyPart.reply_id, Reply.automatic
    )


def _text(
    level: ServiceLevel, message: Message, opens_at: datetime, now: datetime, hours: BusinessHours
) -> str:
    """What the customer reads; empty where it would be too long for X."""
    zone, private = ZoneInfo(hours.zone), message.conversation.is_private
    text = storable(words(level.acknowledgement, message.language, opens_at, now, zone))
    if text and not private:
        text = received(message.posted_at, text, zone)
    fits = len(text) <= DM_LIMIT if private else weighted_length(text) <= POST_LIMIT
    if not fits:
        log.warning("acknowledgement_too_long", level=level.id, ticket=message.ticket_id)
    return text if fits else ""


def _press(
    session: Session, ticket: Ticket, message: Message, text: str, opens_at: datetime, now: datetime
) -> int | None:
    """None where another worker was first: the database holds that it is once a closure."""
    newest = select(func.max(Message.id)).where(Message.conversation_id == message.conversation_id)
    reply = Reply(
        ticket_id=ticket.id,
        conversation_id=message.conversation_id,
        agent=None,
        automatic=True,
        answers=message,
        body=text,
        key=f"acknowledgement-{message.conversation_id}-{opens_at:%Y%m%d%H%M%S}",
        pressed_at=now,
        held_until=now,
        seen_message_id=session.scalar(newest),
        parts=[ReplyPart(position=1, text=text, state=PartState.HELD.value)],
    )
    try:
        with session.begin_nested():
            session.add(reply)
            session.flush()
            session.add(
                Acknowledgement(
                    conversation_id=message.conversation_id,
                    opens_at=opens_at,
                    reply_id=reply.id,
                    made_at=now,
                )
            )
    except IntegrityError:
        return None
    return reply.id
