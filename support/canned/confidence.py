"""How sure the matcher may be: a logistic regression over four signs of a good match.

The constants were fitted on Japanese and English requests with shelves of 1 to 80 phrasings an
answer: on questions the shelf answers, on far-away ones, and on near misses whose own answer had
been taken off the shelf. How like the nearest phrasing is told nothing beyond these four.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

SHARPNESS = 12.0
"""How strongly the soft maximum prefers the higher score."""
SILENCE = 0.08
"""Where the best answer is less sure than this, nothing is offered."""
COMPANY = 0.005
"""Beside an answer that is offered, others are listed down to this confidence."""


@dataclass(frozen=True, slots=True)
class Signs:
    """One candidate beside all others."""

    score: float
    gap: float  # to the best of the others, negative when one is better
    share: float  # of the soft maximum over all, 0 to 1
    known: float  # share of the text's rarity that the shelf knows, 0 to 1


def signs(scores: Sequence[float], candidate: int, known: float) -> Signs:
    """The signs of one candidate; `scores` are those of all answers."""
    score = scores[candidate]
    others = [*scores[:candidate], *scores[candidate + 1 :]]
    other = max(others, default=0.0)
    top = max(score, other)
    total = sum([math.exp(SHARPNESS * (one - top)) for one in scores])
    return Signs(score, score - other, math.exp(SHARPNESS * (score - top)) / total, known)


def confidence(found: Signs) -> float:
    """The chance that this is the answer, 0 to 1."""
    evidence = (
        -0.12
        + 1.21 * math.log(max(found.score, 0.0) + 0.03)
        + 11.42 * found.gap
        + 2.22 * found.share
        + 1.78 * math.log(found.known + 0.05)
    )
    return 1 / (1 + math.exp(-max(evidence, -100.0)))
