"""What else was done in a period: sent, resolved, acknowledged, suggested, handed off, paid."""

from collections import Counter
from datetime import UTC, date

from sqlalchemy import String, and_, case, cast, func, select
from sqlalchemy.orm import Session, aliased

from support.canned.records import Pick
from support.conversations.records import PUBLIC, Conversation
from support.replies.records import Reply, ReplyPart
from support.reports.measures import Doings
from support.reports.periods import Period
from support.reports.slots import begun, resolved_state, slot, slot_length, there_at
from support.reports.verdicts import within
from support.tickets.records import Ticket
from support.x.records import Account, Charge

AMONG = 3
"""A suggestion is a hit where the answer that was sent stood among so many."""


def sent(session: Session, period: Period) -> tuple[dict[tuple[int | None, str], int], int]:
    """By agent and channel, and how many the desk sent by itself.

    A reply in several parts is one, at the time of its first.
    """
    found = session.execute(
        select(Reply.automatic, Reply.agent_id, Conversation.channel, func.count())
        .select_from(ReplyPart)
        .join(Reply, Reply.id == ReplyPart.reply_id)
        .join(Conversation, Conversation.id == Reply.conversation_id)
        .where(
            ReplyPart.position == 1,
            within(ReplyPart.posted_at, period),
        )
        .group_by(Reply.automatic, Reply.agent_id, Conversation.channel)
    )
    by_hand, automatic = dict[tuple[int | None, str], int](), 0
    for by_itself, agent, channel, number in found:
        if by_itself:
            automatic += number
        else:
            by_hand[agent, channel] = number
    return by_hand, automatic


def resolved(session: Session, period: Period) -> dict[tuple[date, int | None], int]:
    seconds = slot_length(period)
    found = session.execute(
        select(slot(Ticket.resolved_at, seconds), Ticket.assignee_id, func.count())
        .where(Ticket.state == resolved_state(), within(Ticket.resolved_at, period))
        .group_by("slot", Ticket.assignee_id)
    )
    by_day = Counter[tuple[date, int | None]]()
    for place, agent, number in found:
        by_day[there_at(begun(place, seconds), period).date(), agent] += number
    return by_day


def doings(session: Session, period: Period, automatic: int) -> Doings:
    suggested, hits = _suggested(session, period)
    asked, handed = _handed(session, period)
    return Doings(automatic, suggested, hits, asked, handed, _paid(session, period))


def _suggested(session: Session, period: Period) -> tuple[int, int]:
    """Replies beside which something was suggested, and how often one of the first was sent."""
    found = session.execute(
        select(func.count(), func.count(case((Pick.place <= AMONG, 1)))).where(
            within(Pick.picked_at, period),
            Pick.reply_id.is_not(None),
            cast(Pick.shown, String) != "[]",
        )
    ).one()
    return found[0], found[1]


def _handed(session: Session, period: Period) -> tuple[int, int]:
    """Public tickets that were opened, and those of them that went on in direct messages."""
    asked = (
        select(func.count())
        .select_from(Ticket)
        .join(Conversation, Conversation.id == Ticket.conversation_id)
        .where(within(Ticket.opened_at, period), Conversation.channel == PUBLIC)
    )
    private = aliased(Ticket)
    handed = (
        select(func.count(private.came_from_id.distinct()))
        .select_from(private)
        .join(Ticket, Ticket.id == private.came_from_id)
        .where(within(Ticket.opened_at, period), within(private.opened_at, period))
    )
    found = session.execute(select(asked.scalar_subquery(), handed.scalar_subquery())).one()
    return found[0], found[1]


def _paid(session: Session, period: Period) -> dict[int, int]:
    """What X cost; its days are UTC's, the moments are ours."""
    first, last = (at.astimezone(UTC).date() for at in (period.start, period.end))
    accounts = select(Account.id)
    found = session.execute(
        select(Charge.account_id, func.sum(Charge.micros))
        .where(
            and_(Charge.account_id.in_(accounts), Charge.day.between(first, last)),
            within(Charge.happened_at, period),
        )
        .group_by(Charge.account_id)
    )
    return {account: int(micros) for account, micros in found}
