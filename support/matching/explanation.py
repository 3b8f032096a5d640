"""Where a post says what speaks for an answer, to be marked for "why this answer"."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache

from support.matching.stemming import FUNCTION_WORDS, stem
from support.matching.synonyms import built_in

_SPELT = "kth"
"""Kinds whose pieces stand in the text as they are."""
_APOSTROPHES = "'’‘"
_NARROW = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
"""Full-width signs and letters, and the ones they stand for: a letter for a letter."""
_WORD = re.compile(r"[a-z0-9]+")

Span = tuple[int, int]


class Explainer:
    """One post, to be marked for any number of answers."""

    def __init__(self, text: str) -> None:
        self._text = text

    def spans(self, pieces: Iterable[str]) -> tuple[Span, ...]:
        """Where the post says the pieces: in the same words, in another form of them, or in other
        words for it. Pairs have no place of their own.

        Start and end in characters, in order; spans lie inside the text, and never touch.
        """
        told = set(pieces)
        _, places = self._folded
        marked = {place for start, end in self._said(told) for place in range(start, end)}
        if places:
            marked = {place for one in marked for place in range(*places[one])}
        return tuple(_runs(sorted(marked)))

    def _said(self, shared: set[str]) -> Iterator[Span]:
        folded, _ = self._folded
        for piece in shared:
            if piece[0] in _SPELT:
                yield from _occurrences(folded, piece[2:])
        for start, end, word in self._words:
            if f"w:{word}" in shared and word not in FUNCTION_WORDS:
                yield start, end
        for start, end, meanings in self._meanings:
            if not shared.isdisjoint(meanings):
                yield start, end

    @cached_property
    def _words(self) -> list[tuple[int, int, str]]:
        found = _WORD.finditer(self._folded[0])
        return [(word.start(), word.end(), stem(word[0])) for word in found]

    @cached_property
    def _meanings(self) -> list[tuple[int, int, list[str]]]:
        places = built_in().places(self._folded[0])
        return [(start, end, [f"m:{one}" for one in groups]) for start, end, groups in places]

    @cached_property
    def _folded(self) -> tuple[str, list[Span]]:
        return _folded(self._text)


def _folded(text: str) -> tuple[str, list[Span]]:
    """The text folded letter by letter, and for each folded character the span it came from; no
    spans where each letter keeps its place, as nearly always."""
    narrow = text.translate(_NARROW)
    lower = narrow.lower()
    in_place = len(lower) == len(text) and unicodedata.is_normalized("NFKC", narrow)
    if in_place and not any(sign in text for sign in _APOSTROPHES):
        return lower, []
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


def _occurrences(folded: str, surface: str) -> Iterator[Span]:
    start = folded.find(surface)
    while start >= 0:
        yield start, start + len(surface)
        start = folded.find(surface, start + 1)


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
