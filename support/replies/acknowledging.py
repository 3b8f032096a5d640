"""Out of hours a customer is told by itself when the desk opens: once a closure.

It keeps no promise, takes nobody's turn, and goes only where X permits an automatic answer
(x/automation.py). Of a backlog that is read after a downtime nobody is told anything.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from support.conversations.records import DM, Message
from support.db import changed
from support.replies.handing import verdict_on
from support.replies.records import Acknowledgement, Reply, ReplyPart
from support.replies.states import PartState
from support.sla.keeping import Terms, hours_of
from support.terms.choosing import Policy
from support.x.automation import may_answer_by_itself
from support.x.text import POST_LIMIT, weighted_length

FRESH = timedelta(minutes=15)
"""Older words are answered by people: whoever wrote them has stopped waiting for a machine."""
BLANK = "{{next_opening}}"
_WEEKDAYS = ("月", "火", "水", "木", "金", "土", "日")
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def acknowledge(
    session: Session, messages: Iterable[Message], policy: Policy, now: datetime
) -> list[Reply]:
    """Answers those of these new messages that are to be; the sweep rings for what is queued."""
    if not any(level.acknowledgement for level in policy.levels):
        return []
    newest = {message.conversation_id: message for message in messages}
    found = (_acknowledge(session, message, policy, now) for message in newest.values())
    return [reply for reply in found if reply is not None]


def _acknowledge(
    session: Session, message: Message, policy: Policy, now: datetime
) -> Reply | None:
    terms = policy.terms_of(message.ticket)
    opens_at = _opens_at(message, terms, now)
    if opens_at is None or not _is_wanted(session, message, opens_at):
        return None
    text = words(terms.level.acknowledgement, opens_at, now, terms.calendar.zone, message.language)
    if message.channel != DM and weighted_length(text) > POST_LIMIT:
        return None
    reply = Reply(
        ticket_id=message.ticket_id,
        conversation_id=message.conversation_id,
        agent=None,
        automatic=True,
        answers=message,
        body=text,
        key=f"acknowledged-{message.conversation_id}-{int(opens_at.timestamp())}",
        pressed_at=now,
        held_until=now,
        parts=[ReplyPart(position=1, text=text, state=PartState.QUEUED.value)],
    )
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
    return reply


def _opens_at(message: Message, terms: Terms, now: datetime) -> datetime | None:
    """When the closure ends in which the message was written; None where it is none."""
    hours = hours_of(terms.calendar)
    fresh = timedelta(0) <= now - message.posted_at <= FRESH
    if not terms.level.acknowledgement or not fresh:
        return None
    if hours.is_open(now) or hours.is_open(message.posted_at):
        return None
    return hours.next_opening(now)


def _is_wanted(session: Session, message: Message, opens_at: datetime) -> bool:
    customer = message.conversation.customer
    if message.kind != "text" or message.emptied_at or customer.muted_at:
        return False
    if not may_answer_by_itself(verdict_on(session, message), message.text):
        return False
    told = exists().where(
        Acknowledgement.conversation_id == message.conversation_id,
        Acknowledgement.opens_at == opens_at,
    )
    a_person_answers = exists().where(
        Reply.conversation_id == message.conversation_id,
        Reply.automatic.is_(False),
        Reply.settled_at.is_(None),
    )
    return not session.scalar(select(told | a_person_answers))


def words(text: str, opens_at: datetime, now: datetime, zone: str, language: str) -> str:
    """The text with the next opening in the customer's words."""
    return text.replace(BLANK, next_opening(opens_at, now, ZoneInfo(zone), language))


def next_opening(opens_at: datetime, now: datetime, zone: ZoneInfo, language: str) -> str:
    """明日9時, 月曜日の9時45分, 1月4日（月）9時; in English where they write English."""
    there, today = opens_at.astimezone(zone), now.astimezone(zone).date()
    apart = (there.date() - today).days
    if language == "en":
        return _in_english(there, apart)
    clock = f"{there.hour}時{f'{there.minute}分' if there.minute else ''}"
    if apart in (0, 1):
        return f"{'本日' if apart == 0 else '明日'}{clock}"
    if apart < 7:
        return f"{_WEEKDAYS[there.weekday()]}曜日の{clock}"
    return f"{there.month}月{there.day}日（{_WEEKDAYS[there.weekday()]}）{clock}"


def _in_english(there: datetime, apart: int) -> str:
    clock = f"{there.hour}:{there.minute:02}"
    if apart in (0, 1):
        return f"{clock} {'today' if apart == 0 else 'tomorrow'}"
    day = _DAYS[there.weekday()]
    return f"{clock} on {day}" if apart < 7 else f"{clock} on {day} {there.day} {there:%B}"


def give_way(session: Session, conversation_id: int, now: datetime) -> None:
    """A person answers: an automatic answer that is not on its way yet stays here."""
    waiting = select(Reply).where(
        Reply.conversation_id == conversation_id,
        Reply.automatic.is_(True),
        Reply.settled_at.is_(None),
    )
    for reply in session.scalars(waiting):
        undo = update(ReplyPart).where(
            ReplyPart.reply_id == reply.id, ReplyPart.state == PartState.QUEUED.value
        )
        if changed(session, undo.values(state=PartState.UNDONE.value)):
            reply.settled_at = now
            session.refresh(reply.parts[0])
