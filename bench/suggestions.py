"""Milliseconds a suggestion takes on shelves of growing size, beside naive ratios over them all.

Quality too, where the data sets are: `--sets FOLDER` or SHARED_DATA names the folder that holds
`suggest/`. `python -m bench.suggestions`.
"""

import os
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from random import Random

from rapidfuzz import fuzz, process

from bench.figures import milliseconds, show, took
from support.canned.evaluation import evaluate, read_entries, read_queries
from support.canned.likeness import Matcher, normalise
from support.canned.replies import CannedReply

PHRASINGS = 20
"""Phrasings of one answer."""
ASKED, NAIVELY_ASKED = 200, 15
WHERE = ("自宅", "会社", "スマホ", "パソコン", "寝室", "実家", "新居", "アプリ")
WHAT = ("回線", "請求書", "引っ越し", "会員ページ", "テレビ", "ルーター", "解約", "メール", "電話")
HOW = ("遅い", "つながらない", "変更したい", "見られない", "止めたい", "届かない", "高い", "切れる")
END = (
    "どうすればいいですか",
    "教えてください",
    "困っています",
    "なんとかなりませんか",
    "初めてです",
)
SETS = (
    ("asdc100/entries-5.jsonl", "asdc100/queries.jsonl"),
    ("banking77/entries.jsonl", "banking77/queries.jsonl"),
    ("clinc150/entries.jsonl", "clinc150/queries.jsonl"),
)


def main(arguments: list[str] | None = None) -> None:
    parser = ArgumentParser(prog="python -m bench.suggestions", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000], help="phrasings")
    parser.add_argument("--sets", type=Path, default=Path(os.environ.get("SHARED_DATA", "data")))
    options = parser.parse_args(arguments)
    for size in options.sizes:
        _speed(size)
    for entries, queries in SETS:
        _quality(options.sets / "suggest", entries, queries)


def _speed(size: int) -> None:
    random = Random(size)
    phrasings = [_phrase(random, number // PHRASINGS) for number in range(size)]
    shelf = [
        CannedReply(id=str(at), questions=tuple(phrasings[at : at + PHRASINGS]))
        for at in range(0, size, PHRASINGS)
    ]
    asked = [_phrase(random, random.randrange(len(shelf))) for _ in range(ASKED)]
    built: list[Matcher] = []
    seconds = took(lambda: built.append(Matcher(shelf)))
    ours = _times(built[0].suggest, asked)
    show(bench="suggestions", phrasings=size, build_s=round(seconds, 2), **milliseconds(ours))
    normal = [normalise(phrase) for phrase in phrasings]
    for name, scorer in (("ratio", fuzz.ratio), ("WRatio", fuzz.WRatio)):

        def naive(post: str, scorer: Callable[..., float] = scorer) -> object:
            return process.extract(normalise(post), normal, scorer=scorer, limit=3)

        theirs = milliseconds(_times(naive, asked[:NAIVELY_ASKED]))
        times = round(theirs["p50_ms"] / milliseconds(ours)["p50_ms"], 1)
        show(bench="suggestions", phrasings=size, who=name, **theirs, times_ours=times)


def _phrase(random: Random, answer: int) -> str:
    """One of many ways to ask for an answer: its matter stays, the rest is anyhow."""
    matter = (
        WHERE[answer % len(WHERE)],
        WHAT[answer // len(WHERE) % len(WHAT)],
        HOW[answer // len(WHERE) // len(WHAT) % len(HOW)],
    )
    order = random.choice(("{0}の{1}が{2}", "{1}が{2}…{0}です"))
    words = order.format(*matter)
    return f"{words}のですが{random.choice(END)}（{answer % 997}番、{random.randrange(10**4)}）"


def _times(ask: Callable[[str], object], posts: list[str]) -> list[float]:
    ask(posts[0])
    return [took(lambda post=post: ask(post)) for post in posts]


def _quality(sets: Path, entries: str, queries: str) -> None:
    if not (sets / entries).is_file():
        show(bench="suggestions", set=entries, left_out="the data set is not here")
        return
    shelf, _ = read_entries((sets / entries).read_text("utf-8").splitlines())
    asked, _ = read_queries((sets / queries).read_text("utf-8").splitlines())
    show(bench="suggestions", set=entries, **evaluate(shelf, asked))


if __name__ == "__main__":
    main()
