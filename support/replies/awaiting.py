"""What waits for approval, what came meanwhile, what was decided lately; queries only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session, joinedload

from support.approval.records import IS_OPEN, Approval
from support.conversations.records import Conversation, Message
from support.replies.records import GuardOverride, Reply, ReplyPart, typed_on_x
from support.replies.states import PartState
from support.sla.records import Calendar
from support.tickets.records import Ticket

LONGEST_LIST = 100


@dataclass(frozen=True)
class Look:
    """What whoever decides had before them."""

    message_id: int | None
    """The newest message of the conversation."""
    reply_id: int | None
    """The newest reply of the ticket."""


@dataclass(frozen=True)
class Newer:
    """What came after an agent pressed: they had not seen it."""

    messages: Sequence[Message]
    replies: Sequence[Reply]
    """Of colleagues, in the same ticket."""

    def __bool__(self) -> bool:
        return bool(self.messages or self.replies)


def waiting(session: Session, *, limit: int = LONGEST_LIST) -> list[Reply]:
    """What is due first stands first."""
    wanted = _shown().join(Reply.approval).where(IS_OPEN)
    wanted = wanted.order_by(Approval.due_at.is_(None), Approval.due_at, Reply.id).limit(limit)
    return list(session.scalars(wanted).unique())


def decided(session: Session, since: datetime, *, limit: int = 30) -> list[Reply]:
    """What was decided since then, the latest first."""
    wanted = _shown().join(Reply.approval).where(Approval.decided_at >= since)
    wanted = wanted.where(Approval.decided_at > Reply.pressed_at)  # once for many: see the wave
    wanted = wanted.order_by(Approval.decided_at.desc(), Approval.id.desc()).limit(limit)
    return list(session.scalars(wanted).unique())


def one(session: Session, reply_id: int) -> Reply | None:
    """A reply that had to wait; None where there is none with this number."""
    wanted = _shown().join(Reply.approval).where(Reply.id == reply_id)
    return session.scalars(wanted).unique().one_or_none()


def _shown() -> Select[Reply]:
    """The one place through which every list and page of approvals reads."""
    return select(Reply).options(
        joinedload(Reply.parts),
        joinedload(Reply.agent),
        joinedload(Reply.answers),
        joinedload(Reply.approval).options(
            joinedload(Approval.decided_by), joinedload(Approval.agent)
        ),
        joinedload(Reply.overrides).joinedload(GuardOverride.agent),
        joinedload(Reply.conversation).options(
            joinedload(Conversation.account), joinedload(Conversation.customer)
        ),
    )


def newest(session: Session, reply: Reply) -> Look:
    """What whoever looks now has seen."""
    message = select(func.max(Message.id)).where(Message.conversation_id == reply.conversation_id)
    pressed = select(func.max(Reply.id)).where(Reply.ticket_id == reply.ticket_id)
    return Look(session.scalar(message), session.scalar(pressed))


def newer(session: Session, reply: Reply) -> Newer:
    """What the customer, a colleague or somebody on x.com said since it was pressed."""
    theirs = Message.author_id.is_(None) | (Message.author_id == Conversation.customer_id)
    said = (
        select(Message)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(
            Message.conversation_id == reply.conversation_id,
            Message.id > (reply.seen_message_id or 0),
            typed_on_x() | (Message.by_us.is_(False) & theirs),
            Message.emptied_at.is_(None),
        )
        .order_by(Message.id)
        .limit(10)
    )
    goes = exists().where(ReplyPart.reply_id == Reply.id, ReplyPart.state != PartState.UNDONE.value)
    pressed = select(Reply).where(
        Reply.ticket_id == reply.ticket_id,
        Reply.id > reply.id,
        Reply.agent_id != reply.agent_id,
        goes,
    )
    replies = session.scalars(pressed.order_by(Reply.id).options(joinedload(Reply.agent)))
    return Newer(list(session.scalars(said)), list(replies))


def calendars_of(session: Session, replies: Sequence[Reply]) -> dict[int, Calendar]:
    """By ticket: the hours it is judged by."""
    ids = {reply.ticket_id for reply in replies}
    found = select(Ticket.id, Calendar).join(Calendar, Calendar.id == Ticket.calendar_id)
    return {row[0]: row[1] for row in session.execute(found.where(Ticket.id.in_(ids)))}
