"""Words a password may not lean on: those of the desk, of the company and of the person.

They are allowed, but do not count: what is left without them has to be long enough by itself.
"""

import re
import unicodedata
from collections.abc import Iterable

OF_THE_DESK = (
    "madoguchi", "マドグチ", "窓口", "support", "サポート", "customer", "カスタマー", "helpdesk",
    "デスク", "password", "パスワード", "twitter", "agent", "担当者", "leader", "リーダー",
    "admin", "administrator", "管理者", "welcome", "company",
)  # fmt: skip
"""The product, what it is for, what people are here, and what first passwords are made of."""
SHORTEST = {True: 4, False: 2}
"""Letters of a word that is looked for: of ASCII, or of other scripts. Shorter ones are chance."""
BETWEEN = re.compile(r"[\s@._+\-/・]+")


def words_of(*names: str) -> set[str]:
    """Names and addresses, whole and in pieces, as they are looked for."""
    found = set()
    for name in names:
        pieces = [it for it in BETWEEN.split(_plain(name)) if it]
        found |= {*pieces, "".join(pieces)}
    return {it for it in found if len(it) >= SHORTEST[it.isascii()]}


def leans_on(password: str, words: Iterable[str], least: int) -> bool:
    """Whether fewer than `least` letters are left of it without these words."""
    plain = left = _plain(password)
    for word in sorted(words, key=lambda it: (-len(it), it)):
        left = left.replace(word, "")
    return left != plain and len(left) < least


def _plain(words: str) -> str:
    return unicodedata.normalize("NFKC", words).casefold()
