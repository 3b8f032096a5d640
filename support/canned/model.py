"""A linear model over pieces: one weight vector an entry, learnt when the shelf is read.

A phrasing is the unit-length TF-IDF vector of its pieces; an entry's prototype is the unit, damped
sum of its phrasings, with its tags and its answer added at weights that fade as phrasings grow.
Training then moves the weights of whole words and Japanese pieces where a rival comes too close.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from support.canned.features import pieces, units
from support.canned.postings import Postings, Reading, best
from support.canned.rarity import Rarity, Vector, add, unit_length
from support.canned.training import Lesson, teach

DAMPING = 0.75
"""Power of a piece's sum over phrasings: what is said in all of them does not drown the rest."""
TAGS_WEIGHT = 1.5
"""What an entry's tags count beside one phrasing."""
ANSWER_WEIGHT = 0.5
"""What the answer's own words count beside a single phrasing."""
FADING = 4.0
"""So many phrasings more halve what the answer's own words count."""
SATURATION = 1.2
"""BM25's k1: how soon a word said again in an answer stops counting."""
FIXED = "ch"
"""Kinds of pieces training leaves as the prototypes have them: spelling more than meaning."""
RIVALS = 10

Examples = Sequence[tuple[int, list[str]]]  # entry and the units of one of its phrasings


@dataclass(frozen=True, slots=True)
class Entry:
    """What a model learns of one answer; all texts in normal form."""

    phrasings: Sequence[str]
    tags: str = ""
    answer: str = ""

    def texts(self) -> Iterator[str]:
        yield from self.phrasings
        yield from (text for text in (self.tags, self.answer) if text)


class Model:
    """Scores of a text for each entry. Building reads all phrasings a few times."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._rarity = Rarity(text for entry in entries for text in entry.texts())
        examples = [
            (number, units(phrasing))
            for number, entry in enumerate(entries)
            for phrasing in entry.phrasings
        ]
        weights = self._prototypes(entries, examples)
        changes = teach(self._lessons(examples, weights), len(entries))
        for of_entry, change in zip(weights, changes, strict=True):
            add(of_entry, change, 1.0)
        self._postings = Postings(weights, self._rarity)

    def read(self, normal: str) -> Reading:
        return self._postings.read(units(normal))

    def _prototypes(self, entries: Sequence[Entry], examples: Examples) -> list[Vector]:
        sums: list[Vector] = [{} for _ in entries]
        for number, found in examples:
            add(sums[number], self._rarity.vector(found), 1.0)
        return [self._prototype(entry, sum_) for entry, sum_ in zip(entries, sums, strict=True)]

    def _prototype(self, entry: Entry, phrasings: Vector) -> Vector:
        count = max(1, len(entry.phrasings))
        prototype = unit_length({piece: value**DAMPING for piece, value in phrasings.items()})
        add(prototype, self._rarity.vector(units(entry.tags)), TAGS_WEIGHT / math.sqrt(count))
        prototype = unit_length(prototype)
        add(prototype, self._answer(entry.answer), ANSWER_WEIGHT / (1 + (count - 1) / FADING))
        return prototype

    def _answer(self, answer: str) -> Vector:
        counts = Counter(piece for unit in units(answer) for piece in pieces(unit))
        return unit_length(
            {
                piece: self._rarity.of[piece] * count / (count + SATURATION)
                for piece, count in counts.items()
            }
        )

    def _lessons(self, examples: Examples, prototypes: Sequence[Vector]) -> list[Lesson]:
        postings = Postings(prototypes, self._rarity)
        lessons = []
        for number, found in examples:
            scores = postings.read(found).scores
            near = best(scores, RIVALS + 1)
            rivals = [(entry, scores[entry]) for entry in near if entry != number]
            vector = {p: v for p, v in self._rarity.vector(found).items() if p[0] not in FIXED}
            if rivals and vector:
                lesson = Lesson(
                    number, scores[number], tuple(vector), tuple(vector.values()), rivals
                )
                lessons.append(lesson)
        return lessons
