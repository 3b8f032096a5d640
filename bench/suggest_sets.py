"""Data sets for suggestions: where they lie, shelves and posts of them, shelves of any size.

Every draw follows its seed.
"""

import os
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random

from support.canned.evaluation import Query, read_entries, read_queries
from support.canned.replies import CannedReply

BESIDE = Path(__file__).parents[2] / "shared" / "data"
FOLDER = Path(os.environ.get("SHARED_DATA", BESIDE))
"""Holds `suggest/`, and in it a folder for each set."""
REQUESTS, BANKING, INTENTS = "asdc100", "banking77", "clinc150"
EACH = 20
"""Phrasings an answer has on the shelves that are made to size."""

WORDS = {
    "ja": (
        ("自宅の", "会社の", "スマホの", "寝室の", "実家の", "新居の", "アプリの", "2階の"),
        ("回線が", "請求書が", "会員ページが", "テレビが", "ルーターが", "メールが", "電話が"),
        (
            "遅い",
            "つながらない",
            "見られない",
            "止まった",
            "届かない",
            "高い",
            "切れる",
            "おかしい",
        ),
        (
            "のですが",
            "ので困っています",
            "理由",
            "時はどうすれば",
            "のはいつまで",
            "けど解約できる",
        ),
    ),
    "en": (
        ("my home ", "our office ", "the mobile ", "my new ", "the family ", "your online "),
        ("connection ", "bill ", "account page ", "router ", "delivery ", "phone ", "card "),
        ("is slow ", "does not work ", "was charged ", "never arrived ", "is locked ", "broke "),
        ("what can i do", "since monday", "and nobody answers", "how do i cancel", "again"),
    ),
}
"""Without the data sets, posts are made of these."""


class Missing(Exception):
    """A data set is not there."""


@cache
def entries(name: str, folder: Path) -> list[CannedReply]:
    return read_entries(_lines(folder / "suggest" / name / "entries.jsonl"))[0]


@cache
def queries(name: str, folder: Path) -> list[Query]:
    return read_queries(_lines(folder / "suggest" / name / "queries.jsonl"))[0]


def _lines(path: Path) -> list[str]:
    if not path.is_file():
        raise Missing(f"{path.parent.name} is not in {path.parents[1]}")
    return path.read_text("utf-8").splitlines()


def young(shelf: Sequence[CannedReply], phrasings: int, seed: int) -> list[CannedReply]:
    """The shelf with at most so many phrasings an answer; 0: with all of them."""
    draw = Random(seed)
    return [
        replace(reply, questions=tuple(draw.sample(reply.questions, phrasings)))
        if 0 < phrasings < len(reply.questions)
        else reply
        for reply in shelf
    ]


def asked(name: str, folder: Path, number: int, seed: int) -> list[Query]:
    """So many of a set's questions that something on its shelf answers."""
    answered = [query for query in queries(name, folder) if query.right]
    return Random(seed).sample(answered, min(number, len(answered)))


def unanswered(name: str, folder: Path) -> list[Query]:
    return [query for query in queries(name, folder) if not query.right]


def posts(
    name: str, folder: Path, shelf: Sequence[CannedReply], number: int, seed: int
) -> list[Query]:
    """Labelled posts that are no phrasings of the shelf, in an order of their own."""
    known = {phrasing for reply in shelf for phrasing in reply.questions}
    others = [
        Query("", phrasing, {reply.id: 2})
        for reply in entries(name, folder)
        for phrasing in reply.questions
        if phrasing not in known
    ]
    return Random(seed).sample(others, min(number, len(others)))


def misled(
    picks: Sequence[Query], shelf: Sequence[CannedReply], share: float, seed: int
) -> list[Query]:
    """The picks with a share of them wrong: another answer of the shelf, any."""
    draw = Random(seed)
    ids = [reply.id for reply in shelf]
    return [
        replace(pick, gold={draw.choice([one for one in ids if one not in pick.gold]): 2})
        if draw.random() < share
        else pick
        for pick in picks
    ]


def of_size(
    language: str, size: int, folder: Path, spare: int
) -> tuple[list[CannedReply], list[str]]:
    """A shelf of `size` phrasings, and `spare` posts that are asked of it.

    The first answers are those of the data set; the others are asked for with the first half of a
    phrasing of one answer and the second of another's.
    """
    draw = Random(size)
    pools = _pools(language, folder)
    each = min(EACH, max(1, size // 20))
    shelf = [
        CannedReply(str(number), questions=tuple(_phrasings(pools, number, each, draw)))
        for number in range(size // each)
    ]
    numbers = draw.choices(range(len(shelf)), k=spare)
    return shelf, [_phrasings(pools, number, 1, draw)[0] for number in numbers]


def _pools(language: str, folder: Path) -> list[Sequence[str]]:
    """Phrasings of one answer each."""
    try:
        names = {"ja": [REQUESTS], "en": [INTENTS, BANKING]}[language]
        return [reply.questions for name in names for reply in entries(name, folder)]
    except Missing:
        first, second, third, last = WORDS[language]
        return [
            [one + two + three + end for one in first for end in last]
            for two in second
            for three in third
        ]


def _phrasings(pools: list[Sequence[str]], number: int, many: int, draw: Random) -> list[str]:
    own = pools[number % len(pools)]
    other = pools[(number + number // len(pools)) % len(pools)]
    if own is other:
        return draw.choices(own, k=many)
    return [_spliced(draw.choice(own), draw.choice(other)) for _ in range(many)]


def _spliced(one: str, other: str) -> str:
    """Cut at a space where there is one."""
    if " " in one and " " in other:
        left, right = one.split(), other.split()
        return " ".join(left[: -(-len(left) // 2)] + right[len(right) // 2 :])
    return one[: -(-len(one) // 2)] + other[len(other) // 2 :]
