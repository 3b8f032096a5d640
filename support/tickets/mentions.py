"""@佐藤 in a note: whom of the desk a text names.

A name ends where it likes in Japanese, so the longest name that fits is meant: @佐藤健太さん is
佐藤健太, and 佐藤 only where nobody is called so. Latin names, initials and the part of an address
before its @ end where the word ends. An @ inside a word or an address names nobody.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_AT = re.compile(r"(?<![0-9A-Za-z_.+\-@＠])[@＠](?=[^\s@＠])")
_WORD = re.compile(r"[0-9A-Za-z_.\-]")
_LAST = re.compile(r"[^\s@＠、。,，！？!?「」（）()]{1,20}")


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody as a note may name them."""

    id: int
    family_name: str
    given_name: str = ""
    initials: str = ""
    email: str = ""
    working: bool = True

    @property
    def keys(self) -> list[str]:
        names = (
            self.family_name + self.given_name,
            f"{self.family_name} {self.given_name}",
            f"{self.given_name} {self.family_name}",
            self.family_name,
            self.initials,
            self.email.split("@")[0],
        )
        return [key for name in names if (key := _folded(name).strip())]


@dataclass(frozen=True, slots=True)
class Mention:
    """A piece of the text, from its @ on, and whom it names: one, several by one name, or nobody.

    Of several who answer to a name none is told; the text must say more.
    """

    start: int
    end: int
    words: str
    named: tuple[Colleague, ...]

    @property
    def colleague(self) -> Colleague | None:
        return self.named[0] if len(self.named) == 1 else None


def mentions(text: str, colleagues: Iterable[Colleague]) -> list[Mention]:
    """Every @ that is meant for somebody, in the order of the text."""
    known: dict[str, list[Colleague]] = {}
    for colleague in colleagues:
        for key in dict.fromkeys(colleague.keys):
            known.setdefault(key, []).append(colleague)
    keys = sorted(known, key=len, reverse=True)
    return [_at(text, it.end(), keys, known) for it in _AT.finditer(text)]


def _at(text: str, start: int, keys: Sequence[str], known: dict[str, list[Colleague]]) -> Mention:
    written = _folded(text[start : start + 90])
    for key in keys:
        if written.startswith(key) and _ends(written, key):
            end = start + len(key)
            return Mention(start - 1, end, text[start:end], tuple(_meant(known[key])))
    last = _LAST.match(text, start)
    end = last.end() if last else start
    return Mention(start - 1, end, text[start:end], ())


def _ends(written: str, key: str) -> bool:
    """Whether the word is over where the key is; between kanji nobody can tell."""
    following = written[len(key) : len(key) + 1]
    if not _WORD.fullmatch(key[-1]) or not following:
        return True
    rest = written[len(key) :]
    return not _WORD.match(following) or re.match(r"[.\-]+(?![0-9a-z_])", rest) is not None


def _meant(named: Sequence[Colleague]) -> Sequence[Colleague]:
    """Those who are at work, where any of them is."""
    return [it for it in named if it.working] or named


def _folded(text: str) -> str:
    """One letter for one letter: widths and capitals make no difference, nor does a wide space."""
    return "".join(map(_one, text))


def _one(letter: str) -> str:
    plain = unicodedata.normalize("NFKC", letter).lower()
    return plain if len(plain) == 1 else letter
