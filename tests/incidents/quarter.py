"""A simulated stretch of a desk's life: an hour's and a weekday's profile, days that differ by
more than chance, growth, a holiday, campaigns, news, and outages of several sizes; and what the
rules raise on it.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from support.incidents import spikes
from support.incidents.spikes import DEMANDS, Course, Said, Sensitivity
from support.incidents.usual import SLOT, WEEKS, Expecting, around, growth, slot_of
from support.incidents.vocabulary import ALL, ANY, Key, Kind

TOKYO = ZoneInfo("Asia/Tokyo")
BEGINS = date(2026, 4, 6)
"""A Monday; the weeks before it are history."""
HOLIDAYS = {date(2026, 4, 29), date(2026, 5, 4), date(2026, 5, 5), date(2026, 5, 6)}
HOURS = (12, 7, 4, 3, 3, 5, 12, 25, 38, 50, 58, 60, 66, 60, 56, 56, 58, 62, 68, 74, 84, 88, 70, 35)
DAYS = (1.08, 1.0, 1.0, 1.0, 1.05, 0.85, 0.75)
_WORDS = """
遅い つながらない 使えない ログインできない 届かない エラー 動かない 見れない 重い 途切れる
反映されない 開けない 止まった 送れない 落ちてる 圏外 決済できない 発信できない 不通 通信障害
"""
TROUBLES = tuple(Key(Kind.TROUBLE, word) for word in _WORDS.split())
REGIONS = tuple(Key(Kind.REGION, f"地域{n}") for n in range(60))
TAGS = tuple(Key(Kind.TAG, f"タグ{n}") for n in range(12))
KEYS = len(TROUBLES) + len(REGIONS) + len(TAGS) + 1
OF_AN_OUTAGE = ("つながらない", "圏外", "使えない", "通信障害", "不通", "落ちてる")
SIZES = (10, 15, 25, 40, 80, 200)
"""People of an outage in its busiest quarter of an hour."""


@dataclass(frozen=True)
class Event:
    """What happens beside everyday life; `people` in the busiest quarter of an hour."""

    kind: str
    begins: datetime
    lasts: timedelta
    people: int = 0
    factor: float = 1.0


@dataclass(frozen=True)
class Alarm:
    at: datetime
    people: int
    words: tuple[str, ...]


class Quarter:
    """All that is written, in order, and what is usual of it."""

    def __init__(self, a_day: int, weeks: int, seed: int = 1, outages: int = 12) -> None:
        self._random = Random(seed)
        self.a_day, self.weeks = a_day, weeks
        self.begin = datetime.combine(BEGINS, datetime.min.time(), TOKYO).astimezone(UTC)
        self.end = self.begin + timedelta(weeks=weeks)
        self.events = list(self._events(outages))
        self.said = sorted(self._said(), key=lambda it: it.at)
        self.counts = self._counted()
        self._growth: dict[date, Sequence[float]] = {}

    def expecting(self, at: datetime) -> Expecting:
        middle = slot_of(at)
        since = self.begin - timedelta(weeks=WEEKS)
        day = at.date()
        if day not in self._growth:
            self._growth[day] = growth([self._week(day, n) for n in range(WEEKS)])
        near = around(middle, TOKYO, HOLIDAYS.__contains__, since)
        return Expecting(near, self.counts, self._growth[day])

    def _week(self, day: date, ago: int) -> int:
        end = datetime.combine(day, datetime.min.time(), UTC) - timedelta(weeks=ago)
        slots = (end - SLOT * n for n in range(1, 7 * 96 + 1))
        return sum(self.counts.get((ALL, slot), 0) for slot in slots)

    def _events(self, outages: int) -> Iterator[Event]:
        """Outages also happened in the weeks before, which nobody took out of the history."""
        pick = self._random
        for number in range(outages):
            at = self.begin + timedelta(weeks=self.weeks) * ((number + 0.5) / outages)
            at += timedelta(hours=pick.uniform(-10, 10))
            lasts = timedelta(minutes=pick.choice((45, 90, 150)))
            yield Event("outage", at, lasts, SIZES[number % len(SIZES)])
        for number in range(4):
            at = self.begin - timedelta(days=10 + 12 * number, hours=pick.uniform(0, 12))
            yield Event("before", at, timedelta(minutes=120), 60)
        for number in range(max(1, self.weeks // 3)):
            day = self.begin + timedelta(days=9 + 21 * number)
            yield Event("campaign", day + timedelta(hours=1), timedelta(hours=12), factor=2.5)
            news = self.begin + timedelta(days=15 + 21 * number, hours=pick.uniform(0, 13))
            yield Event("news", news, timedelta(hours=2), factor=3.0)

    def _said(self) -> Iterator[Said]:
        start = self.begin - timedelta(weeks=WEEKS)
        moods: dict[tuple[date, Key], float] = {}
        today, day_factor = None, 1.0
        person, slot = 0, start
        while slot < self.end:
            there = slot.astimezone(TOKYO)
            if there.date() != today:
                today, day_factor = there.date(), self._random.lognormvariate(0, 0.15)
            factor = self._factor("campaign", slot) * self._factor("news", slot)
            mean = self._mean(there, slot - start) * day_factor * factor
            mean *= self._random.gammavariate(20, 1 / 20)
            for _ in range(_poisson(self._random, mean)):
                person += 1
                at = slot + SLOT * self._random.random()
                yield Said(person, at, self._keys(there, factor, moods), person)
            slot += SLOT
        yield from self._broken(person)

    def _mean(self, there: datetime, since: timedelta) -> float:
        hours = HOURS[there.hour] / sum(HOURS) / 4
        rests = there.date() in HOLIDAYS
        growing = 1.01 ** (since / timedelta(weeks=1))
        return self.a_day * hours * (DAYS[6] if rests else DAYS[there.weekday()]) * growing

    def _factor(self, kind: str, at: datetime) -> float:
        running = (it.factor for it in self.events if it.kind == kind)
        inside = [
            it.factor
            for it in self.events
            if it.kind == kind and it.begins <= at < it.begins + it.lasts
        ]
        return max(inside, default=1.0) if any(running) else 1.0

    def _keys(
        self, there: datetime, factor: float, moods: dict[tuple[date, Key], float]
    ) -> frozenset[Key]:
        """Trouble is told of by fewer of those whom a campaign or the news made write."""
        pick, found = self._random, {ALL}
        if pick.random() < 0.45 * (1.3 / factor if factor > 1 else 1.0):
            found.add(ANY)
            weights = [
                1
                / (n + 2)
                * self._mood(moods, there, key)
                * (2.0 if n == 0 and there.hour > 19 else 1)
                for n, key in enumerate(TROUBLES)
            ]
            if pick.random() < 0.7:
                found.update(pick.choices(TROUBLES, weights, k=1 + (pick.random() < 0.2)))
            if pick.random() < 0.15:
                found.add(REGIONS[min(int(pick.expovariate(0.08)), len(REGIONS) - 1)])
        if ANY in found and pick.random() < 0.7:
            found.add(TAGS[min(int(pick.expovariate(0.4)), len(TAGS) - 1)])
        return frozenset(found)

    def _mood(self, moods: dict[tuple[date, Key], float], there: datetime, key: Key) -> float:
        where = (there.date(), key)
        if where not in moods:
            moods[where] = self._random.lognormvariate(0, 0.3)
        return moods[where]

    def _broken(self, person: int) -> Iterator[Said]:
        """Those an outage makes write: it rises within minutes and fades."""
        pick = self._random
        for event in self.events:
            if not event.people:
                continue
            region = pick.choice(REGIONS[:20])
            minutes = int(event.lasts / timedelta(minutes=1))
            for minute in range(minutes):
                share = min(1.0, (minute + 1) / 10) * (1.0 if minute < minutes / 2 else 0.5)
                for _ in range(_poisson(pick, event.people / 15 * share)):
                    person += 1
                    at = event.begins + timedelta(minutes=minute + pick.random())
                    keys = {ALL, ANY, Key(Kind.TROUBLE, pick.choice(OF_AN_OUTAGE))}
                    if pick.random() < 0.3:
                        keys.add(region)
                    if pick.random() < 0.5:
                        keys.add(TAGS[0])
                    yield Said(person, at, frozenset(keys), person)

    def _counted(self) -> dict[tuple[Key, datetime], int]:
        found: dict[tuple[Key, datetime], int] = defaultdict(int)
        for it in self.said:  # everybody writes once here
            for key in it.keys:
                found[key, slot_of(it.at)] += 1
        return found


def alarms(
    quarter: Quarter, sensitivity: Sensitivity = Sensitivity.NORMAL, step: int = 1
) -> Iterator[Alarm]:
    """What the rules raise, looking every `step` minutes as the desk does."""
    demand = DEMANDS[sensitivity]
    courses: list[Course] = []
    now, first, last = quarter.begin, 0, 0
    while now < quarter.end:
        now += timedelta(minutes=step)
        came = last
        while last < len(quarter.said) and quarter.said[last].at <= now:
            last += 1
        while first < last and quarter.said[first].at < now - spikes.WINDOWS[-1]:
            first += 1
        heard = quarter.said[first:last]
        if not courses and came == last:
            continue
        if not courses and not _busy(heard, demand):
            continue
        expecting = quarter.expecting(now - SLOT / 2)
        if not expecting.can_tell:
            continue
        _settle(courses, heard, expecting, demand, now)
        found = spikes.rises(heard, expecting.of, demand, now, keys=KEYS)
        for event in spikes.merged(found):
            course = next((it for it in courses if spikes.belongs(event, it, now)), None)
            if course is None:
                minutes = int(event.main.window / timedelta(minutes=1))
                course = Course(set(), minutes=minutes)
                courses.append(course)
                words = tuple(it.key.word for it in event.rises)
                yield Alarm(now, len(event.people), words)
            course.keys |= {it.key for it in event.rises}
            course.people |= event.people


def _busy(heard: Sequence[Said], demand: spikes.Demand) -> bool:
    return sum(ANY in it.keys for it in heard) >= demand.people or len(heard) >= demand.people


def _settle(
    courses: list[Course],
    heard: Sequence[Said],
    expecting: Expecting,
    demand: spikes.Demand,
    now: datetime,
) -> None:
    for course in list(courses):
        quiet = spikes.is_quiet(heard, course.keys, expecting.of, course.minutes, demand, now)
        course.quiet_at = (course.quiet_at or now) if quiet else None
        if not quiet:
            course.ended_at = None
        if course.quiet_at and not course.ended_at and now - course.quiet_at >= spikes.QUIET:
            course.ended_at = now
        if course.ended_at and now - course.ended_at > spikes.COOL_DOWN:
            courses.remove(course)


def judged(quarter: Quarter, found: Sequence[Alarm]) -> tuple[dict[Event, Alarm], list[Alarm]]:
    """The first alarm of each outage, and those that belong to none."""
    outages = [it for it in quarter.events if it.kind == "outage"]
    seen: dict[Event, Alarm] = {}
    false = []
    for alarm in found:
        of = [it for it in outages if it.begins <= alarm.at <= it.begins + it.lasts + SLOT * 6]
        if not of:
            false.append(alarm)
        else:
            seen.setdefault(of[0], alarm)
    return seen, false


def _poisson(random: Random, mean: float) -> int:
    """Knuth's for small means, the normal curve's for large ones."""
    if mean > 60:
        return max(0, round(random.gauss(mean, mean**0.5)))
    count, left = 0, random.expovariate(1.0)
    while left < mean:
        count += 1
        left += random.expovariate(1.0)
    return count
