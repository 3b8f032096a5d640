"""Averaged margin updates: entries learn from the phrasings they nearly lose to each other.

Crammer and Singer's MIRA with a bounded step, averaged over time after Collins. The prototype is
the anchor: what is learned is a change beside it.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import repeat
from operator import mul

Weights = list[dict[str, float]]  # piece → weight, one an entry

MARGIN = 0.3
STEP = 0.5
EPOCHS = 4
VISITS = 40_000
"""Lessons taken in all: large shelves get fewer epochs, so that building stays short."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """A phrasing, the entry it belongs to, and the entries likely to be taken for it.

    Scores are those of the prototypes; only the pieces whose weights may move are here.
    """

    entry: int
    score: float
    pieces: tuple[str, ...]
    values: tuple[float, ...]
    rivals: list[tuple[int, float]]


def teach(lessons: list[Lesson], entries: int) -> Weights:
    """The change each entry's weights need; a lesson already safe is not repeated."""
    teaching = _Teaching(entries)
    order = random.Random(0)  # noqa: S311 - a fixed shuffle, no secret
    left = VISITS
    for _ in range(EPOCHS):
        lessons = lessons[:left]
        left -= len(lessons)
        order.shuffle(lessons)
        lessons = [lesson for lesson in lessons if teaching.changed_by(lesson)]
    return teaching.average()


class _Teaching:
    """Changes on the move, and the running sums from which their average is told."""

    def __init__(self, entries: int) -> None:
        self._now: Weights = [{} for _ in range(entries)]
        self._sums: Weights = [{} for _ in range(entries)]
        self._time = 0

    def changed_by(self, lesson: Lesson) -> bool:
        self._time += 1
        own = lesson.score + self._change(lesson.entry, lesson)
        closest, rival = max(
            (score + self._change(entry, lesson), entry) for entry, score in lesson.rivals
        )
        lacking = MARGIN - (own - closest)
        if lacking <= 0:
            return False
        step = min(STEP, lacking / 2 / sum(map(mul, lesson.values, lesson.values)))
        self._move(lesson.entry, lesson, step)
        self._move(rival, lesson, -step)
        return True

    def _change(self, entry: int, lesson: Lesson) -> float:
        weights = map(self._now[entry].get, lesson.pieces, repeat(0.0))
        change: float = sum(map(mul, lesson.values, weights))
        return change

    def _move(self, entry: int, lesson: Lesson, step: float) -> None:
        now, sums = self._now[entry], self._sums[entry]
        for piece, value in zip(lesson.pieces, lesson.values, strict=True):
            change = step * value
            now[piece] = now.get(piece, 0.0) + change
            sums[piece] = sums.get(piece, 0.0) + change * self._time

    def average(self) -> Weights:
        for now, sums in zip(self._now, self._sums, strict=True):
            for piece, total in sums.items():
                now[piece] -= total / (self._time + 1)
        return self._now
