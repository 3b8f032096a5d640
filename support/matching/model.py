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
from numpy.typing import NDArray

from support.matching.features import pieces
from support.matching.postings import Postings, best
from support.matching.training import Lesson, teach
from support.matching.vocabulary import Numbers, Row, Values, Vocabulary, total, unit_length

DAMPING = 0.65
"""Power of a piece's sum over phrasings: what is said in all of them does not drown the rest."""
TAGS_WEIGHT = 2.0
"""What an entry's tags count beside one phrasing."""
ANSWER_WEIGHT = 1.3
"""What the answer's own words count beside a single phrasing."""
FADING = 6.0
"""So many phrasings more halve what the answer's own words count."""
RIVALS = 10
MOST = 0.8
"""The share of a score that is shown to come from somewhere."""
LESSONS = 16_000
"""Phrasings trained on at most. Of a larger shelf fewer, spread evenly: its entries are many, and
each lesson is held against all of them."""


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
    """A text against all entries: a score each, 0 to about 1; the pieces the shelf knows, and
    their numbers; the length of the whole text as a vector, by which the scores were divided."""

    scores: Values
    pieces: list[str]
    numbers: Numbers
    length: float


@dataclass(frozen=True, slots=True)
class _Read:
    """One entry, its texts as numbers of pieces; the shelf's own phrasings, so many, come first."""

    own: int
    examples: list[tuple[Numbers, float]]
    tags: Numbers
    answer: Numbers

    def texts(self) -> Iterator[Numbers]:
        yield from (numbers for numbers, _ in self.examples)
        yield from (self.tags, self.answer)


class Model:
    """Scores of a text for each entry. Building reads all phrasings a few times."""

    def __init__(self, entries: Sequence[Entry], *, answers: float = 1.0) -> None:
        self._answers = ANSWER_WEIGHT * answers
        self.vocabulary = Vocabulary()
        read = [self._read(entry) for entry in entries]
        self.vocabulary.weigh([entry.texts() for entry in read])
        rows = [self._prototype(entry) for entry in read]
        lessons = self._lessons(read, rows)
        changes = teach(lessons, len(rows), len(self.vocabulary))
        learnt = [
            total(((row, 1.0), (change, 1.0))) for row, change in zip(rows, changes, strict=True)
        ]
        self._postings = Postings(learnt, self.vocabulary.weights)

    def read(self, normal: str) -> Reading:
        """The text against all entries."""
        known, numbers, length = self.vocabulary.read(pieces(normal))
        return Reading(self._postings.scores(numbers) / (length or 1.0), known, numbers, length)

    def speaking(self, reading: Reading, entries: Sequence[int]) -> list[list[str]]:
        """For each of the entries, the pieces of the text that speak most for it."""
        told = self._postings.parts(reading.numbers, entries)
        return [[reading.pieces[place] for place in _most(parts)] for parts in told]

    def weights_of(self, entry: int) -> Row:
        """The pieces that speak for or against an entry, and how much."""
        return self._postings.of(entry)

    def _read(self, entry: Entry) -> _Read:
        number = self.vocabulary.number
        return _Read(
            len(entry.phrasings),
            [(number(pieces(text)), weight) for text, weight in entry.examples()],
            number(pieces(entry.tags)),
            number(pieces(entry.answer)),
        )

    def _prototype(self, entry: _Read) -> Row:
        row = self.vocabulary.row
        said = max(1.0, sum(weight for _, weight in entry.examples))
        numbers, values = total((row(text), weight) for text, weight in entry.examples)
        prototype = unit_length((numbers, values**DAMPING))
        tags = TAGS_WEIGHT / math.sqrt(said)
        prototype = unit_length(total(((prototype, 1.0), (row(entry.tags), tags))))
        answer = self._answers / (1 + (said - 1) / FADING)
        return total(((prototype, 1.0), (row(entry.answer), answer)))

    def _lessons(self, entries: Sequence[_Read], prototypes: Sequence[Row]) -> list[Lesson]:
        weights = self.vocabulary.weights
        postings = Postings(prototypes, weights)
        told = [
            (number, text, weight, place >= entry.own)
            for number, entry in enumerate(entries)
            for place, (text, weight) in enumerate(entry.examples)
            if len(text)
        ]
        movable = _movable([text for _, text, _, _ in told], len(self.vocabulary))
        lessons = []
        apart = max(1, round((len(told) / LESSONS) ** 1.5))
        for number, text, weight, learned in told[::apart]:
            numbers, values = self.vocabulary.row(text)
            moves = movable[numbers]
            scores = postings.scores(text) / math.sqrt(float(weights[text] @ weights[text]))
            near = np.array(best(scores, RIVALS + 1), np.int64)
            rivals = near[near != number]
            own = float(scores[number])
            doubtful = learned and own < scores[near[0]]  # may be a slip: no other has to yield
            if len(rivals) and moves.any() and not doubtful:
                some = numbers[moves], values[moves]
                lessons.append(Lesson(number, own, *some, rivals, scores[rivals], weight))
        return lessons


def _movable(texts: Sequence[Numbers], size: int) -> NDArray[np.bool_]:
    """Pieces said more than once: moving what is said once teaches nothing about other texts."""
    counts = np.bincount(np.concatenate(texts), minlength=size) if texts else np.zeros(size)
    return counts > 1


def _most(parts: Values) -> list[int]:
    """The greatest of the parts that together make up most of what is above zero."""
    above = np.maximum(parts, 0.0)
    order = np.argsort(-above, kind="stable")
    needed = int(np.searchsorted(np.cumsum(above[order]), MOST * above.sum())) + 1
    found: list[int] = [place for place in order[:needed].tolist() if above[place] > 0]
    return found
