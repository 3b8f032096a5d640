"""The tickets behind what a report counts beside promises: opened, resolved, written, sent."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload

from support.canned.records import Pick
from support.conversations.records import PUBLIC, Conversation, Customer, Message
from support.replies.records import Reply, ReplyPart
from support.reports.cells import at_hour
from support.reports.doings import AMONG
from support.reports.periods import Period
from support.reports.slots import resolved_state
from support.reports.talking import author, has_tag, heard, reach
from support.reports.verdicts import within
from support.tickets.records import Ticket

ANYBODY = -1


@dataclass(frozen=True)
class Wanted:
    """What was counted; `agent` None is nobody's, `hour` and `weekday` are of what was written."""

    what: str
    agent: int | None = ANYBODY
    channel: str = ""
    weekday: int | None = None
    hour: int | None = None
    by: str = ""
    key: str | int = ""
    """Of `wrote`: by which account, channel, tag, reach or customer."""
    these: tuple[int, ...] = ()
    """Of `topic`: the tickets, as `topics` found them."""


def page(
    session: Session, period: Period, wanted: Wanted, before: int | None, most: int
) -> tuple[list[Ticket], int | None]:
    """So many, the newest first, and the id of the last if others follow."""
    chosen = select(Ticket).where(Ticket.id.in_(ids(period, wanted)))
    if before is not None:
        chosen = chosen.where(Ticket.id < before)
    shown = chosen.options(
        joinedload(Ticket.assignee),
        joinedload(Ticket.conversation).joinedload(Conversation.account),
        joinedload(Ticket.conversation).joinedload(Conversation.customer),
    )
    found = list(session.scalars(shown.order_by(Ticket.id.desc()).limit(most + 1)))
    return found[:most], found[most - 1].id if len(found) > most else None


def count(session: Session, period: Period, wanted: Wanted) -> int:
    chosen = ids(period, wanted).subquery()
    return session.scalar(select(func.count(chosen.c[0].distinct()))) or 0


def ids(period: Period, wanted: Wanted) -> Any:
    """The ids of the tickets, some of them more than once."""
    return WHAT[wanted.what](period, wanted)


def _opened(period: Period, wanted: Wanted) -> Select[int]:
    return select(Ticket.id).where(within(Ticket.opened_at, period))


def _resolved(period: Period, wanted: Wanted) -> Select[int]:
    chosen = select(Ticket.id).where(
        Ticket.state == resolved_state(), within(Ticket.resolved_at, period)
    )
    return chosen.where(*_of(Ticket.assignee_id, wanted))


def _backlog(period: Period, wanted: Wanted) -> Any:
    """Open when the period ended."""
    there = Ticket.opened_at < period.end
    return union_all(
        select(Ticket.id).where(Ticket.state != resolved_state(), there),
        select(Ticket.id).where(
            Ticket.state == resolved_state(), Ticket.resolved_at >= period.end, there
        ),
    )


def _messages(period: Period, wanted: Wanted) -> Select[int]:
    chosen = select(Message.ticket_id).where(
        Message.by_us.is_(False), within(Message.posted_at, period)
    )
    if wanted.hour is None:
        return chosen
    return chosen.where(at_hour(Message.posted_at, period, wanted.hour, wanted.weekday))


def _wrote(period: Period, wanted: Wanted) -> Select[int]:
    """In which a part of the conversation was said; see talking.py."""
    chosen = select(Message.ticket_id).where(heard(period))
    if wanted.by == "tag":
        return chosen.where(has_tag(str(wanted.key)))
    if wanted.by == "channel":
        return chosen.where(Message.channel == wanted.key)
    chosen = chosen.join(Conversation, Conversation.id == Message.conversation_id)
    if wanted.by == "account":
        return chosen.where(Conversation.account_id == wanted.key)
    public = chosen.where(Message.channel == PUBLIC)
    if wanted.by == "customer":
        return public.where(author() == wanted.key)
    return public.join(Customer, Customer.id == author()).where(reach() == wanted.key)


def _topic(period: Period, wanted: Wanted) -> Select[int]:
    return select(Ticket.id).where(Ticket.id.in_(wanted.these))


def _sent(period: Period, wanted: Wanted, *, automatic: bool = False) -> Select[int]:
    chosen = (
        select(Reply.ticket_id)
        .join(ReplyPart, ReplyPart.reply_id == Reply.id)
        .where(
            ReplyPart.position == 1,
            Reply.automatic.is_(automatic),
            within(ReplyPart.posted_at, period),
        )
    )
    if wanted.channel:
        chosen = chosen.join(Conversation, Conversation.id == Reply.conversation_id)
        chosen = chosen.where(Conversation.channel == wanted.channel)
    return chosen.where(*_of(Reply.agent_id, wanted))


def _automatic(period: Period, wanted: Wanted) -> Select[int]:
    return _sent(period, wanted, automatic=True)


def _suggested(period: Period, wanted: Wanted) -> Select[int]:
    """Where one of the first suggestions was sent."""
    return (
        select(Message.ticket_id)
        .join(Pick, Pick.message_id == Message.id)
        .where(within(Pick.picked_at, period), Pick.reply_id.is_not(None), Pick.place <= AMONG)
    )


def _handed(period: Period, wanted: Wanted) -> Select[int | None]:
    """Public tickets of the period that went on in direct messages."""
    public = (
        select(Ticket.id)
        .join(Conversation, Conversation.id == Ticket.conversation_id)
        .where(within(Ticket.opened_at, period), Conversation.channel == PUBLIC)
    )
    return select(Ticket.came_from_id).where(
        within(Ticket.opened_at, period), Ticket.came_from_id.in_(public)
    )


def _of(column: InstrumentedAttribute[int | None], wanted: Wanted) -> list[ColumnElement[bool]]:
    if wanted.agent == ANYBODY:
        return []
    return [column.is_(None) if wanted.agent is None else column == wanted.agent]


WHAT = {
    "opened": _opened,
    "resolved": _resolved,
    "backlog": _backlog,
    "messages": _messages,
    "sent": _sent,
    "automatic": _automatic,
    "suggested": _suggested,
    "handed": _handed,
    "wrote": _wrote,
    "topic": _topic,
}
