"""Whether two offers say the same: without names, handles, links, signature, signs and spaces."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from rapidfuzz import fuzz

_LINK = re.compile(r"https?://\S+", re.IGNORECASE)
_HANDLE = re.compile(r"[@＠][A-Za-z0-9_]+")
_SIGNED = re.compile(r"(?:[\^＾][^\s^]{1,20}|（[^（）]{1,20}）|担当[:：]\S{1,20})\s*$")
SHORTEST_NAME = 2
"""A shorter name would take letters out of ordinary words."""


def bare(text: str, names: Iterable[str] = ()) -> str:
    """What is left to compare."""
    text = _SIGNED.sub("", text.strip())
    for name in sorted({it.strip() for it in names}, key=len, reverse=True):
        if len(name) >= SHORTEST_NAME:
            text = text.replace(name, "")
    text = _HANDLE.sub("", _LINK.sub("", text))
    plain = unicodedata.normalize("NFKC", text).lower()
    return "".join(letter for letter in plain if letter.isalnum() or letter == "ー")


def likeness(one: str, other: str) -> int:
    """Of two bare texts, 0 to 100; nothing is like nothing."""
    return int(fuzz.ratio(one, other)) if one and other else 0
