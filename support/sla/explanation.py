"""The sum behind a verdict, row by row, for the page that explains it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

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


@dataclass(frozen=True, slots=True)
class Row:
    """A stretch of time; `open_time` is its share of business hours, counted or, if paused, not."""

    kind: RowKind
    start: datetime
    end: datetime
    open_time: timedelta


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


def explain(o: Obligation, hours: OpenTime, now: datetime) -> Explanation:
    """What counted when, up to the promise's end or else `now`."""
    until = o.ended_at or now
    rows = [row for a, b in cut(running(o), until) for row in _by_opening(hours, a, b)]
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
