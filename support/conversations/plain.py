"""Words of strangers as they may stand on a page: nothing in them moves, hides or imitates.

Characters that turn the direction of what follows, that nobody can see, or that pile up over the
lines above are left out; what people really write (emoji of several parts, 葛󠄀 with its variant,
Thai, Arabic) stays as it is. What customers said stays in the database as it was said.
"""

import re
import unicodedata
from functools import lru_cache

MOST_MARKS = 4
"""Signs above and below one letter; no living script needs more."""
LONGEST_NAME = 60
"""Characters; X takes 50."""

# What most words consist of entirely: ASCII, Latin, Greek, kana, kanji, hangul, wide forms.
_ORDINARY = re.compile(
    "[\t\n -~\u00a0-\u00ac\u00ae-\u02ff\u0370-\u0373\u0386-\u0482\u048a-\u052f\u2010-\u2027"
    "\u2030-\u205e\u2190-\u27ff\u3000-\u3029\u3030-\u3096\u309b-\u3163\u3165-\u318e\u3190-\u9fff\uac00-\ud7a3"
    "\uf900-\ufaff\uff01-\uff9f\U0001f300-\U0001f3f3\U0001f3f5-\U0001faff\U00020000-\U0003134f]*"
).fullmatch
_TURNING = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u206a-\u206f"
_UNSEEN = (
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u2060-\u2065\u3164\ufeff\uffa0"
    "\ufff0-\ufffc\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000\U000e0001"
)
_CONTROLS = "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f"
_LEFT_OUT = re.compile(f"[{_TURNING}{_UNSEEN}{_CONTROLS}]")
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_JOINERS = "\u200c\u200d"
_EAST = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\uff00-\uffef]")
_FLAG = "\U0001f3f4"
# Marks with which X and others say that an account is genuine.
_SEALS = re.compile("[\u2611\u2705\u2713\u2714\U0001f5f8\U0001f5f9\u237b\U0001fbb1]\ufe0f?")


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """`text` without what could move, hide or imitate the words around it."""
    if _ORDINARY(text):
        return text
    text = _LEFT_OUT.sub("", _SURROGATE.sub("\ufffd", _LINE_ENDS.sub("\n", text)))
    kept: list[str] = []
    marks = 0
    for place, sign in enumerate(text):
        kind = unicodedata.category(sign)
        if kind[0] == "M":
            if _sits(sign, kept, marks):
                marks += 1
                kept.append(sign)
        elif sign in _JOINERS:
            if kept and _joins(kept[-1], text[place + 1 : place + 2]):
                kept.append(sign)
        elif "\U000e0020" <= sign <= "\U000e007f":
            if _in_flag(kept):
                kept.append(sign)
        else:
            marks = 0
            kept.append(" " if sign == "\u2800" else sign)
    return "".join(kept)


def _sits(sign: str, kept: list[str], marks: int) -> bool:
    """Whether a mark has something to sit on and is not one of a flood."""
    if not kept or kept[-1] == "\n" or marks >= MOST_MARKS:
        return False
    return not (_selects(sign) and (_selects(kept[-1]) or kept[-1].isspace()))


def _selects(sign: str) -> bool:
    """A variation selector: it is not seen, it says how the sign before it is drawn."""
    return "\ufe00" <= sign <= "\ufe0f" or "\U000e0100" <= sign <= "\U000e01ef"


def _joins(before: str, after: str) -> bool:
    """Whether a joiner does anything between these two: parts of an emoji, letters that join."""
    if not after or _EAST.match(before) or _EAST.match(after):
        return False
    kinds = ("So", "Sk", "Lo", "Mn", "Mc")
    return unicodedata.category(before) in kinds and unicodedata.category(after) in ("So", "Lo")


def _in_flag(kept: list[str]) -> bool:
    """The tags that make a black flag that of England; anywhere else they are hidden writing."""
    for sign in reversed(kept[-8:]):
        if sign == _FLAG:
            return True
        if not "\U000e0020" <= sign < "\U000e007f":
            return False
    return False


@lru_cache(maxsize=4096)
def plain_name(name: str) -> str:
    """A customer's name on one line, without seals nobody gave it; empty if nothing is to be seen.

    Whoever shows it has their handle for that case.
    """
    found = " ".join(plain(_SEALS.sub("", name)).split())
    if not any(unicodedata.category(sign)[0] in "LNPS" for sign in found):
        return ""
    if len(found) <= LONGEST_NAME:
        return found
    return plain(found[: LONGEST_NAME - 1].rstrip(_JOINERS + " ")) + "…"
