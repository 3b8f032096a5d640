"""What lessons changed in the weights of an answer, for people to read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from support.matching.stemming import stem
from support.matching.synonyms import built_in
from support.matching.text import fold

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
_WORD = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Change:
    """What a piece added to the answer's score without the lessons, and what it adds with them."""

    piece: str
    before: float
    after: float
    words: str = ""
    """The piece as people read it: 料金, or 解約・退会・やめたい for a meaning."""

    @property
    def by(self) -> float:
        return self.after - self.before

    @property
    def kind(self) -> Kind:
        return KINDS[self.piece[0]]


def changes(
    before: Mapping[str, float], after: Mapping[str, float], said: Iterable[str] = ()
) -> list[Change]:
    """Every weight that differs, the greatest change first. `said` are texts the pieces may come
    from: English words are shown as they stand there."""
    written = _written(said)
    pieces = dict.fromkeys((*after, *before))
    found = [
        Change(piece, before.get(piece, 0.0), after.get(piece, 0.0), words_of(piece, written))
        for piece in pieces
    ]
    found = [change for change in found if abs(change.by) >= LEAST]
    return sorted(found, key=lambda change: (-abs(change.by), change.piece))


def words_of(piece: str, written: Mapping[str, str] | None = None) -> str:
    """A piece as people read it; `written` has words by what is left of them without endings."""
    kind, said = KINDS[piece[0]], piece[2:]
    if kind == "meaning":
        groups = (built_in().words(group)[:NAMED] for group in said.split())
        return " + ".join("・".join(group) for group in groups)
    if kind == "spelling":
        begins, ends = said.startswith(" "), said.endswith(" ")
        return f"{'' if begins else '…'}{said.strip()}{'' if ends else '…'}"
    return " + ".join((written or {}).get(word, word) for word in said.split())


def _written(texts: Iterable[str]) -> Mapping[str, str]:
    """For each English word without its ending the form that is met most, the shorter in a tie."""
    met = Counter(word for text in texts for word in _WORD.findall(fold(text)))
    return {stem(word): word for word in sorted(met, key=lambda word: (met[word], -len(word)))}
