"""Which prepared answers fit a post, how sure that is, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from support.canned import confidence
from support.canned.explanation import Explainer
from support.canned.model import Entry, Model, Reading
from support.canned.postings import best
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


def _phrasings(reply: CannedReply) -> Iterator[_Phrasing]:
    for written in (reply.title, *reply.questions):
        yield _Phrasing(written, normalise(written))


class Matcher:
    """Finds answers for posts; built once for a set of answers and then only read."""

    def __init__(self, replies: Iterable[CannedReply]) -> None:
        self.replies = tuple(replies)
        self._phrasings = [
            [phrasing for phrasing in _phrasings(reply) if phrasing.normal]
            for reply in self.replies
        ]
        self._normals = [[p.normal for p in of_reply] for of_reply in self._phrasings]
        self._model = Model([self._entry(number) for number in range(len(self.replies))])

    def _entry(self, number: int) -> Entry:
        reply = self.replies[number]
        return Entry(
            phrasings=self._normals[number],
            tags=normalise(" ".join(reply.tags)),
            answer=normalise(reply.answer or ""),
        )

    def suggest(self, text: str, limit: int = 3) -> list[Suggestion]:
        """At most `limit` answers, best first; none where nothing fits."""
        return self._suggestions(text, limit, confidence.SILENCE, confidence.COMPANY)

    def rank(self, text: str, limit: int = 3) -> list[Suggestion]:
        """The best `limit` answers however unsure, save those that share nothing with the text."""
        return self._suggestions(text, limit, 0.0, 0.0)

    def ranking(self, text: str, limit: int) -> list[str]:
        """The ids of the best answers alone, best first."""
        reading = self._model.read(normalise(text[:LONGEST]))
        return [self.replies[candidate].id for candidate in _candidates(reading, limit)]

    def _suggestions(
        self, text: str, limit: int, silence: float, company: float
    ) -> list[Suggestion]:
        """Nothing when the first is below `silence`; the others down to `company`."""
        text = text[:LONGEST]
        normal = normalise(text)
        reading = self._model.read(normal)
        sure = {
            candidate: confidence.confidence(
                confidence.signs(reading.scores, candidate, reading.known)
            )
            for candidate in _candidates(reading, limit)
        }
        if max(sure.values(), default=0.0) < silence:
            return []
        why = Explainer(text, normal)
        return [self._explained(why, normal, c, s) for c, s in sure.items() if s >= company]

    def _explained(self, why: Explainer, normal: str, candidate: int, sure: float) -> Suggestion:
        phrasing = self._nearest(normal, candidate)
        if phrasing is None:
            return Suggestion(self.replies[candidate], sure, "")
        spans = why.spans(phrasing.normal)
        return Suggestion(self.replies[candidate], sure, phrasing.written, spans)

    def _nearest(self, normal: str, candidate: int) -> _Phrasing | None:
        """The phrasing spelt most like the text."""
        normals = self._normals[candidate][-NEAREST:]
        found = process.extractOne(normal, normals, scorer=fuzz.ratio, processor=None)
        if found is None:
            return None
        return self._phrasings[candidate][-len(normals) :][found[2]]


def _candidates(reading: Reading, limit: int) -> list[int]:
    return [one for one in best(reading.scores, limit) if reading.scores[one] > 0]
