"""Promises as columns of numbers: how long each took in two clocks, how it was judged, in groups.

Two clocks: open (business) time, pauses left out, as a promise is judged; and the clock on the
wall, from the customer's words to the end of it, nights, days off and waiting included.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from support.reports.measures import Attainment, Line, Measure, times_of
from support.sla.levels import PromiseKind

Numbers = NDArray[np.int64]
Mask = NDArray[np.bool_]

KINDS = (
    PromiseKind.FIRST_REPLY,
    PromiseKind.NEXT_REPLY,
    PromiseKind.RESOLUTION,
    PromiseKind.UPDATE,
)
NOT_KEPT = -1
NEVER = 2**62
NOBODY = 0
SECOND = 1_000_000
HOUR = 3600 * SECOND


class Clock(StrEnum):
    """What time is counted in."""

    BUSINESS = "business"
    WALL = "wall"


class OpenSums:
    """Open time up to any moment of a stretch, from its openings; all moments at once."""

    def __init__(self, openings: Sequence[tuple[int, int]]) -> None:
        self._starts = np.array([start for start, _end in openings], dtype=np.int64)
        self._ends = np.array([end for _start, end in openings], dtype=np.int64)
        lengths = self._ends - self._starts
        self._before = np.concatenate(([0], np.cumsum(lengths)))[: len(lengths)]

    def until(self, moments: Numbers) -> Numbers:
        """Microseconds of open time before each moment, counted from the first opening."""
        if not len(self._starts):
            return np.zeros_like(moments)
        place = np.searchsorted(self._starts, moments, side="right") - 1
        here = np.maximum(place, 0)
        within = np.minimum(moments, self._ends[here]) - self._starts[here]
        found: Numbers = np.where(place < 0, 0, self._before[here] + np.maximum(within, 0))
        return found

    def between(self, starts: Numbers, ends: Numbers) -> Numbers:
        """As `BusinessHours.between`, row by row."""
        found: Numbers = np.maximum(self.until(ends) - self.until(starts), 0)
        return found


@dataclass(frozen=True)
class Owed:
    """Promises of one stretch of time, a row each; withdrawn ones are not among them.

    kept      micros; NOT_KEPT while it is open
    breach    micros; NEVER where it cannot be broken
    spent     open time it took, or has taken so far
    owner, team  NOBODY where there is none
    """

    id: Numbers
    ticket: Numbers
    kind: Numbers
    started: Numbers
    kept: Numbers
    breach: Numbers
    received: Numbers
    target: Numbers
    owner: Numbers
    account: Numbers
    team: Numbers
    hour: Numbers
    spent: Numbers
    now: int

    def __len__(self) -> int:
        return len(self.id)

    def only(self, rows: Mask) -> "Owed":
        """Those rows of it."""
        columns: dict[str, Any] = {
            name: getattr(self, name)[rows] for name in COLUMNS if name != "now"
        }
        return Owed(**columns, now=self.now)

    @property
    def late(self) -> Mask:
        """Late intake: its time was over before the desk could know of it."""
        late: Mask = self.received > self.breach
        return late

    def took(self, clock: Clock) -> Numbers:
        if clock is Clock.BUSINESS:
            return self.spent
        ends = np.where(self.kept == NOT_KEPT, self.now, self.kept)
        found: Numbers = np.maximum(ends - self.started, 0)
        return found

    def broken(self, clock: Clock) -> Mask:
        """Beyond its target, kept late or open still; late intake is neither kept nor broken."""
        if clock is Clock.BUSINESS:
            ends = np.where(self.kept == NOT_KEPT, self.now, self.kept)
            over: Mask = ends > self.breach
        else:
            over = self.took(clock) > self.target * SECOND
        broken: Mask = over & ~self.late
        return broken

    def in_time(self, clock: Clock) -> Mask:
        kept: Mask = (self.kept != NOT_KEPT) & ~self.broken(clock) & ~self.late
        return kept


COLUMNS = tuple(Owed.__dataclass_fields__)


@dataclass(frozen=True)
class Grouped:
    """What the rows of a period are grouped by beside their own columns."""

    tags: Mapping[str, Sequence[int]] = field(default_factory=dict)
    """Ids of tickets by tag."""
    answers: Mapping[str, Sequence[int]] = field(default_factory=dict)
    """Ids of promises by the prepared answer that kept them."""


def verdicts(owed: Owed) -> dict[int | None, Attainment]:
    """By owner, in business time, promises of every kind."""
    kept, broken = owed.in_time(Clock.BUSINESS), owed.broken(Clock.BUSINESS)
    found = {}
    for owner in np.unique(owed.owner[kept | broken]).tolist():
        theirs = owed.owner == owner
        found[owner or None] = Attainment(int((kept & theirs).sum()), int((broken & theirs).sum()))
    return found


def line(key: str | int | None, owed: Owed) -> Line:
    """One row of a table: every kind in both clocks."""
    measures = {}
    for clock in Clock:
        took, broken, kept = owed.took(clock), owed.broken(clock), owed.in_time(clock)
        for number, kind in enumerate(KINDS):
            of_kind = owed.kind == number
            judged = of_kind & (kept | broken)
            measures[kind.value, clock.value] = Measure(
                times_of(np.sort(took[judged]).tolist()),
                Attainment(int((of_kind & kept).sum()), int((of_kind & broken).sum())),
            )
    return Line(key, measures)


def lines(owed: Owed, grouped: Grouped) -> dict[str, list[Line]]:
    """The same figures by each thing one may ask by; in the order of keys, never by figures."""
    columns = {
        "account": owed.account,
        "agent": owed.owner,
        "team": owed.team,
        "hour": owed.hour,
    }
    found = {
        name: [line(_key(name, key), owed.only(column == key)) for key in np.unique(column)]
        for name, column in columns.items()
    }
    found["tag"] = _by_ids(owed, owed.ticket, grouped.tags)
    found["answer"] = _by_ids(owed, owed.id, grouped.answers)
    return {name: [one for one in rows if one.judged] for name, rows in found.items()}


def _key(name: str, key: Any) -> int | None:
    return None if key == NOBODY and name in ("agent", "team") else int(key)


def _by_ids(owed: Owed, column: Numbers, groups: Mapping[str, Sequence[int]]) -> list[Line]:
    known, place = np.unique(column, return_inverse=True)
    found = []
    for name in sorted(groups):
        mine = np.isin(known, np.array(groups[name], dtype=np.int64))
        found.append(line(name, owed.only(mine[place])))
    return found


def hours_of_day(started: Numbers, offsets: Sequence[tuple[int, int]]) -> Numbers:
    """The hour of the day of each moment; `offsets`: from when on the clock is how far ahead."""
    begins = np.array([begin for begin, _ahead in offsets], dtype=np.int64)
    ahead = np.array([ahead for _begin, ahead in offsets], dtype=np.int64)
    place = np.maximum(np.searchsorted(begins, started, side="right") - 1, 0)
    hours: Numbers = (started + ahead[place]) // HOUR % 24
    return hours
