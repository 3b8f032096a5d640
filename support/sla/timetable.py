"""Civil dates turned into UTC openings, with the open time before each edge summed in advance.

Instants are whole microseconds since 1970-01-01 UTC, so that nothing is ever rounded.
The time zone is used here and nowhere else, and only to place wall-clock times on that line.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
SECOND = timedelta(seconds=1)
MICROSECONDS_A_MINUTE = 60_000_000
MINUTES_A_DAY = 1440
EPOCH_MINUTE = EPOCH.toordinal() * MINUTES_A_DAY

Spans = tuple[tuple[int, int], ...]
"""Sorted, disjoint half-open intervals: minutes of a civil day, or microseconds UTC."""


def merge(spans: Iterable[tuple[int, int]]) -> Spans:
    """Join intervals that overlap or touch; they must come sorted by their start."""
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)


def subtract(spans: Spans, closed: Spans) -> Spans:
    """What is left of `spans` without `closed`; both sorted and disjoint."""
    left: list[tuple[int, int]] = []
    cuts = list(reversed(closed))
    for start, end in spans:
        while cuts and cuts[-1][1] <= start:
            cuts.pop()
        at = start
        for cut_start, cut_end in reversed(cuts):
            if cut_start >= end:
                break
            if at < cut_start:
                left.append((at, cut_start))
            at = max(at, cut_end)
        if at < end:
            left.append((at, end))
    return tuple(left)


@dataclass(frozen=True, slots=True)
class Timetable:
    """All openings in `[start, end)`.

    `edges` alternates opening, closing, opening, …; `sums[k]` is the open time before
    `edges[k - 1]`, and `sums[0]` is zero. An odd number of edges at or before a moment
    therefore means "open".
    """

    start: int
    end: int
    edges: list[int]
    sums: list[int]

    def spent(self, at: int) -> int:
        """Open time in `[start, at)`."""
        edges = self.edges
        passed = bisect_right(edges, at)
        if passed & 1:
            return self.sums[passed] + at - edges[passed - 1]
        return self.sums[passed]

    def used_up(self, amount: int) -> int | None:
        """First moment at which `amount`, more than zero, is spent; a closing on an exact fit."""
        sums = self.sums
        edge = bisect_left(sums, amount)
        return None if edge == len(sums) else self.edges[edge - 1] - sums[edge] + amount

    def exceeded(self, amount: int) -> int | None:
        """The moment from which more than `amount` is spent; an opening on an exact fit."""
        sums = self.sums
        edge = bisect_right(sums, amount)
        return None if edge == len(sums) else self.edges[edge - 1] - sums[edge] + amount

    def closing(self, at: int) -> int | None:
        """End of the opening that `at` lies in, or None when closed."""
        passed = bisect_right(self.edges, at)
        return self.edges[passed] if passed & 1 else None

    def next_opening(self, at: int) -> int | None:
        """Start of the first opening that begins after `at`."""
        passed = bisect_right(self.edges, at)
        following = passed + (passed & 1)
        return self.edges[following] if following < len(self.edges) else None

    def openings(self, start: int, end: int) -> list[tuple[int, int]]:
        """Openings in `[start, end)`, cut off at both ends."""
        first = bisect_right(self.edges, start) // 2 * 2
        last = bisect_left(self.edges, end)
        return [
            (max(start, self.edges[i]), min(end, self.edges[i + 1])) for i in range(first, last, 2)
        ]


NOTHING = Timetable(0, 0, [], [0])


def tabulate(
    zone: ZoneInfo,
    opening_minutes: Callable[[int], Spans],
    closed_minutes: Callable[[int], Spans],
    first_year: int,
    last_year: int,
) -> Timetable:
    """The timetable of whole UTC years; both callables take a date's proleptic ordinal.

    Three days either side are looked at as well: openings may run to 48:00, and zones differ
    from UTC by up to 14 hours.
    """
    start, end = _new_year(first_year), _new_year(last_year + 1)
    days = range(
        datetime(first_year, 1, 1).toordinal() - 3, datetime(last_year, 12, 31).toordinal() + 4
    )
    walls = subtract(_walls(days, opening_minutes), _walls(days, closed_minutes))
    spans = ((_instant(opens, zone), _instant(closes, zone)) for opens, closes in walls)
    return _summed(start, end, merge(span for span in spans if span[0] < span[1]))


def _walls(days: range, minutes: Callable[[int], Spans]) -> Spans:
    return merge(
        sorted(
            (day * MINUTES_A_DAY + start, day * MINUTES_A_DAY + end)
            for day in days
            for start, end in minutes(day)
        )
    )


def _summed(start: int, end: int, spans: Spans) -> Timetable:
    inside = [(max(start, a), min(end, b)) for a, b in spans if a < end and b > start]
    edges = [edge for span in inside for edge in span]
    lengths = (length for opens, closes in inside for length in (0, closes - opens))
    return Timetable(start, end, edges, [0, *accumulate(lengths)])


def _new_year(year: int) -> int:
    return (datetime(year, 1, 1, tzinfo=UTC) - EPOCH) // MICROSECOND


def _instant(minute: int, zone: ZoneInfo) -> int:
    """UTC instant of a wall-clock minute (counted from ordinal 0).

    An ambiguous time stands for its first occurrence, a skipped one for the end of the gap.
    """
    wall = datetime(1, 1, 1, tzinfo=zone) + timedelta(minutes=minute - MINUTES_A_DAY)
    offset, later = wall.utcoffset(), wall.replace(fold=1).utcoffset()
    assert offset is not None  # a ZoneInfo always knows
    assert later is not None
    if offset < later:
        return _end_of_gap(wall, offset, later)
    return (minute - EPOCH_MINUTE) * MICROSECONDS_A_MINUTE - offset // MICROSECOND


def _end_of_gap(skipped: datetime, offset: timedelta, later: timedelta) -> int:
    """The second at which the zone's clock jumps over `skipped`, found by bisection."""
    naive = skipped.replace(tzinfo=UTC)
    before = (naive - later - EPOCH) // SECOND
    after = (naive - offset - EPOCH) // SECOND
    while after - before > 1:
        middle = (before + after) // 2
        moment = (EPOCH + middle * SECOND).astimezone(skipped.tzinfo)
        before, after = (before, middle) if moment.utcoffset() == later else (middle, after)
    return after * (SECOND // MICROSECOND)
