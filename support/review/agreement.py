"""What leads say of a reply, and how far two of them say the same."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

SMALL = 20
"""Below so many replies that both looked at, the figures say little."""


class Verdict(StrEnum):
    GOOD = "good"
    FIX = "fix"
    """Something in it should have been otherwise."""
    TALK = "talk"
    """To be talked about, before anybody says so."""


@dataclass(frozen=True)
class Agreement:
    """How two leads judged the replies both of them reviewed."""

    first: int
    second: int
    count: int
    same: int
    kappa: float | None
    """None where it says nothing: both always said the same one thing."""

    @property
    def share(self) -> float:
        return self.same / self.count

    @property
    def is_small(self) -> bool:
        return self.count < SMALL


def kappa(pairs: Sequence[tuple[str, str]]) -> float | None:
    """Cohen's kappa: agreement beyond what chance alone would give.

    J. Cohen, "A coefficient of agreement for nominal scales", Educational and Psychological
    Measurement 20 (1960), pp. 37–46: (p_o - p_e) / (1 - p_e), with p_e from how often each of the
    two uses each verdict. Of the whole numbers, so that 1 is 1; None without pairs, or where
    chance explains everything.
    """
    count = len(pairs)
    same = sum(one == other for one, other in pairs)
    ones, others = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    by_chance = sum(number * others[verdict] for verdict, number in ones.items())
    if by_chance == count * count:
        return None
    return (same * count - by_chance) / (count * count - by_chance)


def agreements(said: Iterable[tuple[int, int, str]]) -> list[Agreement]:
    """For each two leads with a reply in common, by their ids; from (reply, lead, verdict)."""
    replies: dict[int, dict[int, str]] = defaultdict(dict)
    for reply, lead, verdict in said:
        replies[reply][lead] = verdict
    pairs: dict[tuple[int, int], list[tuple[str, str]]] = defaultdict(list)
    for verdicts in replies.values():
        for one, other in combinations(sorted(verdicts), 2):
            pairs[one, other].append((verdicts[one], verdicts[other]))
    return [
        Agreement(one, other, len(both), sum(a == b for a, b in both), kappa(both))
        for (one, other), both in sorted(pairs.items())
    ]
