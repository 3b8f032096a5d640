"""The days a report is about: chosen by name or from one date to another, in the desk's zone."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum

from support.errors import N_, Refused

DAY = timedelta(days=1)
QUARTER = timedelta(minutes=15)
EARLIEST = date(2007, 1, 1)
"""Before that there was nobody on X to write to us."""
LONGEST = 731
"""Days: two years, one of them a leap year."""
LONGEST_BY_DAY = 62
"""Longer periods are drawn by weeks: more points than that cannot be told apart."""

NO_START = N_("開始日を選んでください。")
NO_END = N_("終了日を選んでください。")
NO_DATE = N_("日付は2026-10-01のように入力してください。")
TOO_EARLY = N_("2007年1月1日以降の日付にしてください。")
NOT_YET = N_("今日までの日付にしてください。")
BACKWARDS = N_("終了日は開始日以降の日付にしてください。")
TOO_LONG = N_("期間は2年以内にしてください。")


class Choice(StrEnum):
    """The periods that have a name, and the one that is chosen by its dates."""

    TODAY = "today"
    WEEK = "7d"
    FORTNIGHT = "14d"
    MONTH = "month"
    DATES = "dates"


DEFAULT = Choice.FORTNIGHT
_DAYS = {Choice.TODAY: 1, Choice.WEEK: 7, Choice.FORTNIGHT: 14}


@dataclass(frozen=True, slots=True)
class Period:
    """The civil days from `first` to `last`, both included, where the desk stands."""

    first: date
    last: date
    zone: tzinfo

    @property
    def start(self) -> datetime:
        """The first moment, UTC."""
        return midnight(self.first, self.zone)

    @property
    def end(self) -> datetime:
        """The moment after the last, UTC."""
        return midnight(self.last + DAY, self.zone)

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def previous(self) -> "Period":
        """As many days, right before these."""
        return Period(self.first - self.days * DAY, self.first - DAY, self.zone)

    @property
    def clock(self) -> list[tuple[datetime, timedelta]]:
        """From when on the clock there is how far ahead of UTC: the start, and each change.

        Clocks change on full quarters of an hour.
        """
        at, found = self.start, [(self.start, self._ahead(self.start))]
        while at < self.end:
            later = min(at + DAY, self.end)
            if self._ahead(later) != self._ahead(at):
                while self._ahead(at) == found[-1][1]:
                    at += QUARTER
                found.append((at, self._ahead(at)))
            at = later
        return found

    def _ahead(self, at: datetime) -> timedelta:
        there = at.astimezone(self.zone)
        return there.replace(tzinfo=UTC) - at

    @property
    def step(self) -> int:
        """Days in one spell of a chart: one, or a week where the period is long."""
        return 1 if self.days <= LONGEST_BY_DAY else 7

    def spells(self) -> Iterator[tuple[date, date]]:
        """First and last day of every spell, in order; the last one may be shorter."""
        for number in range(0, self.days, self.step):
            first = self.first + number * DAY
            yield first, min(first + (self.step - 1) * DAY, self.last)

    def spell_of(self, day: date) -> int:
        """Which spell a day belongs to, from 0."""
        return (day - self.first).days // self.step


def midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def named(choice: Choice, today: date, zone: tzinfo) -> Period:
    """The period of this name that ends today."""
    if choice is Choice.MONTH:
        return Period(today.replace(day=1), today, zone)
    return Period(today - (_DAYS[choice] - 1) * DAY, today, zone)


def between(first: str, last: str, today: date, zone: tzinfo) -> Period:
    """The days from one date to another, as they were typed; days to come are left out.

    Raises `Refused` for the field `from` or `to`.
    """
    begins = _date("from", first, NO_START)
    ends = _date("to", last, NO_END)
    if begins > today:
        raise Refused("from", NOT_YET)
    if ends < begins:
        raise Refused("to", BACKWARDS)
    if (ends - begins).days >= LONGEST:
        raise Refused("to", TOO_LONG)
    return Period(begins, min(ends, today), zone)


def _date(field: str, typed: str, missing: str) -> date:
    if not typed.strip():
        raise Refused(field, missing)
    try:
        day = date.fromisoformat(typed.strip())
    except ValueError:
        raise Refused(field, NO_DATE) from None
    if day < EARLIEST:
        raise Refused(field, TOO_EARLY)
    return day
