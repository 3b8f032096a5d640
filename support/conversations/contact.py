"""Whom we may write to, and the number a customer is known by: rules only.

Who tells us not to write to them any more (今後連絡しない) is written to by none of our accounts,
in public or in private, until the wish is lifted. Who writes to us is answered: they asked.
Outreach asks `may_write` before it offers anything.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from support.errors import N_


class Occasion(StrEnum):
    """Why words would go out."""

    ANSWER = "answer"
    """The customer wrote to us."""
    UNINVITED = "uninvited"
    """Nobody asked: outreach, a question how it went, news."""


@dataclass(frozen=True)
class Verdict:
    may: bool
    sentence: str = ""
    """What the agent should read; empty where there is nothing to say."""


SAY_SO = N_(
    "このお客様は「今後連絡しない」をご希望です。届いたお問い合わせへのお返事だけを書き、"
    "ご案内や追加の質問は控えてください。"
)
NOT_AT_ALL = N_("このお客様は「今後連絡しない」をご希望のため、こちらからは連絡できません。")


def may_write(occasion: Occasion, *, unwanted: bool) -> Verdict:
    """Whether words may go to somebody; `unwanted`: they asked not to be written to."""
    if not unwanted:
        return Verdict(True)
    if occasion is Occasion.ANSWER:
        return Verdict(True, SAY_SO)
    return Verdict(False, NOT_AT_ALL)


HOW_GIVEN = ("dm", "phone", "form")
SHORTEST_NUMBER, LONGEST_NUMBER = 4, 40
_BETWEEN = r"[-ー ._]{0,2}"


def folded_number(number: str) -> str:
    """The one spelling of a number: width, case, hyphens and spaces do not matter."""
    plain = unicodedata.normalize("NFKC", number).upper()
    return "".join(letter for letter in plain if letter.isalnum())


def is_number(number: str) -> bool:
    """Whether it can be one: letters and at least one digit, not too short to be told apart."""
    folded = folded_number(number)
    longest = max(len(number.strip()), len(folded))  # ㌔ is one letter, its folded spelling two
    fits = len(folded) >= SHORTEST_NUMBER and longest <= LONGEST_NUMBER
    return fits and any(letter.isdigit() for letter in folded)


def spelt(number: str) -> re.Pattern[str]:
    """Finds the number in a folded text, with hyphens or without, not as part of a longer one."""
    letters = _BETWEEN.join(re.escape(letter) for letter in folded_number(number))
    return re.compile(rf"(?<![A-Za-z0-9]){letters}(?![A-Za-z0-9])", re.IGNORECASE)
