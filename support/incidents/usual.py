"""What is usual at this hour of this weekday: how many people, and how much that varies.

Counts are of a quarter of an hour (a slot). Looked at are the same time, give or take three slots,
of the last eight days like today (a weekday's own kind; holidays are Sundays), and of each day of
the last two weeks for what a word's share is of all that is written. Past incidents are cut off at
what a busy quarter may hold, older weeks weigh less and are scaled to today's volume, and a word
nobody says at this hour is expected by its share. What little history there is is told as doubt.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from math import sqrt
from statistics import median

from support.incidents.vocabulary import ALL, Key

SLOT = timedelta(minutes=15)
NEAR = 3
"""Slots on either side of the one in question."""
DAYS_LIKE = 8
WEEKS = 9
"""How far back counts are kept and looked at."""
RECENT = 14
FADES = 0.85
"""What an older day weighs of the one after it."""
LEAST_DAYS = 3
"""Days like today that must be known before anything is judged."""
PRIOR = 1.5
"""People's worth of trust in a word's share, before its own count at this hour speaks."""
USUAL_SPREAD, SPREAD_TRUST = 0.15, 4.0
LEAST_SPREAD, MOST_SPREAD = 0.05, 1.5
MOST_GROWTH = 2.0
ROUGH = 0.4
"""Spread added while any day stands for a day like today."""

Counts = Mapping[tuple[Key, datetime], int]
"""People by key and slot; what is not there is 0."""
Day = Sequence[datetime]
"""The slots of one day around the time in question."""


@dataclass(frozen=True, slots=True)
class Usual:
    """People expected in one slot, and by what share of itself that varies beyond chance."""

    mean: float
    spread: float


@dataclass(frozen=True, slots=True)
class Around:
    """Slots to compare with: of days like today, the newest first, and of the last two weeks."""

    like: Sequence[Day]
    recent: Sequence[Day]
    weeks_ago: Sequence[int]
    """Of each day like today."""
    rough: bool = False
    """There are not enough days like today yet: any day stands for them."""

    @property
    def slots(self) -> set[datetime]:
        return {slot for day in (*self.like, *self.recent) for slot in day}


def slot_of(at: datetime) -> datetime:
    """The beginning of the slot `at` is in."""
    return at - timedelta(minutes=at.minute % 15, seconds=at.second, microseconds=at.microsecond)


def around(
    at: datetime, zone: tzinfo, is_holiday: Callable[[date], bool], since: datetime
) -> Around:
    """What to compare the slot at `at` with, as far as counts go back (`since`)."""
    there = at.astimezone(zone)
    today = there.date()
    rests = is_holiday(today) or today.weekday() == 6
    past = [today - timedelta(days=n) for n in range(1, WEEKS * 7 + 1)]
    like = [day for day in past if _alike(day, today, rests, is_holiday)]
    like = [day for day in like if _starts(day, there) - SLOT * NEAR >= since][:DAYS_LIKE]
    recent = [day for day in past[:RECENT] if _starts(day, there) - SLOT * NEAR >= since]
    rough = len(like) < LEAST_DAYS
    like = recent[:DAYS_LIKE] if rough else like
    return Around(
        [_slots(day, there) for day in like],
        [_slots(day, there) for day in recent],
        [-(-(today - day).days // 7) for day in like],
        rough,
    )


def _alike(day: date, today: date, rests: bool, is_holiday: Callable[[date], bool]) -> bool:
    if rests:
        return day.weekday() == 6 or is_holiday(day)
    return day.weekday() == today.weekday() and not is_holiday(day)


def _starts(day: date, there: datetime) -> datetime:
    return datetime.combine(day, there.time(), there.tzinfo)


def _slots(day: date, there: datetime) -> Day:
    middle = slot_of(_starts(day, there).astimezone(UTC))
    return [middle + SLOT * n for n in range(-NEAR, NEAR + 1)]


def growth(totals: Sequence[int]) -> Sequence[float]:
    """By how much each week is to be scaled to be like the last: `totals` of all people, week by
    week, the last seven days first. Weeks too small to tell are taken as they are."""
    if not totals or totals[0] < 100:
        return [1.0] * len(totals)
    return [
        min(max(totals[0] / it, 1 / MOST_GROWTH), MOST_GROWTH) if it >= 100 else 1.0
        for it in totals
    ]


class Expecting:
    """The usual of any key around one moment; what is the same for all keys is worked out once."""

    def __init__(self, around: Around, counts: Counts, scales: Sequence[float]) -> None:
        self._around, self._counts = around, counts
        self._weights = [FADES**n for n in range(len(around.like))]
        self._scales = [
            scales[min(n, len(scales)) - 1] if scales else 1.0 for n in around.weeks_ago
        ]
        self._all = self._own(ALL)[0]

    @property
    def can_tell(self) -> bool:
        return len(self._around.like) >= LEAST_DAYS

    def of(self, key: Key) -> Usual:
        mean, people, spread = self._own(key)
        spread += ROUGH * self._around.rough
        if key == ALL:
            return Usual(mean, spread + 1 / (PRIOR + people))
        share = self._share(key)
        expected = max(share * self._all, 1e-4)
        slots = sum(self._weights) * (2 * NEAR + 1)
        blended = (PRIOR + mean * slots) / (PRIOR / expected + slots)
        return Usual(blended, spread + 1 / (PRIOR + people))

    def by_share(self, share: float) -> Usual:
        """Of a phrase that was never counted, of which only a sample is known."""
        return Usual(max(share * self._all, 1e-4), USUAL_SPREAD + 1 / PRIOR)

    def _own(self, key: Key) -> tuple[float, float, float]:
        """Mean of a slot, people behind it, and its spread."""
        seen = [[self._counts.get((key, slot), 0) for slot in day] for day in self._around.like]
        if not seen:
            return 0.0, 0.0, USUAL_SPREAD
        days = _cut_off(seen)
        weighed = zip(self._weights, self._scales, days, strict=True)
        total = sum(weight * scale * sum(day) for weight, scale, day in weighed)
        people = sum(w * sum(day) for w, day in zip(self._weights, days, strict=True))
        mean = total / (sum(self._weights) * len(days[0]))
        return mean, people, self._spread(days, mean)

    def _spread(self, days: Sequence[Sequence[float]], mean: float) -> float:
        """By moments; the few slots there are speak beside what is usual."""
        beyond, expected = USUAL_SPREAD * SPREAD_TRUST, SPREAD_TRUST
        for scale, day in zip(self._scales, days, strict=True):
            for seen in day:
                beyond += (seen * scale - mean) ** 2 - mean
                expected += mean**2
        return min(max(beyond / expected, LEAST_SPREAD), MOST_SPREAD)

    def _share(self, key: Key) -> float:
        """Of all people of the last two weeks about this time, and of the days like today."""
        days = (*self._around.like, *self._around.recent)
        theirs = [[self._counts.get((key, slot), 0) for slot in day] for day in days]
        everybody = sum(self._counts.get((ALL, slot), 0) for day in days for slot in day)
        return (sum(map(sum, _cut_off(theirs))) + 0.5) / (everybody + 50.0) if theirs else 0.0


def _cut_off(days: Sequence[Sequence[int]]) -> list[list[float]]:
    """Without what no usual quarter holds: an incident of the past is not what is usual."""
    middle = median(sum(day) / len(day) for day in days)
    most = middle + 3 * sqrt(middle + 1) + 2
    return [[min(seen, most) for seen in day] for day in days]
