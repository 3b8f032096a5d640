"""The desk's own lists: words we do not use, words that stay inside, forms of our numbers, and
what may always be said.

A pattern is written by an administrator, so it is checked before it is kept: bounded repetition
only, nothing repeated inside a repetition, and few ways to match. What one of them costs is then
known from the pattern alone: at most WAYS tries at each letter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from support.errors import N_, Refused
from support.replies.folded import Folded, Span, fold, lower

LONGEST = 80
WAYS = 200
"""So many ways may a pattern try at one letter: the product of its choices."""
MOST_TIMES = 40


class Purpose(StrEnum):
    """What an entry is for."""

    NEGATIVE = "negative"
    """ネガティブリスト: words that read badly or promise too much."""
    INTERNAL = "internal"
    """Words of the house that mean nothing, or too much, to a customer."""
    NUMBER = "number"
    """How our member, contract and order numbers look."""
    ALLOWED = "allowed"
    """Our own numbers, addresses and links: never a finding."""


class Level(StrEnum):
    """What a finding asks of the agent."""

    STOP = "stop"
    REASON = "reason"
    HINT = "hint"


@dataclass(frozen=True)
class Word:
    """One entry of the lists."""

    text: str
    purpose: Purpose = Purpose.NEGATIVE
    level: Level = Level.HINT
    is_pattern: bool = False
    instead: str = ""
    """What to say in its place."""
    note: str = ""


STARTER = (
    Word("必ず直ります", level=Level.REASON, instead="改善する見込みです"),
    Word("絶対に", level=Level.HINT, instead="確実に"),
    Word("100%", level=Level.HINT),
    Word("ありえません", level=Level.REASON, instead="想定しておりません"),
    Word("お客様の勘違い", level=Level.STOP, instead="ご案内が行き届かず"),
    Word("お客様のせい", level=Level.STOP),
    Word("できかねます", level=Level.HINT, instead="〜でしたら承れます"),
    Word("ご理解ください", level=Level.HINT, instead="ご理解いただけますと幸いです"),
    Word("クレーマー", Purpose.INTERNAL, Level.STOP),
    Word("クレーム", Purpose.INTERNAL, Level.REASON, instead="ご指摘"),
    Word("社外秘", Purpose.INTERNAL, Level.STOP),
    Word("エスカレ", Purpose.INTERNAL, Level.REASON, instead="担当部署に確認"),
    Word("二線", Purpose.INTERNAL, Level.REASON, instead="専門の担当"),
)
"""What a desk may begin with."""


def matches(word: Word, folded: Folded) -> Iterator[Span]:
    """Where the word stands in a text, as places in the folded text."""
    if word.is_pattern:
        yield from (it.span() for it in compiled(word.text).finditer(folded.text) if it[0])
        return
    needle, hay = _needle(word.text), _small(folded.text)
    at = hay.find(needle) if needle else -1
    while at >= 0:
        end = at + len(needle)
        if _whole(hay, at, end):
            yield at, end
        at = hay.find(needle, end)


@lru_cache(maxsize=2048)
def _needle(text: str) -> str:
    return lower(fold(text).text.strip())


@lru_cache(maxsize=4)
def _small(text: str) -> str:
    return lower(text)


def _whole(text: str, start: int, end: int) -> bool:
    """A Latin word is not found inside a longer one; Japanese has no such edges."""
    return not (_joined(text, start) or _joined(text, end))


def _joined(text: str, at: int) -> bool:
    pair = text[at - 1 : at + 1] if at else ""
    return len(pair) == 2 and pair.isascii() and pair.isalnum()


@lru_cache(maxsize=512)
def compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(fold(pattern).text, re.IGNORECASE | re.ASCII)


def check(text: str, *, is_pattern: bool) -> str:
    """`text` as it is kept. Raises Refused with a sentence for whoever wrote it."""
    text = " ".join(text.split()) if not is_pattern else text.strip()
    if not fold(text).text.strip():
        raise Refused("text", N_("言葉を入力してください。"))
    if len(text) > LONGEST:
        raise Refused("text", N_("80文字以内で入力してください。"))
    if is_pattern:
        _check_pattern(fold(text).text)
    return text


_PIECE = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?:|\(\?|\{,|.", re.DOTALL)
_TIMES = re.compile(r"\{(\d{1,3})(?:(,)(\d{0,3}))?\}")


def _check_pattern(pattern: str) -> None:
    try:
        built = re.compile(pattern, re.IGNORECASE | re.ASCII)
    except (re.error, OverflowError, RecursionError) as error:
        raise Refused(
            "text", N_("正規表現として読めません。かっこや記号を確かめてください。")
        ) from error
    if built.search(""):
        raise Refused(
            "text", N_("何も書かれていないところにも当てはまります。文字を加えてください。")
        )
    if _ways(pattern) > WAYS:
        raise Refused(
            "text",
            N_("当てはまり方が多すぎて、調べるのに時間がかかります。回数の幅を狭めてください。"),
        )


def _ways(pattern: str) -> int:
    """In how many ways the pattern may try at one letter, at most. Raises Refused.

    What stands in a row multiplies, alternatives add up.
    """
    open_groups: list[_Group] = [_Group()]
    at, last = 0, ""
    while at < len(pattern):
        times = _TIMES.match(pattern, at)
        piece = times[0] if times else _PIECE.match(pattern, at)[0]  # type: ignore[index]
        here = open_groups[-1]
        _no_wild(piece, times)
        if times or piece == "?":
            if last in ("?", "}") or (last == ")" and piece != "?"):
                raise Refused("text", N_("かっこや繰り返しを、さらに繰り返すことはできません。"))
            here.row *= _choices(times)
        elif piece == "|":
            here.others, here.row = here.ways, 1
        elif piece in ("(", "(?:"):
            open_groups.append(_Group())
        elif piece == ")":
            open_groups.pop()
            open_groups[-1].row *= here.ways
        last, at = piece[-1] if piece[0] != "\\" else "", at + len(piece)
    return open_groups[0].ways


@dataclass
class _Group:
    """The alternatives before the present one, and the ways of what stands in a row since."""

    others: int = 0
    row: int = 1

    @property
    def ways(self) -> int:
        return self.others + self.row


def _no_wild(piece: str, times: re.Match[str] | None) -> None:
    if piece in ("*", "+", "{,") or (times and times[2] and not times[3]):
        raise Refused("text", N_("「*」「+」は使えません。{1,20}のように回数を書いてください。"))
    if piece == "(?" or (piece[0] == "\\" and piece[1:].isdigit()):
        raise Refused("text", N_("「(?」で始まる書き方と「\\1」は使えません。"))


def _choices(times: re.Match[str] | None) -> int:
    if times is None:
        return 2
    least, most = int(times[1]), int(times[3] or times[1])
    if most > MOST_TIMES:
        raise Refused("text", N_("繰り返しは40回までにしてください。"))
    return most - least + 1
