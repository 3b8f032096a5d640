"""Accounts that look like ours without being ours: they answer customers in our name.

Two things are compared, the handle and the name, each by its skeleton: letters that look alike
are one letter, what is only decoration (_ . spaces, "support", 公式) is left out. An equal
skeleton is enough; a near one counts only together with a second sign, for handles one letter
apart belong to many an innocent person.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz

NEAR = 84.0
ALSO_NEAR = 75.0
SHORTEST_HANDLE, SHORTEST_NAME = 5, 4
"""Skeletons shorter than this say nothing: many people share them."""


@dataclass(frozen=True)
class Face:
    """How an account shows itself."""

    handle: str
    name: str


# Letters of other scripts and signs that pass for Latin ones, and Latin ones for each other.
_TWINS = (
    "a:аα4 b:вβ c:с d:ԁ e:еε3 g:ɡ h:һн j:ј k:кκ l:ӏιіı1|!ł m:м n:η o:оο0ø p:рρ s:ѕ5$ t:тτ u:υ"
    " v:ν w:ω x:хχ y:уγ"
)
_LATIN = {ord(seen): it[0] for it in _TWINS.split() for seen in it[2:]}
# One stroke of a kanji away from a kana, or the small kana for the large.
_KANA = str.maketrans(
    "力二口工夕卜八千一―‐－−〇ヵヶッャュョァィゥェォ",
    "カニロエタトハチーーーーーOカケツヤユヨアイウエオ",
)
_PAIRS = (("rn", "m"), ("vv", "w"), ("cl", "d"), ("ii", "u"))
_LATIN_WORDS = (
    "official support customer service helpdesk contact japan online"
    " center centre help desk team info real care cs jp jpn"
)
_EXTRA_LATIN = tuple(_LATIN_WORDS.split())
_KANA_WORDS = (
    "カスタマーサポート サポートセンター カスタマーセンター お客様相談室 お客様センター"
    " お客様窓口 お問い合わせ 公式アカウント サポート カスタマー センター ヘルプデスク ヘルプ"
    " 相談室 窓口 公式 事務局 担当"
)
_EXTRA_KANA = tuple(_KANA_WORDS.split())
_MOST_ADDED = 3
_SIGNS = ("サポート", "公式", "窓口", "カスタマー", "センター", "ヘルプ", "お客様", "事務局")


def looks_like(other: Face, ours: Iterable[Face]) -> Face | None:
    """The account of ours somebody could be taken for; None for everybody else.

    Whoever asks leaves our own accounts out: an account of ours looks like itself.
    """
    return next((face for face in ours if _alike(other, face)), None)


def _alike(other: Face, ours: Face) -> bool:
    handles = _handles(other.handle) & _handles(ours.handle, own=True)
    if any(len(it) >= SHORTEST_HANDLE for it in handles):
        return True
    core = _core_of_handle(other.handle, ours.handle)
    if core and core == skeleton(ours.handle) and len(core) >= SHORTEST_HANDLE:
        return True
    name, our_name = _core_of_name(other.name, ours.name), name_skeleton(ours.name)
    says_support = _says_support(other)
    if name and name == our_name and (len(name) >= SHORTEST_NAME or says_support):
        return True
    by_handle = fuzz.ratio(skeleton(other.handle), skeleton(ours.handle))
    by_name = fuzz.ratio(name, our_name) if name and our_name else 0.0
    if by_handle >= NEAR and len(skeleton(ours.handle)) >= SHORTEST_HANDLE:
        return by_name >= ALSO_NEAR
    return by_name >= NEAR and len(our_name) >= SHORTEST_NAME and says_support


def skeleton(handle: str) -> str:
    """A handle by what the eye sees of it."""
    seen = _plain(handle).translate(_LATIN)
    seen = re.sub("[i1l]", "l", re.sub(r"[^a-z0-9]", "", seen))
    for pair, one in _PAIRS:
        seen = seen.replace(pair.replace("i", "l"), one)
    return seen


def name_skeleton(name: str) -> str:
    """A name likewise: kana of one kind, no signs between; Latin letters as in handles."""
    seen = _plain(name)
    seen = "".join(chr(ord(c) + 0x60) if "ぁ" <= c <= "ゖ" else c for c in seen).translate(_KANA)
    seen = seen.translate(_LATIN)
    return re.sub("[il]", "l", "".join(c for c in seen if c.isalnum() or c == "ー"))


def _plain(text: str) -> str:
    """Without width, case, accents and what is not seen."""
    split = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    marks = ("Mn", "Cf", "Cc")
    kept = (c for c in split if unicodedata.category(c) not in marks or c in "\u3099\u309a")
    return unicodedata.normalize("NFKC", "".join(kept))


def _handles(handle: str, *, own: bool = False) -> set[str]:
    """The skeleton; of others also without the numbers or underscores they hang on."""
    found = {skeleton(handle)}
    if not own:
        found.add(skeleton(re.sub(r"(?:[_\-]?\d+|_+)$", "", handle)))
    return found - {""}


def _core_of_handle(handle: str, ours: str) -> str:
    """What is left of a handle without words anybody can add; our own words are never such."""
    left, kept = skeleton(handle), skeleton(ours)
    added = [bone for word in _EXTRA_LATIN if (bone := skeleton(word)) not in kept]
    for _ in range(_MOST_ADDED):
        for bone in added:
            left = left.removeprefix(bone).removesuffix(bone)
    return left


def _core_of_name(name: str, ours: str) -> str:
    left, kept = name_skeleton(name), name_skeleton(ours)
    for word in (*_EXTRA_KANA, *_EXTRA_LATIN):
        bone = name_skeleton(word)
        if bone not in kept:
            left = left.replace(bone, "") if word in _EXTRA_KANA else left.removesuffix(bone)
    return left.strip("ー")


def _says_support(other: Face) -> bool:
    """Whether it presents itself as somebody who helps customers."""
    name, handle = name_skeleton(other.name), skeleton(other.handle)
    said = any(name_skeleton(word) in name for word in _SIGNS)
    return said or any(skeleton(w) in handle or w in other.name.lower() for w in _EXTRA_LATIN[:8])
