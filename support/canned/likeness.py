"""Which prepared answers fit a post, how sure that is, and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from support.canned import confidence
from support.canned.explanation import shared_spans
from support.canned.features import units
from support.canned.model import Entry, Model, Reading, best
from support.canned.replies import CannedReply
from support.canned.text import normalise

__all__ = ["CannedReply", "Matcher", "Suggestion", "normalise"]

LONGEST = 2_000
"""Characters of a post that are read; what it asks stands in there."""
NEAREST = 300
"""Phrasings of an answer compared with the post, the newest last."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One answer for one post.

    `confidence` is the chance, 0 to 1, that it is the right one. `matched` is the phrasing nearest
    to the post, "" when the answer has none. `spans` are the pieces of the post that speak for it:
    start and end in characters, in order, not overlapping.
    """

    reply: CannedReply
    confidence: float
    matched: str
    spans: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class _Phrasing:
    written: str
    normal: str


class Matcher:
    """Finds answers for posts; built once for a set of answers and then only read."""

    def __init__(self, replies: Iterable[CannedReply]) -> None:
        self.replies = tuple(replies)
        self._phrasings = [
            [_Phrasing(written, normalise(written)) for written in (*reply.questions, reply.title)]
            for reply in self.replies
        ]
        self._normals = [[p.normal for p in of_reply] for of_reply in self._phrasings]
        self._model = Model([self._entry(number) for number in range(len(self.replies))])
        phrasings = sum(len(reply.questions) for reply in self.replies)
        self._crowd = phrasings / max(1, len(self.replies))

    def _entry(self, number: int) -> Entry:
        reply = self.replies[number]
        return Entry(
            phrasings=[p.normal for p in self._phrasings[number] if p.normal],
            tags=normalise(" ".join(reply.tags)),
            answer=normalise(reply.answer or ""),
        )

    def suggest(self, text: str, limit: int = 3) -> list[Suggestion]:
        """At most `limit` answers, best first; none where nothing fits."""
        ranked = self.rank(text, limit)
        return [s for s in ranked if s.confidence >= confidence.SILENCE]

    def rank(self, text: str, limit: int = 3) -> list[Suggestion]:
        """The best `limit` answers however unsure, save those that share nothing with the text."""
        text = text[:LONGEST]
        normal = normalise(text)
        found = units(normal)
        reading = self._model.read(normal)
        candidates = [c for c in best(reading.scores, limit) if reading.scores[c] > 0]
        return [self._suggestion(text, normal, found, reading, c) for c in candidates]

    def ranking(self, text: str, limit: int) -> list[str]:
        """The ids of the best answers alone, best first."""
        scores = self._model.read(normalise(text[:LONGEST])).scores
        return [self.replies[c].id for c in best(scores, limit) if scores[c] > 0]

    def _suggestion(
        self, text: str, normal: str, found: Sequence[str], reading: Reading, candidate: int
    ) -> Suggestion:
        phrasing, likeness = self._nearest(normal, candidate)
        signs = confidence.signs(
            reading.scores, candidate, reading.known, likeness, len(found), self._crowd
        )
        matched = phrasing.written if phrasing else ""
        spans = shared_spans(text, phrasing.normal) if phrasing else ()
        return Suggestion(self.replies[candidate], confidence.confidence(signs), matched, spans)

    def _nearest(self, normal: str, candidate: int) -> tuple[_Phrasing | None, float]:
        """The phrasing most like the text, and how like it is, 0 to 1."""
        found = process.extractOne(
            normal, self._normals[candidate][-NEAREST:], scorer=fuzz.ratio, processor=None
        )
        if found is None:
            return None, 0.0
        position = found[2] + max(0, len(self._normals[candidate]) - NEAREST)
        return self._phrasings[candidate][position], found[1] / 100
