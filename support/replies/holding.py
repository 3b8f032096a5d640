"""Holding: a reply that waits, for the time to take it back or for a time the agent chose.

While it waits the customer may write again, or somebody may answer. Then it does not go out
unasked: a person reads what is new and says whether it still fits.
"""

from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, case, exists, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from support.agents.records import Agent
from support.approval.records import Approval
from support.conversations.records import Conversation, Message
from support.db import changed
from support.errors import N_, DeskError, Refused
from support.replies import clearing
from support.replies.attempts import log_attempt
from support.replies.quieting import REASON, is_stopped, stops, stops_public
from support.replies.records import Acknowledgement, Reply, ReplyPart, typed_on_x
from support.replies.states import PartState
from support.sla.hours import BusinessHours
from support.x.automation import FRESH

FURTHEST = timedelta(days=30)
CUSTOMER_WROTE = N_("お客様から新しいメッセージが届きました。内容を確かめてください。")
COLLEAGUE_ANSWERED = N_("ほかの担当者が先に返信しました。内容を確かめてください。")
NOT_ASKING = N_("この返信は、確認待ちではありません。画面を開き直してください。")
ANSWERED_ON_X = N_("Xの画面から返信が投稿されました。内容を確かめてください。")


def time_chosen(at: datetime, hours: BusinessHours, now: datetime, *, out_of_hours: bool) -> None:
    """Whether a reply may be sent at the time the agent chose. Raises Refused for the form."""
    if at <= now:
        raise Refused("send_at", N_("送信日時には、これからの日時を選んでください。"))
    if at > now + FURTHEST:
        raise Refused("send_at", N_("送信日時は、30日以内で選んでください。"))
    if not out_of_hours and not hours.is_open(at):
        raise Refused(
            "send_at",
            N_("営業時間外の日時です。「営業時間外でも送る」を選ぶか、日時を変えてください。"),
        )


def start(session: Session, reply_id: int, now: datetime) -> bool:
    """The wait is over: the reply is queued, unless something overtook it. False: it asks."""
    reason = session.execute(_overtaken(), {"reply": reply_id}).scalar()
    if reason:
        _ask(session, reply_id, reason, now)
        return False
    _turn(session, reply_id, PartState.HELD, PartState.QUEUED)
    return True


def stop_overtaken(session: Session, now: datetime) -> list[int]:
    """Held replies that were overtaken ask from now on; the ids of their tickets."""
    found = session.execute(_all_overtaken()).all()
    stopped = [it.ticket_id for it in found if _ask(session, it.id, it.reason, now)]
    return sorted(set(stopped))


def drop_outdated(session: Session, now: datetime, reply_id: int | None = None) -> list[int]:
    """Acknowledgements that nobody needs any more are taken back; the ids of their tickets.

    Somebody answered, the desk has opened, it waited too long to say that we will answer, or the
    account is in a crisis: a machine's public words are no person's, and nobody approves them.
    """
    told = select(Acknowledgement.opens_at).where(Acknowledgement.reply_id == Reply.id)
    outdated = select(Reply.id, Reply.ticket_id).where(
        Reply.settled_at.is_(None),
        Reply.automatic,
        or_(
            Reply.pressed_at < now - FRESH,
            told.scalar_subquery() <= now,
            _typed_on_x(),
            _answered_by_a_person(),
            stops_public(Reply),
        ),
    )
    if reply_id is not None:
        outdated = outdated.where(Reply.id == reply_id)
    return [ticket for it, ticket in session.execute(outdated).all() if _drop(session, it, now)]


def _drop(session: Session, reply_id: int, now: datetime) -> bool:
    """What may be on X already is left alone."""
    waits = (PartState.HELD.value, PartState.QUEUED.value)
    those = update(ReplyPart).where(ReplyPart.reply_id == reply_id, ReplyPart.state.in_(waits))
    if not changed(session, those.values(state=PartState.UNDONE.value, reason="")):
        return False
    session.execute(update(Reply).where(Reply.id == reply_id).values(settled_at=now))
    return True


def send_on(session: Session, reply: Reply, now: datetime, *, by: Agent) -> None:
    """A person has read what is new: the reply goes out as it is, now. In a crisis public words
    wait for somebody else's word first.

    The caller rolls back when this raises.
    """
    clearing.alone_with(session, reply)
    reply.held_until = now
    session.flush()
    leave = clearing.ask_anew(session, reply, now) if is_stopped(session, reply) else None
    into = PartState.WAITING if leave else PartState.QUEUED
    if not _turn(session, reply.id, PartState.ASKING, into):
        raise DeskError(NOT_ASKING)
    first = _first_part(session, reply.id)
    log_attempt(session, first, "asked_leave" if leave else "sent_on", "", now, agent_id=by.id)


def retime(
    session: Session,
    reply: Reply,
    at: datetime,
    hours: BusinessHours,
    now: datetime,
    *,
    by: Agent,
    out_of_hours: bool = False,
) -> None:
    """A person has read what is new, and gives the reply that asks another time.

    The caller rolls back when this raises. Raises Refused for the form.
    """
    time_chosen(at, hours, now, out_of_hours=out_of_hours)
    if reply.promised_until is not None and at >= reply.promised_until:
        raise Refused(
            "send_at", N_("返信の中で約束した時刻より後です。書き直して予約してください。")
        )
    if any(part.state == PartState.POSTED for part in reply.parts):
        raise DeskError(N_("一部がすでに送られているため、日時は変えられません。"))
    if not _turn(session, reply.id, PartState.ASKING, PartState.HELD):
        raise DeskError(NOT_ASKING)
    newest = select(func.max(Message.id)).where(Message.conversation_id == reply.conversation_id)
    reply.held_until, reply.scheduled = at, True
    reply.seen_message_id = session.scalar(newest)
    log_attempt(session, _first_part(session, reply.id), "retimed", "", now, agent_id=by.id)


def _ask(session: Session, reply_id: int, reason: str, now: datetime) -> bool:
    stopped = _turn(session, reply_id, PartState.HELD, PartState.ASKING, reason)
    if stopped:
        log_attempt(session, _first_part(session, reply_id), "overtaken", reason, now)
    return stopped


def _turn(
    session: Session, reply_id: int, was: PartState, into: PartState, reason: str = ""
) -> bool:
    those = update(ReplyPart).where(ReplyPart.reply_id == reply_id, ReplyPart.state == was.value)
    return changed(session, those.values(state=into.value, reason=reason)) > 0


def _first_part(session: Session, reply_id: int) -> int:
    first = select(ReplyPart.id).where(ReplyPart.reply_id == reply_id)
    return session.execute(first.order_by(ReplyPart.position).limit(1)).scalar_one()


@cache
def _overtaken() -> Select[*tuple[Any, ...]]:
    """Why one reply may not go out unasked; an empty word where nothing is new."""
    quiet = case((stops(Reply), REASON), else_="")
    why = _why()
    return select(case((why != "", why), else_=quiet)).where(Reply.id == bindparam("reply"))


@cache
def _all_overtaken() -> Select[*tuple[Any, ...]]:
    held = exists().where(ReplyPart.reply_id == Reply.id, ReplyPart.state == PartState.HELD.value)
    return select(Reply.id, Reply.ticket_id, _why().label("reason")).where(
        Reply.settled_at.is_(None), held, or_(_customer_wrote(), _typed_on_x(), _colleague())
    )


def _why() -> ColumnElement[str]:
    return case(
        (_customer_wrote(), CUSTOMER_WROTE),
        (_typed_on_x(), ANSWERED_ON_X),
        (_colleague(), COLLEAGUE_ANSWERED),
        else_="",
    )


def _newer(*more: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(
        Message.conversation_id == Reply.conversation_id,
        Message.id > Reply.seen_message_id,
        *more,
    )


def _customer_wrote() -> ColumnElement[bool]:
    """In any thread of theirs; what third parties say beside it is nothing new."""
    customer = (
        select(Conversation.customer_id)
        .where(Conversation.id == Message.conversation_id)
        .correlate(Message)
        .scalar_subquery()
    )
    theirs = or_(Message.author_id.is_(None), Message.author_id == customer)
    return _newer(Message.by_us.is_(False), theirs)


def _typed_on_x() -> ColumnElement[bool]:
    return _newer(typed_on_x())


def _colleague() -> ColumnElement[bool]:
    """Whatever of theirs somebody saw who approved this one is nothing new."""
    other, part = aliased(Reply), aliased(ReplyPart)
    seen = select(Approval.seen_reply_id).where(Approval.reply_id == Reply.id)
    goes = exists().where(part.reply_id == other.id, part.state != PartState.UNDONE.value)
    return exists().where(
        other.ticket_id == Reply.ticket_id,
        other.id > func.coalesce(seen.correlate(Reply).scalar_subquery(), Reply.id),
        other.agent_id != Reply.agent_id,
        goes,
    )


def _answered_by_a_person() -> ColumnElement[bool]:
    """Pressed since, or before and still to go out."""
    other, part = aliased(Reply), aliased(ReplyPart)
    goes = exists().where(part.reply_id == other.id, part.state != PartState.UNDONE.value)
    return exists().where(
        other.conversation_id == Reply.conversation_id,
        other.automatic.is_(False),
        or_(other.id > Reply.id, other.settled_at.is_(None)),
        goes,
    )
