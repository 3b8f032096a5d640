"""What a search would cost, from how many posts X counted in the last days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

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
    def share(self) -> float | None:
        """Of the month's cap; None without one."""
        if self.cap is None:
            return None
        return self.per_month / self.cap if self.cap else 1.0

    @property
    def fits(self) -> bool:
        """With what this month has cost already, it stays under the cap."""
        return self.cap is None or self.spent + self.per_month <= self.cap


def forecast(
    hours: Sequence[Volume],
    *,
    price: int,
    most: int,
    every_minutes: int,
    spent: int,
    cap: int | None,
) -> Forecast:
    """From what X counted by the hour."""
    found = sum(it.posts for it in hours)
    length = sum((it.ends_at - it.begins_at for it in hours), timedelta())
    return Forecast(found, length / DAY, _busiest(hours), price, most, every_minutes, spent, cap)


def _busiest(hours: Sequence[Volume]) -> int:
    """The most in any 24 hours that begin where the count began."""
    by_day: dict[int, int] = {}
    for it in hours:
        number = (it.begins_at - _first(hours)) // DAY
        by_day[number] = by_day.get(number, 0) + it.posts
    return max(by_day.values(), default=0)


def _first(hours: Sequence[Volume]) -> datetime:
    return hours[0].begins_at
