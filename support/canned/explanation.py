"""The pieces of a post that a phrasing shares with it, to be marked for "why this answer"."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache

from support.canned.features import pieces

_TELLING = "kthw"  # kinds whose pieces stand in the text as they are
_APOSTROPHES = "'’‘"

Span = tuple[int, int]


class Explainer:
    """One post, to be explained by any number of phrasings; `normal` is its normal form."""

    def __init__(self, text: str, normal: str) -> None:
        self._text = text
        self._normal = normal

    def spans(self, phrasing: str) -> tuple[Span, ...]:
        """Where the post says what the phrasing, in normal form, says.

        Start and end in characters, in order; spans lie inside the text, and never touch.
        """
        shared = self._pieces & _telling(phrasing)
        if not shared:
            return ()
        folded, places = self._folded
        marked = {
            place
            for piece in shared
            for start, end in _occurrences(folded, piece)
            for first, last in places[start:end]
            for place in range(first, last)
        }
        return tuple(_runs(sorted(marked)))

    @cached_property
    def _pieces(self) -> set[str]:
        return _telling(self._normal)

    @cached_property
    def _folded(self) -> tuple[str, list[Span]]:
        return _folded(self._text)


def _telling(normal: str) -> set[str]:
    return {piece for piece in pieces(normal) if piece[0] in _TELLING}


def _folded(text: str) -> tuple[str, list[Span]]:
    """The text folded letter by letter, and for each folded character the span it came from."""
    folded: list[str] = []
    places: list[Span] = []
    for start, end in _letters(text):
        form = _form(text[start:end])
        folded.append(form)
        places.extend([(start, end)] * len(form))
    return "".join(folded), places


@lru_cache(maxsize=1 << 13)
def _form(letter: str) -> str:
    return "" if letter in _APOSTROPHES else unicodedata.normalize("NFKC", letter).lower()


def _letters(text: str) -> Iterator[Span]:
    """Characters with the marks that belong to them: half-width ｶﾞ is one letter."""
    start = 0
    for end in range(1, len(text) + 1):
        if end == len(text) or not (text[end] in "ﾞﾟ" or unicodedata.combining(text[end])):
            yield start, end
            start = end


def _occurrences(folded: str, piece: str) -> Iterator[Span]:
    kind, surface = piece[0], piece[2:]
    start = folded.find(surface)
    while start >= 0:
        end = start + len(surface)
        if kind != "w" or _stands_alone(folded, start, end):
            yield start, end
        start = folded.find(surface, start + 1)


def _stands_alone(folded: str, start: int, end: int) -> bool:
    return not (_latin(folded[start - 1 : start]) or _latin(folded[end : end + 1]))


def _latin(character: str) -> bool:
    return character.isascii() and character.isalnum()


def _runs(places: Iterable[int]) -> Iterator[Span]:
    start = end = -1
    for place in places:
        if place != end:
            if end > start:
                yield start, end
            start = place
        end = place + 1
    if end > start:
        yield start, end
