"""Averaged margin updates: entries learn from the phrasings they nearly lose to each other.

Crammer and Singer's MIRA with a bounded step, averaged over time after Collins. The prototype is
the anchor: what is learned is a change beside it.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

Weights = list[dict[str, float]]  # piece → weight, one an entry

MARGIN = 0.3
STEP = 0.5
EPOCHS = 6
VISITS = 60_000
"""Lessons taken in all: large shelves get fewer epochs, so that building stays short."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """A phrasing, the entry it belongs to, and the entries likely to be taken for it.

    Scores are those of the prototypes; `vector` holds only the pieces whose weights may move.
    """

    entry: int
    score: float
    vector: list[tuple[str, float]]
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
        own = lesson.score + self._change(lesson.entry, lesson.vector)
        closest, rival = max(
            (score + self._change(entry, lesson.vector), entry) for entry, score in lesson.rivals
        )
        lacking = MARGIN - (own - closest)
        if lacking <= 0:
            return False
        step = min(STEP, lacking / 2 / sum(value * value for _, value in lesson.vector))
        self._move(lesson.entry, lesson.vector, step)
        self._move(rival, lesson.vector, -step)
        return True

    def _change(self, entry: int, vector: list[tuple[str, float]]) -> float:
        of = self._now[entry].get
        return sum([value * of(piece, 0.0) for piece, value in vector])

    def _move(self, entry: int, vector: list[tuple[str, float]], step: float) -> None:
        now, sums = self._now[entry], self._sums[entry]
        for piece, value in vector:
            change = step * value
            now[piece] = now.get(piece, 0.0) + change
            sums[piece] = sums.get(piece, 0.0) + change * self._time

    def average(self) -> Weights:
        for now, sums in zip(self._now, self._sums, strict=True):
            for piece, total in sums.items():
                now[piece] -= total / (self._time + 1)
        return self._now
