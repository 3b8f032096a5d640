"""What a message is counted under: words of trouble, products, places, tags.

Everything that is not a word of trouble in itself is counted where the message also tells of
trouble: that a product is much talked of, or a tag is much used, is no outage.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from hashlib import sha256
from typing import NamedTuple

from support.incidents.regions import REGIONS
from support.incidents.troubles import lines
from support.search.folding import fold

LONGEST = 40
"""Letters of a word that is watched."""


class Kind(StrEnum):
    ALL = "all"
    """Everybody who writes."""
    ANY = "any"
    """Whoever tells of trouble, in whatever words."""
    TROUBLE = "trouble"
    PRODUCT = "product"
    REGION = "region"
    TAG = "tag"
    FOUND = "found"
    """A phrase nobody thought of."""


EDITED = (Kind.TROUBLE, Kind.REGION)
"""What a lead may edit among the settings of spikes; products are words of the lexicon."""


class Key(NamedTuple):
    """What people are counted under."""

    kind: str
    word: str


ALL, ANY = Key(Kind.ALL, ""), Key(Kind.ANY, "")


class Watched(NamedTuple):
    """A word in all its spellings, as people write it; the first is its name."""

    kind: str
    spellings: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.spellings[0]


def built_in() -> list[Watched]:
    return [
        *(Watched(Kind.TROUBLE, spellings) for spellings in lines()),
        *(Watched(Kind.REGION, (name,)) for name in REGIONS),
    ]


_CALLED = re.compile(r"[一-鿿々]{1,4}(?:さん|様|さま|氏|君|くん|ちゃん)")
_NOT_POSSIBLE = re.compile(r"(?:ない|ません|ず(?:に|、|。|$)|なくな)")
_POLITE = re.compile(
    r"すみません|すいません|申し訳(?:あり|ござい)ません|かもしれ(?:ない|ません)|かまいません|構いません"
    r"|問題(?:は)?(?:ない|ありません|なく)|(?:いた|頂|くだ|下)[^。\n]{0,4}(?:ない|ません)(?:か|でしょう)"
)


@dataclass(frozen=True)
class Vocabulary:
    """All that is watched, ready to be found in texts."""

    words: tuple[Watched, ...]

    @cached_property
    def version(self) -> str:
        """Other words, other counts."""
        said = "\n".join("\t".join((it.kind, *it.spellings)) for it in sorted(self.words))
        return sha256(said.encode()).hexdigest()[:16]

    @cached_property
    def _trouble(self) -> Sequence[tuple[str, Key]]:
        return self._spelt((Kind.TROUBLE,))

    @cached_property
    def _any(self) -> re.Pattern[str]:
        return re.compile("|".join(re.escape(it) for it, _key in self._trouble) or r"(?!)")

    @cached_property
    def _beside(self) -> Sequence[tuple[str, Key]]:
        return self._spelt((Kind.PRODUCT, Kind.REGION))

    def _spelt(self, kinds: Collection[str]) -> Sequence[tuple[str, Key]]:
        return [
            (spelling, Key(it.kind, it.name))
            for it in self.words
            if it.kind in kinds
            for spelling in filter(None, map(fold, it.spellings))
        ]

    def keys(self, text: str, tags: Iterable[str] = ()) -> frozenset[Key]:
        """What a message is counted under."""
        words = fold(text)
        found: set[Key] = set()
        if self._tells(words):
            found = {key for spelling, key in self._trouble if spelling in words}
            found.add(ANY)
            places = _CALLED.sub(" ", words).replace("東京都", "東京")
            found.update(key for spelling, key in self._beside if spelling in places)
            found.update(Key(Kind.TAG, tag) for tag in tags)
        found.add(ALL)
        return frozenset(found)

    def troubled(self, text: str) -> bool:
        """Whether it tells of trouble in any words; less to ask than all its keys."""
        return self._tells(fold(text))

    def _tells(self, folded: str) -> bool:
        return self._any.search(folded) is not None or tells_of_trouble(folded)

    def knows(self, phrase: str) -> bool:
        """Whether a phrase says no more than a word that is watched anyway."""
        folded = fold(phrase)
        return any(
            spelling in folded or folded in spelling
            for spelling, _key in (*self._trouble, *self._beside)
        )


def tells_of_trouble(folded: str) -> bool:
    """Whether something is not as it should be; politeness in the negative is left out."""
    return _NOT_POSSIBLE.search(_POLITE.sub(" ", folded)) is not None


def vocabulary(
    added: Iterable[Watched] = (), switched_off: Collection[tuple[str, str]] = ()
) -> Vocabulary:
    """The built-in words without those switched off, and a desk's own. Of two of a name the
    desk's own holds."""
    own = list(added)
    named = {(it.kind, it.name) for it in own} | set(switched_off)
    kept = [it for it in built_in() if (it.kind, it.name) not in named]
    return Vocabulary((*kept, *own))
