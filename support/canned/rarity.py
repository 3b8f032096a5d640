"""How rare pieces are among the texts of a shelf, and texts as vectors of it (TF-IDF)."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable

from support.canned.features import WEIGHTS, pieces, units

Vector = dict[str, float]


class Rarity:
    """The weight of each piece the texts hold; texts are in normal form."""

    def __init__(self, texts: Iterable[str]) -> None:
        counts: Counter[str] = Counter()
        total = 1
        for text in texts:
            counts.update({piece for unit in units(text) for piece in pieces(unit)})
            total += 1
        self.of = {
            piece: WEIGHTS[piece[0]] * math.log(1.05 + total / (count + 0.5))
            for piece, count in counts.items()
        }
        self._unseen = {kind: w * math.log(1.05 + total / 0.5) for kind, w in WEIGHTS.items()}

    def unseen(self, piece: str) -> float:
        """What a piece no text holds would have weighed."""
        return self._unseen[piece[0]]

    def vector(self, found: Iterable[str]) -> Vector:
        """Unit length, over the known pieces of the units; empty when none is known."""
        vector: Vector = {}
        of = self.of
        for unit in found:
            for piece in pieces(unit):
                if piece in of:
                    vector[piece] = vector.get(piece, 0.0) + of[piece]
        return unit_length(vector)


def unit_length(vector: Vector) -> Vector:
    length = math.sqrt(sum([value * value for value in vector.values()]))
    return {piece: value / length for piece, value in vector.items()} if length else {}


def add(to: Vector, vector: Vector, weight: float) -> None:
    for piece, value in vector.items():
        to[piece] = to.get(piece, 0.0) + weight * value
