"""What a folded text is indexed under: each character, each two, and three of plain letters.

One character finds something too, and two need no dictionary. Three of a to z and 0 to 9 keep
customer numbers apart, of whose pairs every text has some.
"""

from __future__ import annotations

import string
import zlib
from collections.abc import Iterable
from itertools import pairwise

_SIGNS = str.maketrans({sign: chr(0xE000 + ord(sign)) for sign in string.punctuation})
"""Signs of ASCII stand elsewhere in the index: no tokenizer and no query language reads them."""
_PLAIN = frozenset(string.ascii_lowercase + string.digits)
_BASIC = 0x10000
_HALF = 0x80000000


def grams(words: str) -> set[str]:
    """All a folded text can be found by."""
    found: set[str] = set()
    for run in words.translate(_SIGNS).split():
        found.update(run)
        found.update(map("".join, pairwise(run)))
        found.update(filter(_is_plain, map("".join, zip(run, run[1:], run[2:], strict=False))))
    return found


def wanted(term: str) -> set[str]:
    """What every text that holds the folded `term` is indexed under; the longest say most."""
    found: set[str] = set()
    for run in term.translate(_SIGNS).split():
        size = 1 if len(run) == 1 else 2
        found.update(_pieces(run, size))
    covered = {gram for gram in grams(term) if len(gram) == 3}
    spoken_for = {pair for three in covered for pair in (three[:2], three[1:])}
    return (found - spoken_for) | covered


def code(gram: str) -> int:
    """A gram as a number of 32 bits; two may share one, so what it finds is looked at again."""
    if len(gram) == 1:
        return ord(gram)
    if len(gram) == 2 and max(map(ord, gram)) < _BASIC:
        number = ord(gram[0]) << 16 | ord(gram[1])
    else:
        number = zlib.crc32(gram.encode("utf-8", "surrogatepass"))
    return number - 2 * _HALF if number >= _HALF else number


def codes(found: Iterable[str]) -> list[int]:
    return sorted({code(gram) for gram in found})


def _pieces(run: str, size: int) -> Iterable[str]:
    return (run[at : at + size] for at in range(len(run) - size + 1))


def _is_plain(gram: str) -> bool:
    return _PLAIN.issuperset(gram)
