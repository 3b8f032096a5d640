"""What one decision of an agent teaches: a post and the answer that was right for it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

HALF_LIFE = timedelta(days=180)
"""After so long a lesson counts half: what customers mean by a word changes."""
FAINTEST = 0.05
"""Below this weight nothing is learnt any more."""
AS_WRITTEN = 0.8
"""From this share of the prepared words kept, the answer counts as taken; below it, as half."""
REWORKED = 0.5
"""What such a half counts."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """A post, the answer sent to it, and how much that weighs, 0 to 1.

    Without an answer, none of those `shown` was right. Shown are the ids of the answers that were
    suggested, the likeliest first.
    """

    post: str
    answer_id: str | None
    weight: float = 1.0
    shown: tuple[str, ...] = ()


def weight_of(kept: float | None, age: timedelta) -> float:
    """What a decision weighs that is so old, where so much of the prepared words was sent."""
    worth = 1.0 if kept is None or kept >= AS_WRITTEN else REWORKED
    return float(worth * 0.5 ** (max(age, timedelta(0)) / HALF_LIFE))


def taught_for(worth: float = 1.0) -> timedelta:
    """How long a lesson that weighed so much when it was new still teaches something."""
    return HALF_LIFE * math.log2(worth / FAINTEST)


@dataclass(frozen=True, slots=True)
class Taught:
    """What the agents of one account taught. To the end of the list more may be added at any time;
    where a lesson was taken back or weighs otherwise, there is another list."""

    account_id: int
    lessons: Sequence[Lesson]
