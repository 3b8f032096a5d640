"""Deciding: what no look at X can prove, a person says who has looked there.

The rare end of doubt: X does not show our posts, or does not answer for long. What the person
says is believed, and stands in the log with who said it and why.
"""

import re
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from support.agents.records import Agent
from support.errors import N_, DeskError, Refused
from support.replies.attempts import log_attempt
from support.replies.pressing import NOT_OUT, turn
from support.replies.reasons import checked
from support.replies.records import Reply, ReplyPart
from support.replies.retries import look_since
from support.replies.sending import note_posted, settle
from support.replies.states import PartState
from support.x.snowflakes import accepted_at

PATIENCE = timedelta(minutes=2)
"""The desk finds out by itself within half a minute, as a rule."""
_ADDRESS = re.compile(r"(?:/status(?:es)?/|/messages/[\d-]+/|^)(\d{6,19})(?:[/?#].*)?$")


def may_decide(part: ReplyPart, now: datetime) -> bool:
    """Whether the part has been in doubt so long that a person may end it."""
    begun = part.claimed_at or part.attempted_at
    return part.state == PartState.UNKNOWN and begun is not None and now - begun >= PATIENCE


def is_on_x(
    session: Session, reply: Reply, place: str, now: datetime, *, by: Agent, reason: str
) -> None:
    """X has the part, at this address or under this id: it is posted, at the time X's id tells.

    The caller rolls back when this raises. Raises Refused for the form.
    """
    part = _doubtful(reply, now)
    x_id = _id_at(place)
    at = accepted_at(x_id) if x_id else None
    if at is None or part.attempted_at is None:
        raise Refused("place", N_("Xの投稿のURLかIDを入力してください。"))
    if not look_since(part.after_x_id, part.attempted_at) <= at <= now + timedelta(minutes=5):
        raise Refused("place", N_("この投稿は、送信を始めた時刻より前のものです。"))
    if session.scalar(select(ReplyPart.id).where(ReplyPart.x_id == x_id).limit(1)):
        raise Refused("place", N_("この投稿は、すでに別の返信として記録されています。"))
    log_attempt(session, part.id, "said_posted", checked(reason), now, agent_id=by.id)
    note_posted(session, part.id, x_id=x_id, at=at, now=now)
    session.flush()
    settle(session, reply.id, now)


def is_not_on_x(
    session: Session, reply: Reply, now: datetime, *, by: Agent, reason: str, again: bool
) -> None:
    """X has it not: it is sent again, or given up with what follows it.

    The caller rolls back when this raises. Raises Refused for the form.
    """
    part = _doubtful(reply, now)
    log_attempt(session, part.id, "said_absent", checked(reason), now, agent_id=by.id)
    into = PartState.QUEUED if again else PartState.REJECTED
    if not turn(session, reply, [PartState.UNKNOWN], into):
        raise DeskError(_OVER)
    if not again:
        turn(session, reply, NOT_OUT, PartState.UNDONE)
        reply.settled_at = now


_OVER = N_("この返信は、もう確認中ではありません。画面を開き直してください。")


def _doubtful(reply: Reply, now: datetime) -> ReplyPart:
    part = next((part for part in reply.parts if part.state == PartState.UNKNOWN), None)
    if part is None:
        raise DeskError(_OVER)
    if not may_decide(part, now):
        raise DeskError(N_("まだ自動で確認しています。2分ほどお待ちください。"))
    return part


def _id_at(place: str) -> str:
    found = _ADDRESS.search(place.strip())
    return found.group(1) if found else ""
