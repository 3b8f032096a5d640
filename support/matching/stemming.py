"""English words without their endings: charged, charges and charging are one word to the matcher.

Lighter than Porter's stemmer on purpose: what it leaves too long, spelling pieces make good.
"""

from __future__ import annotations

from functools import lru_cache

_ENDINGS = (
    ("ies", "y"),
    ("sses", "ss"),
    ("ing", ""),
    ("ed", ""),
    ("es", "e"),
    ("s", ""),
    ("ly", ""),
)
_SHORTEST = 3
"""Letters that must stay."""
_DOUBLED = frozenset("bdfglmnprt")


@lru_cache(maxsize=1 << 14)
def stem(word: str) -> str:
    """The word, in lower case letters or digits, without the first ending that comes off."""
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and not word.endswith("ss") and len(word) >= len(ending) + 3:
            word = word.removesuffix(ending) + instead
            break
    if len(word) > _SHORTEST and word[-1] == word[-2] and word[-1] in _DOUBLED:
        word = word[:-1]
    return word[:-1] if len(word) > _SHORTEST and word[-1] == "e" else word


_FUNCTION_WORDS = """
a an the i my me mine we our us you your it its this that these those they them their there is are
was were be been being am do does did done can could will would shall should may might must have has
had having to of in on for at by from with without as into onto about and or but so if then than im
ive id its just also please
"""
FUNCTION_WORDS = frozenset(map(stem, _FUNCTION_WORDS.split()))
"""Words that join others: no pair is made of them."""
