"""What a word a desk knows about itself is for, and which can be kept."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from support.errors import N_, Refused

LONGEST = 40
MOST = 100
"""Words of one purpose; a query holds 512 characters anyway."""


class Purpose(StrEnum):
    """What a word is for."""

    PRODUCT = "product"
    MISSPELLING = "misspelling"
    COMPETITOR = "competitor"
    """A word, or the account of one: @handle."""
    SENSITIVE = "sensitive"
    """Whoever writes it is not offered help."""


@dataclass(frozen=True)
class Lexicon:
    """The words in force for one account."""

    products: tuple[str, ...] = ()
    misspellings: Mapping[str, str] = field(default_factory=dict)
    """As it is written wrongly → the product it means."""
    competitors: tuple[str, ...] = ()
    sensitive: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """All we are called, rightly or not."""
        return tuple(dict.fromkeys([*self.products, *self.misspellings]))

    @property
    def rivals(self) -> frozenset[str]:
        """Handles of competitors, in lower case."""
        return frozenset(it[1:].lower() for it in self.competitors if it.startswith("@"))


def tidy(written: str) -> str:
    """One word or phrase; a full-width @ is one."""
    return " ".join(written.replace("＠", "@").split())


def check(purpose: Purpose, text: str, stands_for: str, known: Iterable[str]) -> None:
    """Whether the word can be kept; raises Refused. `known`: those of the same purpose."""
    if not text:
        raise Refused("text", N_("語句を入力してください。"))
    if len(text) > LONGEST:
        raise Refused("text", N_("語句は%(most)s文字までにしてください。"), most=LONGEST)
    if '"' in text:
        raise Refused("text", N_('語句に「"」は使えません。'))
    if text.casefold() in {it.casefold() for it in known}:
        raise Refused("text", N_("「%(text)s」はもう入っています。"), text=text)
    if purpose is Purpose.MISSPELLING and not stands_for:
        raise Refused("stands_for", N_("どの商品名の書き間違いかを選んでください。"))
