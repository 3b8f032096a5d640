"""Questions nobody had an answer for, those of a kind together."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from support.matching.features import WEIGHTS, pieces
from support.matching.text import normalise

LIKE = 0.22
"""From this likeness on, a cosine, two questions are taken for one."""
SPELLING = "c"
"""Pieces of Latin words, for words that are misspelt: many, and here not worth their time."""
READ = 400
"""Characters of a question that are compared."""


@dataclass(frozen=True, slots=True)
class Question:
    """One message that was answered by hand, or that none of the suggestions fitted."""

    message_id: int
    ticket_id: int
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Gap:
    """Questions of a kind, the newest first."""

    questions: tuple[Question, ...]

    @property
    def count(self) -> int:
        return len(self.questions)

    @property
    def example(self) -> Question:
        """The one the others were found alike to."""
        return self.questions[0]


def gaps(questions: Iterable[Question]) -> list[Gap]:
    """All questions, each in one gap: the biggest first, then the newest.

    The order in which they come does not matter: the newest question that is unlike all before
    it begins a gap, the others join the gap whose first one they are most like.
    """
    asked = sorted(questions, key=lambda it: (it.at, it.message_id), reverse=True)
    asked = [it for it in asked if normalise(it.text)]
    groups: list[list[Question]] = []
    firsts: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for question, weights in zip(asked, _weighed(asked), strict=True):
        place = _nearest(weights, firsts)
        if place is None:
            for piece, weight in weights.items():
                firsts[piece].append((len(groups), weight))
            groups.append([question])
        else:
            groups[place].append(question)
    found = [Gap(tuple(group)) for group in groups]
    return sorted(found, key=lambda gap: -gap.count)


def _nearest(weights: dict[str, float], firsts: dict[str, list[tuple[int, float]]]) -> int | None:
    """The group whose first question is most like; the earlier of two that are equally so."""
    likeness: dict[int, float] = defaultdict(float)
    for piece, weight in weights.items():
        for place, other in firsts.get(piece, ()):
            likeness[place] += weight * other
    best = min(likeness, key=lambda place: (-likeness[place], place), default=None)
    return best if best is not None and likeness[best] >= LIKE else None


def _weighed(asked: Sequence[Question]) -> list[dict[str, float]]:
    """For each question its pieces, the rare ones heavier, together of length one."""
    made_of = [_pieces(it.text) for it in asked]
    among = Counter(piece for those in made_of for piece in those)
    rarity = {
        piece: math.log(1 + len(asked) / n) * WEIGHTS.get(piece[0], 1.0)
        for piece, n in among.items()
    }
    return [_normed({piece: rarity[piece] for piece in those}) for those in made_of]


def _pieces(text: str) -> list[str]:
    return [piece for piece in pieces(normalise(text[:READ])) if piece[0] not in SPELLING]


def _normed(weights: dict[str, float]) -> dict[str, float]:
    length = math.sqrt(sum(weight * weight for weight in weights.values()))
    return {piece: weight / length for piece, weight in weights.items()} if length else {}
