"""The prepared ways of saying that something does not work, and where a post says one.

What is written as prepared is found by looking it up. What is nearly so (a slip of the finger) is
compared by rapidfuzz, but only where enough pairs of letters are shared, and never in its end:
there Japanese says yes or no.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from rapidfuzz import fuzz

from support.outreach import phrasings_en, phrasings_ja
from support.outreach.reading import Reading, pattern, read

STRONG, MIDDLE, WEAK, UNABLE = 40, 30, 13, 20
"""Points of a phrasing that names what is broken, that asks or scolds, that only hints; any
deed that cannot be done."""
LEAST_ALIKE = 85
LEAST_SHARED = 0.6
"""Of a phrasing's pairs of letters, before it is compared at all."""
SHORTEST_COMPARED = 6
_CRAWL = re.compile(r"(?<![0-9.])[0-9](?:\.[0-9]+)? ?mbps|[0-9]+ ?kbps|ping(?:値|が)? ?[0-9]{3,}")
_END = 2
"""Letters at the end of a phrasing that must be there as they are."""


@dataclass(frozen=True)
class Phrasing:
    text: str
    kind: str
    points: int


_CANNOT = pattern(phrasings_ja.CANNOT)
_UNABLE = Phrasing("ない", "cannot", UNABLE)
_MEASURED = Phrasing("mbps", "slow", STRONG)


@dataclass(frozen=True)
class Hit:
    """A phrasing in a reading, from letter `start` to `end`."""

    phrasing: Phrasing
    start: int
    end: int
    is_exact: bool = True


class Phrasings:
    """An index of phrasings; of two that begin at a place, the longer is meant."""

    def __init__(self, phrasings: Iterable[Phrasing]) -> None:
        self._by_start: dict[str, list[Phrasing]] = {}
        self._compared: list[Phrasing] = []
        self._having: dict[str, list[int]] = {}
        self._wanted: list[float] = []
        known = {phrasing.text: phrasing for phrasing in reversed(list(phrasings))}
        for phrasing in sorted(known.values(), key=lambda one: (-len(one.text), one.text)):
            self._by_start.setdefault(phrasing.text[:2], []).append(phrasing)
            if phrasing.points and len(phrasing.text) >= SHORTEST_COMPARED:
                self._add_compared(phrasing)
        self.texts = tuple(known)

    def _add_compared(self, phrasing: Phrasing) -> None:
        pairs = _pairs(phrasing.text)
        for pair in pairs:
            self._having.setdefault(pair, []).append(len(self._compared))
        self._compared.append(phrasing)
        self._wanted.append(LEAST_SHARED * len(pairs))

    def found(self, reading: Reading) -> list[Hit]:
        """What the post says, in order; none inside another, harmless words left out."""
        said = [*self._said(reading.words), *_crawling(reading.words)]
        for guess in (*_unable(reading.words), *self._nearly(reading.words)):
            if not any(guess.start < hit.end and hit.start < guess.end for hit in said):
                said.append(guess)
        taken = [hit for hit in said if hit.phrasing.points]
        return sorted(taken, key=lambda hit: (hit.start, hit.end))

    def _said(self, words: str) -> Iterator[Hit]:
        place = 0
        while place < len(words) - 1:
            for phrasing in self._by_start.get(words[place : place + 2], ()):
                end = place + len(phrasing.text)
                if words.startswith(phrasing.text, place) and is_whole(words, place, end):
                    yield Hit(phrasing, place, end)
                    place = end
                    break
            else:
                place += 1

    def _nearly(self, words: str) -> Iterator[Hit]:
        shared: Counter[int] = Counter()
        for pair in _pairs(words):
            shared.update(self._having.get(pair, ()))
        for number in sorted(shared):
            if shared[number] < self._wanted[number]:
                continue
            phrasing = self._compared[number]
            alike = fuzz.partial_ratio_alignment(phrasing.text, words, score_cutoff=LEAST_ALIKE)
            if alike is None or alike.dest_end - alike.dest_start < SHORTEST_COMPARED:
                continue
            start, end = alike.dest_start, alike.dest_end
            if words[end - _END : end] == phrasing.text[-_END:] and is_whole(words, start, end):
                yield Hit(phrasing, start, end, is_exact=False)


def _crawling(words: str) -> Iterator[Hit]:
    """Measured, and slow: 0.8Mbps, ping 500."""
    for found in _CRAWL.finditer(words):
        yield Hit(_MEASURED, *found.span())


def _unable(words: str) -> Iterator[Hit]:
    """What somebody cannot do, whatever it is."""
    for found in _CANNOT.finditer(words):
        yield Hit(_UNABLE, *found.span())


def _pairs(text: str) -> set[str]:
    return {text[place : place + 2] for place in range(len(text) - 1)}


def is_whole(words: str, start: int, end: int) -> bool:
    """Whether a piece is no part of a longer word in Latin letters."""
    return not (
        (start and _is_latin(words[start]) and _is_latin(words[start - 1]))
        or (end < len(words) and _is_latin(words[end - 1]) and _is_latin(words[end]))
    )


def _is_latin(letter: str) -> bool:
    return letter.isascii() and letter.isalpha()


@cache
def built_in() -> Phrasings:
    """The lists that come with the desk."""
    return Phrasings([*_japanese(), *_english()])


def _japanese() -> Iterator[Phrasing]:
    for text in phrasings_ja.HARMLESS.split():
        yield from _spelt(text, "harmless", 0)
    for lists, points in (
        (phrasings_ja.STRONG, STRONG),
        (phrasings_ja.MIDDLE, MIDDLE),
        (phrasings_ja.WEAK, WEAK),
    ):
        for kind, written in lists.items():
            for text in written.split():
                yield from _spelt(text, kind, points)


def _spelt(text: str, kind: str, points: int) -> Iterator[Phrasing]:
    """A phrasing with each of the endings it may have."""
    for mark, endings in phrasings_ja.ENDINGS.items():
        if mark in text:
            for ending in endings:
                yield Phrasing(read(text.replace(mark, ending)).words, kind, points)
            return
    yield Phrasing(read(text).words, kind, points)


def _english() -> Iterator[Phrasing]:
    yield from _lines({"harmless": phrasings_en.HARMLESS}, 0)
    yield from _lines(phrasings_en.STRONG, STRONG)
    yield from _lines(phrasings_en.MIDDLE, MIDDLE)
    yield from _lines(phrasings_en.WEAK, WEAK)


def _lines(lists: Mapping[str, str], points: int) -> Iterator[Phrasing]:
    for kind, written in lists.items():
        for text in written.replace("\n", "|").split("|"):
            if text.strip():
                yield Phrasing(read(text).words, kind, points)
