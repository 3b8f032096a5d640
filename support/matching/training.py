"""Averaged margin updates: entries learn from the phrasings they nearly lose to each other.

Crammer and Singer's MIRA with a bounded step, averaged over time after Collins. The prototype is
the anchor: what is learned is a change beside it. Changes live in a table of fixed size; on shelves
so large that two of them share a cell, they are noise to each other (Weinberger's hashing).
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from support.matching.vocabulary import Numbers, Row, Values

MARGIN = 0.3
STEP = 0.5
EPOCHS = 4
VISITS = 60_000
"""Lessons taken in all: large shelves get fewer epochs, so that building stays short."""
CELLS = 1 << 24
_STRIDE = 1_000_003


@dataclass(frozen=True, slots=True)
class Lesson:
    """A phrasing, the entry it belongs to, and the entries likely to be taken for it.

    Scores are those of the prototypes; only the pieces whose weights may move are here. `weight`,
    0 to 1, is how much of a step it may cause.
    """

    entry: int
    score: float
    numbers: Numbers
    values: Values
    rivals: Numbers
    rival_scores: Values
    weight: float = 1.0


def teach(lessons: Sequence[Lesson], entries: int, pieces: int) -> list[Row]:
    """The change each entry's weights need; a lesson already safe is not repeated."""
    teaching = _Teaching(entries, pieces)
    order = random.Random(0)  # noqa: S311 - a fixed shuffle, no secret
    left, live = VISITS, list(lessons)
    for _ in range(EPOCHS):
        order.shuffle(live)
        live = live[:left]
        left -= len(live)
        live = [lesson for lesson in live if teaching.changed_by(lesson)]
    return teaching.average()


class _Teaching:
    """Changes on the move, and the running sums from which their average is told."""

    def __init__(self, entries: int, pieces: int) -> None:
        exact = entries * pieces <= CELLS
        self._stride = pieces if exact else _STRIDE
        cells = max(1, entries * pieces if exact else CELLS)
        self._cells = cells
        self._now = np.zeros(cells, np.float32)
        self._sums = np.zeros(cells, np.float32)
        self._moved: list[list[Numbers]] = [[] for _ in range(entries)]
        self._time = 0

    def changed_by(self, lesson: Lesson) -> bool:
        self._time += 1
        changes = self._now[self._at(lesson.rivals[:, None], lesson.numbers)] @ lesson.values
        scores = lesson.rival_scores + changes
        closest = int(scores.argmax())
        own_cells = self._at(lesson.entry, lesson.numbers)
        own = lesson.score + float(self._now[own_cells] @ lesson.values)
        lacking = MARGIN - (own - float(scores[closest]))
        if lacking <= 0:
            return False
        square = float(lesson.values @ lesson.values)
        step = min(STEP, lacking / 2 / square) * lesson.weight
        rival = int(lesson.rivals[closest])
        self._move(lesson.entry, own_cells, lesson, step)
        self._move(rival, self._at(rival, lesson.numbers), lesson, -step)
        return True

    def _at(self, entry: int | Numbers, numbers: Numbers) -> Numbers:
        return (entry * self._stride + numbers) % self._cells

    def _move(self, entry: int, cells: Numbers, lesson: Lesson, step: float) -> None:
        change = (step * lesson.values).astype(np.float32)
        self._now[cells] += change
        self._sums[cells] += change * self._time
        self._moved[entry].append(lesson.numbers)

    def average(self) -> list[Row]:
        rows = []
        for entry, moved in enumerate(self._moved):
            numbers = np.unique(np.concatenate(moved)) if moved else np.zeros(0, np.int64)
            cells = self._at(entry, numbers)
            values = self._now[cells] - self._sums[cells] / (self._time + 1)
            rows.append((numbers, values.astype(np.float64)))
        return rows
