"""Where the lines and bars of the charts lie; numbers in, numbers out, in units of the drawing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple, TypeVar

from support.reports.figures import Spell

TOP, BOTTOM = 14.0, 204.0
LEFT, RIGHT = 44.0, 674.0
MOST_TICKS = 5
MOST_LABELS = 8
MOST_DOTS = 31
LINE_APART = 15.0
"""Between two lines of text at the end of the chart."""

MINUTE = timedelta(minutes=1)
TIME_STEPS = tuple(MINUTE * n for n in (5, 10, 15, 30, 60, 120, 240, 480, 720, 1440))

Value = TypeVar("Value", int, timedelta)


class Tick(NamedTuple):
    """A grid line; `value` is a duration or a number."""

    y: float
    value: timedelta | int


class Dot(NamedTuple):
    x: float
    y: float


class Mark(NamedTuple):
    """A label below the chart, for the spell of this number."""

    x: float
    spell: int


class End(NamedTuple):
    """What a line is called, where it ends: median, p90 or target."""

    y: float
    name: str


class Block(NamedTuple):
    x: float
    width: float


class Bar(NamedTuple):
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Trend:
    """First replies over time: two lines, a target, days without an opening."""

    ticks: Sequence[Tick]
    marks: Sequence[Mark]
    closed: Sequence[Block]
    median: str
    p90: str
    dots: Sequence[Dot]
    lone: Sequence[Dot]
    """Points of the upper line that have no neighbour to be joined to."""
    target_y: float | None
    ends: Sequence[End]


@dataclass(frozen=True, slots=True)
class Flow:
    """What came in and what was resolved, side by side."""

    ticks: Sequence[Tick]
    marks: Sequence[Mark]
    opened: Sequence[Bar]
    resolved: Sequence[Bar]
    backlog: str
    """The line of what was left; `lone` its points without a neighbour."""
    lone: Sequence[Dot]


def trend(spells: Sequence[Spell], target: timedelta | None) -> Trend:
    """The chart of 760 by 232 units; its plot runs from 44 to 674."""
    xs = _places(len(spells))
    medians = [spell.times.median for spell in spells]
    p90s = [spell.times.p90 for spell in spells]
    values = time_ticks(max((t for t in (*p90s, target) if t), default=MINUTE))
    at = _scale(values[-1])
    median = [(x, at(v)) if v is not None else None for x, v in zip(xs, medians, strict=True)]
    p90 = [(x, at(v)) if v is not None else None for x, v in zip(xs, p90s, strict=True)]
    return Trend(
        ticks=[Tick(at(value), value) for value in values],
        marks=_marks(xs),
        closed=_closed(spells, xs),
        median=path(median),
        p90=path(p90),
        dots=[Dot(*point) for point in median if point]
        if len(spells) <= MOST_DOTS
        else lone(median),
        lone=lone(p90),
        target_y=at(target) if target is not None else None,
        ends=_ends(median[-1], p90[-1], at(target) if target is not None else None),
    )


def flow(spells: Sequence[Spell]) -> Flow:
    """The chart of 366 by 232 units; its plot runs from 34 to 358."""
    left, right = 34.0, 358.0
    room = (right - left) / len(spells)
    width = min(room * 0.38, 18.0)
    middles = [left + room * (number + 0.5) for number in range(len(spells))]
    values = count_ticks(
        max((max(s.opened, s.resolved, s.backlog or 0) for s in spells), default=0)
    )
    at = _scale(values[-1])
    left_over = [
        (round(x, 1), at(spell.backlog)) if spell.backlog is not None else None
        for x, spell in zip(middles, spells, strict=True)
    ]

    def bars(numbers: Sequence[int], beside: float) -> list[Bar]:
        return [
            Bar(round(x + beside, 1), at(n), round(width, 1), round(BOTTOM - at(n), 1))
            for x, n in zip(middles, numbers, strict=True)
            if n
        ]

    return Flow(
        ticks=[Tick(at(value), value) for value in values],
        marks=_marks([round(x, 1) for x in middles], most=5),
        opened=bars([spell.opened for spell in spells], -width),
        resolved=bars([spell.resolved for spell in spells], 0.0),
        backlog=path(left_over),
        lone=lone(left_over),
    )


@dataclass(frozen=True, slots=True)
class Daily:
    """One bar a day."""

    ticks: Sequence[Tick]
    marks: Sequence[Mark]
    bars: Sequence[Bar]


def daily(numbers: Sequence[int]) -> Daily:
    """The chart of 760 by 232 units; its plot runs from 44 to 746."""
    room = (746.0 - LEFT) / len(numbers)
    width = round(room * 0.7, 1)
    middles = [round(LEFT + room * (n + 0.5), 1) for n in range(len(numbers))]
    values = count_ticks(max(numbers))
    at = _scale(values[-1])
    bars = [
        Bar(round(x - width / 2, 1), at(n), width, round(BOTTOM - at(n), 1))
        for x, n in zip(middles, numbers, strict=True)
        if n
    ]
    return Daily([Tick(at(value), value) for value in values], _marks(middles), bars)


def time_ticks(most: timedelta) -> list[timedelta]:
    """From zero to `most` or just beyond it, in steps that people count time in."""
    step = next((s for s in TIME_STEPS if most <= s * (MOST_TICKS - 1)), TIME_STEPS[-1])
    while most > step * (MOST_TICKS - 1):
        step *= 2
    return [step * n for n in range(-(-most // step) + 1)]


def count_ticks(most: int) -> list[int]:
    """From zero to `most` or just beyond it, in steps of 1, 2 or 5 and their tenfold."""
    scale = 1
    while True:
        for digit in (1, 2, 5):
            step = digit * scale
            if most <= step * (MOST_TICKS - 1):
                return [step * n for n in range(max(-(-most // step), 1) + 1)]
        scale *= 10


def path(points: Sequence[tuple[float, float] | None]) -> str:
    """SVG path data; a gap in the points is a gap in the line."""
    words, pen = [], "M"
    for point in points:
        if point is None:
            pen = "M"
            continue
        words.append(f"{pen}{point[0]} {point[1]}")
        pen = "L"
    return "".join(words)


def lone(points: Sequence[tuple[float, float] | None]) -> list[Dot]:
    """Points without a neighbour: a line alone would not show them."""
    around = [None, *points, None]
    return [
        Dot(*here)
        for before, here, after in zip(around, around[1:], around[2:], strict=False)
        if here and not before and not after
    ]


def spread(ends: Sequence[End], apart: float = LINE_APART) -> list[End]:
    """The same labels from top to bottom, moved down as far as they would overlap."""
    placed: list[End] = []
    for end in sorted(ends):
        y = end.y if not placed else max(end.y, placed[-1].y + apart)
        placed.append(End(round(y, 1), end.name))
    return placed


def _places(number: int) -> list[float]:
    if number == 1:
        return [(LEFT + RIGHT) / 2]
    return [round(LEFT + (RIGHT - LEFT) * n / (number - 1), 1) for n in range(number)]


def _scale(most: Value) -> Callable[[Value], float]:
    return lambda value: round(BOTTOM - (BOTTOM - TOP) * (value / most), 1)


def _marks(xs: Sequence[float], most: int = MOST_LABELS) -> list[Mark]:
    """Labels at even distances, counted back from the last."""
    every = -(-len(xs) // most)
    return [Mark(x, n) for n, x in enumerate(xs) if (len(xs) - 1 - n) % every == 0]


def _closed(spells: Sequence[Spell], xs: Sequence[float]) -> list[Block]:
    """As wide as a day, and within the plot."""
    half = (xs[1] - xs[0]) / 2 if len(xs) > 1 else (RIGHT - LEFT) / 2
    sides = [
        (max(x - half, LEFT), min(x + half, RIGHT))
        for spell, x in zip(spells, xs, strict=True)
        if spell.closed
    ]
    return [Block(round(left, 1), round(right - left, 1)) for left, right in sides]


def _ends(
    median: tuple[float, float] | None, p90: tuple[float, float] | None, target: float | None
) -> list[End]:
    ends = [End(point[1], name) for point, name in ((median, "median"), (p90, "p90")) if point]
    return spread([*ends, End(target, "target")] if target is not None else ends)
