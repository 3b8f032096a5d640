"""Choosing: what of an account may go to X now, and which of it first.

Worked out from the rows each time anew; nobody remembers for what a bell was rung.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, exists, or_, select
from sqlalchemy.orm import Session, aliased

from support.clock import SET_BACK
from support.conversations.records import Conversation
from support.replies.records import IS_WISHED, TO_MANY, Reply, ReplyPart, Retraction
from support.replies.states import PartState
from support.tickets.records import Ticket
from support.x.records import Account

WITH_A_PERSON = (PartState.HANDED.value, PartState.ASKING.value, PartState.WAITING.value)
"""Waits for somebody's word or hand, which may take hours: it holds up nobody else."""
LONGEST_REST = timedelta(minutes=2)
"""A part in doubt never rests as long between two looks; if it seems to, a clock was set back."""


@dataclass(frozen=True)
class Ready:
    """A reply of which something can be done now."""

    reply_id: int
    ticket_id: int
    in_doubt: bool
    """One of its parts is to be looked for before anything is sent."""


def ready(session: Session, account_id: int, now: datetime, *, most: int = 50) -> list[Ready]:
    """What an account may send or look for, the promise that is due first first.

    Before that what is begun: a part in doubt, then the rest of a reply that is partly out. Their
    promise is kept with the first part, and would send them behind everybody who still waits.
    What a wave says to many comes last: an agent's reply does not stand behind a minute of it.
    """
    found = session.execute(_of_account(), {**_moments(now), "account": account_id, "most": most})
    return [Ready(*row) for row in found]


def accounts_waiting(session: Session, now: datetime) -> list[int]:
    """Accounts that are not stopped and have something ready, or a post to take down."""
    found = session.execute(_accounts(), _moments(now)).scalars()
    return sorted(set(found) | set(session.execute(_retracting(), {"now": now}).scalars()))


def in_the_way(reply: Any) -> ColumnElement[bool]:
    """Whether an earlier reply of the conversation is still to go out, as :now stands.

    Replies of one conversation go out as they were pressed; one for later waits for its time.
    What the desk says by itself holds up nobody.
    """
    earlier, part = aliased(Reply), aliased(ReplyPart)
    with_a_person = exists().where(part.reply_id == earlier.id, part.state.in_(WITH_A_PERSON))
    return exists().where(
        earlier.conversation_id == reply.conversation_id,
        earlier.id < reply.id,
        earlier.settled_at.is_(None),
        earlier.automatic.is_(False),
        or_(earlier.scheduled.is_(False), earlier.held_until <= bindparam("now")),
        ~with_a_person,
    )


def may_start(reply: Any) -> ColumnElement[bool]:
    """Whether the time to take the reply back, or to wait for, is over."""
    before = and_(reply.scheduled.is_(False), reply.pressed_at > bindparam("set_back"))
    return or_(reply.held_until <= bindparam("now"), before)


def rests(part: Any) -> ColumnElement[bool]:
    """Whether nothing may be done about the part yet."""
    in_doubt = part.state == PartState.UNKNOWN.value
    believable = or_(~in_doubt, part.not_before < bindparam("rested"))
    tried = or_(part.claimed_at.is_(None), part.claimed_at <= bindparam("set_back"))
    return and_(part.not_before > bindparam("now"), believable, tried)


def _moments(now: datetime) -> dict[str, datetime]:
    return {"now": now, "set_back": now + SET_BACK, "rested": now + LONGEST_REST}


def _workable() -> ColumnElement[bool]:
    stands = (PartState.POSTING.value, PartState.REJECTED.value, *WITH_A_PERSON)
    waits = exists().where(
        ReplyPart.reply_id == Reply.id, or_(ReplyPart.state.in_(stands), rests(ReplyPart))
    )
    return and_(Reply.settled_at.is_(None), may_start(Reply), ~waits, ~in_the_way(Reply))


@cache
def _of_account() -> Select[*tuple[Any, ...]]:
    part, out = aliased(ReplyPart), aliased(ReplyPart)
    in_doubt = exists().where(part.reply_id == Reply.id, part.state == PartState.UNKNOWN.value)
    is_begun = exists().where(out.reply_id == Reply.id, out.x_id.is_not(None))
    to_many = exists().where(TO_MANY.c.reply_id == Reply.id)
    urgency = case((in_doubt, 0), (is_begun, 1), (to_many, 3), else_=2)
    return (
        select(Reply.id, Reply.ticket_id, in_doubt)
        .select_from(Reply)
        .join(Conversation, Conversation.id == Reply.conversation_id)
        .join(Ticket, Ticket.id == Reply.ticket_id)
        .where(Conversation.account_id == bindparam("account"), _workable())
        .order_by(urgency, Ticket.due_at.is_(None), Ticket.due_at, Reply.held_until, Reply.id)
        .limit(bindparam("most"))
    )


@cache
def _accounts() -> Select[*tuple[Any, ...]]:
    return (
        select(Conversation.account_id)
        .select_from(Reply)
        .join(Conversation, Conversation.id == Reply.conversation_id)
        .join(Account, Account.id == Conversation.account_id)
        .where(Account.stopped_at.is_(None), _workable())
        .distinct()
    )


@cache
def _retracting() -> Select[*tuple[Any, ...]]:
    """From the few wishes outward: joined, SQLite would begin with all that was ever sent."""
    wished = select(Retraction.part_id).where(IS_WISHED, Retraction.not_before <= bindparam("now"))
    replies = select(ReplyPart.reply_id).where(ReplyPart.id.in_(wished))
    conversations = select(Reply.conversation_id).where(Reply.id.in_(replies))
    return (
        select(Conversation.account_id)
        .join(Account, Account.id == Conversation.account_id)
        .where(Conversation.id.in_(conversations), Account.stopped_at.is_(None))
        .distinct()
    )
