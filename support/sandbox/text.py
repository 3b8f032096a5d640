"""What X does to text: finds handles and hashtags, escapes, counts, cuts."""

import importlib
import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any, cast

POST_LIMIT = 280
LONG_POST_LIMIT = 25_000
DM_LIMIT = 10_000
USERNAME = re.compile(r"[A-Za-z0-9_]{1,15}")

# Boundaries as in twitter-text: no handle inside an address, a URL path or another handle.
_HANDLE = re.compile(
    r"(?<![A-Za-z0-9_!#$%&*@＠/])[@＠]([A-Za-z0-9_]{1,20})(?![A-Za-z0-9_@＠À-ÖØ-öø-ÿ]|://)"
)
_HASHTAG = re.compile(r"(?<![\w&/])[#＃](\w+)")
_LIGHT = ((0x0000, 0x10FF), (0x2000, 0x200D), (0x2010, 0x201F), (0x2032, 0x2037))

Weigh = Callable[[str], int]


def handles(text: str) -> Iterator[re.Match[str]]:
    """Each @handle in `text`; group 1 is the username."""
    return _HANDLE.finditer(text)


def hashtags(text: str) -> Iterator[re.Match[str]]:
    """Each #hashtag in `text`; group 1 is the tag. Digits alone are none."""
    return (found for found in _HASHTAG.finditer(text) if not found[1].isdigit())


def usernames_in(text: str) -> list[str]:
    """Lower-case usernames mentioned in `text`, in order, each once."""
    return list(dict.fromkeys(found[1].lower() for found in handles(text)))


def leading_username(text: str) -> str | None:
    first = next(handles(text), None)
    return first[1].lower() if first and first.start() == 0 else None


def escaped(text: str) -> str:
    """As X writes text on the wire."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def clean(text: str) -> str:
    """Text that can be stored and sent: surrogate pairs joined, lone ones made U+FFFD."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def folded(text: str) -> str:
    """What two texts share when X calls them the same: NFC, single spaces, no case."""
    return " ".join(unicodedata.normalize("NFC", text).split()).casefold()


def rough_weight(text: str) -> int:
    """Weighted length without looking for URLs or emoji sequences."""
    return sum(_weight(character) for character in unicodedata.normalize("NFC", text))


def _weight(character: str) -> int:
    return 1 if any(low <= ord(character) <= high for low, high in _LIGHT) else 2


def shortened(text: str, limit: int = POST_LIMIT) -> str:
    """The start of a long post as X shows it in `text`, ending in "…"."""
    weight = 2
    for place, character in enumerate(text):
        weight += _weight(character)
        if weight > limit:
            return text[:place] + "…"
    return text


def weigher() -> Weigh:
    """The desk's own count where the desk is installed, else the rough one."""
    try:
        module: Any = importlib.import_module("support.x.text")
    except ImportError:
        return rough_weight
    return cast(Weigh, module.weighted_length)
