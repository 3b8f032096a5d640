"""Learning on the spot: each decision moves the answers a little, beside a model that stays.

A passive-aggressive step with a bound: the right answer towards the post, the closest other one
away from it. What was learnt since the model was built lies in rows of its own, so that it can be
dropped; a new build takes the same lessons as phrasings and learns more from them.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable

import numpy as np

from support.matching.features import pieces
from support.matching.model import Model, Reading
from support.matching.postings import Postings, best
from support.matching.vocabulary import NOTHING, Numbers, Row, Values, total

MARGIN = 0.3
STEP = 0.3
PULL = 0.3
"""What a post adds to its answer in any case, less with every one before it."""
REFUSED = 0.1
"""The step away from each answer of which an agent said that it is wrong."""
BOUND = 0.6
"""So much all that was learnt may add to a score or take from it."""
AT_HAND = 32
"""Lessons kept in the order they came before they are laid out for reading."""


class Learner:
    """The changes over a model, for a number of entries. Safe to use from several threads."""

    def __init__(self, model: Model, entries: int) -> None:
        self._model = model
        self._rows: list[Row] = [NOTHING] * entries
        self._laid_out: Postings | None = None
        self._fresh: list[tuple[int, Row]] = []
        self._by_piece: dict[int, list[tuple[int, float]]] = {}
        self._counts: Counter[int] = Counter()
        self._lock = threading.Lock()

    def changed(self, reading: Reading) -> Values:
        """The scores of a reading, with what was learnt."""
        if not self._fresh and self._laid_out is None:
            return reading.scores
        with self._lock:
            change = self._change(reading.numbers) / (reading.length or 1.0)
        return reading.scores + np.clip(change, -BOUND, BOUND)

    def right(self, normal: str, entry: int, weight: float) -> None:
        """The post was answered with this entry."""
        row, scores = self._read(normal)
        own = scores[entry]
        scores[entry] = -np.inf
        rival = int(scores.argmax())
        lacking = MARGIN - (own - scores[rival])
        step = min(STEP, max(0.0, lacking) / 2) * weight
        self._counts[entry] += 1
        self._move(entry, row, step + PULL * weight / self._counts[entry] ** 0.5)
        if step and len(scores) > 1:
            self._move(rival, row, -step)

    def wrong(self, normal: str, entries: Iterable[int], weight: float) -> None:
        """None of these was what the post asks."""
        row, scores = self._read(normal)
        for entry in entries:
            self._move(entry, row, -min(REFUSED, max(0.0, float(scores[entry])) / 2) * weight)

    def weights_of(self, entry: int) -> Row:
        """What was learnt for an entry, by piece."""
        with self._lock:
            fresh = [(row, 1.0) for whose, row in self._fresh if whose == entry]
            numbers, values = total([(self._rows[entry], 1.0), *fresh])
        return numbers, values * self._model.vocabulary.weights[numbers]

    def _read(self, normal: str) -> tuple[Row, Values]:
        """The post as a vector, new pieces included, and its scores."""
        with self._lock:
            numbers = self._model.vocabulary.take(pieces(normal))
        row = self._model.vocabulary.row(numbers)
        return row, self.changed(self._model.read(normal)).copy()

    def _change(self, numbers: Numbers) -> Values:
        change = np.zeros(len(self._rows))
        if self._laid_out is not None:
            change += self._laid_out.scores(numbers)
        for number in numbers.tolist():
            for entry, value in self._by_piece.get(number, ()):
                change[entry] += value
        return change

    def _move(self, entry: int, row: Row, step: float) -> None:
        if not step or not len(row[0]):
            return
        weights = self._model.vocabulary.weights
        with self._lock:
            self._fresh.append((entry, (row[0], row[1] * step)))
            for number, value in zip(*(part.tolist() for part in row), strict=True):
                told = (entry, value * step * weights[number])
                self._by_piece.setdefault(number, []).append(told)
            if len(self._fresh) > AT_HAND:
                self._lay_out()

    def _lay_out(self) -> None:
        for entry in {entry for entry, _ in self._fresh}:
            fresh = [(row, 1.0) for whose, row in self._fresh if whose == entry]
            self._rows[entry] = total([(self._rows[entry], 1.0), *fresh])
        self._laid_out = Postings(self._rows, self._model.vocabulary.weights)
        self._fresh, self._by_piece = [], {}


def top(scores: Values) -> tuple[int, float, float]:
    """The best entry, its score and its gap to the next; -1 without entries."""
    order = best(scores, 2)
    if not order:
        return -1, 0.0, 0.0
    first = float(scores[order[0]])
    return order[0], first, first - float(scores[order[1]]) if len(order) > 1 else first
