"""What a customer told us in private: to be recognised when a public answer repeats it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from support.conversations.contact import spelt
from support.replies import names, personal
from support.replies.folded import Span, fold
from support.replies.wordlists import Word, matches

_TOKEN = re.compile(
    r"(?<![A-Za-z0-9])[A-Za-z0-9](?:[A-Za-z0-9]|-(?=[A-Za-z0-9])){5,31}(?![A-Za-z0-9])"
)
_DATE = re.compile(r"(?:19|20)[0-9]{2}-?[01]?[0-9]-?[0-3]?[0-9]")
_ENOUGH_DIGITS = 5
"""A piece with so many digits is a number of the customer's: a contract, an order, a device."""


@dataclass(frozen=True)
class Told:
    """`keys` of personal data, `numbers` without their hyphens, and full `names`."""

    keys: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    names: tuple[str, ...] = field(default=())

    def repeated_in(self, text: str) -> Iterator[Span]:
        """Where a number of theirs stands in the text, with hyphens or without."""
        if not self.numbers:
            return
        around = personal.links(text)
        for it in _TOKEN.finditer(text):
            start, end = it.span()
            in_a_link = any(begin <= start < stop for begin, stop in around)
            if _bare(it[0]) in self.numbers and not in_a_link:
                yield start, end


def told_by(messages: Sequence[str], forms: Sequence[Word]) -> Told:
    keys, numbers, called = set[str](), set[str](), dict[str, None]()
    for message in messages:
        folded = fold(message)
        found = personal.personal(folded)
        keys |= {it.key for it in found}
        taken = personal.links(folded.text) + [(it.start, it.end) for it in found]
        for it in _TOKEN.finditer(folded.text):
            inside = any(begin <= it.start() < stop for begin, stop in taken)
            if not inside and _is_number(it[0], folded.text[it.end() : it.end() + 1]):
                numbers.add(_bare(it[0]))
        for form in forms:
            numbers |= {_bare(folded.text[slice(*span)]) for span in matches(form, folded)}
        called.update(dict.fromkeys(names.told_names(folded.text)))
    return Told(frozenset(keys), frozenset(numbers), tuple(called))


def _is_number(piece: str, behind: str) -> bool:
    enough = len(personal.digits(piece)) >= _ENOUGH_DIGITS
    return enough and not _DATE.fullmatch(piece) and behind not in ("円", "万")


def _bare(piece: str) -> str:
    return piece.replace("-", "").lower()


def numbers_in(text: str, numbers: Sequence[str]) -> Iterator[Span]:
    """Where one of the customer's recorded numbers stands; the text is folded."""
    around = personal.links(text) if numbers else []
    for number in numbers:
        for it in spelt(number).finditer(text):
            if not any(begin <= it.start() < stop for begin, stop in around):
                yield it.span()
