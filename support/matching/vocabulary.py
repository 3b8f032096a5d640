"""The pieces a shelf knows, numbered, and what each weighs: the fewer entries say it, the more."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from support.matching.features import WEIGHTS

Numbers = NDArray[np.int64]
Values = NDArray[np.float64]
Row = tuple[Numbers, Values]
"""Numbers of pieces, each once, and a value for each: a sparse vector."""

NOTHING: Row = (np.zeros(0, np.int64), np.zeros(0))


class Vocabulary:
    """Pieces by number. Rarity is counted over entries, not phrasings: what tells one answer from
    another is in how many answers a piece occurs, however often each is asked for."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._unseen: dict[str, float] = dict.fromkeys(WEIGHTS, 0.0)
        self.weights: Values = np.zeros(0)

    def __len__(self) -> int:
        return len(self._numbers)

    @property
    def pieces(self) -> list[str]:
        """By number."""
        return list(self._numbers)

    def number(self, pieces: Iterable[str]) -> Numbers:
        """The pieces' numbers; new pieces get one, and have no weight before `weigh`."""
        numbers = self._numbers
        return np.array([numbers.setdefault(p, len(numbers)) for p in pieces], np.int64)

    def take(self, pieces: Iterable[str]) -> Numbers:
        """The pieces' numbers; new pieces get one, and weigh as pieces no entry has."""
        taken = self.number(pieces)
        new = list(islice(reversed(self._numbers), len(self) - len(self.weights)))[::-1]
        if new:
            self.weights = np.append(self.weights, [self._unseen[piece[0]] for piece in new])
        return taken

    def weigh(self, entries: Sequence[Iterable[Numbers]]) -> None:
        """Weigh every piece by how many of the entries, each some texts, have it."""
        counts = np.zeros(len(self))
        for texts in entries:
            found = [text for text in texts if len(text)]
            if found:
                counts[np.unique(np.concatenate(found))] += 1
        total = len(entries)
        kinds = np.array([WEIGHTS[piece[0]] for piece in self._numbers])
        self.weights = kinds * np.log(1.05 + total / (counts + 0.5))
        self._unseen = {kind: w * math.log(1.05 + total / 0.5) for kind, w in WEIGHTS.items()}

    def read(self, pieces: Iterable[str]) -> tuple[list[str], Numbers, float]:
        """The pieces that have a number, the numbers, and the length of the whole text as a vector,
        what nobody says on the shelf included: it makes every score smaller."""
        numbers, unseen, found, pieces_found = self._numbers, 0.0, [], []
        weights = self.weights  # a learner may put a longer one in its place meanwhile
        for piece in pieces:
            number = numbers.get(piece, len(weights))
            if number >= len(weights):
                unseen += self._unseen[piece[0]] ** 2
            else:
                found.append(number)
                pieces_found.append(piece)
        known = np.array(found, np.int64)
        of_known = weights[known]
        return pieces_found, known, math.sqrt(float(of_known @ of_known) + unseen)

    def row(self, numbers: Numbers) -> Row:
        """A text as a vector of unit length."""
        return unit_length((numbers, self.weights[numbers]))


def unit_length(row: Row) -> Row:
    numbers, values = row
    length = float(np.sqrt(values @ values))
    return (numbers, values / length) if length else (numbers, values)


def total(rows: Iterable[tuple[Row, float]]) -> Row:
    """The weighted sum of rows."""
    parts = [(numbers, values * weight) for (numbers, values), weight in rows if len(numbers)]
    if not parts:
        return NOTHING
    if len(parts) == 1:
        return parts[0]
    numbers = np.concatenate([part[0] for part in parts])
    distinct, places = np.unique(numbers, return_inverse=True)
    values = np.concatenate([part[1] for part in parts])
    return distinct, sums(places, values, len(distinct))


def sums(places: NDArray[np.integer[Any]], values: NDArray[np.floating[Any]], size: int) -> Values:
    """What the values at each place add up to."""
    return np.bincount(places, values, size).astype(np.float64, copy=False)
