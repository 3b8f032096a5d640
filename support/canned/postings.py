"""What each unit of a text adds to the score of each entry; a text is the sum of its units."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter

from support.canned.features import pieces
from support.canned.rarity import Rarity, Vector

CELLS = 400_000
"""Scores remembered for units met before; bounds their memory (about 32 bytes each)."""
DENSE = 3
"""A row is written out in full when more than one entry in so many has a score in it."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A text against all entries: a score each, and how much of the text the shelf knows, 0..1."""

    scores: list[float]
    known: float


@dataclass(frozen=True, slots=True)
class _Row:
    """Scores for the entries, in full or only where there are any."""

    full: list[float]
    few: list[tuple[int, float]]


@dataclass(frozen=True, slots=True)
class _Unit:
    """What one unit adds: to the scores, the text's squared length, its known and whole mass."""

    row: _Row
    square: float
    known: float
    mass: float


class Postings:
    """The entries' weights by piece. Safe to read from several threads."""

    def __init__(self, weights: Sequence[Vector], rarity: Rarity) -> None:
        self._size = len(weights)
        self._rarity = rarity
        self._units: dict[str, _Unit] = {}
        self._room = max(64, CELLS // max(1, self._size))
        pairs: dict[str, list[tuple[int, float]]] = {}
        for entry, of_entry in enumerate(weights):
            for piece, weight in of_entry.items():
                pairs.setdefault(piece, []).append((entry, weight * rarity.of[piece]))
        self._rows = {piece: self._row(found) for piece, found in pairs.items()}

    def read(self, found: Sequence[str]) -> Reading:
        """The scores are cosines where every word is known, and smaller than one beside it."""
        read = [self._units.get(unit) or self._met(unit) for unit in found]
        known = sum([unit.known for unit in read])
        if not known:
            return Reading([0.0] * self._size, 0.0)
        length = math.sqrt(sum([unit.square for unit in read]))
        scores = self._sum([unit.row for unit in read])
        mass = sum([unit.mass for unit in read])
        return Reading([score / length for score in scores], known / mass)

    def _met(self, unit: str) -> _Unit:
        square = known = unseen = 0.0
        rows = []
        for piece in pieces(unit):
            rarity = self._rarity.of.get(piece)
            if rarity is None:
                unseen += self._rarity.unseen(piece)
                continue
            square, known = square + rarity * rarity, known + rarity
            if piece in self._rows:
                rows.append(self._rows[piece])
        scores = enumerate(self._sum(rows)) if rows else ()
        row = self._row([(entry, score) for entry, score in scores if score])
        if len(self._units) >= self._room:
            self._units.clear()
        self._units[unit] = met = _Unit(row, square, known, known + unseen)
        return met

    def _sum(self, rows: Sequence[_Row]) -> list[float]:
        full = [row.full for row in rows if row.full]
        scores: list[float] = (
            list(map(sum, zip(*full, strict=True))) if full else [0.0] * self._size
        )
        for row in rows:
            for entry, score in row.few:
                scores[entry] += score
        return scores

    def _row(self, pairs: list[tuple[int, float]]) -> _Row:
        if len(pairs) * DENSE < self._size:
            return _Row([], pairs)
        full = [0.0] * self._size
        for entry, score in pairs:
            full[entry] = score
        return _Row(full, [])


def best(scores: Sequence[float], limit: int) -> list[int]:
    """The positions of the highest scores, best first; the earlier wins a tie."""
    ranked = sorted(enumerate(scores), key=itemgetter(1), reverse=True)
    return [position for position, _ in ranked[: max(0, limit)]]
