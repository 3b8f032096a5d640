"""A linear model over pieces: one weight vector an entry, kept as postings piece → entries.

A phrasing is the unit-length TF-IDF vector of its pieces; an entry's prototype is the unit, damped
sum of its phrasings, with its tags and its answer added at weights that fade as phrasings grow.
Training then moves the weights of whole words and Japanese pieces where a rival comes too close.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import itemgetter

from support.canned.features import WEIGHTS, pieces, units
from support.canned.training import Lesson, Weights, teach

DAMPING = 0.75
"""Power of a piece's sum over phrasings: what is said in all of them does not drown the rest."""
TAGS_WEIGHT = 1.5
"""What an entry's tags count beside one phrasing."""
ANSWER_WEIGHT = 0.5
FADING = 4.0
"""So many phrasings more halve what the answer's own words count."""
SATURATION = 1.2
"""BM25's k1: how soon a word said again in an answer stops counting."""
RIVALS = 6
CELLS = 400_000
"""Scores remembered for units met before; bounds the memory of a model (about 32 bytes each)."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What a model learns of one answer; all texts in normal form."""

    phrasings: Sequence[str]
    tags: str = ""
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """A text against all entries: a score each, and how much of the text the shelf knows, 0..1."""

    scores: list[float]
    known: float


class Model:
    """Scores of a text for each entry. Building reads all phrasings once or a few times."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._size = len(entries)
        self._rarity, self._unseen = _rarities(entries)
        examples = [
            (number, units(phrasing))
            for number, entry in enumerate(entries)
            for phrasing in entry.phrasings
        ]
        prototypes = self._prototypes(entries, examples)
        self._install(prototypes)
        changes = teach(self._lessons(examples), self._size)
        for prototype, change in zip(prototypes, changes, strict=True):
            for piece, value in change.items():
                prototype[piece] = prototype.get(piece, 0.0) + value
        self._install(prototypes)

    def read(self, normal: str) -> Reading:
        return self._read(units(normal))

    def _read(self, found: Sequence[str]) -> Reading:
        rows = [self._row(unit) for unit in found]
        length = math.sqrt(sum(row.square for row in rows))
        known, mass = sum(row.known for row in rows), sum(row.mass for row in rows)
        if not known:
            return Reading([0.0] * self._size, 0.0)
        dense = [row.dense for row in rows if row.dense]
        scores: list[float] = (
            list(map(sum, zip(*dense, strict=True))) if dense else [0.0] * self._size
        )
        for row in rows:
            for entry, score in row.sparse:
                scores[entry] += score
        return Reading([score / length for score in scores], known / mass)

    def _row(self, unit: str) -> _Row:
        row = self._rows.get(unit)
        if row is None:
            row = self._computed(unit)
            if len(self._rows) * self._size > CELLS:
                self._rows.clear()
            self._rows[unit] = row
        return row

    def _computed(self, unit: str) -> _Row:
        scores: dict[int, float] = {}
        square = known = mass = 0.0
        for piece in pieces(unit):
            rarity = self._rarity.get(piece)
            if rarity is None:
                mass += self._unseen[piece[0]]
                continue
            square, known, mass = square + rarity * rarity, known + rarity, mass + rarity
            for entry, weight in self._postings.get(piece, ()):
                scores[entry] = scores.get(entry, 0.0) + rarity * weight
        if len(scores) * 3 < self._size:
            return _Row([], list(scores.items()), square, known, mass)
        return _Row([scores.get(e, 0.0) for e in range(self._size)], [], square, known, mass)

    def _vector(self, found: Iterable[str]) -> dict[str, float]:
        vector: dict[str, float] = {}
        for unit in found:
            for piece in pieces(unit):
                if piece in self._rarity:
                    vector[piece] = vector.get(piece, 0.0) + self._rarity[piece]
        return _unit(vector)

    def _prototypes(
        self, entries: Sequence[Entry], examples: Sequence[tuple[int, list[str]]]
    ) -> Weights:
        sums: Weights = [{} for _ in entries]
        for number, found in examples:
            _add(sums[number], self._vector(found), 1.0)
        prototypes = []
        for sum_, entry in zip(sums, entries, strict=True):
            prototype = _unit({piece: value**DAMPING for piece, value in sum_.items()})
            count = max(1, len(entry.phrasings))
            _add(prototype, self._vector(units(entry.tags)), TAGS_WEIGHT / math.sqrt(count))
            prototype = _unit(prototype)
            weight = ANSWER_WEIGHT / (1 + (count - 1) / FADING)
            _add(prototype, self._answer(entry.answer), weight)
            prototypes.append(prototype)
        return prototypes

    def _answer(self, answer: str) -> dict[str, float]:
        counts = Counter(piece for unit in units(answer) for piece in pieces(unit))
        saturated = {
            piece: self._rarity[piece] * count * (SATURATION + 1) / (count + SATURATION)
            for piece, count in counts.items()
        }
        return _unit(saturated)

    def _install(self, weights: Weights) -> None:
        self._rows: dict[str, _Row] = {}
        self._postings: dict[str, list[tuple[int, float]]] = {}
        for number, of_entry in enumerate(weights):
            for piece, weight in of_entry.items():
                self._postings.setdefault(piece, []).append((number, weight))

    def _lessons(self, examples: Sequence[tuple[int, list[str]]]) -> list[Lesson]:
        lessons = []
        for number, found in examples:
            scores = self._read(found).scores
            near = best(scores, RIVALS + 1)
            rivals = [(entry, scores[entry]) for entry in near if entry != number]
            vector = [(p, v) for p, v in self._vector(found).items() if p[0] != "c"]
            if rivals and vector:
                lessons.append(Lesson(number, scores[number], vector, rivals))
        return lessons


@dataclass(frozen=True, slots=True)
class _Row:
    """What one unit adds: to each entry's score, to the text's squared length, to its mass."""

    dense: list[float]
    sparse: list[tuple[int, float]]
    square: float
    known: float
    mass: float


def best(scores: Sequence[float], limit: int) -> list[int]:
    """The positions of the highest scores, best first; the earlier wins a tie."""
    ranked = sorted(enumerate(scores), key=itemgetter(1), reverse=True)
    return [position for position, _ in ranked[:limit]]


def _rarities(entries: Sequence[Entry]) -> tuple[dict[str, float], dict[str, float]]:
    """The weight of each known piece, and for each kind that of one never seen."""
    documents = [text for entry in entries for text in entry.phrasings]
    for entry in entries:
        documents += [text for text in (entry.tags, entry.answer) if text]
    counts: Counter[str] = Counter()
    for document in documents:
        counts.update({piece for unit in units(document) for piece in pieces(unit)})
    total = len(documents) + 1
    known = {
        piece: WEIGHTS[piece[0]] * math.log(1.05 + total / (count + 0.5))
        for piece, count in counts.items()
    }
    unseen = {kind: weight * math.log(1.05 + total / 0.5) for kind, weight in WEIGHTS.items()}
    return known, unseen


def _unit(vector: dict[str, float]) -> dict[str, float]:
    length = math.sqrt(sum(value * value for value in vector.values()))
    return {piece: value / length for piece, value in vector.items()} if length else {}


def _add(to: dict[str, float], vector: dict[str, float], weight: float) -> None:
    for piece, value in vector.items():
        to[piece] = to.get(piece, 0.0) + weight * value
