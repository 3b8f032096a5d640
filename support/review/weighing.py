"""Weighing: what the rows know of replies that bears on their risk, in a few queries for many."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from support.agents.records import Agent
from support.conversations.records import DM, Conversation, Customer, Message
from support.replies.records import GuardOverride, Reply, ReplyPart
from support.review.sampling import Facts, Risk, marks_complaint, risk, sounds_angry
from support.sla.levels import PromiseKind
from support.sla.records import Promise
from support.tickets.records import Ticket, TicketTag

READ = 300
"""Letters of a customer's post that are read for anger."""
LISTENED_FOR = timedelta(days=3)
"""So long after a reply the customer's posts are counted as an answer to it."""
ANSWERING = (PromiseKind.FIRST_REPLY.value, PromiseKind.NEXT_REPLY.value)


@dataclass(frozen=True, slots=True)
class _Sent:
    reply_id: int
    ticket_id: int
    automatic: bool
    promised_until: datetime | None
    posted_at: datetime
    channel: str
    followers: int | None
    priority: str
    agent_since: datetime | None


def risks(session: Session, replies: Sequence[int], now: datetime) -> dict[int, Risk]:
    """The risk of each reply; six queries, however many they are."""
    sent = _sent(session, replies) if replies else []
    if not sent:
        return {}
    tickets = {it.ticket_id for it in sent}
    overridden = dict[int, int](session.execute(_overridden(replies)).all())
    complaints = {ticket: tag for ticket, tag in _tags(session, tickets) if marks_complaint(tag)}
    late, words = _broken(session, tickets, now)
    heard = _heard(session, sent)
    return {
        it.reply_id: risk(
            Facts(
                overridden=overridden.get(it.reply_id, 0),
                angry=any(sounds_angry(text) for text in heard[it.reply_id]),
                wrote_again=len(heard[it.reply_id]),
                complaint=complaints.get(it.ticket_id, ""),
                urgency=it.priority if it.priority in ("high", "urgent") else "",
                late=(it.ticket_id, it.posted_at) in late,
                word_broken=words.get((it.ticket_id, it.promised_until), ""),
                agent_for=_experience(it),
                followers=0 if it.channel == DM else it.followers or 0,
                automatic=it.automatic,
            )
        )
        for it in sent
    }


def _experience(it: _Sent) -> timedelta | None:
    """None for the desk itself, and for who wrote before they were enrolled here."""
    known = it.agent_since is not None and it.agent_since <= it.posted_at
    return it.posted_at - it.agent_since if known and it.agent_since else None


def _sent(session: Session, replies: Sequence[int]) -> list[_Sent]:
    columns = (
        select(
            Reply.id,
            Reply.ticket_id,
            Reply.automatic,
            Reply.promised_until,
            ReplyPart.posted_at,
            Conversation.channel,
            Customer.followers,
            Ticket.priority,
            Agent.created_at,
        )
        .join(ReplyPart, and_(ReplyPart.reply_id == Reply.id, ReplyPart.position == 1))
        .join(Ticket, Ticket.id == Reply.ticket_id)
        .join(Conversation, Conversation.id == Reply.conversation_id)
        .join(Customer, Customer.id == Conversation.customer_id)
        .outerjoin(Agent, Agent.id == Reply.agent_id)
        .where(Reply.id.in_(replies), ReplyPart.posted_at.is_not(None))
    )
    rows: Iterable[Any] = session.execute(columns)
    return [_Sent(*row) for row in rows]


def _overridden(replies: Sequence[int]) -> Any:
    """How many findings each was sent in spite of."""
    return (
        select(GuardOverride.reply_id, func.count())
        .where(GuardOverride.reply_id.in_(replies))
        .group_by(GuardOverride.reply_id)
    )


def _tags(session: Session, tickets: Iterable[int]) -> Iterable[Any]:
    theirs = select(TicketTag.ticket_id, TicketTag.name).where(TicketTag.ticket_id.in_(tickets))
    return session.execute(theirs.order_by(TicketTag.name.desc()))


def _broken(
    session: Session, tickets: Iterable[int], now: datetime
) -> tuple[set[tuple[int, datetime | None]], dict[tuple[int, datetime | None], str]]:
    """Which promises were kept too late, by ticket and when; and which of our words were not kept,
    by ticket and the moment they named. What reached us late is nobody's fault here."""
    at = func.coalesce(Promise.kept_at, now)
    broken = select(
        Promise.ticket_id, Promise.kept_at, Promise.told_until, Promise.told_words
    ).where(
        Promise.ticket_id.in_(tickets),
        Promise.withdrawn_at.is_(None),
        at > Promise.breach_at,
        Promise.received_at <= Promise.breach_at,
        or_(Promise.kind.in_(ANSWERING), Promise.told_until.is_not(None)),
    )
    late, words = set[tuple[int, datetime | None]](), dict[tuple[int, datetime | None], str]()
    for ticket, kept_at, until, said in session.execute(broken):
        if until is not None:
            words[ticket, until] = said
        elif kept_at is not None:
            late.add((ticket, kept_at))
    return late, words


def _heard(session: Session, sent: Sequence[_Sent]) -> dict[int, list[str]]:
    """What the customer wrote after each reply and before anything else of ours."""
    tickets = {it.ticket_id for it in sent}
    first = min(it.posted_at for it in sent)
    posted = (
        select(Reply.ticket_id, ReplyPart.posted_at, Reply.id)
        .join(ReplyPart, and_(ReplyPart.reply_id == Reply.id, ReplyPart.position == 1))
        .where(Reply.ticket_id.in_(tickets), ReplyPart.posted_at.is_not(None))
        .order_by(ReplyPart.posted_at)
    )
    ours: dict[int, list[tuple[datetime, int]]] = defaultdict(list)
    for ticket, at, reply in session.execute(posted):
        assert at is not None
        ours[ticket].append((at, reply))
    said = select(Message.ticket_id, Message.posted_at, func.substr(Message.text, 1, READ)).where(
        Message.ticket_id.in_(tickets), Message.by_us.is_(False), Message.posted_at >= first
    )
    heard: dict[int, list[str]] = defaultdict(list)
    for ticket, at, text in session.execute(said):
        before = bisect_right(ours[ticket], (at, 2**31)) - 1
        if before >= 0 and at - ours[ticket][before][0] <= LISTENED_FOR:
            heard[ours[ticket][before][1]].append(text)
    return heard
