"""Whether so many people at once are more than chance: a spike, and what belongs to it.

People in the last 15 and 60 minutes are held against what is usual. The tail is that of the
negative binomial: a Poisson whose mean is not known for sure and differs from day to day. How
improbable it must be follows from what a desk puts up with: so many false alarms in a quarter of
a year, shared among all words and all looks.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from math import lgamma, log, log1p
from typing import NamedTuple

from support.incidents.usual import SLOT, Usual
from support.incidents.vocabulary import ALL, Key, Kind

WINDOWS = (timedelta(minutes=15), timedelta(minutes=60))
LOOKS = 13 * 7 * 96 * 3
"""Windows of a quarter of a year that tell something new: they slide, and so overlap."""
FOUND_KEYS = 2_000
"""Phrases nobody thought of that might have been looked at."""
RELATED = 0.3
"""Words that share so many of the fewer people are about one thing."""
STRICTER = 2.0
"""What a word that was dismissed twice must surpass more, in people and in times the usual."""
DISMISSED_OFTEN = 2


class Sensitivity(StrEnum):
    KEEN = "keen"
    NORMAL = "normal"
    CALM = "calm"


class Demand(NamedTuple):
    """false alarms put up with in a quarter; people at least; times the usual at least"""

    budget: float
    people: int
    times: float


DEMANDS = {
    Sensitivity.KEEN: Demand(4.0, 6, 2.5),
    Sensitivity.NORMAL: Demand(1.0, 8, 3.0),
    Sensitivity.CALM: Demand(0.25, 15, 4.0),
}


class Said(NamedTuple):
    """One message: by whom, when, and what it is counted under."""

    person: int
    at: datetime
    keys: frozenset[Key]
    message: int = 0
    public: bool = True


@dataclass(frozen=True, slots=True)
class Rise:
    """More people than usual under one key; `usual` for the whole window."""

    key: Key
    window: timedelta
    people: frozenset[int]
    usual: float
    surprise: float
    """How improbable it is, as the natural logarithm of the probability."""

    @property
    def times(self) -> float:
        return len(self.people) / max(self.usual, 0.1)


@dataclass(frozen=True, slots=True)
class Found:
    """Rises that are one event; the first names it."""

    rises: Sequence[Rise]

    @property
    def people(self) -> frozenset[int]:
        return frozenset().union(*(it.people for it in self.rises))

    @property
    def main(self) -> Rise:
        return self.rises[0]


def log_tail(people: int, mean: float, spread: float) -> float:
    """ln P(N ≥ people) of a negative binomial of variance mean + spread · mean²."""
    if people <= mean:
        return 0.0
    r = 1 / max(spread, 1e-9)
    share = mean / (r + mean)
    first = (
        lgamma(people + r) - lgamma(r) - lgamma(people + 1) - r * log1p(mean / r)
    ) + people * log(share)
    total, term, n = 1.0, 1.0, people
    while term > 1e-12 * total and n < people + 2_000:
        term *= (n + r) / (n + 1) * share
        total += term
        n += 1
    return min(first + log(total), 0.0)


def by_key(said: Iterable[Said], since: datetime) -> dict[Key, set[int]]:
    """Who said what since then."""
    found: dict[Key, set[int]] = {}
    for it in said:
        if it.at >= since:
            for key in it.keys:
                found.setdefault(key, set()).add(it.person)
    return found


def worth_a_look(people: int, demand: Demand) -> bool:
    """Whether there are enough to ask what is usual."""
    return people >= demand.people


def rises(
    said: Sequence[Said],
    usual: Callable[[Key], Usual | None],
    demand: Demand,
    now: datetime,
    *,
    accounts: int = 1,
    keys: int = 100,
    dismissed: Mapping[Key, int] | None = None,
) -> list[Rise]:
    """What is more than chance now, the least probable first. `keys`: how many are watched;
    `dismissed`: how often a lead said of a key that it was nothing."""
    found: dict[Key, Rise] = {}
    for window in WINDOWS:
        for key, people in by_key(said, now - window).items():
            if key == ALL or not worth_a_look(len(people), demand):
                continue
            expected = usual(key)
            often = (dismissed or {}).get(key, 0) >= DISMISSED_OFTEN
            rise = expected and _judged(key, window, people, expected)
            allowed = limit(demand, accounts, FOUND_KEYS if key.kind == Kind.FOUND else keys)
            if not rise or not _is_enough(rise, demand, allowed, STRICTER if often else 1.0):
                continue
            if key not in found or rise.surprise < found[key].surprise:
                found[key] = rise
    return sorted(found.values(), key=lambda it: (it.surprise, it.key))


def limit(demand: Demand, accounts: int, keys: int) -> float:
    """The logarithm of the probability a rise must be under."""
    return log(demand.budget / (LOOKS * len(WINDOWS) * max(accounts, 1) * max(keys, 1)))


def _judged(key: Key, window: timedelta, people: Collection[int], usual: Usual) -> Rise:
    mean = usual.mean * (window / SLOT)
    tail = log_tail(len(people), mean, usual.spread)
    return Rise(key, window, frozenset(people), mean, tail)


def _is_enough(rise: Rise, demand: Demand, allowed: float, stricter: float) -> bool:
    return (
        len(rise.people) >= demand.people * stricter
        and len(rise.people) >= demand.times * stricter * rise.usual
        and rise.surprise <= allowed
    )


def merged(found: Sequence[Rise]) -> list[Found]:
    """Rises of the same people are one event, and so are words of trouble that rise at once:
    people say the same thing in one word each."""
    groups: list[list[Rise]] = []
    for rise in found:
        near = [group for group in groups if any(related(rise, it) for it in group)]
        joined = [rise, *(it for group in near for it in group)]
        groups = [group for group in groups if group not in near] + [joined]
    return [Found(sorted(group, key=_telling)) for group in groups]


def related(one: Rise, other: Rise) -> bool:
    if {one.key.kind, other.key.kind} <= {Kind.TROUBLE, Kind.ANY}:
        return True
    return overlap(one.people, other.people) >= RELATED


def overlap(some: Collection[int], others: Collection[int]) -> float:
    """The share of the fewer who are among both."""
    fewer = min(len(some), len(others))
    return len(set(some) & set(others)) / fewer if fewer else 0.0


_RANK = {Kind.TROUBLE: 0, Kind.FOUND: 1, Kind.PRODUCT: 2, Kind.REGION: 3, Kind.TAG: 4, Kind.ANY: 5}


def _telling(rise: Rise) -> tuple[int, int, float, Key]:
    """A word of trouble names an event better than where or in what it is."""
    return (_RANK[Kind(rise.key.kind)], -len(rise.people), rise.surprise, rise.key)


@dataclass(slots=True)
class Course:
    """An event that was raised: it lasts until it has been quiet for a while, and one that has
    ended is not raised again at once."""

    keys: set[Key]
    people: set[int] = field(default_factory=set)
    minutes: int = 15
    quiet_at: datetime | None = None
    ended_at: datetime | None = None


QUIET = timedelta(minutes=20)
"""So long under what raised it, and an event has ended."""
COOL_DOWN = timedelta(minutes=60)
CALM_AGAIN = 1.7
"""Times the usual, under which a window is quiet again: well below what raises it."""


def is_quiet(
    said: Iterable[Said],
    keys: Iterable[Key],
    usual: Callable[[Key], Usual],
    minutes: int,
    demand: Demand,
    now: datetime,
) -> bool:
    """Whether none of the keys rises any more, in a window as long as the one that raised it."""
    window = timedelta(minutes=minutes)
    people = by_key(said, now - window)
    return all(
        len(people.get(key, ()))
        < max(CALM_AGAIN * usual(key).mean * (window / SLOT), demand.people / 2)
        for key in keys
        if key.kind != Kind.FOUND
    )


def belongs(found: Found, course: Course, now: datetime) -> bool:
    """Whether what rises now is the event that was raised before: by its words or its people."""
    if course.ended_at is not None and now - course.ended_at >= COOL_DOWN:
        return False
    kinds = {key.kind for key in course.keys}
    return any(
        rise.key in course.keys
        or overlap(rise.people, course.people) >= RELATED
        or (rise.key.kind in (Kind.TROUBLE, Kind.ANY) and kinds & {Kind.TROUBLE, Kind.ANY})
        for rise in found.rises
    )


def begun(times: Sequence[datetime], usual: Usual, now: datetime) -> datetime:
    """Since when there are more: where the sum of what is beyond twice the usual last began."""
    a_minute = 2 * usual.mean / (SLOT / timedelta(minutes=1))
    excess, start, last = 0.0, now, None
    for at in sorted(times):
        if last is not None:
            excess -= a_minute * ((at - last) / timedelta(minutes=1))
        if excess <= 0 or last is None:
            excess, start = 0.0, at
        excess += 1
        last = at
    return start
