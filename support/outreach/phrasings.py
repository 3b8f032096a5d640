"""The prepared ways of saying that something does not work, and where a post says one.

What is written as prepared is found by looking it up. What is nearly so (a slip of the finger) is
compared by rapidfuzz, but only where enough pairs of letters are shared, and never in its end:
there Japanese says yes or no.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from rapidfuzz import fuzz

from support.outreach.reading import Reading, pattern, read

STRONG, MIDDLE, WEAK, UNABLE = 40, 30, 13, 20
"""Points of a phrasing that names what is broken, that asks or scolds, that only hints; any
deed that cannot be done."""
LEAST_ALIKE = 85
LEAST_SHARED = 0.6
"""Of a phrasing's pairs of letters, before it is compared at all."""
SHORTEST_COMPARED = 6
_CRAWL = re.compile(r"(?<![0-9.])[0-9](?:\.[0-9]+)? ?mbps|[0-9]+ ?kbps|ping(?:値|が)? ?[0-9]{3,}")
_KANJI = re.compile("[一-龠]")
"""They carry the meaning: what lacks one of them says something else."""
_END = 2
"""Letters at the end of a phrasing that must be there as they are."""


@dataclass(frozen=True)
class Phrasing:
    text: str
    kind: str
    points: int


_HEAD = re.compile(r"\[(strong|middle|weak|harmless)(?: (\w+))?\]")
_POINTS = {"strong": STRONG, "middle": MIDDLE, "weak": WEAK, "harmless": 0}
ENDINGS = {
    "{ない}": "ない なく なかった なさすぎ なすぎ なーい ないん ねえ ねぇ ねー にゃい "
    "ん んの んねん んかった へん ひん まへん ず ぬ",
    "{い}": "い く くて かった すぎ え ぇ いん くね っ",
}
"""How endings are said, in books and out of them."""
_CANNOT = pattern(
    "(?:でき|出来|(?<!しれ)(?<!付け)(?<!片)(?<!忘れ)(?<!離れ)(?<!遅れ)(?<!疲れ)(?<!いけ)(?<!負け)"
    "(?<!かけ)(?<!やめ)(?<!止め)(?<!変え)(?<=[えけせねべめれげ]))"
    "(?:ない|なかった|なくて|なくな|ません|ねえ)"
    "|(?<=[直返話押出消戻探治])せ(?:ず|ない|なかった|ん(?=[^ぁ-ゖ]|$))"
    "|(?<=[一-龠つ])[きしちりみ]ません(?!か|よう)(?<!知りません)"
    "|(?:つい|付い|され|戻っ|返ってき|返って来|なっ)て(?:い|おり)?(?:ない|ません)"
    "|しか[^。!? ]{1,6}(?:ない|ません)(?!か)"
    "|(?:でき|出来|れ)"
    "(?:ん(?=[^ぁ-ゖー]|$|わ|の|ねん|やん|し|けど|かっ|く)|ず(?![ぁ-ゖ]{0,1}つ)|ひん|へん)"
)
"""Any deed one cannot do: the ending of the potential form."""
_UNABLE = Phrasing("ない", "cannot", UNABLE)
_MEASURED = Phrasing("mbps", "slow", STRONG)


@dataclass(frozen=True)
class Hit:
    """A phrasing in a reading, from letter `start` to `end`."""

    phrasing: Phrasing
    start: int
    end: int


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
            if not any(guess.start <= hit.end and hit.start < guess.end for hit in said):
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
            said = words[start:end]
            if said[-_END:] != phrasing.text[-_END:] or not is_whole(words, start, end):
                continue
            if set(_KANJI.findall(phrasing.text)) <= set(said):
                yield Hit(phrasing, start, end)


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
    return Phrasings([*_listed("phrasings_ja.txt", " "), *_listed("phrasings_en.txt", "|")])


def _listed(name: str, between: str) -> Iterator[Phrasing]:
    """A list of `words/`: heads like [strong outage], and under them what is said."""
    kind, points = "harmless", 0
    text = files("support.outreach").joinpath("words", name).read_text("utf-8")
    for line in text.splitlines():
        head = _HEAD.fullmatch(line)
        if head:
            kind, points = head[2] or "harmless", _POINTS[head[1]]
        elif not line.startswith("#"):
            for written in filter(str.strip, line.split(between)):
                yield from _spelt(written, kind, points)


def _spelt(written: str, kind: str, points: int) -> Iterator[Phrasing]:
    """A phrasing with each of the endings it may have."""
    for mark, endings in ENDINGS.items():
        if mark in written:
            for ending in endings.split():
                yield Phrasing(read(written.replace(mark, ending)).words, kind, points)
            return
    yield Phrasing(read(written).words, kind, points)
