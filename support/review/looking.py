"""Looking: what was sent, page by page: the newest, the riskiest, or a sample of everybody's."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from support.conversations.records import Conversation, Message
from support.replies.records import Reply, ReplyPart
from support.review.records import Review, ReviewAnswer
from support.review.sampling import Risk, sample
from support.review.weeks import Week, latest
from support.review.weighing import risks

PAGE = 20
WEEKS = 5
"""Without a week of its own the list goes this far back."""
MOST_WEIGHED = 1_000
"""Of the newest replies that fit, so many are weighed to find the riskiest."""
MOST_DRAWN = 20_000
"""Of the newest replies, from so many the sample is drawn."""
COUNTED_UP_TO = 200
NOBODY = 0
"""As an agent: what the desk sent by itself."""
AROUND = 15
"""Posts of a conversation shown before a reply, and after it."""


class Order(StrEnum):
    NEWEST = "new"
    RISKIEST = "risk"
    SAMPLE = "sample"


class Seen(StrEnum):
    NOBODY = "none"
    """Nobody looked at it yet."""
    NOT_ME = "me"
    SOMEBODY = "yes"
    ANY = "all"


@dataclass(frozen=True)
class Wanted:
    """What of all that was sent is wanted."""

    lead_id: int
    order: Order = Order.RISKIEST
    seen: Seen = Seen.NOBODY
    agent: int | None = None
    account: int | None = None
    channel: str = ""
    week: Week | None = None

    def address(self) -> dict[str, str]:
        """As it stands in an address; what is usual is left out."""
        said = {
            "order": self.order.value if self.order is not Order.RISKIEST else "",
            "seen": self.seen.value if self.seen is not Seen.NOBODY else "",
            "agent": "" if self.agent is None else str(self.agent),
            "account": str(self.account or ""),
            "channel": self.channel,
            "week": str(self.week or ""),
        }
        return {name: word for name, word in said.items() if word}


@dataclass(frozen=True)
class Sent:
    """A reply of the list."""

    reply: Reply
    posted_at: datetime
    risk: Risk
    reviews: list[Review] = field(default_factory=list)


@dataclass(frozen=True)
class Page:
    sent: list[Sent]
    next: str
    """For the `after` of the next call; empty on the last page."""
    cut: bool = False
    """More fit than are weighed: older ones are left out."""


def page(
    session: Session,
    wanted: Wanted,
    now: datetime,
    zone: tzinfo,
    after: str = "",
    *,
    limit: int = PAGE,
) -> Page:
    """The same few queries, however much was sent."""
    if wanted.order is Order.RISKIEST:
        return _riskiest(session, wanted, now, zone, after, limit)
    chosen = _chosen(wanted, now, zone)
    if wanted.order is Order.SAMPLE:
        chosen = chosen.where(Reply.id.in_(drawn(session, wanted.week, now, zone)))
    place = moment_from(after)
    if place is not None:
        at, part = place
        older = and_(ReplyPart.posted_at == at, ReplyPart.id < part)
        chosen = chosen.where(or_(ReplyPart.posted_at < at, older))
    rows = session.execute(_newest_first(chosen).limit(limit + 1)).all()
    shown = rows[:limit]
    following = f"{shown[-1][1]}~{shown[-1][2]}" if len(rows) > limit else ""
    weighed = risks(session, [row[0] for row in shown], now)
    return Page(_with_all(session, [row[0] for row in shown], weighed), following)


def _riskiest(
    session: Session, wanted: Wanted, now: datetime, zone: tzinfo, after: str, limit: int
) -> Page:
    rows = session.execute(_newest_first(_chosen(wanted, now, zone)).limit(MOST_WEIGHED + 1)).all()
    weighed = risks(session, [row[0] for row in rows[:MOST_WEIGHED]], now)
    order = sorted((-weighed[row[0]].score, -row[2], row[0]) for row in rows[:MOST_WEIGHED])
    place = _place(after)
    if place is not None:
        order = [it for it in order if it[:2] > (-place[0], -place[1])]
    shown = order[:limit]
    following = f"{-shown[-1][0]}~{-shown[-1][1]}" if len(order) > limit else ""
    sent = _with_all(session, [it[2] for it in shown], weighed)
    return Page(sent, following, cut=len(rows) > MOST_WEIGHED)


def how_many(session: Session, wanted: Wanted, now: datetime, zone: tzinfo) -> int:
    """How many fit; no more than COUNTED_UP_TO are counted."""
    some = _chosen(wanted, now, zone).limit(COUNTED_UP_TO).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0


def drawn(session: Session, week: Week | None, now: datetime, zone: tzinfo) -> set[int]:
    """The sample of a week or of the latest ones, whatever else is asked for: so that everybody
    who looks finds the same."""
    start, end = span(week, now, zone)
    rows = session.execute(
        select(Reply.id, Reply.agent_id, ReplyPart.posted_at)
        .join(ReplyPart, _first_part())
        .where(ReplyPart.posted_at >= start, ReplyPart.posted_at < end)
        .where(Reply.agent_id.is_not(None))
        .order_by(ReplyPart.posted_at.desc())
        .limit(MOST_DRAWN)
    )
    weeks = [week] if week is not None else latest(now, zone, WEEKS)
    named = sorted((it.start(zone), str(it)) for it in weeks)
    starts = [begin for begin, _ in named]
    return sample(
        (reply, agent, named[bisect_right(starts, at) - 1][1]) for reply, agent, at in rows if at
    )


def one(session: Session, reply_id: int, now: datetime) -> Sent | None:
    """A reply that was sent, by its number."""
    weighed = risks(session, [reply_id], now)
    return next(iter(_with_all(session, list(weighed), weighed)), None)


def around(session: Session, sent: Sent) -> tuple[list[Message | Reply], list[Message | Reply]]:
    """What was said in the ticket before a reply, and after it, in order."""
    ticket = sent.reply.ticket_id
    before: list[tuple[datetime, int, Message | Reply]] = []
    after: list[tuple[datetime, int, Message | Reply]] = []
    for earlier, found in ((True, before), (False, after)):
        for number, (moment, rows) in enumerate(_said(ticket)):
            side = moment < sent.posted_at if earlier else moment > sent.posted_at
            order = moment.desc() if earlier else moment
            said = session.execute(rows.where(side).order_by(order).limit(AROUND)).unique()
            found += [(at, number, it) for it, at in said]
        found.sort(key=lambda it: it[:2])
    return [it for _, _, it in before[-AROUND:]], [it for _, _, it in after[:AROUND]]


def _said(ticket: int) -> list[tuple[Any, Any]]:
    """Messages and replies of a ticket, each with the column that says when."""
    messages = (
        select(Message, Message.posted_at)
        .where(Message.ticket_id == ticket)
        .options(joinedload(Message.author))
    )
    replies = (
        select(Reply, ReplyPart.posted_at)
        .join(ReplyPart, _first_part())
        .where(Reply.ticket_id == ticket, ReplyPart.posted_at.is_not(None))
        .options(joinedload(Reply.agent), joinedload(Reply.parts))
    )
    return [(Message.posted_at, messages), (ReplyPart.posted_at, replies)]


def _chosen(wanted: Wanted, now: datetime, zone: tzinfo) -> Any:
    return (
        select(Reply.id, ReplyPart.posted_at, ReplyPart.id)
        .join(ReplyPart, _first_part())
        .join(Conversation, Conversation.id == Reply.conversation_id)
        .where(*conditions(wanted, now, zone))
    )


def conditions(wanted: Wanted, now: datetime, zone: tzinfo) -> list[ColumnElement[bool]]:
    """What is true of the replies wanted: the one place that narrows what a lead is shown."""
    start, end = span(wanted.week, now, zone)
    chosen = [ReplyPart.posted_at >= start, ReplyPart.posted_at < end]
    if wanted.agent is not None:
        who = Reply.agent_id
        chosen.append(who.is_(None) if wanted.agent == NOBODY else who == wanted.agent)
    if wanted.account is not None:
        chosen.append(Conversation.account_id == wanted.account)
    if wanted.channel:
        chosen.append(Conversation.channel == wanted.channel)
    if wanted.seen in (Seen.NOBODY, Seen.NOT_ME):  # what waits for a look of this lead
        chosen.append(or_(Reply.agent_id.is_(None), Reply.agent_id != wanted.lead_id))
    looked = exists().where(Review.reply_id == Reply.id)
    if wanted.seen is Seen.NOBODY:
        chosen.append(~looked)
    elif wanted.seen is Seen.SOMEBODY:
        chosen.append(looked)
    elif wanted.seen is Seen.NOT_ME:
        chosen.append(~looked.where(Review.lead_id == wanted.lead_id))
    return chosen


def _first_part() -> ColumnElement[bool]:
    return and_(ReplyPart.reply_id == Reply.id, ReplyPart.position == 1)


def _newest_first(chosen: Any) -> Any:
    return chosen.order_by(ReplyPart.posted_at.desc(), ReplyPart.id.desc())


def span(week: Week | None, now: datetime, zone: tzinfo) -> tuple[datetime, datetime]:
    """The first moment of a week, or of the latest ones, and the first after it."""
    if week is not None:
        return week.start(zone), week.end(zone)
    weeks = latest(now, zone, WEEKS)
    return weeks[-1].start(zone), now + timedelta(minutes=1)


def _with_all(session: Session, ids: Sequence[int], weighed: dict[int, Risk]) -> list[Sent]:
    """The replies in this order, with all that a page draws of them."""
    rows = (
        select(Reply)
        .where(Reply.id.in_(ids))
        .options(
            joinedload(Reply.agent),
            joinedload(Reply.answers),
            joinedload(Reply.conversation).joinedload(Conversation.customer),
            joinedload(Reply.conversation).joinedload(Conversation.account),
            selectinload(Reply.parts).joinedload(ReplyPart.retraction),
            selectinload(Reply.overrides),
        )
    )
    replies = {reply.id: reply for reply in session.scalars(rows)} if ids else {}
    reviews: dict[int, list[Review]] = {reply: [] for reply in ids}
    for review in session.scalars(_reviews(ids)).unique() if ids else ():
        reviews[review.reply_id].append(review)
    return [Sent(replies[it], _posted_at(replies[it]), weighed[it], reviews[it]) for it in ids]


def _posted_at(reply: Reply) -> datetime:
    return reply.parts[0].posted_at or reply.pressed_at


def _reviews(ids: Sequence[int]) -> Select[Any]:
    return (
        select(Review)
        .where(Review.reply_id.in_(ids))
        .options(
            joinedload(Review.lead),
            selectinload(Review.answers).joinedload(ReviewAnswer.agent),
        )
        .order_by(Review.id)
    )


def moment_from(after: str) -> tuple[datetime, int] | None:
    """Where a page ended: the time and the row, as `next` says it; None for anything else."""
    at, _, part = after.partition("~")
    try:
        there, number = datetime.fromisoformat(at), int(part)
        there = there.astimezone(UTC) if there.tzinfo else there
    except (ValueError, OverflowError):  # in another year than clocks have
        return None
    return (there, number) if there.tzinfo and 0 < number < 2**31 else None


def _place(after: str) -> tuple[int, int] | None:
    score, _, part = after.partition("~")
    try:
        return int(score), int(part)
    except ValueError:
        return None
