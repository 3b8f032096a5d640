"""One spelling for what people write in many: width, case, kana and dashes do not matter.

Folded text is for finding only. Long vowels stay: ビル is not ビール.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

_MARK = "[\u0300-\u036f\u0483-\u0487\u1160-\u11ff\u3099\u309a\uff9e\uff9f]"
"""What joins the character before it: accents, voicing signs, the rest of a Hangul syllable."""
_MARKED = re.compile(rf".{_MARK}+", re.DOTALL)
_CLUSTER = re.compile(rf".{_MARK}*", re.DOTALL)
_DASHES = dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u02d7", "-")
_KATAKANA = range(0x30A1, 0x30F7)
_TO_HIRAGANA = 0x60
_IGNORED = {"Cf", "Cs"}
_VARIATIONS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))


class Folded(NamedTuple):
    """Folded text, and where in the original each of its characters began and ended."""

    words: str
    places: list[tuple[int, int]]


class _Table(dict[int, str]):
    """What becomes of a character, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        found = self[code] = _folded(chr(code))
        return found


def fold(text: str) -> str:
    """The text in its one spelling, with single spaces between words."""
    return " ".join(_raw(text).split())


def fold_in_place(text: str) -> Folded:
    """The same, and from where each character came: what is found is shown in the original."""
    letters: list[str] = []
    places: list[tuple[int, int]] = []
    for cluster in _CLUSTER.finditer(text):
        for letter in _raw(cluster[0]):
            if letter != " ":
                letters.append(letter)
                places.append(cluster.span())
            elif letters and letters[-1] != " ":
                letters.append(" ")
                places.append(cluster.span())
    if letters and letters[-1] == " ":
        letters.pop(), places.pop()
    return Folded("".join(letters), places)


def _raw(text: str) -> str:
    if _MARKED.search(text):
        text = _MARKED.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)
    return text.translate(_TABLE)


def _folded(letter: str) -> str:
    """One character as it is looked for; nothing for what is not seen."""
    spelt = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", letter).lower())
    return "".join(map(_simple, spelt))


def _simple(letter: str) -> str:
    code = ord(letter)
    if code in _KATAKANA or letter in "ヽヾ":
        return chr(code - _TO_HIRAGANA)
    if letter.isspace() or unicodedata.category(letter) == "Cc":
        return " "
    if unicodedata.category(letter) in _IGNORED or any(code in few for few in _VARIATIONS):
        return ""
    return "~" if letter == "\u301c" else _DASHES.get(letter, letter)


_TABLE = _Table()
