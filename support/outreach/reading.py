"""A post as the trouble rules read it: one spelling, nothing stretched, every letter in its place.

The spelling is that of search (kana without their kind, one width, one case). What people draw out
for feeling (おっっっそ, つながらなーーい) is shortened to what it says.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from support.search.folding import fold_in_place

Span = tuple[int, int]
"""Start and end in a text, the end not included."""

LONGEST = 2_000
"""Characters that are read; a post of X may have 25,000, and says early what it is about."""
ADDRESS = "🔗"
"""What the address of a page becomes."""
_DRAWN_OUT = "っー~"
_TO_HIRAGANA = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}
_PAGE = re.compile(r"https?://[!-~]+")
_SENTENCE_END = re.compile(r"[。!?]+|\.(?= |$)|(?<=[^!-~]) | (?=[^!-~])")


@dataclass(frozen=True)
class Reading:
    """`words` is what rules look at; `places[i]` is where its letter `i` stood in the post."""

    words: str
    places: tuple[Span, ...]

    def span(self, start: int, end: int) -> Span:
        """Where a piece of `words` stands in the post."""
        return self.places[start][0], self.places[end - 1][1]

    @cached_property
    def ends(self) -> tuple[int, ...]:
        """Where sentences end; a break between Japanese words ends one too."""
        return tuple(found.end() for found in _SENTENCE_END.finditer(self.words))

    def sentence(self, place: int) -> Span:
        """The sentence a place lies in."""
        start = 0
        for end in self.ends:
            if end > place:
                return start, end
            start = end
        return start, len(self.words)


def read(text: str) -> Reading:
    """The post in the one spelling; addresses of pages become one sign, so that none is read."""
    folded = fold_in_place(text[:LONGEST])
    words, places = folded.words.replace("’", "'"), folded.places
    letters: list[str] = []
    kept: list[Span] = []
    for start, end in _pieces(words):
        if words.startswith("http", start) and end - start > 1:
            letters.append(ADDRESS)
            kept.append((places[start][0], places[end - 1][1]))
        elif not _is_drawn_out(words[start], letters):
            letters.append(words[start])
            kept.append(places[start])
        else:
            kept[-1] = (kept[-1][0], places[start][1])
    return Reading("".join(letters), tuple(kept))


def _pieces(words: str) -> list[Span]:
    """Letters one by one, and each address as a whole."""
    pieces: list[Span] = []
    done = 0
    for found in _PAGE.finditer(words):
        pieces += [(place, place + 1) for place in range(done, found.start())]
        pieces.append(found.span())
        done = found.end()
    return pieces + [(place, place + 1) for place in range(done, len(words))]


def _is_drawn_out(letter: str, before: list[str]) -> bool:
    """A third letter of the same, or a second one of those that only lengthen."""
    if not before or before[-1] != letter or letter.isdigit():
        return False
    return letter in _DRAWN_OUT or (len(before) > 1 and before[-2] == letter)


def pattern(written: str) -> re.Pattern[str]:
    """A pattern for `Reading.words`, which may be written with katakana."""
    return re.compile(written.translate(_TO_HIRAGANA))
