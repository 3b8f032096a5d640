"""Whose product a post speaks of, and whose trouble a piece of it is: ours or a competitor's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from rapidfuzz import fuzz

from support.outreach.phrasings import is_whole
from support.outreach.reading import Reading, Span, pattern, read

SHORTEST_GUESSED = 5
LEAST_ALIKE = 80
"""Of a product word nobody listed in this spelling: one letter of five."""
ANY_RIVAL = ("他社", "他の会社", "別の会社", "違う会社", "よその会社")
_WANTED_NEXT = pattern(
    r"(?:さん)?(?:に|へ)(?:の)?(?:乗り換|乗換|のりかえ|変え|かえ(?:よ|た|る)|替え|移|した[いら]|し(?:よう|とけば|ておけば)|すれば|する|切り替)"
    r"(?!え?た(?:のに|ら|けど|途端|とたん))"
)
"""A product they think of going to is not the one that fails."""
_COMPARED = pattern(
    r"(?:より|並み|なみに|みたい(?:に|な)|のように|のような|くらい(?:の)?(?:速|早)|ぐらい(?:の)?(?:速|早)|の夜みたい)"
)
"""A product used as a measure of something else is not spoken of."""


@dataclass(frozen=True)
class Words:
    """What we are called, how that is misspelt (→ what is meant), and who competes with us."""

    products: tuple[str, ...]
    misspellings: Mapping[str, str] = field(default_factory=dict)
    competitors: tuple[str, ...] = ()

    @cached_property
    def spelt(self) -> tuple[str, ...]:
        return tuple(filter(None, (read(word).words for word in self.products)))

    @cached_property
    def misspelt(self) -> tuple[str, ...]:
        return tuple(filter(None, (read(word).words for word in self.misspellings)))

    @cached_property
    def rivals(self) -> tuple[str, ...]:
        return tuple(filter(None, (read(word).words for word in self.competitors)))


@dataclass(frozen=True)
class Name:
    """A name in a reading."""

    start: int
    end: int
    is_ours: bool
    is_guessed: bool = False


@dataclass(frozen=True)
class Names:
    """The names in a post, in order. More product words never make less of it ours."""

    words: str
    all: tuple[Name, ...]

    @cached_property
    def ours(self) -> tuple[Name, ...]:
        return tuple(name for name in self.all if name.is_ours and not self._compares(name))

    @cached_property
    def theirs(self) -> tuple[Name, ...]:
        return tuple(name for name in self.all if not name.is_ours)

    def owner(self, place: int, sentence: Span) -> Name | None:
        """Whose trouble stands at a place: the name before it, in its sentence if there is one."""
        if not self.theirs:
            return None
        start, end = sentence
        meant = [name for name in self.all if not self._is_wanted_next(name)]
        within = [name for name in meant if start <= name.start < end]
        before = [name for name in within if name.start <= place]
        if before or within:
            return (before or within[:1])[-1]
        earlier = [name for name in meant if name.start <= place]
        first = meant[0] if meant else None
        return earlier[-1] if earlier else first

    def _is_wanted_next(self, name: Name) -> bool:
        return _WANTED_NEXT.match(self.words, name.end) is not None

    def _compares(self, name: Name) -> bool:
        return _COMPARED.match(self.words, name.end) is not None


def names(reading: Reading, words: Words) -> Names:
    text = reading.words
    rivals = [
        Name(*span, is_ours=False)
        for one in (*words.rivals, *ANY_RIVAL)
        for span in _places(text, one)
    ]
    ours = [
        Name(*span, is_ours=True)
        for one in (*words.spelt, *words.misspelt)
        for span in _places(text, one)
    ]
    ours = [name for name in ours if not any(_holds(rival, name) for rival in rivals)]
    rivals = [rival for rival in rivals if not any(_holds(name, rival) for name in ours)]
    ours += [
        name
        for one in words.spelt
        for name in _guessed(text, one)
        if not any(name.start < rival.end and rival.start < name.end for rival in rivals)
    ]
    return Names(text, tuple(sorted({*ours, *rivals}, key=lambda one: (one.start, one.end))))


def _places(text: str, word: str) -> Iterator[Span]:
    place = text.find(word)
    while place >= 0:
        end = place + len(word)
        if is_whole(text, place, end):
            yield place, end
        place = text.find(word, end)


def _holds(outer: Name, inner: Name) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def _guessed(text: str, word: str) -> Iterator[Name]:
    """Where the post comes closest to the word, unless it is the word or too far from it."""
    if len(word) < SHORTEST_GUESSED or word in text:
        return
    alike = fuzz.partial_ratio_alignment(word, text, score_cutoff=LEAST_ALIKE)
    if alike is None or alike.dest_end - alike.dest_start < len(word) - 1:
        return
    if is_whole(text, alike.dest_start, alike.dest_end):
        yield Name(alike.dest_start, alike.dest_end, is_ours=True, is_guessed=True)
