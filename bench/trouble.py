"""How well and how fast people in trouble are told from others; `python -m bench.trouble`.

Quality on the labelled posts of `tests/outreach/`, speed beside naive rapidfuzz: WRatio of a post
over all prepared phrasings, measured in turns with ours, so that a busy machine hits both alike.
"""

import argparse
from collections.abc import Callable, Sequence
from statistics import median

from rapidfuzz import fuzz, process

from bench.figures import ratio, show, took
from support.outreach.phrasings import built_in
from support.outreach.reading import read
from support.outreach.trouble import HIGH, MIDDLING, Words
from tests.outreach.labelled import (
    ENGLISH,
    SHOP,
    TELECOM,
    Post,
    auc,
    held_out,
    judged,
    posts,
    precision,
    recall,
    trades,
    tuned,
)

SETS: dict[str, tuple[Callable[[], Sequence[Post]], Words, int]] = {
    "tuned": (tuned, TELECOM, 20),
    "held out": (held_out, TELECOM, 20),
    "unseen": (lambda: posts("trouble_posts_unseen"), TELECOM, 20),
    "trades, tuned": (lambda: trades(held_out=False), TELECOM, 20),
    "trades, held out": (lambda: trades(held_out=True), TELECOM, 20),
    "shop": (lambda: posts("trouble_posts_shop"), SHOP, 20),
    "en": (lambda: posts("trouble_posts_en"), ENGLISH, 10),
}
HARD = ("against_the_rules", "as_they_come", "as_they_came_later")
"""Posts written after the first rules."""


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.trouble", description=__doc__)
    parser.add_argument("--rounds", type=int, default=25, help="posts timed beside naive rapidfuzz")
    rounds = parser.parse_args(arguments).rounds
    for name, (found, words, depth) in SETS.items():
        _quality(name, found(), words, depth)
    _quality("held out, other words", [p for p in held_out() if p.kind in HARD], TELECOM, 20)
    _speed(rounds)


def _quality(name: str, found: Sequence[Post], words: Words, depth: int) -> None:
    scores = [(judged(post, words).score, post.trouble) for post in found]
    high = [trouble for score, trouble in scores if score >= HIGH]
    show(
        bench="trouble",
        posts=name,
        n=len(scores),
        in_trouble=sum(trouble for _, trouble in scores),
        **{f"precision_at_{depth}": round(precision(scores, depth), 3)},
        auc=round(auc(scores), 4),
        recall_high=round(recall(scores, HIGH), 3),
        recall_middle=round(recall(scores, MIDDLING), 3),
        precision_high=round(sum(high) / len(high), 3) if high else None,
        wanted=f"precision@{depth} .95, auc .95",
    )


def _speed(rounds: int) -> None:
    phrasings = built_in().texts
    asked = posts()[:rounds]
    for post in asked[:5]:
        judged(post, TELECOM)
    ours, naive = [], []
    for post in asked:
        ours.append(took(lambda post=post: judged(post, TELECOM)))
        naive.append(took(lambda post=post: _naive(post.text, phrasings)))
    show(
        bench="trouble",
        phrasings=len(phrasings),
        us_a_post=round(median(ours) * 1e6),
        naive_us_a_post=round(median(naive) * 1e6),
        of_naive=ratio(ours, naive),
        wanted="under 1000 us",
    )


def _naive(text: str, phrasings: Sequence[str]) -> object:
    return process.extract(read(text).words, phrasings, scorer=fuzz.WRatio, limit=5)


if __name__ == "__main__":
    main()
