"""Quieting: what does not go out by itself because its account is in a crisis, or was.

Public words go only when somebody approved them since the switch was thrown; what was scheduled
for a time within the crisis asks whoever wrote it, direct messages too. Leaving the crisis sends
none of it: whatever should have gone before its end asks a person, whenever it is looked at.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select, update
from sqlalchemy.orm import Session, aliased, joinedload

from support.approval.records import CLEARED, Approval
from support.conversations.records import DM, Conversation
from support.crisis.records import Crisis
from support.db import changed
from support.errors import N_, DeskError
from support.replies.attempts import log_attempt
from support.replies.records import Reply, ReplyPart
from support.replies.states import PartState

REASON = N_("炎上対応のため、送信を止めました。いまの状況に合うか、確かめてください。")
MOST = 200
NOT_ALONE = N_("炎上対応中です。公開の返信は、承認を受けてから送られます。")
_STILL_HERE = (PartState.HELD.value, PartState.QUEUED.value)


def stops_public(reply: Any) -> ColumnElement[bool]:
    """Whether a crisis holds these public words; `reply`: the table or an alias of it."""
    it, place = aliased(Crisis), aliased(Conversation)
    approved = exists().where(
        Approval.reply_id == reply.id,
        Approval.outcome.in_(CLEARED),
        Approval.decided_at >= it.begun_at,
    )
    return exists().where(
        place.id == reply.conversation_id,
        place.channel != DM,
        it.account_id == place.account_id,
        or_(it.ended_at.is_(None), reply.held_until < it.ended_at),
        ~approved,
    )


def stops_scheduled(reply: Any) -> ColumnElement[bool]:
    """Whether a crisis holds a message for a chosen time, because it was written before it."""
    it, place = aliased(Crisis), aliased(Conversation)
    return and_(
        reply.scheduled,
        exists().where(
            place.id == reply.conversation_id,
            place.channel == DM,
            it.account_id == place.account_id,
            reply.pressed_at < it.begun_at,
            or_(it.ended_at.is_(None), reply.held_until < it.ended_at),
        ),
    )


def stops(reply: Any) -> ColumnElement[bool]:
    """Whether it may not begin to go out."""
    return or_(stops_public(reply), stops_scheduled(reply))


def quieted(reply_id: Any) -> ColumnElement[bool]:
    """The same of one reply; a part of a larger statement."""
    return exists().where(Reply.id == reply_id, stops_public(Reply))


def stop(session: Session, reply_id: int, now: datetime) -> bool:
    """What was free to go asks a person from now on; False: nothing of it was."""
    those = update(ReplyPart).where(
        ReplyPart.reply_id == reply_id,
        ReplyPart.state == PartState.QUEUED.value,
        quieted(reply_id),
    )
    values = {"state": PartState.ASKING.value, "reason": REASON, "not_before": None}
    if not changed(session, those.values(**values)):
        return False
    asks = select(ReplyPart.id).where(
        ReplyPart.reply_id == reply_id, ReplyPart.state == PartState.ASKING.value
    )
    first = session.execute(asks.order_by(ReplyPart.position).limit(1)).scalar_one()
    log_attempt(session, first, "overtaken", REASON, now)
    return True


def is_stopped(session: Session, reply: Reply) -> bool:
    """Whether these public words need somebody's word first, now."""
    return bool(session.scalar(select(quieted(reply.id))))


def is_held(session: Session, reply: Reply) -> bool:
    """Whether it would not begin to go out now, public or not."""
    return bool(session.scalar(select(exists().where(Reply.id == reply.id, stops(Reply)))))


def may_go_by_hand(session: Session, reply: Reply) -> None:
    """On x.com it is as public as from here. Raises DeskError."""
    if is_stopped(session, reply):
        raise DeskError(NOT_ALONE)


def held(session: Session, limit: int = MOST) -> list[Reply]:
    """What stands still because of a crisis, running or over: what is late stands first."""
    part = aliased(ReplyPart)
    waits = exists().where(part.reply_id == Reply.id, part.state.in_(_STILL_HERE))
    asks = exists().where(
        part.reply_id == Reply.id, part.state == PartState.ASKING.value, part.reason == REASON
    )
    wanted = (
        select(Reply)
        .where(
            Reply.settled_at.is_(None),
            Reply.automatic.is_(False),
            or_(asks, and_(waits, stops(Reply))),
        )
        .options(
            joinedload(Reply.parts),
            joinedload(Reply.agent),
            joinedload(Reply.approval),
            joinedload(Reply.conversation).options(
                joinedload(Conversation.account), joinedload(Conversation.customer)
            ),
        )
        .order_by(Reply.held_until, Reply.id)
        .limit(limit)
    )
    return list(session.scalars(wanted).unique())


def on_their_way(session: Session, account_ids: Collection[int]) -> int:
    """How many public posts of these accounts X may have in this very moment."""
    moving = (PartState.POSTING.value, PartState.UNKNOWN.value)
    rows = (
        select(ReplyPart.id)
        .join(Reply, Reply.id == ReplyPart.reply_id)
        .join(Conversation, Conversation.id == Reply.conversation_id)
        .where(
            Reply.settled_at.is_(None),
            ReplyPart.state.in_(moving),
            Conversation.channel != DM,
            Conversation.account_id.in_(account_ids),
        )
    )
    return len(list(session.scalars(rows))) if account_ids else 0
