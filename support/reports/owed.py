"""The promises of a period, read as columns of numbers: a few queries, whatever the size.

Rows are found by when their customer wrote, so what a report costs grows with its period. A column
comes as one text of numbers, "17,18,21": thousands of rows then cost neither database nor Python
what as many rows of values would.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from sqlalchemy import BigInteger, ColumnElement, Select, String, case, cast, func, literal, select
from sqlalchemy.orm import Session

from support.canned.records import Pick
from support.conversations.records import Conversation
from support.replies.records import Reply, ReplyPart
from support.reports.micros import as_micros, micros, moment
from support.reports.periods import Period
from support.reports.promised import KINDS, NOBODY, Grouped, Mask, Numbers, OpenSums, Owed, Verdict
from support.reports.slots import hours_there
from support.reports.verdicts import owed_in, verdict_at
from support.sla.hours import BusinessHours, OpenTime
from support.sla.judgement import Obligation, elapsed
from support.sla.levels import PromiseKind
from support.sla.records import Pause, Promise
from support.sla.relay import Relay
from support.sla.spells import Spell, paused
from support.tickets.records import Ticket, TicketTag

Hours = Mapping[int, BusinessHours]
OF_TICKETS = ("owner", "account", "team")
"""What a promise has from its ticket."""


def owed(
    session: Session, period: Period, hours: Hours, now: datetime, *, whole: bool = True
) -> Owed:
    """Every promise of the period that was not withdrawn, with the open time it took.

    `whole`: with what it has from its ticket, else that is nobody's.
    """
    columns = _read(session, period, now, whole=whole)
    spent = _spent(columns, hours)
    for row, took in _by_hand(session, period, hours, columns).items():
        spent[row] = took // timedelta(microseconds=1)
    columns["hour"] = hours_there(columns["started"], period) % 24
    kept: Mask = columns.pop("kept") == 1
    return Owed(
        **{name: column for name, column in columns.items() if name not in JUDGING},
        kept=kept,
        spent=spent,
    )


def grouped(session: Session, period: Period) -> Grouped:
    """Tags of the period's tickets, and the prepared answers that kept its promises."""
    theirs = select(Promise.ticket_id).where(owed_in(period, *KINDS))
    tagged = (
        select(TicketTag.name, _joined(TicketTag.ticket_id))
        .where(TicketTag.ticket_id.in_(theirs))
        .group_by(TicketTag.name)
    )
    answered = (
        select(Pick.answer_id, _joined(Promise.id))
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
        .group_by(Pick.answer_id)
    )
    return Grouped(_by_name(session, tagged), _by_name(session, answered))


def _by_name(session: Session, chosen: Select[Any, str]) -> dict[str, Numbers]:
    return {name: _numbers(ids) for name, ids in session.execute(chosen)}


def open_sums(hours: BusinessHours, first: datetime, last: datetime) -> OpenSums:
    """The openings between two moments, to ask of many moments at once."""
    return OpenSums(
        [(as_micros(opens), as_micros(closes)) for opens, closes in hours.openings(first, last)]
    )


def _read(session: Session, period: Period, now: datetime, *, whole: bool) -> dict[str, Numbers]:
    wanted = {**_own(now), **(_of_tickets() if whole else {})}
    chosen = select(*map(_joined, wanted.values())).where(owed_in(period, *KINDS))
    if whole:
        chosen = chosen.join(Ticket, Ticket.id == Promise.ticket_id).join(
            Conversation, Conversation.id == Ticket.conversation_id
        )
    found = session.execute(chosen).one()
    columns = dict(zip(wanted, np.stack([_numbers(text) for text in found]), strict=True))
    nobody = np.full_like(columns["id"], NOBODY)
    return {**dict.fromkeys(OF_TICKETS, nobody), **columns}


def _own(now: datetime) -> dict[str, ColumnElement[Any]]:
    kinds = {kind.value: number for number, kind in enumerate(KINDS)}
    verdicts = {one.name.lower(): one.value for one in Verdict}
    return {
        "id": Promise.id.expression,
        "ticket": Promise.ticket_id.expression,
        "kind": case(kinds, value=Promise.kind),
        "started": micros(Promise.started_at),
        "ended": func.coalesce(micros(Promise.kept_at), literal(as_micros(now), BigInteger)),
        "kept": case((Promise.kept_at.is_not(None), 1), else_=0),
        "verdict": case(verdicts, value=verdict_at(now), else_=Verdict.NONE.value),
        "target": Promise.target_seconds.expression,
        "calendar": Promise.calendar_id.expression,
        "relayed": case((cast(Promise.earlier_hours, String) == "[]", 0), else_=1),
    }


JUDGING = ("calendar", "relayed")
"""Columns that only the open time needs."""


def _of_tickets() -> dict[str, ColumnElement[Any]]:
    owner = case((Promise.kept_at.is_not(None), Promise.kept_by_id), else_=Ticket.assignee_id)
    return {
        "owner": func.coalesce(owner, NOBODY),
        "account": Conversation.account_id.expression,
        "team": func.coalesce(Ticket.team_id, NOBODY),
    }


def _joined(column: Any) -> ColumnElement[str]:
    """All values of a column, in the same order for each column of a statement; never NULL."""
    return func.aggregate_strings(cast(column, String), ",")


def _numbers(text: str | None) -> Numbers:
    return np.fromstring(text or "", dtype=np.int64, sep=",")


def _spent(columns: Mapping[str, Numbers], hours: Hours) -> Numbers:
    """Open time by the hours that count now, with no pauses: right for nearly all."""
    starts, ends = columns["started"], columns["ended"]
    spent = np.zeros_like(starts)
    for number in np.unique(columns["calendar"]).tolist():
        rows = columns["calendar"] == number
        first, last = int(starts[rows].min()), int(ends[rows].max())
        sums = open_sums(hours[number], moment(first), moment(last))
        spent[rows] = sums.between(starts[rows], ends[rows])
    return spent


def _by_hand(
    session: Session, period: Period, hours: Hours, columns: Mapping[str, Numbers]
) -> dict[int, timedelta]:
    """By the rule itself, by row: resolutions that were paused, and where hours were changed."""
    pauses = _pauses(session, period)
    earlier = _earlier(session, period) if columns["relayed"].any() else {}
    resolution = KINDS.index(PromiseKind.RESOLUTION)
    waited: Mask = np.isin(columns["ticket"], np.fromiter(pauses, np.int64, len(pauses)))
    found = {}
    for row in np.flatnonzero(
        (waited & (columns["kind"] == resolution)) | (columns["relayed"] == 1)
    ).tolist():
        one = {name: int(column[row]) for name, column in columns.items()}
        ended = moment(one["ended"])
        kept = ended if one["kept"] else None
        it = Obligation(
            kind=KINDS[one["kind"]],
            started_at=moment(one["started"]),
            target=timedelta(seconds=one["target"]),
            kept_at=kept,
            paused=paused(pauses.get(one["ticket"], ()), kept),
        )
        judging = _judging(hours, one["calendar"], earlier.get(one["id"], []))
        found[row] = elapsed(it, judging, ended)
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
