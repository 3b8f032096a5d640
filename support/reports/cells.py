"""The promises behind one cell of the report, under the conditions of the figures, page by page."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from support.canned.records import Pick
from support.conversations.records import Conversation
from support.replies.records import Reply, ReplyPart
from support.reports.micros import SECOND, micros
from support.reports.periods import Period
from support.reports.promised import Clock
from support.reports.verdicts import Moment, owed_in, owner, verdict_at
from support.sla.levels import PromiseKind
from support.sla.records import Promise
from support.tickets.records import Ticket, TicketTag

VERDICTS = ("judged", "kept", "broken", "late")
FACETS = ("account", "agent", "team", "tag", "answer", "hour")
NUMBERED = ("account", "agent", "team", "hour")

Place = tuple[datetime, int]
"""When a promise was made, and its id: the next page begins after it."""


@dataclass(frozen=True)
class Cell:
    """What a cell counts; `judged` is kept and broken, an empty kind is any.

    by, key   of which account, agent and so on; a key of None is nobody's
    """

    kind: str = ""
    verdict: str = "judged"
    clock: Clock = Clock.BUSINESS
    by: str = ""
    key: str | int | None = None


def behind(session: Session, period: Period, now: datetime, cell: Cell) -> list[Promise]:
    """All of them, the oldest first."""
    return list(session.scalars(_ordered(_chosen(period, now, cell))))


def page(
    session: Session, period: Period, now: datetime, cell: Cell, after: Place | None, most: int
) -> tuple[list[Promise], Place | None]:
    """So many after a place, and the place of the last of them if others follow."""
    chosen = _chosen(period, now, cell)
    if after is not None:
        chosen = chosen.where(
            or_(
                Promise.started_at > after[0],
                and_(Promise.started_at == after[0], Promise.id > after[1]),
            )
        )
    found = list(session.scalars(_ordered(chosen).limit(most + 1)))
    last = found[most - 1] if len(found) > most else None
    return found[:most], (last.started_at, last.id) if last else None


def count(session: Session, period: Period, now: datetime, cell: Cell) -> int:
    ids = _chosen(period, now, cell).with_only_columns(Promise.id).subquery()
    return session.scalar(select(func.count()).select_from(ids)) or 0


def at_hour(
    moment: Moment, period: Period, hour: int, weekday: int | None = None
) -> ColumnElement[bool]:
    """Whether a moment of the period lies in an hour of the day there, on a day of the week."""
    clock = period.clock
    ends = [*(at for at, _ahead in clock[1:]), period.end]
    return or_(
        *(
            and_(moment >= begin, moment < end, *_then(moment, ahead, hour, weekday))
            for (begin, ahead), end in zip(clock, ends, strict=True)
        )
    )


def _then(
    moment: Moment, ahead: timedelta, hour: int, weekday: int | None
) -> list[ColumnElement[bool]]:
    there = micros(moment) + ahead // timedelta(microseconds=1)
    slot = 3600 * SECOND
    since = there % (24 * slot)
    found = [since >= hour * slot, since < (hour + 1) * slot]
    if weekday is not None:
        week = (there + 3 * 24 * slot) % (7 * 24 * slot)  # 1970 began on a Thursday
        found += [week >= weekday * 24 * slot, week < (weekday + 1) * 24 * slot]
    return found


def _chosen(period: Period, now: datetime, cell: Cell) -> Select[Promise]:
    kinds = (PromiseKind(cell.kind),) if cell.kind else tuple(PromiseKind)
    verdicts = ("kept", "broken") if cell.verdict == "judged" else (cell.verdict,)
    found = verdict_at(now, wall=cell.clock is Clock.WALL)
    chosen = select(Promise).where(owed_in(period, *kinds), found.in_(verdicts))
    return chosen.where(_whose(period, cell)) if cell.by else chosen


def _ordered(chosen: Select[Promise]) -> Select[Promise]:
    return chosen.order_by(Promise.started_at, Promise.id)


def _whose(period: Period, cell: Cell) -> ColumnElement[bool]:
    key = cell.key
    if cell.by == "hour":
        return at_hour(Promise.started_at, period, int(key or 0))
    if cell.by == "tag":
        return exists().where(TicketTag.ticket_id == Promise.ticket_id, TicketTag.name == key)
    if cell.by == "answer":
        return _kept_by_answer(key)
    column: ColumnElement[int | None] = {
        "agent": owner(),
        "team": _of_ticket(select(Ticket.team_id)),
        "account": _of_ticket(
            select(Conversation.account_id).join(Ticket, Ticket.conversation_id == Conversation.id)
        ),
    }[cell.by]
    return column.is_(None) if key is None else column == key


def _of_ticket(chosen: Select[int]) -> ColumnElement[int | None]:
    return chosen.where(Ticket.id == Promise.ticket_id).correlate(Promise).scalar_subquery()


def _kept_by_answer(answer: str | int | None) -> ColumnElement[bool]:
    reply = (
        select(Reply.id)
        .join(ReplyPart, ReplyPart.reply_id == Reply.id)
        .join(Pick, Pick.reply_id == Reply.id)
        .where(
            Reply.ticket_id == Promise.ticket_id,
            ReplyPart.position == 1,
            ReplyPart.posted_at == Promise.kept_at,
            Pick.answer_id == answer,
        )
        .correlate(Promise)
    )
    return reply.exists()
