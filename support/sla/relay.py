"""Hours that were changed on the way: one set counts until a moment, then the next takes over."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from support.sla.hours import OpenTime

ZERO = timedelta(0)
FOREVER = datetime.max.replace(tzinfo=UTC)
ALWAYS = datetime.min.replace(tzinfo=UTC)

Leg = tuple[OpenTime, datetime, datetime]
"""Hours, from when and until when they count."""


class Relay:
    """Sets of hours one after another, asked as if they were one.

    `earlier` gives each set with the moment until which it counts, in order; `last` counts from
    then on. An opening that goes on over a change is two openings that touch.
    """

    def __init__(self, earlier: Sequence[tuple[OpenTime, datetime]], last: OpenTime) -> None:
        begins = [ALWAYS, *(until for _, until in earlier)]
        ends = [*(until for _, until in earlier), FOREVER]
        sets = [*(hours for hours, _ in earlier), last]
        self._legs: list[Leg] = list(zip(sets, begins, ends, strict=True))

    def is_open(self, at: datetime) -> bool:
        hours, _, _ = next(self._from(at))
        return hours.is_open(at)

    def next_opening(self, at: datetime) -> datetime | None:
        """Start of the first opening after `at`; a change into open hours begins one."""
        for hours, begin, end in self._from(at):
            if begin > at and hours.is_open(begin):
                return begin
            found = hours.next_opening(max(at, begin))
            if found is not None and found < end:
                return found
        return None

    def add(self, start: datetime, amount: timedelta) -> datetime | None:
        """First moment at which `amount`, more than zero, of open time has passed."""
        for hours, begin, end in self._from(start):
            at = max(start, begin)
            due = hours.add(at, amount)
            if end == FOREVER or (due is not None and due <= end):
                return due
            amount -= _between(hours, at, end)
        return None

    def breach_at(self, start: datetime, amount: timedelta) -> datetime | None:
        """The moment from which more than `amount` of open time has passed."""
        for hours, begin, end in self._from(start):
            at = max(start, begin)
            found = exceeded(hours, at, amount)
            if end == FOREVER or (found is not None and found < end):
                return found
            amount -= _between(hours, at, end)
        return None

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Open time in `[start, end)`."""
        spells = self._within(start, end)
        return sum((hours.between(first, last) for hours, first, last in spells), ZERO)

    def openings(self, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
        """Openings in `[start, end)`, cut off at both ends."""
        spells = self._within(start, end)
        return [pair for hours, first, last in spells for pair in hours.openings(first, last)]

    def _from(self, at: datetime) -> Iterator[Leg]:
        return (leg for leg in self._legs if leg[2] > at)

    def _within(self, start: datetime, end: datetime) -> Iterator[Leg]:
        return (
            (hours, max(start, begin), min(end, until))
            for hours, begin, until in self._from(start)
            if begin < end
        )


def exceeded(hours: OpenTime, start: datetime, budget: timedelta) -> datetime | None:
    """As `hours.breach_at`, and for a budget that is all gone the first open moment."""
    if budget:
        return hours.breach_at(start, budget)
    return start.astimezone(UTC) if hours.is_open(start) else hours.next_opening(start)


def _between(hours: OpenTime, start: datetime, end: datetime) -> timedelta:
    return hours.between(start, end) if start < end else ZERO
