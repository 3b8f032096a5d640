"""The wordings of a wave: whether they may go to so many people, and one of them for somebody.

X refuses what an account posted before, word for word, and people read what their neighbours got.
So wordings take turns, and in public each names whom it answers.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from support.canned import blanks
from support.errors import N_, Refused
from support.replies.signature import signed
from support.x.text import POST_LIMIT, url_spans, weighted_length

KNOWN = ("customer_name", "customer_handle", "account_name", "incident")
NAMES = ("customer_name", "customer_handle")
MOST = 8
LONGEST = 1_000
LONGEST_NAME = 40
"""Weighted characters; whoever is called something longer is addressed by their handle."""
ALIKE = 92
"""Per cent; two wordings more alike than this read as the same."""
_CALLED = "あ" * (LONGEST_NAME // 2)
_SPENT = re.compile(r"\s+")


@dataclass(frozen=True)
class Crowd:
    """To how many a wave goes, how many of them in public, and how fast."""

    people: int
    public: int
    per_minute: int


def least(crowd: Crowd) -> int:
    """How many wordings so many people want: what one reads is not what the next one got."""
    if crowd.people <= 3:
        return 1
    if crowd.people <= 20:
        return 2
    return 3 if crowd.per_minute <= 12 else 5


def cleaned(texts: Sequence[str]) -> list[str]:
    """As they are kept: those that hold something, without space around."""
    tidy = (unicodedata.normalize("NFC", text).replace("\r\n", "\n").strip() for text in texts)
    return [text for text in tidy if text]


def check(texts: Sequence[str], crowd: Crowd, *, signature: str, values: Mapping[str, str]) -> None:
    """Raises Refused for the form, with the number of the wording that must change.

    `signature`: the longest of those who may sign; `values`: the blanks that are the same for all.
    """
    if not texts:
        raise Refused("texts", N_("文面を1つ以上入力してください。"))
    if len(texts) > MOST:
        raise Refused("texts", N_("文面は%(most)s個までです。"), most=MOST)
    for number, text in enumerate(texts, start=1):
        _check_one(number, text, signature, values)
    for number, text in enumerate(texts, start=1):
        for other, earlier in enumerate(texts[: number - 1], start=1):
            if fuzz.ratio(_bare(text), _bare(earlier)) > ALIKE:
                raise Refused(
                    f"text-{number}",
                    N_(
                        "文面%(one)sと%(other)sがほとんど同じです。"
                        "並べて読まれても同じに見えないように変えてください。"
                    ),
                    one=other,
                    other=number,
                )
    _check_variety(texts, crowd)


def _check_one(number: int, text: str, signature: str, values: Mapping[str, str]) -> None:
    field = f"text-{number}"
    unknown = [name for name in blanks.find(text) if name not in KNOWN]
    if unknown:
        raise Refused(
            field,
            N_(
                "文面%(number)sの空欄 %(names)s は、一斉連絡では使えません。"
                "使えるのは %(known)s です。"
            ),
            number=number,
            names="、".join(f"{{{name}}}" for name in unknown),
            known="、".join(f"{{{name}}}" for name in KNOWN),
        )
    longest = blanks.fill(text, {**values, **dict.fromkeys(NAMES, _CALLED)})
    over = weighted_length(signed(longest, signature)) - POST_LIMIT
    if over > 0 or len(text) > LONGEST:
        raise Refused(
            field,
            N_("文面%(number)sが1つの投稿に収まりません。あと%(over)s字短くしてください。"),
            number=number,
            over=max(1, -(-over // 2)),
        )


def _check_variety(texts: Sequence[str], crowd: Crowd) -> None:
    if len(texts) < least(crowd):
        raise Refused(
            "texts",
            N_("%(people)s人に送るには、言い回しの違う文面が%(least)s個以上必要です。"),
            people=crowd.people,
            least=least(crowd),
        )
    unnamed = [n for n, text in enumerate(texts, start=1) if not _names_somebody(text)]
    if unnamed and crowd.public > len(texts):
        raise Refused(
            f"text-{unnamed[0]}",
            N_(
                "文面%(number)sに {customer_name} を入れてください。"
                "Xは、同じ文面の投稿を24時間のうちに2度は受け付けません。"
            ),
            number=unnamed[0],
        )


def _names_somebody(text: str) -> bool:
    return any(name in NAMES for name in blanks.find(text))


def _bare(text: str) -> str:
    """What is left of it to compare: without blanks, space and the end of the sentence."""
    return re.sub(r"[{｛][^}｝]*[}｝]|[\s、。！!・]", "", text)


def called(name: str, username: str) -> str:
    """How somebody is addressed: by the name they gave themselves, or by their handle.

    What follows an @ in a name is where they are ("ゆうき＠在宅"), and must call nobody else.
    """
    plain = re.split(r"[@＠]", name)[0].strip()
    if not plain or weighted_length(plain) > LONGEST_NAME or url_spans(plain) or "#" in plain:
        return f"@{username}"
    return plain


@dataclass(frozen=True)
class Worded:
    """One wording for one person."""

    number: int
    """Which of the wordings."""
    text: str


@dataclass(frozen=True)
class Whom:
    """Somebody a wording is for, and what ends it."""

    name: str
    username: str
    signature: str
    private: bool


def candidates(
    texts: Sequence[str], order: Sequence[int], whom: Whom, values: Mapping[str, str]
) -> Iterator[Worded]:
    """All there is to say to somebody, the best first: by name, then by handle, which is unique.

    What does not fit is left out; in private everything fits.
    """
    said = set[str]()
    for worded in filled(texts, order, whom, values):
        if worded.text not in said and _fits(worded.text, whom):
            said.add(worded.text)
            yield worded


def filled(
    texts: Sequence[str], order: Sequence[int], whom: Whom, values: Mapping[str, str]
) -> Iterator[Worded]:
    """The same, whether it fits or not."""
    for way in dict.fromkeys((called(whom.name, whom.username), f"@{whom.username}")):
        theirs = {**values, "customer_name": way, "customer_handle": f"@{whom.username}"}
        for number in order:
            yield Worded(number, blanks.fill(texts[number], theirs))


def _fits(text: str, whom: Whom) -> bool:
    if blanks.unfilled(text):
        return False
    return whom.private or weighted_length(signed(text, whom.signature)) <= POST_LIMIT


def first_unsaid(found: Iterable[Worded], said: Collection[str]) -> Worded | None:
    """The first of them whose words nobody has heard; those after it are not looked at."""
    known = {folded(text) for text in said}
    return next((it for it in found if folded(it.text) not in known), None)


def folded(text: str) -> str:
    """As X compares words: spaces do not matter."""
    return _SPENT.sub(" ", text).strip()
