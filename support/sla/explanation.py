"""The sum behind a verdict, row by row, for the page that explains it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from support.sla.closures import DaysOff, Why
from support.sla.hours import OpenTime
from support.sla.judgement import (
    ZERO,
    Obligation,
    Standing,
    cut,
    due_at,
    elapsed,
    pauses,
    running,
    standing,
)


class RowKind(StrEnum):
    """What a stretch of time meant to a promise."""

    COUNTED = "counted"
    CLOSED = "closed"
    PAUSED = "paused"


class Leg(NamedTuple):
    """What a calendar says of days, and until when it counted; None: it counts still."""

    days: DaysOff
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Row:
    """A stretch of time; `open_time` is its share of business hours, counted or, if paused, not.

    why, name  what kept the desk closed, where that is known
    leg        which of the hours counted then, from 0
    """

    kind: RowKind
    start: datetime
    end: datetime
    open_time: timedelta
    why: Why | None = None
    name: str = ""
    leg: int = 0


@dataclass(frozen=True, slots=True)
class Explanation:
    """Rows without gap or overlap from the start to `until`; the counted ones add up to `elapsed`.

    `until` is the promise's end, or the moment asked about. `skewed`: it ended before it started,
    so it has no rows.
    """

    rows: tuple[Row, ...]
    until: datetime
    elapsed: timedelta
    target: timedelta
    due_at: datetime | None
    standing: Standing
    skewed: bool


def explain(o: Obligation, hours: OpenTime, now: datetime, legs: Sequence[Leg] = ()) -> Explanation:
    """What counted when, up to the promise's end or else `now`.

    `legs`: the calendars behind `hours`, in order; with them rows say why the desk was closed.
    """
    until = o.ended_at or now
    rows = [row for a, b in cut(running(o), until) for row in _by_opening(hours, a, b)]
    if legs:
        rows = [part for row in rows for part in _with_reason(row, legs)]
    rows += [Row(RowKind.PAUSED, a, b, hours.between(a, b)) for a, b in cut(pauses(o), until)]
    return Explanation(
        rows=tuple(sorted(rows, key=lambda row: row.start)),
        until=until,
        elapsed=elapsed(o, hours, until),
        target=o.target,
        due_at=due_at(o, hours),
        standing=standing(o, hours, now),
        skewed=o.skewed,
    )


def _by_opening(hours: OpenTime, start: datetime, end: datetime) -> Iterator[Row]:
    """A stretch in which the clock runs, cut into open and closed."""
    at = start
    for opens, closes in hours.openings(start, end):
        if at < opens:
            yield Row(RowKind.CLOSED, at, opens, ZERO)
        yield Row(RowKind.COUNTED, opens, closes, closes - opens)
        at = closes
    if at < end:
        yield Row(RowKind.CLOSED, at, end, ZERO)


def _with_reason(row: Row, legs: Sequence[Leg]) -> Iterator[Row]:
    """A row, cut where other hours took over and where the desk was closed for another reason."""
    begin = row.start
    for number, leg in enumerate(legs):
        end = row.end if leg.until is None else min(row.end, leg.until)
        if begin >= end:
            continue
        if row.kind is RowKind.COUNTED:
            yield Row(row.kind, begin, end, end - begin, leg=number)
        else:
            for it in leg.days.within(begin, end):
                yield Row(row.kind, it.start, it.end, ZERO, it.why, it.name, number)
        begin = end
