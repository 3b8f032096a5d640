"""A linear model over pieces: one weight vector an entry, learnt when the shelf is read.

A phrasing is the unit-length vector of its pieces, weighed by their rarity; an entry's prototype is
the unit, damped sum of its phrasings, with its tags and its answer added at weights that fade as
phrasings grow. Training then moves the weights where a rival comes too close.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from support.canned.features import pieces
from support.canned.postings import Postings, best
from support.canned.training import Lesson, teach
from support.canned.vocabulary import Numbers, Row, Values, Vocabulary, total, unit_length

DAMPING = 0.65
"""Power of a piece's sum over phrasings: what is said in all of them does not drown the rest."""
TAGS_WEIGHT = 1.5
"""What an entry's tags count beside one phrasing."""
ANSWER_WEIGHT = 0.9
"""What the answer's own words count beside a single phrasing."""
FADING = 4.0
"""So many phrasings more halve what the answer's own words count."""
RIVALS = 10
LESSONS = 20_000
"""Phrasings trained on, spread evenly where there are more."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What a model learns of one answer; all texts in normal form.

    `learned` are posts that agents answered with it, each with a weight from 0 to 1.
    """

    phrasings: Sequence[str]
    tags: str = ""
    answer: str = ""
    learned: Sequence[tuple[str, float]] = ()

    def examples(self) -> Iterator[tuple[str, float]]:
        yield from ((phrasing, 1.0) for phrasing in self.phrasings)
        yield from self.learned


@dataclass(frozen=True, slots=True)
class Reading:
    """A text against all entries: a score each, and how much of the text the shelf knows, 0..1."""

    scores: Values
    known: float


@dataclass(frozen=True, slots=True)
class _Read:
    """One entry, its texts as numbers of pieces."""

    examples: list[tuple[Numbers, float]]
    tags: Numbers
    answer: Numbers

    def texts(self) -> Iterator[Numbers]:
        yield from (numbers for numbers, _ in self.examples)
        yield from (self.tags, self.answer)


class Model:
    """Scores of a text for each entry. Building reads all phrasings a few times."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._vocabulary = Vocabulary()
        read = [self._read(entry) for entry in entries]
        self._vocabulary.weigh([entry.texts() for entry in read])
        rows = [self._prototype(entry) for entry in read]
        lessons = self._lessons(read, rows)
        changes = teach(lessons, len(rows), len(self._vocabulary))
        learnt = [
            total(((row, 1.0), (change, 1.0)))
            for row, change in zip(rows, changes, strict=True)
        ]
        self._postings = Postings(learnt, self._vocabulary.weights)

    def read(self, normal: str) -> Reading:
        numbers, unseen = self._vocabulary.known(pieces(normal))
        weights = self._vocabulary.weights[numbers]
        known = float(weights.sum())
        scores = self._postings.scores(numbers, weights)
        return Reading(scores, known / (known + unseen) if known else 0.0)

    def _read(self, entry: Entry) -> _Read:
        take = self._vocabulary.take
        return _Read(
            [(take(pieces(text)), weight) for text, weight in entry.examples()],
            take(pieces(entry.tags)),
            take(pieces(entry.answer)),
        )

    def _prototype(self, entry: _Read) -> Row:
        row = self._vocabulary.row
        said = max(1.0, sum(weight for _, weight in entry.examples))
        numbers, values = total((row(text), weight) for text, weight in entry.examples)
        prototype = unit_length((numbers, values**DAMPING))
        tags = TAGS_WEIGHT / math.sqrt(said)
        prototype = unit_length(total(((prototype, 1.0), (row(entry.tags), tags))))
        answer = ANSWER_WEIGHT / (1 + (said - 1) / FADING)
        return total(((prototype, 1.0), (row(entry.answer), answer)))

    def _lessons(self, entries: Sequence[_Read], prototypes: Sequence[Row]) -> list[Lesson]:
        weights = self._vocabulary.weights
        postings = Postings(prototypes, weights)
        told = [
            (number, text, weight)
            for number, entry in enumerate(entries)
            for text, weight in entry.examples
            if len(text)
        ]
        lessons = []
        for number, text, weight in told[:: 1 + len(told) // LESSONS]:
            scores = postings.scores(text, weights[text])
            near = np.array(best(scores, RIVALS + 1), np.int64)
            rivals = near[near != number]
            if len(rivals):
                lesson = Lesson(
                    number, float(scores[number]), *self._vocabulary.row(text),
                    rivals, scores[rivals], weight,
                )
                lessons.append(lesson)
        return lessons
