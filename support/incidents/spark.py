"""Where the bars of a spike's chart stand; numbers in, numbers out, in units of the drawing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from support.incidents.usual import SLOT, slot_of

GAP = 0.25
LOWEST = 0.5


@dataclass(frozen=True, slots=True)
class Bar:
    """A quarter of an hour; `hot`: the spike was on."""

    at: datetime
    people: int
    x: float
    y: float
    width: float
    height: float
    hot: bool


@dataclass(frozen=True, slots=True)
class Spark:
    bars: list[Bar]
    usual_y: float
    """Where the line of what is usual lies."""
    most: int


def spark(
    course: Mapping[str, Any],
    begun_at: datetime,
    ended_at: datetime | None,
    *,
    width: float,
    height: float,
    last: int | None = None,
) -> Spark:
    """`course` as the row of a spike keeps it; `last`: so many quarters at its end only."""
    people = [int(it) for it in course.get("people", [])]
    usual = float(course.get("usual", 0.0))
    if not people:
        return Spark([], height, 0)
    begin = datetime.fromisoformat(course["from"])
    slots = [(begin + SLOT * n, seen) for n, seen in enumerate(people)][-(last or len(people)) :]
    most = max(*(seen for _at, seen in slots), usual, 1)
    room = width / len(slots)
    hot_from = slot_of(begun_at)
    bars = [
        Bar(
            at,
            seen,
            round(room * n, 1),
            round(height - tall(seen, most, height), 1),
            round(room * (1 - GAP), 1),
            round(tall(seen, most, height), 1),
            at >= hot_from and (ended_at is None or at < ended_at),
        )
        for n, (at, seen) in enumerate(slots)
    ]
    return Spark(bars, round(height - height * usual / most, 1), max(seen for _at, seen in slots))


def tall(seen: float, most: float, height: float) -> float:
    """Nothing is a thin line: there was an hour, and nobody wrote."""
    return max(height * seen / most, LOWEST)
