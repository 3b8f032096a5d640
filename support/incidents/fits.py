"""Which tickets an incident's rule is about: by the customer's words, or by tags."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property

from support.errors import N_, Refused
from support.incidents.vocabulary import Key, Kind
from support.search.folding import fold

MOST_WORDS = 20
LONGEST_WORD = 40


@dataclass(frozen=True)
class Rule:
    """A word of several parts asks for all of them; of several words any will do."""

    words: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()

    @cached_property
    def _parts(self) -> tuple[tuple[str, ...], ...]:
        return tuple(parts for word in self.words if (parts := tuple(fold(word).split())))

    @cached_property
    def _tags(self) -> frozenset[str]:
        return frozenset(fold(tag) for tag in self.tags)

    @property
    def asks(self) -> bool:
        return bool(self._parts or self._tags)

    def says(self, text: str) -> bool:
        """Whether a customer's words are about it."""
        folded = fold(text)
        return any(all(part in folded for part in parts) for parts in self._parts)

    def marked(self, tags: Iterable[str]) -> bool:
        return not self._tags.isdisjoint(fold(tag) for tag in tags)


def proposed(naming: Key, keys: Iterable[Key]) -> Rule:
    """What an incident opened for a sudden rise links: words of trouble, and where a place or a
    product rose, only beside its name.
    """
    keys = list(keys)
    trouble = [it.word for it in keys if it.kind in (Kind.TROUBLE, Kind.FOUND)]
    tags = (naming.word,) if naming.kind == Kind.TAG else ()
    words = trouble
    if naming.kind in (Kind.REGION, Kind.PRODUCT):
        words = [f"{naming.word} {it}" for it in trouble] or [naming.word]
    fit = [it for it in words if 2 <= len(it) <= LONGEST_WORD]
    return Rule(tuple(fit[:MOST_WORDS]), tags)


def words_from(typed: str) -> list[str]:
    """One a line, or with 、 and commas between. Raises Refused for the form."""
    lines = typed.replace("、", "\n").replace("，", "\n").replace(",", "\n").splitlines()
    words = _once(" ".join(line.split()) for line in lines)
    if len(words) > MOST_WORDS:
        raise Refused("words", N_("言葉は20個までにしてください。"))
    if any(len(word) > LONGEST_WORD for word in words):
        raise Refused("words", N_("言葉は、それぞれ40文字までにしてください。"))
    if any(len(fold(word).replace(" ", "")) < 2 for word in words):
        raise Refused("words", N_("言葉は、それぞれ2文字以上にしてください。"))
    return words


def tags_from(typed: str) -> list[str]:
    """As above; the sign before a tag does not count."""
    lines = typed.replace("、", "\n").replace(",", "\n").split("\n")
    tags = _once(" ".join(line.split()).lstrip("#＃").strip()[:30] for line in lines)
    if len(tags) > MOST_WORDS:
        raise Refused("tags", N_("タグは20個までにしてください。"))
    return tags


def _once(words: Iterable[str]) -> list[str]:
    kept: dict[str, str] = {}
    for word in words:
        if word:
            kept.setdefault(fold(word), word)
    return list(kept.values())


def shown(words: Collection[str]) -> str:
    """As they stand in a form."""
    return "\n".join(words)
