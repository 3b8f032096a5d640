"""Who and what a period's conversation consists of: shares of people, and who reaches most.

Values in, values out. Shares are of everybody who wrote, so that a desk that grows does not take
its own growth for news.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from support.reports.measures import SMALL

REACHES = (0, 100, 1_000, 10_000)
"""Followers from which the next group begins."""


@dataclass(frozen=True, slots=True)
class Part:
    """People who wrote, and what they wrote, in how many tickets."""

    people: int = 0
    messages: int = 0
    tickets: int = 0


Key = str | int


@dataclass(frozen=True, slots=True)
class Share:
    """A part of all that was said, with the same of the period before."""

    key: Key
    here: Part
    before: Part
    permille: int | None
    permille_before: int | None

    @property
    def small(self) -> bool:
        return 0 < self.here.people < SMALL

    @property
    def change(self) -> int | None:
        if self.permille is None or self.permille_before is None:
            return None
        return self.permille - self.permille_before


@dataclass(frozen=True, slots=True)
class Voice:
    """Somebody who wrote in public, and how many may read along."""

    customer: int
    username: str
    name: str
    followers: int
    messages: int
    tickets: int


@dataclass(frozen=True, slots=True)
class Talk:
    """What the conversation of a period was, beside the one before.

    parts  by account, channel, tag and reach: the parts of it
    """

    all: Part = field(default_factory=Part)
    before: Part = field(default_factory=Part)
    parts: Mapping[str, Sequence[Share]] = field(default_factory=dict)
    voices: Sequence[Voice] = ()


def shares(
    here: Mapping[Key, Part], before: Mapping[Key, Part], all_: Part, all_before: Part
) -> list[Share]:
    """In the order of keys; what was said before only is a share too."""
    return [
        Share(
            key,
            here.get(key, Part()),
            before.get(key, Part()),
            permille(here.get(key, Part()).people, all_.people),
            permille(before.get(key, Part()).people, all_before.people),
        )
        for key in sorted(here.keys() | before.keys(), key=lambda key: (str(type(key)), key))
    ]


def permille(part: int, whole: int) -> int | None:
    """Rounded to the nearest; None of nothing."""
    return (part * 2000 + whole) // (2 * whole) if whole else None
