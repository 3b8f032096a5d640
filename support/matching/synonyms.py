"""Words customers use for the same thing: 解約 and 退会, "lost" and "missing".

The lists in `words/` were written for this desk and may be added to. A group is one meaning; its
name is a piece of every text that says any of its words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files

from support.matching.stemming import stem
from support.matching.text import fold

LONGEST_PHRASE = 3
"""English words that may make one."""
_JAPANESE = re.compile(r"[ぁ-ヿ㐀-鿿]")
_WORD = re.compile(r"[a-z0-9]+")


class Synonyms:
    """Finds which groups a text in normal form speaks of."""

    def __init__(self, groups: Iterable[Iterable[str]]) -> None:
        self._words: dict[str, tuple[str, ...]] = {}
        self._by_first: dict[str, list[str]] = {}
        self._written: dict[str, list[str]] = {}
        for number, words in enumerate(groups):
            written = [word.strip() for word in words]
            self._written[str(number)] = [word for word in written if _entry(word)]
            for word in dict.fromkeys(map(_entry, written)):
                if word:
                    self._words[word] = (*self._words.get(word, ()), str(number))
        for word in sorted(self._words, key=len, reverse=True):
            if _JAPANESE.search(word):
                self._by_first.setdefault(word[0], []).append(word)

    def words(self, group: str) -> list[str]:
        """What a group lists, as it is written there."""
        return self._written.get(group, [])

    def found(self, normal: str) -> list[str]:
        """The groups a text speaks of, each once: Japanese words first, each kind in order."""
        spoken: dict[str, None] = {}
        for _, _, groups in self.places(normal):
            spoken.update(dict.fromkeys(groups))
        return list(spoken)

    def places(self, text: str) -> Iterator[tuple[int, int, tuple[str, ...]]]:
        """Where a text in lower case says a listed word, and the word's groups."""
        yield from self._japanese(text)
        yield from self._phrases(text)

    def _japanese(self, text: str) -> Iterator[tuple[int, int, tuple[str, ...]]]:
        """The longest word at each place, none inside another."""
        place, end = 0, len(text)
        while place < end:
            for word in self._by_first.get(text[place], ()):
                if text.startswith(word, place):
                    yield place, place + len(word), self._words[word]
                    place += len(word)
                    break
            else:
                place += 1

    def _phrases(self, text: str) -> Iterator[tuple[int, int, tuple[str, ...]]]:
        """Words, and two or three that follow each other."""
        found = list(_WORD.finditer(text))
        words = [stem(word[0]) for word in found]
        for size in range(1, LONGEST_PHRASE + 1):
            for first in range(len(words) - size + 1):
                groups = self._words.get(" ".join(words[first : first + size]))
                if groups:
                    yield found[first].start(), found[first + size - 1].end(), groups


def _entry(word: str) -> str:
    folded = fold(word)
    if _JAPANESE.search(folded):
        return folded.replace(" ", "")
    return " ".join(map(stem, _WORD.findall(folded)))


@cache
def built_in() -> Synonyms:
    """The lists that come with the desk."""
    folder = files("support.matching").joinpath("words")
    groups = []
    for name, separator in (("ja.txt", None), ("en.txt", ",")):
        lines = folder.joinpath(name).read_text("utf-8").splitlines()
        groups += [line.split(separator) for line in lines if not line.startswith("#")]
    return Synonyms(groups)
