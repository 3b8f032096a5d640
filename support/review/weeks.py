"""Weeks as ISO 8601 counts them, from Monday, where the desk stands."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

WEEK = timedelta(days=7)
_WRITTEN = re.compile(r"(20[0-9]{2})-W([0-5][0-9])")


@dataclass(frozen=True, order=True)
class Week:
    """The week that begins on `monday`."""

    monday: date

    def __str__(self) -> str:
        year, number, _ = self.monday.isocalendar()
        return f"{year}-W{number:02}"

    @property
    def number(self) -> int:
        return self.monday.isocalendar()[1]

    def start(self, zone: tzinfo) -> datetime:
        """Its first moment, UTC."""
        return datetime.combine(self.monday, time(), zone).astimezone(UTC)

    def end(self, zone: tzinfo) -> datetime:
        """The first moment after it, UTC."""
        return datetime.combine(self.monday + WEEK, time(), zone).astimezone(UTC)

    def before(self, number: int = 1) -> Week:
        return Week(self.monday - number * WEEK)


def week_of(at: datetime, zone: tzinfo) -> Week:
    day = at.astimezone(zone).date()
    return Week(day - timedelta(days=day.weekday()))


def week_from(written: str) -> Week | None:
    """`2026-W40`; None for what is no such week."""
    found = _WRITTEN.fullmatch(written)
    if found is None:
        return None
    try:
        return Week(date.fromisocalendar(int(found[1]), int(found[2]), 1))
    except ValueError:
        return None


def latest(now: datetime, zone: tzinfo, number: int) -> list[Week]:
    """This week and those before it, the newest first."""
    this = week_of(now, zone)
    return [this.before(back) for back in range(number)]
