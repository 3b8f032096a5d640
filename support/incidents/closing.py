"""What an incident was, in figures, once it is over: rules only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum


class Word(StrEnum):
    """How a promise to somebody who was hit stands."""

    KEPT = "kept"
    LATE = "late"
    """Kept after its time."""
    BROKEN = "broken"
    """Its time is over, and nothing came."""
    OPEN = "open"
    """There is time left."""


@dataclass(frozen=True)
class Owed:
    """One promise: the first moment at which it counts as broken, and when it was kept."""

    kind: str
    breach_at: datetime | None
    kept_at: datetime | None


@dataclass(frozen=True)
class Times:
    """What happened when; None: it did not, or not yet."""

    begun_at: datetime
    opened_at: datetime
    first_post_at: datetime | None = None
    """When the first of those linked wrote."""
    first_notice_at: datetime | None = None
    first_answer_at: datetime | None = None
    last_answer_at: datetime | None = None
    restored_at: datetime | None = None
    closed_at: datetime | None = None


@dataclass(frozen=True)
class Moment:
    """`after`: so long after people were hit; below zero: before that was known."""

    name: str
    at: datetime
    after: timedelta


@dataclass(frozen=True)
class Figures:
    """The report, but for what was said."""

    times: Times
    people: int
    tickets: int
    unlinked: int
    answered: int
    """How many of the people have an answer of ours."""
    posts: int
    """Notices and parts of replies that X took."""
    micros: int
    promises: dict[str, dict[Word, int]] = field(default_factory=dict)
    passed: dict[str, int] = field(default_factory=dict)
    """Whom waves did not answer, by reason."""

    @property
    def moments(self) -> list[Moment]:
        """In the order in which they happened."""
        named = {name: getattr(self.times, name) for name in ORDER}
        known = [(at, name) for name, at in named.items() if at is not None]
        begun = self.times.begun_at
        return [
            Moment(name, at, at - begun)
            for at, name in sorted(known, key=lambda it: (it[0], ORDER.index(it[1])))
        ]


ORDER = (
    "begun_at",
    "first_post_at",
    "opened_at",
    "first_notice_at",
    "first_answer_at",
    "last_answer_at",
    "restored_at",
    "closed_at",
)


def word(it: Owed, now: datetime) -> Word:
    late_from = it.breach_at
    if it.kept_at is not None:
        return Word.LATE if late_from is not None and it.kept_at >= late_from else Word.KEPT
    return Word.BROKEN if late_from is not None and now >= late_from else Word.OPEN


def count(owed: Iterable[Owed], now: datetime) -> dict[str, dict[Word, int]]:
    """By kind, and how they stand."""
    found: dict[str, dict[Word, int]] = {}
    for it in owed:
        kind = found.setdefault(it.kind, dict.fromkeys(Word, 0))
        kind[word(it, now)] += 1
    return found


def minutes(amount: timedelta) -> int:
    """Whole minutes, for a table."""
    return round(amount / timedelta(minutes=1))


def first(moments: Sequence[datetime | None]) -> datetime | None:
    return min((at for at in moments if at is not None), default=None)
