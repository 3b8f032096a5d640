"""What each piece of a text adds to the score of each entry; a text is the sum of its pieces."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from support.matching.vocabulary import Numbers, Row, Values, sums


class Postings:
    """The entries' weights by piece, laid end to end. Safe to read from several threads."""

    def __init__(self, rows: Sequence[Row], weights: Values) -> None:
        """`rows` are the entries' weights, `weights` those of the pieces in a text."""
        self._size = len(rows)
        pieces = np.concatenate([row[0] for row in rows]) if rows else np.zeros(0, np.int64)
        values = np.concatenate([row[1] for row in rows]) if rows else np.zeros(0)
        entries = np.repeat(np.arange(len(rows)), [len(row[0]) for row in rows])
        order = np.argsort(pieces, kind="stable")
        pieces = pieces[order]
        self._entries = entries[order].astype(np.int32)
        self._values = (values[order] * weights[pieces]).astype(np.float32)
        self._starts = np.searchsorted(pieces, np.arange(len(weights) + 1))
        self._keys = pieces * self._size + self._entries
        """Piece and entry in one number, rising: one value is found without reading its row."""

    def scores(self, numbers: Numbers) -> Values:
        """What the pieces add up to for every entry; divided by the text's length, cosines."""
        places = self._places(numbers)
        if not len(places):
            return np.zeros(self._size)
        return sums(self._entries[places], self._values[places], self._size)

    def parts(self, numbers: Numbers, entries: Sequence[int]) -> list[Values]:
        """For each of these entries, what each of the pieces adds to its score."""
        if not len(self._keys):
            return [np.zeros(len(numbers)) for _ in entries]
        parts = []
        for entry in entries:
            wanted = numbers * self._size + entry
            places = np.minimum(np.searchsorted(self._keys, wanted), len(self._keys) - 1)
            there = self._keys[places] == wanted
            parts.append(np.where(there, self._values[places], 0.0).astype(np.float64))
        return parts

    def of(self, entry: int) -> Row:
        """The pieces of one entry, and what each adds to its score."""
        places = np.flatnonzero(self._entries == entry)
        numbers = np.searchsorted(self._starts, places, side="right") - 1
        return numbers.astype(np.int64), self._values[places].astype(np.float64)

    def _places(self, numbers: Numbers) -> Numbers:
        """Where the pieces' values lie, end to end."""
        known = numbers if not len(numbers) else numbers[numbers < len(self._starts) - 1]
        starts = self._starts[known]
        counts = self._starts[known + 1] - starts
        ends = np.cumsum(counts)
        if not len(ends):
            return ends
        return np.repeat(starts - ends + counts, counts) + np.arange(ends[-1])


def best(scores: Values, limit: int) -> list[int]:
    """The positions of the highest scores, best first; the earlier wins a tie."""
    if limit <= 0:
        return []
    if limit < len(scores) // 4:
        bar = np.partition(scores, -limit)[-limit]
        some = np.flatnonzero(scores >= bar)
    else:
        some = np.arange(len(scores))
    ordered = some[np.argsort(-scores[some], kind="stable")]
    found: list[int] = ordered[:limit].tolist()
    return found
