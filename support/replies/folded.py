"""A text as the guard reads it: one width for letters and digits, one hyphen, nothing unseen.

Every letter keeps the place it came from, so that what is found can be shown in the text as it
was typed. Widths and half-width kana follow Unicode's compatibility forms (UAX #15, NFKC), one
letter at a time; what a person cannot see (zero-width and direction marks) is left out.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

Span = tuple[int, int]
"""Start and end in a text, the end not included."""
_MARKS = {"\u3099", "\u309a", "\uff9e", "\uff9f"}
"""Voiced and half-voiced marks that stand behind their kana."""
_HYPHENS = dict.fromkeys("‐‑‒–—―−﹣⁃－", "-")
"""The lines people write between the digits of a number. ー stays: it is a letter of words."""


@dataclass(frozen=True)
class Folded:
    """`text` is what is searched; `places[i]` is where its letter `i` stood in the original."""

    text: str
    places: tuple[int, ...]
    """One more than letters: the last is the length of the original."""

    def span(self, start: int, end: int) -> Span:
        """Where a piece of the folded text stands in the original."""
        if end <= start:
            return self.places[start], self.places[start]
        return self.places[start], self.places[end - 1] + self._width(end - 1)

    def _width(self, at: int) -> int:
        """How many letters of the original became this one: a kana may bring its mark."""
        following = self.places[at + 1] - self.places[at]
        return min(following, 2) if self.text[at] in _VOICED else min(following, 1)


def fold(text: str) -> Folded:
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        if letter in _MARKS and letters and places[-1] == place - 1:
            voiced = unicodedata.normalize("NFKC", letters[-1] + letter)
            if len(voiced) == 1:
                letters[-1] = voiced
                continue
        for_reading = one(letter)
        if for_reading:
            letters.append(for_reading)
            places.append(place)
    return Folded("".join(letters), (*places, len(text)))


@lru_cache(maxsize=8192)
def one(letter: str) -> str:
    """What one letter is read as; empty where it cannot be seen."""
    if letter in _HYPHENS:
        return "-"
    category = unicodedata.category(letter)
    if category == "Cf":
        return ""
    if category == "Zs":
        return " "
    wide = unicodedata.normalize("NFKC", letter)
    if len(wide) == 1 and wide in _HYPHENS:
        return "-"
    return wide if len(wide) == 1 else letter


def lower(text: str) -> str:
    """In small letters, each still in its place."""
    small = text.lower()
    if len(small) == len(text):
        return small
    return "".join(low if len(low := letter.lower()) == 1 else letter for letter in text)


_VOICED = frozenset(
    unicodedata.normalize("NFC", chr(kana) + mark)
    for kana in range(0x3041, 0x30FF)
    for mark in ("\u3099", "\u309a")
    if len(unicodedata.normalize("NFC", chr(kana) + mark)) == 1
)
"""Kana with a mark: the only letters that may stand for two."""
