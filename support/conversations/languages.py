"""In what language somebody wrote, as far as it matters: foreign to this desk, or not."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote

NO_LANGUAGE = frozenset(
    {"", "und", "zxx", "qam", "qct", "qht", "qme", "qst", "art"}  # X: only links, tags, pictures
)
LONGEST = 1_000
"""Letters of a post that are put into a link; addresses that are longer are refused by many."""
_KANA = re.compile("[ぁ-ヿｦ-ﾟ]")
_HAN = re.compile("[一-鿿]")
_HANGUL = re.compile("[가-힣]")
_ASIDE = re.compile(r"https?://\S+|[@#＠＃]\w+")
_ENOUGH = 12
"""Letters without which nothing is guessed: "ok thanks" is said in any language."""


def is_foreign(language: str, text: str, desk: str) -> bool:
    """Whether a message is in another language than the desk's (ja or en).

    X says of a post what it is; of a direct message it does not, and only what is plain to see
    is guessed.
    """
    if not _words(text):
        return False
    if language not in NO_LANGUAGE:
        return language.split("-")[0].lower() != desk
    return _guessed(_words(text), desk)


def _words(text: str) -> str:
    return _ASIDE.sub(" ", text).strip()


def _guessed(words: str, desk: str) -> bool:
    if desk != "ja":
        return bool(_KANA.search(words) or _HAN.search(words) or _HANGUL.search(words))
    if _KANA.search(words):
        return False
    if _HANGUL.search(words):
        return True
    letters = sum(unicodedata.category(letter)[0] == "L" for letter in words)
    return letters >= _ENOUGH and not _HAN.search(words)


def is_template(url: str) -> bool:
    """Whether an address can take words to a translator: https, {text} once, and only {to} else."""
    names = re.findall(r"\{([^{}]*)\}", url)
    host = re.match(r"https://[A-Za-z0-9.-]+\.[A-Za-z]{2,}(?::\d+)?[/?#]", url)
    plain = url.isascii() and url.isprintable() and not re.search(r"[\s<>\"'\\]", url)
    unknown = set(names) - {"text", "to"}
    inside = "{" not in (host[0] if host else "")
    braces = url.count("{") == url.count("}") == len(names)
    return bool(host) and plain and inside and braces and names.count("text") == 1 and not unknown


def link(template: str, text: str, to: str) -> str:
    """Where the words are translated into `to`."""
    words = quote(text[:LONGEST], safe="")
    return template.replace("{to}", to).replace("{text}", words)


def firm(template: str) -> str:
    """Who receives the words."""
    return template.split("/")[2].split(":")[0] if template else ""
