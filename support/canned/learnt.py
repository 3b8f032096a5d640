"""What lessons changed in the weights of an answer, for people to read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from support.canned.synonyms import built_in

Kind = Literal["words", "pair", "meaning", "spelling"]
KINDS: Mapping[str, Kind] = {
    "k": "words",
    "t": "words",
    "w": "words",
    "p": "pair",
    "q": "pair",
    "y": "pair",
    "m": "meaning",
    "z": "meaning",
    "h": "spelling",
    "x": "spelling",
    "c": "spelling",
}
"""What a piece is, by its first letter; see `features.WEIGHTS`."""
NAMED = 3
"""Words of a meaning that stand for it."""
LEAST = 0.0005
"""A smaller change is none."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a piece added to the answer's score without the lessons, and what it adds with them."""

    piece: str
    before: float
    after: float

    @property
    def by(self) -> float:
        return self.after - self.before

    @property
    def kind(self) -> Kind:
        return KINDS[self.piece[0]]

    @property
    def words(self) -> str:
        """The piece as people read it: 料金, or 解約・退会・やめたい for a meaning."""
        said = self.piece[2:]
        if self.kind == "meaning":
            groups = (built_in().words(group)[:NAMED] for group in said.split())
            return " + ".join("・".join(group) for group in groups)
        return " + ".join(said.split()) if self.kind == "pair" else said


def changes(before: Mapping[str, float], after: Mapping[str, float]) -> list[Change]:
    """Every weight that differs, the greatest change first."""
    pieces = dict.fromkeys((*after, *before))
    found = [Change(piece, before.get(piece, 0.0), after.get(piece, 0.0)) for piece in pieces]
    found = [change for change in found if abs(change.by) >= LEAST]
    return sorted(found, key=lambda change: (-abs(change.by), change.piece))
