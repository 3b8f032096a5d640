"""What people talk about more than before: the phrases that set a period apart from the last.

A phrase is a run of kanji, katakana or letters, parts of a run included, and what is not possible
("つながらない"): Japanese shows where most words end by its scripts, so no dictionary is asked.
Addresses, handles, numbers and names are left out. People are counted, not posts: whoever writes
ten times is one.

How far apart two periods are is the signed root of the log-likelihood ratio (Dunning 1993): unlike
a ratio of shares it knows how little a few people prove, and unlike an odds ratio with a prior it
does not miss what nobody said before.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log, sqrt
from typing import NamedTuple

FEWEST = 5
"""People; what fewer said is nobody's topic, and could tell who they are."""
LEAST = 3.5
"""Standard deviations: by chance one phrase in some thousand gets there."""
MOST = 10
ALIKE = 0.6
"""Of two phrases that so many of the same people say, the more telling one stands for both."""
LONGEST_PART = 6
LONGEST = 16

_ASIDE = re.compile(r"https?://\S+|[@＠]\w+|\d[\d,.:/年月日時分円]*")
_CALLED = re.compile(r"[一-鿿々ァ-ヶー]{1,8}(?=さん|様|さま|氏)")
_RUN = re.compile(r"[一-鿿々〆ヶ]+|[ァ-ヺー]+|[a-z][a-z'-]*")
_COMPOUND = re.compile(r"(?:[一-鿿々〆ヶ]+|[ァ-ヺー]+|[a-z]+){2,}")
_INFLECTED = re.compile(
    r"[一-鿿々]{1,2}[っしりちきいえれけげせて][一-鿿々][しりちきいえれけげせて]?"
)
_NOT = re.compile(
    r"(?:[一-鿿々ァ-ヺー]{1,8}(?:[でし]き|[かがらえけげせてねべめれきしちりみわなばま]{0,3})"
    r"|(?<![ぁ-ん])[ぁ-ん]{1,4})(?:ない|ません)"
)
_EVERYDAY = """
    自分 今日 昨日 明日 今回 先日 最近 本当 場合 問題 質問 確認 対応 連絡 方法 状態 何度 以前 以上
    一度 返信 回答 電話
    the and for you your that this with have are was not but can from our has had its it's i'm is in
    on of to my me we at be do so if or an as by it please what when how why hi hello thanks thank
    still just been there they will would
"""
_BLAND = frozenset(_EVERYDAY.split())


class Said(NamedTuple):
    """One message: who wrote it, in which ticket, and whether in a direct message."""

    person: int
    ticket: int
    message: int
    private: bool
    text: str


@dataclass(frozen=True, slots=True)
class Topic:
    """`people` said it, of whom `private` only in direct messages; `before` so many of before.

    examples  up to three public messages of different people, the newest first
    """

    phrase: str
    people: int
    private: int
    before: int
    strength: float
    tickets: Sequence[int]
    examples: Sequence[int]


@dataclass(frozen=True, slots=True)
class Topics:
    """The most telling first; of how many people of now and of before."""

    found: Sequence[Topic] = ()
    people: int = 0
    before: int = 0

    def named(self, phrase: str) -> Topic | None:
        return next((it for it in self.found if it.phrase == phrase), None)


def compare(now: Sequence[Said], before: Sequence[Said], names: Collection[str] = ()) -> Topics:
    """`names`: of ourselves and our people, which everybody says."""
    left_out = frozenset(folded(name) for name in names) | _BLAND
    here, there = _spoken(now, left_out), _spoken(before, left_out)
    people, others = _people(now), _people(before)
    if not people or not others:
        return Topics((), people, others)
    telling: list[tuple[float, str]] = []
    for phrase, said in here.items():
        count = len({it.person for it in said})
        if count >= FEWEST:
            was = len({it.person for it in there.get(phrase, ())})
            apart = strength(count, people, was, others)
            if apart >= LEAST:
                telling.append((apart, phrase))
    chosen = _apart(sorted(telling, key=_rank), here)
    return Topics(
        [_topic(phrase, apart, here[phrase], there.get(phrase, ())) for apart, phrase in chosen],
        people,
        others,
    )


def _rank(it: tuple[float, str]) -> tuple[float, bool, int, str]:
    """Of what is equally telling a name comes before what is not possible, then the longer."""
    apart, phrase = it
    return -round(apart, 6), phrase.endswith(("ない", "ません")), -len(phrase), phrase


def strength(said: int, people: int, was: int, others: int) -> float:
    """How many standard deviations more people say it than did; below 0: fewer."""
    share = (said + was) / (people + others)
    ratio = _likelihood(said, people, share) + _likelihood(was, others, share)
    root = sqrt(max(2 * ratio, 0.0))
    return root if said * others >= was * people else -root


def _likelihood(said: int, people: int, share: float) -> float:
    """Of a share of one's own over that of both."""
    found = said * log(said / (people * share)) if said else 0.0
    if said < people:
        found += (people - said) * log((people - said) / (people * (1 - share)))
    return found


def phrases(text: str, left_out: Collection[str] = _BLAND) -> set[str]:
    """What a text may be about, in one spelling."""
    words = _CALLED.sub(" ", _ASIDE.sub(" ", folded(text).replace("#", " ")))
    for name in left_out:
        if len(name) > 3 and name in words:
            words = words.replace(name, " ")
    found = {it[0] for pattern in (_COMPOUND, _INFLECTED, _NOT) for it in pattern.finditer(words)}
    before = ("", 0)
    for run in _RUN.finditer(words):
        found.update(_parts(run[0]))
        if run[0].isascii() and before[0].isascii() and before[0] and run.start() == before[1] + 1:
            found.add(f"{before[0]} {run[0]}")
        before = (run[0], run.end())
    return {it for it in found if 2 <= len(it) <= LONGEST and it not in left_out}


def folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()


def _parts(run: str) -> Iterable[str]:
    """A run of kanji in all its parts; what is spelt is one word."""
    if run[0].isascii():
        return [run] if len(run) > 2 else []
    if "ァ" <= run[0] <= "ー":
        return [run]
    sizes = range(2, min(len(run), LONGEST_PART) + 1)
    return [run[at : at + size] for size in sizes for at in range(len(run) - size + 1)] or [run]


def _spoken(said: Iterable[Said], left_out: Collection[str]) -> Mapping[str, list[Said]]:
    found: dict[str, list[Said]] = defaultdict(list)
    for one in said:
        for phrase in phrases(one.text, left_out):
            found[phrase].append(one)
    return found


def _people(said: Iterable[Said]) -> int:
    return len({it.person for it in said})


def _apart(
    telling: Sequence[tuple[float, str]], here: Mapping[str, list[Said]]
) -> list[tuple[float, str]]:
    """Without what other words for the same are; of one strength the longer comes first."""
    chosen: list[tuple[float, str, set[int]]] = []
    for apart, phrase in telling:
        theirs = {it.person for it in here[phrase]}
        if not any(len(theirs & known) >= ALIKE * len(theirs | known) for *_it, known in chosen):
            chosen.append((apart, phrase, theirs))
        if len(chosen) == MOST:
            break
    return [(apart, phrase) for apart, phrase, _people in chosen]


def _topic(phrase: str, apart: float, said: Sequence[Said], were: Iterable[Said]) -> Topic:
    people = {it.person for it in said}
    public = {
        it.person: it.message for it in sorted(said, key=lambda it: it.message) if not it.private
    }
    return Topic(
        phrase=phrase,
        people=len(people),
        private=len(people - public.keys()),
        before=_people(were),
        strength=round(apart, 2),
        tickets=sorted({it.ticket for it in said}, reverse=True),
        examples=sorted(public.values(), reverse=True)[:3],
    )
