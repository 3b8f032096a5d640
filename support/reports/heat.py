"""When customers write: weekday by hour, with the usual opening hours around it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from support.sla.timetable import Spans, merge

MINUTES_A_DAY = 1440
MINUTES_A_WEEK = 7 * MINUTES_A_DAY
TOP_LEVEL = 6

Weekly = Mapping[str, Sequence[Sequence[str]]]
"""{"0": [["09:00", "18:00"]], …}: Monday is 0, "26:00" is 02:00 of the next day."""


class Frame(NamedTuple):
    """The same opening on neighbouring weekdays; `until` is the weekday after the last."""

    first: int
    until: int
    opens: int
    closes: int


@dataclass(frozen=True, slots=True)
class Heat:
    """Messages by weekday (Monday first) and hour of the day.

    outside  how many came while the desk was closed, to the quarter of an hour they came in
    """

    grid: Sequence[Sequence[int]]
    frames: Sequence[Frame]
    outside: int

    @property
    def total(self) -> int:
        return sum(map(sum, self.grid))

    @property
    def peak(self) -> tuple[int, int] | None:
        """Weekday and hour of the most messages, the first of several; None without any."""
        most = max(map(max, self.grid))
        if not most:
            return None
        return next((day, row.index(most)) for day, row in enumerate(self.grid) if most in row)

    def level(self, day: int, hour: int) -> int:
        """How dark a cell is, 0 to 6; only an empty one is 0."""
        most = max(map(max, self.grid))
        return -(-self.grid[day][hour] * TOP_LEVEL // most) if most else 0


def opening_frames(weeks: Iterable[tuple[Weekly, int]]) -> list[Frame]:
    """The hours that any of these weeks is open, as few rectangles.

    Each week comes with the minutes that the desk's clock is ahead of its own.
    """
    days = openings_by_day(weeks)
    frames: list[Frame] = []
    for opens, closes in sorted({span for spans in days for span in spans}):
        first: int | None = None
        for day in range(8):
            there = day < 7 and (opens, closes) in days[day]
            if there and first is None:
                first = day
            elif not there and first is not None:
                frames.append(Frame(first, day, opens, closes))
                first = None
    return sorted(frames)


def openings_by_day(weeks: Iterable[tuple[Weekly, int]]) -> list[Spans]:
    """What is open on each weekday; an opening past midnight goes on with the next day."""
    pieces: list[list[tuple[int, int]]] = [[] for _ in range(7)]
    for weekly, ahead in weeks:
        for day, clocks in weekly.items():
            for opens, closes in clocks:
                start = (int(day) * MINUTES_A_DAY + _minutes(opens) + ahead) % MINUTES_A_WEEK
                _cut(pieces, start, start + _minutes(closes) - _minutes(opens))
    return [merge(sorted(spans)) for spans in pieces]


def _cut(pieces: list[list[tuple[int, int]]], start: int, end: int) -> None:
    """At every midnight; what runs beyond Sunday is Monday's."""
    while start < end:
        day = start // MINUTES_A_DAY
        begins = day * MINUTES_A_DAY
        stop = min(end, begins + MINUTES_A_DAY)
        pieces[day % 7].append((start - begins, stop - begins))
        start = stop


def _minutes(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)
