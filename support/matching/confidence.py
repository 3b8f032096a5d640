"""How sure the matcher may be: a logistic regression over two signs of a good match.

The constants were fitted on Japanese and English requests with shelves of 1 to 150 phrasings an
answer: on questions the shelf answers, on far-away ones, and on near misses whose own answer had
been taken off the shelf. What a desk's own agents decide corrects them (`Calibration`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

SILENCE = 0.15
"""Where the best answer is less sure than this, nothing is offered."""
COMPANY = 0.03
"""Beside an answer that is offered, others are listed down to this confidence."""


def evidence(score: float, gap: float) -> float:
    """How much speaks for an answer, in logits: its score over the whole text, and the gap to the
    best of the others, negative where one is better."""
    return 2.64 + 2.21 * math.log(max(score, 0.0) + 0.03) + 4.05 * gap


def chance(logits: float) -> float:
    return 1 / (1 + math.exp(-min(max(logits, -100.0), 100.0)))


@dataclass(frozen=True, slots=True)
class Calibration:
    """What evidence means on this desk: a stretch and a shift of its logits, after Platt."""

    stretch: float = 1.0
    shift: float = 0.0
    decisions: int = 0
    """How many of the agents' decisions it was fitted on; 0: as shipped."""

    def confidence(self, found: float) -> float:
        """The chance that this is the answer, 0 to 1."""
        return chance(self.shift + self.stretch * found)


FITTED_FROM = 200
"""Decisions before a desk's own are believed."""
NEWEST = 300
"""Decisions looked at: what was right while the desk knew less says little about now."""
_STIFF, _STAY = 20.0, 5.0
"""How strongly stretch and shift are held where they were shipped: a log in which everything was
right says little of what is not."""


def calibrated(decisions: Sequence[tuple[float, bool]]) -> Calibration:
    """Fitted on pairs of evidence and whether that answer was the right one, by Newton's method."""
    if len(decisions) < FITTED_FROM:
        return Calibration()
    decisions = decisions[-NEWEST:]
    stretch, shift = 1.0, 0.0
    for _ in range(12):
        gs, gt = _STIFF * (stretch - 1), _STAY * shift
        hss, hst, htt = _STIFF, 0.0, _STAY
        for found, right in decisions:
            told = chance(shift + stretch * found)
            off, slope = told - right, told * (1 - told)
            gs, gt = gs + off * found, gt + off
            hss, hst, htt = hss + slope * found * found, hst + slope * found, htt + slope
        det = hss * htt - hst * hst
        stretch -= (htt * gs - hst * gt) / det
        shift -= (hss * gt - hst * gs) / det
        stretch, shift = min(max(stretch, 0.2), 3.0), min(max(shift, -4.0), 4.0)
    return Calibration(stretch, shift, len(decisions))
