"""The pieces a shelf knows, numbered, and what each weighs: the fewer entries say it, the more."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from support.canned.features import WEIGHTS

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

    def take(self, pieces: Iterable[str]) -> Numbers:
        """The pieces' numbers; new pieces get one, and weigh as pieces no entry has."""
        numbers = self._numbers
        taken = np.array([numbers.setdefault(p, len(numbers)) for p in pieces], np.int64)
        new = list(numbers)[len(self.weights) :] if len(numbers) > len(self.weights) else []
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

    def known(self, pieces: Iterable[str]) -> tuple[Numbers, float]:
        """The numbers of the pieces that have one, and what the others would have weighed."""
        numbers, unseen, found = self._numbers, 0.0, []
        for piece in pieces:
            number = numbers.get(piece)
            if number is None:
                unseen += self._unseen[piece[0]]
            else:
                found.append(number)
        return np.array(found, np.int64), unseen

    def numbers_of_kinds(self, kinds: str) -> NDArray[np.bool_]:
        """Which numbers belong to pieces of these kinds."""
        return np.array([piece[0] in kinds for piece in self._numbers], np.bool_)

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
    values = np.bincount(places, np.concatenate([part[1] for part in parts]), len(distinct))
    return distinct, values
