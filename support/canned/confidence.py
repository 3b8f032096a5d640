"""How sure the matcher may be: a logistic regression over a few signs of a good match.

The constants were fitted on Japanese and English request sets with shelves of 1 to 150 phrasings
an answer, on questions the shelf answers, on far-away ones, and on near misses whose own answer
had been taken off the shelf.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass

SHARPNESS = 12.0
"""How strongly the soft maximum prefers the higher score."""
SILENCE = 0.12
"""Below this confidence nothing is offered."""

BIAS = -4.0
COEFFICIENTS = (4.0, 4.0, 2.0, 2.0, 1.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Signs:
    """One candidate beside the others; shares and likenesses run from 0 to 1."""

    score: float
    gap: float  # to the best of the others, negative when one is better
    share: float  # of the soft maximum
    known: float  # share of the text's rarity that the shelf knows
    likeness: float  # of the text and the candidate's nearest phrasing
    length: float  # log of one more than the units in the text
    crowd: float  # log of the phrasings an answer, on average


def signs(
    scores: Sequence[float],
    candidate: int,
    known: float,
    likeness: float,
    length: int,
    crowd: float,
) -> Signs:
    """The signs of one candidate; `scores` are those of all answers."""
    score = scores[candidate]
    other = max((s for place, s in enumerate(scores) if place != candidate), default=0.0)
    top = max(score, other)
    total = sum(math.exp(SHARPNESS * (s - top)) for s in scores)
    return Signs(
        score=score,
        gap=score - other,
        share=math.exp(SHARPNESS * (score - top)) / total,
        known=known,
        likeness=likeness,
        length=math.log(1 + length),
        crowd=math.log(max(crowd, 1.0)),
    )


def confidence(found: Signs) -> float:
    """The chance that this is the answer, 0 to 1."""
    total = BIAS + sum(c * s for c, s in zip(COEFFICIENTS, astuple(found), strict=True))
    return 1 / (1 + math.exp(-total)) if total > -700 else 0.0
