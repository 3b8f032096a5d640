"""What a text is made of, for matching: pieces cut by script, and pairs of them.

No dictionary is needed. Kanji runs give their characters, pairs and triples; katakana runs the
whole word, pairs and triples; hiragana runs only pairs and triples, at less weight, so that
particles nearly vanish; Latin words and numbers the word without its ending and its padded pieces
of two to four letters. Where two runs meet, the two characters at the seam are a piece. Words that
follow each other are a pair, words near each other are one in either order, and so are meanings
(see `synonyms`). Each piece begins with the letter of its kind, so that pieces of different kinds
never meet.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from support.matching.stemming import FUNCTION_WORDS, stem
from support.matching.synonyms import built_in

WEIGHTS = {
    "k": 1.2,  # characters, pairs and triples of kanji and katakana
    "t": 0.8,  # whole katakana words, and kanji words longer than a triple
    "h": 0.5,  # triples of hiragana
    "x": 0.65,  # pairs of hiragana, and the seams between scripts
    "y": 0.4,  # two Japanese words near each other
    "w": 1.2,  # Latin words and numbers
    "c": 0.5,  # their spelling
    "p": 0.5,  # two that follow each other
    "q": 0.5,  # two near each other
    "m": 1.2,  # meanings
    "z": 0.6,  # two meanings in one text
}
"""What a kind of piece counts, beside its rarity."""
NEAR = 3
"""Words so far apart still make a pair."""
MEANINGS_NEAR = 8

_KANJI = r"々〆㐀-鿿豈-﫿"
_RUN = re.compile(
    rf"(?P<kanji>[{_KANJI}]+)|(?P<katakana>[ァ-ヺー]+)|(?P<hiragana>[ぁ-ゟ]+)"
    rf"|(?P<word>[a-z0-9]+)|(?P<letters>[^\W぀-ヿ{_KANJI}]+)|(?P<other>\w)"
)


def pieces(normal: str) -> list[str]:
    """The pieces of a text in normal form, each once."""
    found: dict[str, None] = {}
    content: list[str] = []
    words: list[str] = []
    last, end = "", -1
    for run in _RUN.finditer(normal):
        kind, surface = run.lastgroup or "other", run[0]
        if kind == "word":
            surface = stem(surface)
            words.append(surface)
        elif end == run.start() and last not in ("", "word"):
            found[f"x:{normal[end - 1]}{surface[0]}"] = None
        if kind != "hiragana" and (kind != "katakana" or len(surface) > 1):
            content.append(surface)
        found.update(dict.fromkeys(_of_run(kind, surface)))
        last, end = kind, run.end()
    found.update(dict.fromkeys(_pairs(content, words)))
    found.update(dict.fromkeys(_meanings(normal)))
    return list(found)


@lru_cache(maxsize=1 << 15)
def _of_run(kind: str, surface: str) -> tuple[str, ...]:
    if kind in ("word", "letters"):
        return (f"w:{surface}", *_grams("c:", f" {surface} ", 2, 4))
    if kind == "hiragana":
        return (*_grams("h:", surface, 3, 3), *_grams("x:", surface, 2, 2))
    if kind == "other":
        return (f"k:{surface}",)
    whole = (f"t:{surface}",) if len(surface) > 3 else ()
    return (*whole, *_grams("k:", surface, 1 if kind == "kanji" else 2, 3))


def _grams(prefix: str, text: str, shortest: int, longest: int) -> tuple[str, ...]:
    return tuple(
        prefix + text[start : start + size]
        for size in range(shortest, longest + 1)
        for start in range(len(text) - size + 1)
    )


def _pairs(content: Sequence[str], words: Sequence[str]) -> Iterator[str]:
    for left, right in pairwise(words):
        yield f"p:{left} {right}"
    telling = [word for word in words if word not in FUNCTION_WORDS]
    for one, other in _near(telling, NEAR):
        yield f"q:{one} {other}"
    if len(content) > len(words):  # some are Japanese
        for one, other in _near(content, NEAR):
            if not (one.isascii() and other.isascii()):
                yield f"y:{one} {other}"


def _meanings(normal: str) -> Iterator[str]:
    spoken = built_in().found(normal)
    yield from (f"m:{meaning}" for meaning in spoken)
    yield from (f"z:{one} {other}" for one, other in _near(spoken, MEANINGS_NEAR))


def _near(words: Sequence[str], distance: int) -> Iterator[tuple[str, str]]:
    """Each two words not farther apart, in an order of their own."""
    for place, one in enumerate(words):
        for other in words[place + 1 : place + 1 + distance]:
            if one != other:
                yield (one, other) if one < other else (other, one)
