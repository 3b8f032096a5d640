"""Business hours: when an account's desk is open, and arithmetic that counts open time only.

Give aware datetimes, get UTC back. Openings are half-open `[open, close)`. A budget of time is
used up at `add`, and exceeded from `breach_at`: on an exact fit the first is the closing time, the
second the next opening, and an answer in between is still in time.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from typing import Protocol
from zoneinfo import ZoneInfo

from support.errors import N_, Refused
from support.sla.timetable import EPOCH, MICROSECOND, NOTHING, Spans, Timetable, merge, tabulate

FIRST_YEAR, LAST_YEAR = 1990, 2100

Clocks = Sequence[tuple[str, str]]
"""Openings of a day in wall-clock text: `[("09:00", "12:00"), ("13:00", "18:00")]`."""

UNKNOWN_ZONE = N_("この名前のタイムゾーンはありません。Asia/Tokyo のように入力してください。")
NOT_A_CLOCK = N_("時刻は 9:45 のように、時と分で入力してください。")
OPENS_NEXT_DAY = N_("開始は24:00より前にしてください。深夜の営業は、始まる日の欄に入力します。")
CLOSES_TOO_LATE = N_("終了は48:00（翌日の終わり）までです。")
EMPTY = N_("開始と終了が同じ時刻です。休業なら欄を空にしてください。")
BACKWARDS = N_(
    "終了が開始より前です。日付をまたぐときは、翌日2:00を 26:00 のように入力してください。"
)
NOT_A_WEEKDAY = N_("曜日は0（月）から6（日）の数字です。")
NAIVE = N_("日時にはタイムゾーンが必要です。")
OUT_OF_REACH = N_("営業時間を計算できるのは、1990年から2100年までです。")
NOT_POSITIVE = N_("時間は0より長くしてください。")

_SINCE = (datetime(FIRST_YEAR, 1, 1, tzinfo=UTC) - EPOCH) // MICROSECOND
_UNTIL = (datetime(LAST_YEAR, 12, 31, tzinfo=UTC) - EPOCH) // MICROSECOND
_CLOCK = re.compile(r"([0-9]{1,2}):([0-5][0-9])")


class HoursError(Refused, ValueError):
    """Hours, or a moment asked about, that make no sense; `field` is like `weekly.0` or `zone`."""


class OpenTime(Protocol):
    """What a promise asks of hours: `BusinessHours`, or a `Relay` of several."""

    def is_open(self, at: datetime) -> bool: ...

    def next_opening(self, at: datetime) -> datetime | None: ...

    def add(self, start: datetime, amount: timedelta) -> datetime | None: ...

    def breach_at(self, start: datetime, amount: timedelta) -> datetime | None: ...

    def between(self, start: datetime, end: datetime) -> timedelta: ...

    def openings(self, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]: ...


class BusinessHours:
    """The opening hours of one place, for 1990 to 2100; it never changes once made.

    zone     IANA name, like "Asia/Tokyo"
    weekly   openings by weekday, Monday is 0; "26:00" is 02:00 of the next day
    closed   civil dates without the weekly openings; one that began the evening before runs on
    special  openings of single dates; they replace weekly hours and closed days alike
    partial  spells of single dates in which the desk is closed, whatever else is said of them

    Raises `HoursError` for what cannot be meant. Overlapping or touching openings of a day are
    joined, and `merged` names the fields where that happened.
    """

    __slots__ = ("_closed", "_partial", "_special", "_table", "_week", "_zone", "merged")

    merged: tuple[str, ...]

    def __init__(
        self,
        zone: str,
        weekly: Mapping[int, Clocks],
        closed: Iterable[date] = (),
        special: Mapping[date, Clocks] = MappingProxyType({}),
        partial: Mapping[date, Clocks] = MappingProxyType({}),
    ) -> None:
        if not set(weekly) <= set(range(7)):
            raise HoursError("weekly", NOT_A_WEEKDAY)
        self._zone = _zone(zone)
        self._week = tuple(_spans(f"weekly.{day}", weekly.get(day, ())) for day in range(7))
        self._closed = frozenset(day.toordinal() for day in closed)
        self._special = _by_date("special", special)
        self._partial = _by_date("partial", partial)
        self.merged = _merged_fields(self._week, weekly, self._special, special)
        self._table = NOTHING

    @property
    def zone(self) -> str:
        """The IANA name of the time zone."""
        return self._zone.key

    @property
    def never_opens(self) -> bool:
        """Whether no day of 1990 to 2100 has an opening: a fault of the settings."""
        if not any(self._week) and not any(self._special.values()):
            return True
        first, last = date(FIRST_YEAR, 1, 1).toordinal(), date(LAST_YEAR, 12, 31).toordinal()
        whole = (day for day in range(first, last + 1) if day not in self._partial)
        if any(map(self._minutes_on, whole)):
            return False
        return not self._covering(_SINCE, _UNTIL).edges

    def is_open(self, at: datetime) -> bool:
        """Whether `at` lies in an opening."""
        moment = _micros(at)
        return self._covering(moment).closing(moment) is not None

    def next_opening(self, at: datetime) -> datetime | None:
        """Start of the first opening that begins after `at`; None if there is none until 2100."""
        moment = _micros(at)
        return _moment(self._search(moment, lambda table: table.next_opening(moment)))

    def closing(self, at: datetime) -> datetime | None:
        """End of the opening that `at` lies in; None when closed, or open without an end."""
        moment = _micros(at)
        if not self.is_open(at):
            return None
        return _moment(self._search(moment, lambda table: _real_closing(table, moment)))

    def add(self, start: datetime, amount: timedelta) -> datetime | None:
        """First moment at which `amount` of open time has passed since `start`.

        None if that never happens before 2101. An `amount` of zero or less is refused.
        """
        moment, budget, table = _micros(start), _budget(amount), self._table
        if table.start <= moment < table.end:  # as a rule; what follows is right in any case
            found = table.used_up(table.spent(moment) + budget)
            if found is not None:
                return EPOCH + found * MICROSECOND
        return _moment(self._search(moment, lambda t: t.used_up(t.spent(moment) + budget)))

    def breach_at(self, start: datetime, amount: timedelta) -> datetime | None:
        """The moment from which more than `amount` of open time has passed since `start`."""
        moment, budget = _micros(start), _budget(amount)
        return _moment(self._search(moment, lambda t: t.exceeded(t.spent(moment) + budget)))

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Open time in `[start, end)`; zero where `end` is before `start`."""
        first, last = _micros(start), _micros(end)
        if last <= first:
            return timedelta(0)
        table = self._table
        if first < table.start or last >= table.end:
            table = self._covering(first, last)
        return (table.spent(last) - table.spent(first)) * MICROSECOND

    def openings(self, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
        """Openings in `[start, end)` as UTC pairs, in order, cut off at both ends."""
        first, last = _micros(start), _micros(end)
        if last <= first:
            return []
        pairs = self._covering(first, last).openings(first, last)
        return [(EPOCH + a * MICROSECOND, EPOCH + b * MICROSECOND) for a, b in pairs]

    def _minutes_on(self, day: int) -> Spans:
        special = self._special.get(day)
        if special is not None:
            return special
        return () if day in self._closed else self._week[(day - 1) % 7]

    def _cut_on(self, day: int) -> Spans:
        return self._partial.get(day, ())

    def _covering(self, *moments: int) -> Timetable:
        """A table that reaches over all `moments`, kept for the next question.

        Two threads may both build one; either is right.
        """
        table = self._table
        for moment in moments:
            if not table.start <= moment < table.end:
                year = _year(moment)
                table = self._tabulated(table, year - 1, year + 2)
        return table

    def _search(self, moment: int, find: Callable[[Timetable], int | None]) -> int | None:
        """What `find` sees from `moment` on, in ever longer tables until the year 2100."""
        table = self._covering(moment)
        found = find(table)
        while found is None and (last := _year(table.end - 1)) < LAST_YEAR:
            table = self._tabulated(table, last, 2 * last - _year(table.start) + 1)
            found = find(table)
        return found

    def _tabulated(self, known: Timetable, first: int, last: int) -> Timetable:
        if known is not NOTHING:
            first, last = min(first, _year(known.start)), max(last, _year(known.end - 1))
        first, last = max(first, FIRST_YEAR), min(last, LAST_YEAR)
        self._table = tabulate(self._zone, self._minutes_on, self._cut_on, first, last)
        return self._table


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise HoursError("zone", UNKNOWN_ZONE) from error


def _by_date(name: str, days: Mapping[date, Clocks]) -> dict[int, Spans]:
    return {
        day.toordinal(): _spans(f"{name}.{day:%Y-%m-%d}", clocks) for day, clocks in days.items()
    }


def _spans(field: str, clocks: Clocks) -> Spans:
    return merge(sorted(_span(field, opens, closes) for opens, closes in clocks))


def _span(field: str, opens: str, closes: str) -> tuple[int, int]:
    start, end = _minutes(field, opens), _minutes(field, closes)
    if start >= 24 * 60:
        raise HoursError(field, OPENS_NEXT_DAY)
    if end > 48 * 60:
        raise HoursError(field, CLOSES_TOO_LATE)
    if end <= start:
        raise HoursError(field, EMPTY if end == start else BACKWARDS)
    return start, end


def _minutes(field: str, clock: str) -> int:
    match = _CLOCK.fullmatch(clock.strip())
    if match is None:
        raise HoursError(field, NOT_A_CLOCK)
    return int(match[1]) * 60 + int(match[2])


def _merged_fields(
    week: Sequence[Spans],
    weekly: Mapping[int, Clocks],
    special_spans: Mapping[int, Spans],
    special: Mapping[date, Clocks],
) -> tuple[str, ...]:
    days = [f"weekly.{day}" for day in sorted(weekly) if len(week[day]) < len(weekly[day])]
    dates = [
        f"special.{day:%Y-%m-%d}"
        for day in sorted(special)
        if len(special_spans[day.toordinal()]) < len(special[day])
    ]
    return (*days, *dates)


def _micros(at: datetime) -> int:
    try:
        return (at - EPOCH) // MICROSECOND
    except TypeError as error:
        raise HoursError("at", NAIVE) from error


def _moment(micros: int | None) -> datetime | None:
    return None if micros is None else EPOCH + micros * MICROSECOND


def _budget(amount: timedelta) -> int:
    budget = amount // MICROSECOND
    if budget <= 0:
        raise HoursError("amount", NOT_POSITIVE)
    return budget


def _year(moment: int) -> int:
    year = (EPOCH + moment * MICROSECOND).year
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise HoursError("at", OUT_OF_REACH)
    return year


def _real_closing(table: Timetable, moment: int) -> int | None:
    """None as well where the table, rather than the opening, comes to its end."""
    closing = table.closing(moment)
    return None if closing == table.end else closing
