"""What a figure is made of: times and their percentiles, promises kept and broken, small numbers.

Values in, values out; nothing is known of where they were counted.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

SMALL = 10
"""Below this many a figure says little, and is marked."""
PERCENTS = (50, 90, 95)


@dataclass(frozen=True, slots=True)
class Attainment:
    """Promises that were kept within their target and that were broken, late or still open."""

    kept: int = 0
    broken: int = 0

    def __add__(self, other: "Attainment") -> "Attainment":
        return Attainment(self.kept + other.kept, self.broken + other.broken)

    @property
    def judged(self) -> int:
        return self.kept + self.broken

    @property
    def permille(self) -> int | None:
        """Rounded down, so that 1000 means every single one; None where nothing was judged."""
        return self.kept * 1000 // self.judged if self.judged else None


@dataclass(frozen=True, slots=True)
class Times:
    """How long it took, so many times; None where it never was."""

    count: int = 0
    median: timedelta | None = None
    p90: timedelta | None = None
    p95: timedelta | None = None

    @property
    def small(self) -> bool:
        return 0 < self.count < SMALL


class Measure(NamedTuple):
    """One kind of promise in one clock: how long it took, and how often it was in time."""

    times: Times
    attainment: Attainment


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table: a measure for each kind and clock; `key` None is nobody's."""

    key: str | int | None = None
    measures: Mapping[tuple[str, str], Measure] = field(default_factory=dict)

    @property
    def judged(self) -> bool:
        return any(measure.attainment.judged for measure in self.measures.values())

    def of(self, kind: str, clock: str) -> Measure:
        return self.measures.get((kind, clock), Measure(Times(), Attainment()))


@dataclass(frozen=True, slots=True)
class Doings:
    """What else was done in a period.

    automatic   out-of-hours acknowledgements X accepted: no answers, and never among them
    suggested   replies beside which answers were suggested; `hits`: one of the first three was
                sent
    asked       public tickets opened; `handed`: those that went on in direct messages
    micros      what X cost, by account, in millionths of a dollar
    """

    automatic: int = 0
    suggested: int = 0
    hits: int = 0
    asked: int = 0
    handed: int = 0
    micros: Mapping[int, int] = field(default_factory=dict)

    @property
    def hit_permille(self) -> int | None:
        return self.hits * 1000 // self.suggested if self.suggested else None

    @property
    def handed_permille(self) -> int | None:
        return self.handed * 1000 // self.asked if self.asked else None

    @property
    def cost_micros(self) -> int:
        return sum(self.micros.values())


def percentile(ordered: Sequence[timedelta], percent: int) -> timedelta | None:
    """Linear interpolation between the closest ranks, the ends included, as in Excel's
    PERCENTILE.INC: rank 1 + percent/100 · (n − 1). `ordered` must rise; None if it is empty.
    """
    if not ordered:
        return None
    below, share = divmod(percent * (len(ordered) - 1), 100)
    if not share:
        return ordered[below]
    return (ordered[below] * (100 - share) + ordered[below + 1] * share) / 100


def times(taken: Iterable[timedelta]) -> Times:
    ordered = sorted(taken)
    return Times(len(ordered), *(percentile(ordered, percent) for percent in PERCENTS))


def times_of(micros: Sequence[int] | NDArray[np.int64]) -> Times:
    """The same of whole microseconds that rise; only those that are needed become durations."""
    found = []
    for percent in PERCENTS if len(micros) else ():
        below, share = divmod(percent * (len(micros) - 1), 100)
        around = [timedelta(microseconds=int(n)) for n in micros[below : below + 2]]
        found.append(percentile(around, share) if share else around[0])
    return Times(len(micros), *found)
