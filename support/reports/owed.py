"""The promises of a period, read as columns of numbers: a few queries, whatever the size.

Rows are found by when their customer wrote, so what a report costs grows with its period.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

import numpy as np
from sqlalchemy import BigInteger, String, case, cast, func, literal, select
from sqlalchemy.orm import Session

from support.canned.records import Pick
from support.conversations.records import Conversation
from support.replies.records import Reply, ReplyPart
from support.reports.micros import as_micros, micros, moment
from support.reports.periods import Period
from support.reports.promised import (
    KINDS,
    NEVER,
    NOBODY,
    NOT_KEPT,
    Grouped,
    Mask,
    Numbers,
    OpenSums,
    Owed,
    hours_of_day,
)
from support.reports.verdicts import owed_in
from support.sla.hours import BusinessHours, OpenTime
from support.sla.judgement import Obligation, elapsed
from support.sla.levels import PromiseKind
from support.sla.records import Pause, Promise
from support.sla.relay import Relay
from support.sla.spells import Spell, paused
from support.tickets.records import Ticket, TicketTag

Hours = Mapping[int, BusinessHours]
READ = (
    "id",
    "ticket",
    "kind",
    "started",
    "kept",
    "breach",
    "received",
    "target",
    "owner",
    "account",
    "team",
    "calendar",
    "relayed",
)


def owed(session: Session, period: Period, hours: Hours, now: datetime) -> Owed:
    """Every promise of the period that was not withdrawn, with the open time it took."""
    columns = _read(session, period)
    ends = np.where(columns["kept"] == NOT_KEPT, as_micros(now), columns["kept"])
    spent = _spent(columns, ends, hours)
    rows = {int(number): place for place, number in enumerate(columns["id"])}
    for number, took in _by_hand(session, period, hours, columns, ends).items():
        spent[rows[number]] = took // timedelta(microseconds=1)
    offsets = [(as_micros(at), ahead // timedelta(microseconds=1)) for at, ahead in period.clock]
    hour = hours_of_day(columns["started"], offsets)
    known = {name: columns[name] for name in READ if name not in ("calendar", "relayed")}
    return Owed(**known, hour=hour, spent=spent, now=as_micros(now))


def grouped(session: Session, period: Period) -> Grouped:
    """Tags of the period's tickets, and the prepared answers that kept its promises."""
    theirs = select(Promise.ticket_id).where(owed_in(period, *KINDS))
    tagged = select(TicketTag.name, TicketTag.ticket_id).where(TicketTag.ticket_id.in_(theirs))
    answered = (
        select(Pick.answer_id, Promise.id)
        .select_from(Promise)
        .join(Reply, Reply.ticket_id == Promise.ticket_id)
        .join(ReplyPart, ReplyPart.reply_id == Reply.id)
        .join(Pick, Pick.reply_id == Reply.id)
        .where(
            owed_in(period, *KINDS),
            ReplyPart.position == 1,
            ReplyPart.posted_at == Promise.kept_at,
            Pick.answer_id.is_not(None),
        )
    )
    return Grouped(*(_gathered(session.connection().execute(one)) for one in (tagged, answered)))


def _gathered(pairs: Iterable[Any]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for name, number in pairs:
        found[name].append(number)
    return dict(found)


def _read(session: Session, period: Period) -> dict[str, Numbers]:
    kinds = {kind.value: number for number, kind in enumerate(KINDS)}
    found = (
        session.connection()
        .execute(  # past the ORM, which would look at each row
            select(
                Promise.id,
                Promise.ticket_id,
                case(kinds, value=Promise.kind),
                micros(Promise.started_at),
                func.coalesce(micros(Promise.kept_at), NOT_KEPT),
                func.coalesce(micros(Promise.breach_at), literal(NEVER, BigInteger)),
                micros(Promise.received_at),
                Promise.target_seconds,
                func.coalesce(
                    case(
                        (Promise.kept_at.is_not(None), Promise.kept_by_id), else_=Ticket.assignee_id
                    ),
                    NOBODY,
                ),
                Conversation.account_id,
                func.coalesce(Ticket.team_id, NOBODY),
                Promise.calendar_id,
                case((cast(Promise.earlier_hours, String) == "[]", 0), else_=1),
            )
            .join(Ticket, Ticket.id == Promise.ticket_id)
            .join(Conversation, Conversation.id == Ticket.conversation_id)
            .where(owed_in(period, *KINDS))
        )
        .all()
    )
    table = np.fromiter(chain.from_iterable(found), np.int64, len(found) * len(READ))
    return dict(zip(READ, table.reshape(-1, len(READ)).T, strict=True))


def _spent(columns: Mapping[str, Numbers], ends: Numbers, hours: Hours) -> Numbers:
    """Open time by the hours that count now, with no pauses: right for nearly all."""
    starts = columns["started"]
    spent = np.zeros_like(starts)
    for number in np.unique(columns["calendar"]).tolist():
        rows = columns["calendar"] == number
        first, last = int(starts[rows].min()), int(ends[rows].max())
        openings = hours[number].openings(moment(first), moment(last))
        sums = OpenSums([(as_micros(opens), as_micros(closes)) for opens, closes in openings])
        spent[rows] = sums.between(starts[rows], ends[rows])
    return spent


def _by_hand(
    session: Session,
    period: Period,
    hours: Hours,
    columns: Mapping[str, Numbers],
    ends: Numbers,
) -> dict[int, timedelta]:
    """By the rule itself: resolutions that were paused, and promises whose hours were changed."""
    pauses = _pauses(session, period)
    earlier = _earlier(session, period) if columns["relayed"].any() else {}
    resolution = KINDS.index(PromiseKind.RESOLUTION)
    waited: Mask = np.isin(columns["ticket"], np.fromiter(pauses, np.int64, len(pauses)))
    found = {}
    for row in np.flatnonzero(
        (waited & (columns["kind"] == resolution)) | (columns["relayed"] == 1)
    ).tolist():
        one = {name: int(column[row]) for name, column in columns.items()}
        kept = None if one["kept"] == NOT_KEPT else moment(one["kept"])
        it = Obligation(
            kind=KINDS[one["kind"]],
            started_at=moment(one["started"]),
            target=timedelta(seconds=one["target"]),
            kept_at=kept,
            paused=paused(pauses.get(one["ticket"], ()), kept),
        )
        judging = _judging(hours, one["calendar"], earlier.get(one["id"], []))
        found[one["id"]] = elapsed(it, judging, moment(int(ends[row])))
    return found


def _judging(hours: Hours, calendar: int, earlier: Sequence[tuple[int, str]]) -> OpenTime:
    if not earlier:
        return hours[calendar]
    legs = [(hours[number], datetime.fromisoformat(until)) for number, until in earlier]
    return Relay(legs, hours[calendar])


def _pauses(session: Session, period: Period) -> dict[int, list[Spell]]:
    """By ticket, of those whose resolution belongs to the period."""
    theirs = select(Promise.ticket_id).where(owed_in(period, PromiseKind.RESOLUTION))
    found: dict[int, list[Spell]] = defaultdict(list)
    for ticket, start, end, runs in session.execute(
        select(Pause.ticket_id, Pause.started_at, Pause.ended_at, Pause.runs)
        .where(Pause.ticket_id.in_(theirs))
        .order_by(Pause.started_at, Pause.id)
    ):
        found[ticket].append(Spell(start, end, bool(runs)))
    return dict(found)


def _earlier(session: Session, period: Period) -> dict[int, list[tuple[int, str]]]:
    found = session.execute(
        select(Promise.id, Promise.earlier_hours).where(
            owed_in(period, *KINDS), cast(Promise.earlier_hours, String) != "[]"
        )
    )
    return {number: [(calendar, until) for calendar, until in legs] for number, legs in found}
