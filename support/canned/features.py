"""What a text is made of, for matching: units cut by script, and the pieces of each unit.

No dictionary is needed. Kanji runs give their characters, pairs and triples; katakana runs the
whole word, pairs and triples; hiragana runs only pairs and triples, at less weight, so that
particles nearly vanish; Latin words and numbers the word, its first letters and its padded pieces
of two to four letters. Where two runs meet, the two characters at the seam are a piece; where two
words meet, the pair of words is. Each piece begins with the letter of its kind, so that pieces of
different kinds never meet.
"""

from __future__ import annotations

import re
from functools import lru_cache

WEIGHTS = {"k": 1.0, "t": 1.0, "h": 0.6, "x": 0.5, "w": 1.0, "s": 0.5, "p": 0.7, "c": 0.8}
"""What a kind of piece counts, beside its rarity."""

_KANJI = r"々〆㐀-鿿豈-﫿"
_RUN = re.compile(
    rf"(?P<kanji>[{_KANJI}]+)|(?P<katakana>[ァ-ヺー]+)|(?P<hiragana>[ぁ-ゟ]+)"
    rf"|(?P<word>[^\W぀-ヿ{_KANJI}]+)|(?P<other>\w)"
)


def units(normal: str) -> list[str]:
    """The units of a text in normal form, each once: its runs, and the seams between them."""
    found: dict[str, None] = {}
    before, end = None, -1
    for run in _RUN.finditer(normal):
        kind, surface = (run.lastgroup or "other")[:2], run[0]
        found[f"{kind}:{surface}"] = None
        if before is not None and (seam := _seam(before, (kind, surface), run.start() - end)):
            found[seam] = None
        before, end = (kind, surface), run.end()
    return list(found)


def _seam(left: tuple[str, str], right: tuple[str, str], distance: int) -> str:
    """Two words one space apart, or two Japanese runs that touch."""
    words = (left[0] == "wo") + (right[0] == "wo")
    if words == 2 and distance == 1:
        return f"p:{left[1]} {right[1]}"
    if words == 0 and distance == 0:
        return f"x:{left[1][-1]}{right[1][0]}"
    return ""


@lru_cache(maxsize=1 << 14)
def pieces(unit: str) -> tuple[str, ...]:
    """The pieces a unit is made of."""
    kind, _, surface = unit.partition(":")
    if kind == "wo":
        return (f"w:{surface}", f"s:{surface[:4]}", *_grams("c:", f" {surface} ", 2, 4))
    if kind == "hi":
        return (*_grams("h:", surface, 3, 3), *_grams("x:", surface, 2, 2))
    if kind == "ka":  # kanji and katakana
        whole = (f"t:{surface}",) if len(surface) > 3 else ()
        return (*whole, *_grams("k:", surface, 1 if _is_kanji(surface) else 2, 3))
    return (unit,) if kind in WEIGHTS else (f"k:{surface}",)


def _is_kanji(surface: str) -> bool:
    return not "ァ" <= surface[0] <= "ー"


def _grams(prefix: str, text: str, shortest: int, longest: int) -> tuple[str, ...]:
    return tuple(
        prefix + text[start : start + size]
        for size in range(shortest, longest + 1)
        for start in range(len(text) - size + 1)
    )
