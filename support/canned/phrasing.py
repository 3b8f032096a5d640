"""A customer's question as a phrasing of an answer: cleaned of whoever asked, and new."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from rapidfuzz import fuzz, process

from support.matching.text import normalise

LONGEST = 200
"""Characters of a phrasing; a question stands in there."""
ALIKE = 92.0
"""From this likeness on, of a hundred, two phrasings say the same in the same words."""

_ADDRESS = re.compile(r"https?://\S+|[\w.+-]+@[\w-]+\.[\w.-]+|(?<![\w])[@＠][A-Za-z0-9_]{1,15}")
# Digits in a row, or with what is written between them: telephones, orders, contracts, postcodes.
# What a unit follows is no such number: 20時, 3000円, 1000Mbps.
_NUMBER = re.compile(
    r"(?<![A-Za-z0-9])(?:[A-Za-z]{1,6}[-_]?)?[+＋]?\d(?:[\d()（）－ー‐–—_.・/ -]{0,3}\d){3,}"
    r"(?!\s?(?:円|年|月|日|時|分|秒|人|件|台|回|k|m|g|t|[%％]|\d))(?:[-_]?[A-Za-z0-9]{1,8})?",
    re.IGNORECASE,
)
_I_AM = re.compile(
    r"[^\s、。，．,.!！?？]{1,20}?(?:と(?:申|もう)します|といいます|と言います)(?:が|。)?"
)
_EDGE = " \t\u3000、。,，:：;；-–—・"


def clean(text: str, names: Iterable[str] = ()) -> str:
    """The question without handles, links, numbers and names; `names` are the customer's.

    At most `LONGEST` characters, in one line. A person looks at it before it is kept.
    """
    words = unicodedata.normalize("NFC", text)
    words = _ADDRESS.sub(" ", words)
    for name in sorted({it.strip() for it in names}, key=len, reverse=True):
        if len(name) > 1:
            words = re.sub(rf"{re.escape(name)}(?:と申します|といいます|です)?", " ", words)
    words = _NUMBER.sub(" ", _I_AM.sub(" ", words))
    line = " ".join(word for part in words.splitlines() for word in part.strip(_EDGE).split())
    return _shortened(line.strip(_EDGE)).strip()


def _shortened(line: str) -> str:
    """Whole sentences, as far as they fit."""
    if len(line) <= LONGEST:
        return line
    head = line[:LONGEST]
    end = max(head.rfind(mark) for mark in "。！？!?")
    return head[: end + 1] if end > 0 else head


def is_new(text: str, phrasings: Iterable[str]) -> bool:
    """Whether the text asks something, in words that none of the phrasings nearly has."""
    asked = normalise(text)
    if not asked:
        return False
    known = [_normal(phrasing) for phrasing in phrasings]
    return (
        process.extractOne(asked, known, scorer=fuzz.ratio, processor=None, score_cutoff=ALIKE)
        is None
    )


@lru_cache(maxsize=1 << 13)
def _normal(phrasing: str) -> str:
    """The shelf's own are asked for again and again."""
    return normalise(phrasing)
