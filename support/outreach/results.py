"""What outreach came to, as figures that do not claim more than they can. Rules only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields

FEW = 10
"""Of fewer than this no rate is given: one answer more would make it another one."""


@dataclass(frozen=True)
class Tally:
    """How many people got how far; each is counted in every step they reached."""

    found: int = 0
    approved: int = 0
    contacted: int = 0
    answered: int = 0
    solved: int = 0
    opted_out: int = 0
    complained: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(*(getattr(self, it.name) + getattr(other, it.name) for it in fields(Tally)))

    @property
    def anything(self) -> bool:
        return any(getattr(self, it.name) for it in fields(Tally))


@dataclass(frozen=True)
class Step:
    """One figure and the one it is a share of."""

    name: str
    of: str


STEPS = (
    Step("found", ""),
    Step("approved", "found"),
    Step("contacted", "approved"),
    Step("answered", "contacted"),
    Step("solved", "answered"),
    Step("opted_out", "contacted"),
    Step("complained", "contacted"),
)


def rate(part: int, whole: int) -> float | None:
    """The share, or None where the whole is too small to speak of one.

    Never above 1: somebody posted by hand what nobody had approved at the desk.
    """
    return min(part / whole, 1.0) if whole >= FEW else None


def rates(tally: Tally) -> dict[str, float | None]:
    return {
        step.name: rate(getattr(tally, step.name), getattr(tally, step.of))
        for step in STEPS
        if step.of
    }


@dataclass(frozen=True)
class Line:
    """One list, wording or colleague."""

    name: str
    tally: Tally


@dataclass(frozen=True)
class Table:
    """`by`: listening, phrase, wording or agent."""

    by: str
    lines: Sequence[Line]


def summed(lines: Iterable[Line]) -> Tally:
    return sum((line.tally for line in lines), Tally())
