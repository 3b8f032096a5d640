"""Why a desk is closed at a time: the day's name, the weekday, a break, a single spell, the hours.

Says nothing of whether it is closed, which is the business of `hours`; asked only where it is.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from zoneinfo import ZoneInfo

from support.sla.hours import Clocks

DAY = timedelta(days=1)
Span = tuple[datetime, datetime]


class Why(StrEnum):
    """What keeps a desk closed."""

    NAMED = "named"
    """A public holiday or a day off of the company, which has a name."""
    WEEKDAY = "weekday"
    """The weekday has no hours."""
    SPECIAL = "special"
    """This single date was set to have none."""
    PARTIAL = "partial"
    """Closed for a spell of this single date."""
    BREAK = "break"
    """Between two openings of the day."""
    OUTSIDE = "outside"
    """Before the day's first opening or after its last."""


@dataclass(frozen=True, slots=True)
class Closed:
    """A stretch in which the desk is closed for one reason; `name` where the day has one."""

    start: datetime
    end: datetime
    why: Why
    name: str = ""


@dataclass(frozen=True, slots=True)
class DaysOff:
    """What one version of a calendar says of days and hours; clocks as in `BusinessHours`."""

    zone: str
    weekly: Mapping[int, Clocks]
    names: Mapping[date, str]
    special: Mapping[date, Clocks]
    partial: Mapping[date, Clocks]

    def within(self, start: datetime, end: datetime) -> list[Closed]:
        """The closed stretch `[start, end)`, cut wherever the reason changes."""
        joined: list[Closed] = []
        for piece in self._pieces(start, end):
            last = joined[-1] if joined else None
            if last is not None and (last.why, last.name) == (piece.why, piece.name):
                joined[-1] = Closed(last.start, piece.end, last.why, last.name)
            else:
                joined.append(piece)
        return joined

    def _pieces(self, start: datetime, end: datetime) -> Iterator[Closed]:
        where, at = ZoneInfo(self.zone), start
        while at < end:
            day = at.astimezone(where).date()
            close = min(end, _moment(day + DAY, 0, where))
            for first, last in _cut((at, close), self._partial_spells(day, where)):
                why, name = self._reason(day, first, where)
                yield Closed(first, last, why, name)
            at = close

    def _partial_spells(self, day: date, where: ZoneInfo) -> list[Span]:
        return [_span(day, clocks, where) for clocks in self.partial.get(day, ())]

    def _reason(self, day: date, at: datetime, where: ZoneInfo) -> tuple[Why, str]:
        """Of a moment of this day at which the desk is closed."""
        hours = self.special.get(day)
        if hours is not None and not hours:
            return Why.SPECIAL, ""
        if hours is None:
            if day in self.names:
                return Why.NAMED, self.names[day]
            hours = self.weekly.get(day.weekday(), ())
            if not hours:
                return Why.WEEKDAY, ""
        if any(start <= at < end for start, end in self._partial_spells(day, where)):
            return Why.PARTIAL, ""
        openings = [_span(day, clocks, where) for clocks in hours]
        inside = min(a for a, _ in openings) <= at < max(b for _, b in openings)
        return (Why.BREAK if inside else Why.OUTSIDE), ""


def _span(day: date, clocks: tuple[str, str], where: ZoneInfo) -> Span:
    first, last = (_moment(day, _minutes(clock), where) for clock in clocks)
    return first, last


def _minutes(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def _moment(day: date, minutes: int, where: ZoneInfo) -> datetime:
    """A wall-clock time, which may be one of the next day."""
    there = datetime.combine(day, time.min) + timedelta(minutes=minutes)
    return there.replace(tzinfo=where).astimezone(UTC)


def _cut(span: Span, at: list[Span]) -> Iterator[Span]:
    edges = sorted({edge for pair in at for edge in pair if span[0] < edge < span[1]})
    points = [span[0], *edges, span[1]]
    return ((a, b) for a, b in pairwise(points) if a < b)
