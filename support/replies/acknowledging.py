"""Out of hours a customer is told by itself when the desk opens: once a closure.

It keeps no promise, takes nobody's turn, and goes only where X permits an automatic answer
(x/automation.py). Of a backlog that is read after a downtime nobody is told anything.
"""

import re
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from sqlalchemy import exists, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from support.approval.records import public_words_wait
from support.conversations.records import DM, Message
from support.crisis.records import running
from support.db import changed
from support.replies.handing import verdict_on
from support.replies.records import Acknowledgement, Reply, ReplyPart, typed_on_x
from support.replies.states import PartState
from support.search.indexing import enter_reply
from support.sla.hours import BusinessHours
from support.sla.keeping import Terms, hours_of
from support.sla.records import Calendar
from support.terms.choosing import Policy
from support.x.automation import FRESH, may_answer_by_itself
from support.x.text import POST_LIMIT, weighted_length

LATELY = 20
"""So many of a customer's newest messages may have asked us to stop."""
BLANK = "{{next_opening}}"
_PARTED = re.compile(r"^\s*-{3,}\s*$", re.MULTILINE)
_JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
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


def _acknowledge(session: Session, message: Message, policy: Policy, now: datetime) -> Reply | None:
    terms = policy.terms_of(message.ticket)
    opens_at = _opens_at(message, terms, now)
    if opens_at is None or not _is_wanted(session, message, opens_at):
        return None
    text = words(terms.level.acknowledgement, opens_at, now, terms.calendar.zone, message.language)
    if message.channel != DM:
        text = received(text, message.posted_at, ZoneInfo(terms.calendar.zone))
        if weighted_length(text) > POST_LIMIT:
            return None
    return _press(session, message, text, opens_at, now)


def _press(
    session: Session, message: Message, text: str, opens_at: datetime, now: datetime
) -> Reply | None:
    """None where another worker was first: the database holds that it is once a closure."""
    newest = select(func.max(Message.id)).where(Message.conversation_id == message.conversation_id)
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
        seen_message_id=session.scalar(newest),
        parts=[ReplyPart(position=1, text=text, state=PartState.QUEUED.value)],
    )
    try:
        with session.begin_nested():
            session.add(reply)
            session.flush()
            told = Acknowledgement(
                conversation_id=message.conversation_id,
                opens_at=opens_at,
                reply_id=reply.id,
                made_at=now,
            )
            session.add(told)
            enter_reply(session, reply, new=True)
    except IntegrityError:
        return None
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
    account_id = message.conversation.account_id
    if message.channel != DM and (
        public_words_wait(session, account_id) or running(session, account_id) is not None
    ):
        return False
    if not may_answer_by_itself(verdict_on(session, message), _said_lately(session, message)):
        return False
    hours = hours_of(session.get_one(Calendar, message.ticket.calendar_id))
    if _somebody_is_there(session, message.conversation_id, hours, message.received_at):
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


def _said_lately(session: Session, message: Message) -> list[str]:
    theirs = select(Message.text).where(Message.author_id == message.author_id)
    newest = theirs.order_by(Message.posted_at.desc(), Message.id.desc()).limit(LATELY)
    return [message.text, *session.scalars(newest)]


def _somebody_is_there(
    session: Session, conversation_id: int, hours: BusinessHours, now: datetime
) -> bool:
    """Whether a person answered since the desk closed, through it or typed on x.com."""
    sent = (
        select(func.max(ReplyPart.posted_at))
        .join(Reply)
        .where(Reply.conversation_id == conversation_id, Reply.automatic.is_(False))
    )
    typed = select(func.max(Message.posted_at)).where(
        Message.conversation_id == conversation_id, typed_on_x()
    )
    answers = [at for at in (session.scalar(sent), session.scalar(typed)) if at is not None]
    return any(not hours.is_open(at) and not hours.between(at, now) for at in answers)


def received(text: str, at: datetime, zone: tzinfo) -> str:
    """A public text with the time of receipt: the same words to many are spam to X."""
    there = at.astimezone(zone)
    clock = f"{there.hour}:{there.minute:02}"
    if _JAPANESE.search(text):
        return f"{text}\n（受付 {there.month}月{there.day}日 {clock}）"
    return f"{text}\n(Received {there.day} {there:%B}, {clock})"


def words(text: str, opens_at: datetime, now: datetime, zone: str, language: str) -> str:
    """The text with the next opening, in the customer's language where the text has it."""
    part = _chosen(text, language)
    spoken = "ja" if _JAPANESE.search(part) else "en"
    return part.replace(BLANK, next_opening(opens_at, now, ZoneInfo(zone), spoken))


def _chosen(text: str, language: str) -> str:
    """A line of --- parts the words for Japanese from those for everybody else."""
    parts = [part.strip() for part in _PARTED.split(text) if part.strip()] or [text]
    japanese = language in ("", "ja", "und") or language.startswith(("q", "zx"))
    fits = (part for part in parts if bool(_JAPANESE.search(part)) is japanese)
    return next(fits, parts[0])


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


def give_way(session: Session, conversation_ids: Collection[int], now: datetime) -> None:
    """A person answers: an automatic answer that is not on its way yet stays here."""
    waiting = select(Reply).where(
        Reply.conversation_id.in_(conversation_ids),
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
