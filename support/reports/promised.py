"""Promises as columns of numbers: how long each took in two clocks, how it was judged, in groups.

Two clocks: open (business) time, pauses left out, as a promise is judged; and the clock on the
wall, from the customer's words to the end of it, nights, days off and waiting included.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
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
NOBODY = 0
SECOND = 1_000_000


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

    def is_open(self, moments: Numbers) -> Mask:
        """As `BusinessHours.is_open`, row by row."""
        if not len(self._starts):
            return np.zeros(len(moments), dtype=np.bool_)
        place = np.searchsorted(self._starts, moments, side="right") - 1
        found: Mask = (place >= 0) & (moments < self._ends[np.maximum(place, 0)])
        return found


class Verdict(IntEnum):
    """How a promise stands by the clock it is judged by; LATE is late intake."""

    NONE = 0
    KEPT = 1
    BROKEN = 2
    LATE = 3


@dataclass(frozen=True)
class Owed:
    """Promises of one stretch of time, a row each; withdrawn ones are not among them.

    ended     micros; of one that is open, now
    kept      whether it was, in time or not
    verdict   in business time, a `Verdict` each
    spent     open time it took, or has taken so far
    owner, team  NOBODY where there is none
    """

    id: Numbers
    ticket: Numbers
    kind: Numbers
    started: Numbers
    ended: Numbers
    kept: Mask
    verdict: Numbers
    target: Numbers
    owner: Numbers
    account: Numbers
    team: Numbers
    hour: Numbers
    spent: Numbers

    @property
    def late(self) -> Mask:
        """Late intake: its time was over before the desk could know of it."""
        late: Mask = self.verdict == Verdict.LATE
        return late

    def took(self, clock: Clock) -> Numbers:
        if clock is Clock.BUSINESS:
            return self.spent
        found: Numbers = np.maximum(self.ended - self.started, 0)
        return found

    def broken(self, clock: Clock) -> Mask:
        """Beyond its target, kept late or open still; late intake is neither kept nor broken."""
        broken: Mask = self.verdict == Verdict.BROKEN
        if clock is Clock.WALL:
            broken = (self.took(clock) > self.target * SECOND) & ~self.late
        return broken

    def in_time(self, clock: Clock) -> Mask:
        kept: Mask = self.kept & ~self.broken(clock) & ~self.late
        return kept


@dataclass(frozen=True)
class Grouped:
    """What the rows of a period are grouped by beside their own columns."""

    tags: Mapping[str, Numbers] = field(default_factory=dict)
    """Ids of tickets by tag."""
    answers: Mapping[str, Numbers] = field(default_factory=dict)
    """Ids of promises by the prepared answer that kept them."""


def verdicts(owed: Owed) -> dict[int | None, Attainment]:
    """By owner, in business time, promises of every kind."""
    kept, broken = owed.in_time(Clock.BUSINESS), owed.broken(Clock.BUSINESS)
    found = {}
    for owner in np.unique(owed.owner[kept | broken]).tolist():
        theirs = owed.owner == owner
        found[owner or None] = Attainment(int((kept & theirs).sum()), int((broken & theirs).sum()))
    return found


@dataclass(frozen=True)
class Judged:
    """The judged promises of one kind in one clock, the quickest first."""

    rows: Numbers
    took: Numbers
    kept: Mask

    def measure(self, chosen: Mask | None = None) -> Measure:
        """Of all of them, or of those whose row is chosen."""
        took, kept = self.took, self.kept
        if chosen is not None:
            mine = chosen[self.rows]
            took, kept = took[mine], kept[mine]
        in_time = int(np.count_nonzero(kept))
        return Measure(times_of(took), Attainment(in_time, len(kept) - in_time))


Sorted = Mapping[tuple[str, str], Judged]
"""By kind and clock."""


def judged(owed: Owed) -> Sorted:
    """Sorted once, every figure of a report is read off without sorting again."""
    found = {}
    for clock in Clock:
        took, kept = owed.took(clock), owed.in_time(clock)
        rows = np.flatnonzero(kept | owed.broken(clock))
        rows = rows[np.argsort(took[rows], kind="stable")]
        for number, kind in enumerate(KINDS):
            mine = rows[owed.kind[rows] == number]
            found[kind.value, clock.value] = Judged(mine, took[mine], kept[mine])
    return found


def line(key: str | int | None, those: Sorted, chosen: Mask | None = None) -> Line:
    """One row of a table: every kind in both clocks."""
    return Line(key, {name: one.measure(chosen) for name, one in those.items()})


def lines(owed: Owed, those: Sorted, grouped: Grouped) -> dict[str, list[Line]]:
    """The same figures by each thing one may ask by; in the order of keys, never by figures."""
    columns = {
        "account": owed.account,
        "agent": owed.owner,
        "team": owed.team,
        "hour": owed.hour,
    }
    found = {
        name: [line(_key(name, key), those, column == key) for key in np.unique(column)]
        for name, column in columns.items()
    }
    found["tag"] = _by_ids(owed.ticket, those, grouped.tags)
    found["answer"] = _by_ids(owed.id, those, grouped.answers)
    return {name: [one for one in rows if one.judged] for name, rows in found.items()}


def _key(name: str, key: Any) -> int | None:
    return None if key == NOBODY and name in ("agent", "team") else int(key)


def _by_ids(column: Numbers, those: Sorted, groups: Mapping[str, Numbers]) -> list[Line]:
    known, place = np.unique(column, return_inverse=True)
    return [line(name, those, np.isin(known, groups[name])[place]) for name in sorted(groups)]
