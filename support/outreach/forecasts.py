"""What a search would cost, from how many posts X counted in the last days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from support.outreach.rations import RESTS_AT
from support.x.volumes import Volume

DAY = timedelta(days=1)
MONTH_DAYS = 30


@dataclass(frozen=True)
class Forecast:
    """An estimate: that the coming month is as the last days were.

    found     posts X counted, in `days` days
    price     micros X bills for one post it shows
    most      posts the listening may have shown in a day
    """

    found: int
    days: float
    busiest: int
    """Posts of the busiest of these days."""
    price: int
    most: int
    every_minutes: int
    spent: int
    """Micros of this month so far, whatever they were for."""
    cap: int | None
    days_left: int
    """Of X's month, today among them."""

    @property
    def per_day(self) -> float:
        return self.found / self.days if self.days else 0.0

    @property
    def shown_per_day(self) -> float:
        """What X would show: no more than the listening may have shown."""
        return min(self.per_day, float(self.most))

    @property
    def per_month(self) -> int:
        """Micros."""
        return round(self.shown_per_day * MONTH_DAYS) * self.price

    @property
    def dearest_month(self) -> int:
        """Micros if every day fills what the listening may have shown."""
        return self.most * MONTH_DAYS * self.price

    @property
    def is_cut(self) -> bool:
        """On a day like the busiest, some posts would not be looked at."""
        return self.busiest > self.most

    @property
    def asks_per_day(self) -> int:
        """At least so many questions to X; each shows a hundred posts at most."""
        return 24 * 60 // self.every_minutes

    @property
    def rest_of_month(self) -> int:
        """Micros, until X's month is over."""
        return round(self.shown_per_day * self.days_left) * self.price

    @property
    def fits(self) -> bool:
        """With what this month has cost already, listening need not rest before it is over."""
        return self._is_bearable(self.spent + self.rest_of_month)

    @property
    def fits_a_month(self) -> bool:
        """So it is in a whole month, if nothing else cost anything."""
        return self._is_bearable(self.per_month)

    def _is_bearable(self, micros: int) -> bool:
        return self.cap is None or micros * 100 < self.cap * RESTS_AT


def forecast(
    hours: Sequence[Volume],
    *,
    price: int,
    most: int,
    every_minutes: int,
    spent: int,
    cap: int | None,
    days_left: int,
) -> Forecast:
    """From what X counted by the hour."""
    found = sum(it.posts for it in hours)
    length = sum((it.ends_at - it.begins_at for it in hours), timedelta())
    mean, busiest = length / DAY, _busiest(hours)
    return Forecast(found, mean, busiest, price, most, every_minutes, spent, cap, days_left)


def _busiest(hours: Sequence[Volume]) -> int:
    """The most in any 24 hours that begin where the count began."""
    by_day: dict[int, int] = {}
    for it in hours:
        number = (it.begins_at - _first(hours)) // DAY
        by_day[number] = by_day.get(number, 0) + it.posts
    return max(by_day.values(), default=0)


def _first(hours: Sequence[Volume]) -> datetime:
    return hours[0].begins_at
