"""Which prepared answers fit a post, how sure that is, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz import fuzz, process

from support.canned.lessons import FAINTEST, Lesson
from support.canned.replies import CannedReply
from support.matching import confidence
from support.matching.confidence import Calibration
from support.matching.explanation import Explainer
from support.matching.learner import Learner, top
from support.matching.model import Entry, Model, Reading
from support.matching.postings import best
from support.matching.text import normalise
from support.matching.vocabulary import Values, total

__all__ = ["CannedReply", "Matcher", "Suggestion", "normalise"]

LONGEST = 2_000
"""Characters of a post or a phrasing that are read; what it asks stands in there."""
NEAREST = 100
"""Phrasings of an answer compared with the post, the newest last."""
SAME = 0.1
"""By so much the answer wins whose phrasing the post is, word for word."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One answer for one post.

    `confidence` is the chance, 0 to 1, that it is the right one. `matched` is the phrasing nearest
    to the post, "" when the answer has none. `spans` are the pieces of the post that speak for it:
    start and end in characters, in order, not overlapping. `picked` is how many of the lessons the
    matcher was taught chose it.
    """

    reply: CannedReply
    confidence: float
    matched: str
    spans: tuple[tuple[int, int], ...] = ()
    picked: int = 0


@dataclass(frozen=True, slots=True)
class _Phrasing:
    written: str
    normal: str


def _phrasings(reply: CannedReply) -> Iterator[_Phrasing]:
    for written in (reply.title, *reply.questions):
        yield _Phrasing(written, normalise(written[:LONGEST]))


class Matcher:
    """Finds answers for posts. Built for a set of answers and what agents made of them before;
    `learn` takes in what they decide after. Safe to use from several threads."""

    def __init__(
        self,
        replies: Iterable[CannedReply],
        lessons: Sequence[Lesson] = (),
        *,
        answers: float = 1.0,
    ) -> None:
        """`answers` is how much the answers' own words count, beside the usual."""
        self.replies = tuple(replies)
        self._numbers = {reply.id: number for number, reply in enumerate(self.replies)}
        self._phrasings = [
            [phrasing for phrasing in _phrasings(reply) if phrasing.normal]
            for reply in self.replies
        ]
        self._normals = [[p.normal for p in of_reply] for of_reply in self._phrasings]
        self._same: dict[str, list[int]] = {}
        for number, normals in enumerate(self._normals):
            for normal in dict.fromkeys(normals):
                self._same.setdefault(normal, []).append(number)
        taught = self._taught(lessons)
        self._picked = Counter(
            lesson.answer_id for lesson in lessons if lesson.answer_id in self._numbers
        )
        entries = [self._entry(n, taught.get(n, ())) for n in range(len(self.replies))]
        self._model = Model(entries, answers=answers)
        self._learner = Learner(self._model, len(self.replies))
        self.calibration = Calibration()
        for lesson in lessons:
            if lesson.answer_id is None:
                self._refuse(lesson)

    def _taught(self, lessons: Iterable[Lesson]) -> dict[int, list[tuple[str, float]]]:
        taught: dict[int, list[tuple[str, float]]] = {}
        for lesson in lessons:
            number = self._numbers.get(lesson.answer_id or "")
            normal = normalise(lesson.post[:LONGEST])
            if number is not None and normal and lesson.weight >= FAINTEST:
                taught.setdefault(number, []).append((normal, lesson.weight))
        return taught

    def _entry(self, number: int, learned: Sequence[tuple[str, float]]) -> Entry:
        reply = self.replies[number]
        return Entry(
            phrasings=self._normals[number],
            tags=normalise(" ".join(reply.tags)),
            answer=normalise(reply.answer or ""),
            learned=learned,
        )

    def learn(self, lesson: Lesson) -> None:
        """Take one decision in on the spot; a matcher built anew learns more from it."""
        number = self._numbers.get(lesson.answer_id or "")
        normal = normalise(lesson.post[:LONGEST])
        if lesson.weight < FAINTEST or not normal:
            return
        if number is not None:
            self._picked[self.replies[number].id] += 1
            self._learner.right(normal, number, lesson.weight)
        elif lesson.answer_id is None:
            self._refuse(lesson)

    def _refuse(self, lesson: Lesson) -> None:
        wrong = [self._numbers[shown] for shown in lesson.shown if shown in self._numbers]
        self._learner.wrong(normalise(lesson.post[:LONGEST]), wrong, lesson.weight)

    def suggest(self, text: str, limit: int = 3) -> list[Suggestion]:
        """At most `limit` answers, best first; none where nothing fits."""
        return self._suggestions(text, limit, confidence.SILENCE, confidence.COMPANY)

    def rank(self, text: str, limit: int = 3) -> list[Suggestion]:
        """The best `limit` answers however unsure, save those that share nothing with the text."""
        return self._suggestions(text, limit, 0.0, 0.0)

    def ranking(self, text: str, limit: int) -> list[str]:
        """The ids of the best answers alone, best first."""
        scores = self._scores(normalise(text[:LONGEST]))
        return [self.replies[one].id for one in best(scores, limit) if scores[one] > 0]

    def weights(self, reply_id: str) -> dict[str, float]:
        """Every piece that speaks for an answer (above zero) or against it, with what it adds."""
        number = self._numbers[reply_id]
        both = (self._model.weights_of(number), self._learner.weights_of(number))
        numbers, values = total([(row, 1.0) for row in both])
        pieces = self._model.vocabulary.pieces
        return {
            pieces[at]: value for at, value in zip(numbers.tolist(), values.tolist(), strict=True)
        }

    def evidence(self, text: str) -> tuple[str | None, float]:
        """The best answer's id and what speaks for it, before the desk's own calibration."""
        number, score, gap = top(self._scores(normalise(text[:LONGEST])))
        if number < 0 or score <= 0:
            return None, confidence.evidence(0.0, 0.0)
        return self.replies[number].id, confidence.evidence(score, gap)

    def _scores(self, normal: str) -> Values:
        return self._taken(normal, self._model.read(normal))

    def _taken(self, normal: str, reading: Reading) -> Values:
        """The scores with what was learnt since; an answer's own phrasing always finds it."""
        scores = self._learner.changed(reading)
        same = self._same.get(normal)
        if same:
            scores = scores.copy()
            scores[same] = np.maximum(scores[same], scores.max() + SAME)
        return scores

    def _suggestions(
        self, text: str, limit: int, silence: float, company: float
    ) -> list[Suggestion]:
        """Nothing when the first is below `silence`; the others down to `company`."""
        text = text[:LONGEST]
        normal = normalise(text)
        reading = self._model.read(normal)
        scores = self._taken(normal, reading)
        order = [one for one in best(scores, max(limit, 2)) if scores[one] > 0]
        sure = {
            one: self.calibration.confidence(confidence.evidence(float(scores[one]), gap))
            for one, gap in zip(order[:limit], _gaps(scores[order]), strict=False)
        }
        if max(sure.values(), default=0.0) < silence:
            return []
        offered = [one for one, found in sure.items() if found >= company]
        why = Explainer(text)
        return [
            Suggestion(
                self.replies[one],
                sure[one],
                self._nearest(normal, one),
                why.spans(speaking),
                self._picked[self.replies[one].id],
            )
            for one, speaking in zip(offered, self._model.speaking(reading, offered), strict=True)
        ]

    def _nearest(self, normal: str, candidate: int) -> str:
        """The phrasing spelt most like the text, as written; "" without any."""
        normals = self._normals[candidate][-NEAREST:]
        found = process.extractOne(normal, normals, scorer=fuzz.ratio, processor=None)
        return self._phrasings[candidate][-len(normals) :][found[2]].written if found else ""


def _gaps(scores: Values) -> list[float]:
    """How far each of the ordered scores stands above the best of the others."""
    if len(scores) < 2:
        return [float(score) for score in scores]
    first, second = float(scores[0]), float(scores[1])
    return [first - second, *(float(score) - first for score in scores[1:])]
