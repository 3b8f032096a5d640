"""A plain reading of the story's clock, apart from the loader so that one checks the other."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

TOKYO = ZoneInfo("Asia/Tokyo")
HOLIDAYS = {date(2026, 9, 21), date(2026, 9, 22), date(2026, 9, 23)}
Opening = tuple[datetime, datetime]


def clock(day: date, hours: int, minutes: int = 0) -> datetime:
    midnight = datetime(day.year, day.month, day.day, tzinfo=TOKYO)
    return (midnight + timedelta(hours=hours, minutes=minutes)).astimezone(UTC)


def opening(day: date) -> Opening | None:
    if day.weekday() == 6 or day in HOLIDAYS:
        return None
    first, last = (10, 17) if day.weekday() == 5 else (9, 18)
    return clock(day, first), clock(day, last)


OPENINGS: list[tuple[date, Opening]] = [
    (day, hours)
    for day in (date(2026, 8, 1) + timedelta(days=n) for n in range(100))
    if (hours := opening(day))
]


class Calendar:
    """The story's times as instants, for a visitor who starts at `now`."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.known: dict[str, datetime] = {}

    @cached_property
    def today(self) -> int:
        return max(n for n, (_, hours) in enumerate(OPENINGS) if hours[0] <= self.now)

    def at(self, text: str) -> datetime:
        if text not in self.known:
            self.known[text] = self._read(text)
        return self.known[text]

    def _read(self, text: str) -> datetime:
        if found := re.fullmatch(r"~(\d+)m", text):
            return self.now - timedelta(minutes=int(found[1]))
        if found := re.fullmatch(r"-(\d+)m", text):
            return self._open_minutes_ago(int(found[1]))
        found = re.fullmatch(r"([+-]\d+) (open\+)?(\d+):(\d\d)", text)
        assert found, f"{text!r} is not a time of the story"
        day, hours = OPENINGS[self.today + int(found[1])]
        if found[2]:
            return hours[0] + timedelta(hours=int(found[3]), minutes=int(found[4]))
        return clock(day, int(found[3]), int(found[4]))

    def _open_minutes_ago(self, minutes: int) -> datetime:
        left = timedelta(minutes=minutes)
        for _, (first, last) in reversed(OPENINGS[: self.today + 1]):
            end = min(last, self.now)
            if end - first >= left:  # an exact fit is the opening, not the last closing
                return end - left
            left -= end - first
        raise AssertionError("the calendar does not reach back far enough")

    def is_open(self, at: datetime) -> bool:
        return any(first <= at < last for _, (first, last) in self._around)

    def minutes(self, start: datetime, end: datetime) -> float:
        spans = (min(last, end) - max(first, start) for _, (first, last) in self._around)
        return sum((max(span, timedelta()) for span in spans), timedelta()) / timedelta(minutes=1)

    @cached_property
    def _around(self) -> list[tuple[date, Opening]]:
        return OPENINGS[self.today - 16 : self.today + 1]


def every_start() -> Iterator[Calendar]:
    """Every hour of three weeks with a run of holidays, on the dot, a second past and half past."""
    for hour in range(21 * 24):
        for offset in (0, 1, 1800):
            yield Calendar(clock(date(2026, 9, 11), hour) + timedelta(seconds=offset))
