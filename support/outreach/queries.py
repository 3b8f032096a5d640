"""A saved search, put together from fields: what each means, and the query it makes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from support.lexicon.words import Lexicon
from support.x import search_words as x

TROUBLE = (
    "つながらない",
    "繋がらない",
    "遅い",
    "落ちた",
    "使えない",
    "できない",
    "動かない",
    "切れる",
    "消えた",
    "困った",
    "わからない",
    "解約",
)
"""What people in trouble say; a new search begins with it."""
LANGUAGES = ("ja", "en", "zh", "ko")
"""Those to choose from; a query written by hand may ask for others."""


@dataclass(frozen=True)
class Fields:
    """What the builder asks for."""

    any_of: tuple[str, ...] = ()
    products: bool = True
    """Our product words, and how they are misspelt."""
    trouble: tuple[str, ...] = TROUBLE
    """Together with at least one of these."""
    none_of: tuple[str, ...] = ()
    without_competitors: bool = True
    without_reposts: bool = True
    without_ours: bool = True
    """What is said to us, or by us: that becomes a ticket anyway."""
    languages: tuple[str, ...] = ("ja",)
    without_links: bool = False

    def to_dict(self) -> dict[str, Any]:
        found = {it.name: getattr(self, it.name) for it in fields(self)}
        return {k: list(v) if isinstance(v, tuple) else v for k, v in found.items()}

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any]) -> Fields:
        """What is missing stays as a new search has it; what is of another kind, too."""
        usual = cls()
        read: dict[str, Any] = {}
        for it in fields(cls):
            standard, value = getattr(usual, it.name), kept.get(it.name)
            if isinstance(standard, bool) and isinstance(value, bool):
                read[it.name] = value
            elif isinstance(standard, tuple) and isinstance(value, list):
                read[it.name] = tuple(str(word) for word in value)
        return cls(**read)


def words_in(written: str) -> tuple[str, ...]:
    """A field's words: one a line, or between commas; each once."""
    parts = written.replace("、", ",").replace("，", ",").replace("\n", ",").split(",")
    return tuple(dict.fromkeys(it for part in parts if (it := " ".join(part.split()))))


def build(asked: Fields, lexicon: Lexicon, handles: Sequence[str]) -> str:
    """The query; `handles`: our own accounts. Empty where nothing is asked for."""
    names = [*asked.any_of, *(lexicon.names if asked.products else ())]
    about, trouble = x.any_of(map(x.term, names)), x.any_of(map(x.term, asked.trouble))
    if not about and not trouble:
        return ""
    barred = _barred(asked, lexicon, handles)
    spoken = x.any_of(x.language(code) for code in asked.languages)
    return " ".join(
        [it for it in (about, trouble) if it] + [*barred, *([spoken] if spoken else [])]
    )


def _barred(asked: Fields, lexicon: Lexicon, handles: Iterable[str]) -> list[str]:
    terms = [x.term(word) for word in asked.none_of]
    if asked.without_competitors:
        terms += [x.author(it) if it.startswith("@") else x.term(it) for it in lexicon.competitors]
    if asked.without_ours:
        for handle in handles:
            # A post to us mentions us, so `to:` would say the same again.
            terms += [x.mention(handle), x.author(handle)]
    terms += [x.REPOST] if asked.without_reposts else []
    terms += [x.LINKS] if asked.without_links else []
    return [f"-{it}" for it in dict.fromkeys(terms) if it]
