"""The labelled posts, invented for this desk; half of them to tune by, half held out.

The halves are told apart by a hash of the text, so that a post added later falls where it falls.
Whoever tunes looks at single mistakes of the first half only. But rules and posts have one author,
so the half held out is no stranger to the rules either: `trouble_posts_unseen.jsonl` was written
after the last change of the rules and nothing is ever changed for it.

`trouble_posts_trades.jsonl` was written before its author had read a rule: eight trades, many
voices. The rules were changed after its first measure, by one half of it (see `bench/trouble.py`).
"""

import json
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path

from support.outreach.trouble import Trouble, Words, judge

FOLDER = Path(__file__).parent
AGE = timedelta(minutes=30)
TELECOM = Words(
    products=(
        "ひかりケア",
        "ひかり回線",
        "ひかりルーター",
        "ひかりアプリ",
        "ひかりモバイル",
        "ひかりテレビ",
        "hikari_care",
    ),
    misspellings={"光ケア": "ひかりケア", "ひかりかいせん": "ひかり回線"},
    competitors=("あおぞら光", "ミナト光", "つばめネット", "サクラモバイル"),
)
SHOP = Words(
    products=("まるよしストア", "まるよし便", "まるよしアプリ"),
    misspellings={},
    competitors=("とくとく市場",),
)
ENGLISH = Words(
    products=("Hikari Net", "Hikari Care", "Hikari app"),
    misspellings={},
    competitors=("Aozora Fiber",),
)
TRADES = {
    "mobile": Words(("ななほしモバイル", "ななほしアプリ"), {}, ("サクラモバイル",)),
    "internet": Words(("みどり光", "みどりWi-Fi"), {}, ("あおぞら光",)),
    "bank": Words(("あさひ野銀行", "あさひ野アプリ", "あさひ野バンク"), {}, ("つくし銀行",)),
    "parcel": Words(("はやぶさ便", "はやぶさ運輸"), {}, ("カモメ急便",)),
    "shop": Words(("もりのストア", "もりのマート"), {}, ("とくとく市場",)),
    "game": Words(("星降る王国",), {"ほし王": "星降る王国"}, ("月の騎士団",)),
    "rail": Words(("みなと鉄道", "みなと線", "みなと乗換アプリ"), {}, ("青葉電鉄",)),
    "power": Words(("こだま電力", "こだまでんき"), {}, ("そらまめ電力",)),
}


@dataclass(frozen=True)
class Post:
    text: str
    trouble: bool
    kind: str = ""
    trade: str = ""

    @property
    def is_held_out(self) -> bool:
        return sha256(self.text.encode()).digest()[0] % 2 == 1


@cache
def posts(name: str = "trouble_posts") -> tuple[Post, ...]:
    lines = (FOLDER / f"{name}.jsonl").read_text("utf-8").splitlines()
    return tuple(Post(**json.loads(line)) for line in lines)


def tuned() -> list[Post]:
    return [post for post in posts() if not post.is_held_out]


def held_out() -> list[Post]:
    return [post for post in posts() if post.is_held_out]


def trades(*, held_out: bool) -> list[Post]:
    """The half of the posts of eight trades that was tuned by, or the other."""
    return [post for post in posts("trouble_posts_trades") if post.is_held_out == held_out]


def judged(post: Post, words: Words) -> Trouble:
    words = TRADES[post.trade] if post.trade else words
    return judge(post.text, words=words, age=AGE, followers=None)


def precision(found: list[tuple[int, bool]], depth: int = 20) -> float:
    """Of the highest scored; where scores are equal, those without trouble are taken first."""
    best = sorted(found, key=lambda one: (-one[0], one[1]))[:depth]
    return sum(trouble for _, trouble in best) / len(best)


def recall(found: list[tuple[int, bool]], least: int) -> float:
    """The share of those in trouble that score at least so much."""
    scores = [score for score, trouble in found if trouble]
    return sum(score >= least for score in scores) / len(scores)


def auc(found: list[tuple[int, bool]]) -> float:
    """How often one in trouble scores above one who is not; equal scores count half."""
    yes = [score for score, trouble in found if trouble]
    no = [score for score, trouble in found if not trouble]
    won = sum((a > b) + (a == b) / 2 for a in yes for b in no)
    return won / (len(yes) * len(no))
