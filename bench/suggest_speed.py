"""Milliseconds a suggestion takes on shelves of growing size, beside rapidfuzz over them all."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from rapidfuzz import fuzz, process

from bench.figures import milliseconds, show, took
from bench.suggest_sets import of_size
from support.canned.lessons import Lesson
from support.canned.likeness import Matcher
from support.matching.features import pieces
from support.matching.text import normalise

ASKED, CHECKED, LEARNT = 300, 40, 70
NAIVE_WORK = 300_000
"""Phrasings a naive scorer may compare in all, so that it does not take the whole run."""
SMALL = 16_000
"""Phrasings up to which the tighter goal holds."""
WANTED = {"S1": "p50 .5, p95 1 ms", "S2": "p50 2, p95 3 ms, build 15 s"}
TIMES: dict[tuple[object, ...], int] = {
    ("WRatio", 1_000): 20,
    ("WRatio", 10_000, "ja"): 100,
    ("WRatio", 10_000, "en"): 50,
    ("WRatio", 100_000): 150,
    ("ratio", 100_000): 6,
}
"""How many times as long as ours a naive scorer is to take."""
SCORERS: dict[str, Callable[..., float]] = {"WRatio": fuzz.WRatio, "ratio": fuzz.ratio}


def measure(sizes: Sequence[int], folder: Path) -> None:
    for language in ("ja", "en"):
        for size in sizes:
            _at(language, size, folder)


def _at(language: str, size: int, folder: Path) -> None:
    shelf, posts = of_size(language, size, folder, ASKED + LEARNT)
    posts, unknown = posts[:ASKED], posts[ASKED:]
    made: list[Matcher] = []
    build = took(lambda: made.append(Matcher(shelf)))
    matcher = made[0]

    def told(goal: str, **figures: object) -> None:
        show(bench="suggestions", goal=goal, language=language, phrasings=size, **figures)

    goal = "S1" if size <= SMALL else "S2"
    ours = milliseconds(_times(matcher.suggest, posts), 3)
    naive = _naive(shelf, posts)
    told(goal, build_s=round(build, 2), **ours, wanted=WANTED[goal])
    for scorer, figures in naive.items():
        times = round(figures["p50_ms"] / ours["p50_ms"], 1)
        wanted = TIMES.get((scorer, size), TIMES.get((scorer, size, language), "-"))
        told(goal, naive=scorer, **figures, times_ours=times, wanted=wanted)
    told("S2", same_top_5=_same_top(matcher, posts[:CHECKED]), wanted="1.0")
    ranking = milliseconds(_times(lambda post: matcher.ranking(post, 5), posts), 3)
    whole = milliseconds(_times(lambda post: matcher.rank(post, 5), posts), 3)
    reasons = round(whole["p50_ms"] - ranking["p50_ms"], 3)
    told("X1", ranking_ms=ranking["p50_ms"], reasons_for_five_ms=reasons, wanted="at most 1")
    spent = [took(lambda post=post: matcher.learn(Lesson(post, "0"))) for post in unknown]
    most = round(max(spent) * 1000, 3)
    told("S2", add_a_phrasing=milliseconds(spent, 3) | {"most_ms": most}, wanted="at most 5 ms")


def _times(ask: Callable[[str], object], posts: Sequence[str]) -> list[float]:
    for post in posts[:10]:
        ask(post)
    return [took(lambda post=post: ask(post)) for post in posts]


def _naive(shelf: Sequence[Any], posts: Sequence[str]) -> dict[str, dict[str, float]]:
    """What `process.extract` takes, its normalising of the post included too."""
    phrasings = [normalise(phrasing) for reply in shelf for phrasing in reply.questions]
    number = min(len(posts), max(3, NAIVE_WORK // len(phrasings)))
    figures = {}
    for name, scorer in SCORERS.items():

        def ask(post: str, scorer: Callable[..., float] = scorer) -> object:
            return process.extract(normalise(post), phrasings, scorer=scorer, limit=5)

        ask(posts[0])
        figures[name] = milliseconds([took(lambda p=p: ask(p)) for p in posts[:number]], 3)
    return figures


def _same_top(matcher: Matcher, posts: Sequence[str]) -> float:
    """The share of posts whose best five score as the best five of all do, each answer's weights
    looked through one by one."""
    model = matcher._model
    rows = model._postings
    weights = rows._values.astype(np.float64)
    of_piece = np.repeat(np.arange(len(rows._starts) - 1), np.diff(rows._starts))
    numbers = {reply.id: number for number, reply in enumerate(matcher.replies)}
    same = 0
    for post in posts:
        normal = normalise(post)
        _, said, length = model.vocabulary.read(pieces(normal))
        wanted = np.zeros(len(rows._starts), bool)
        wanted[said] = True
        found = np.flatnonzero(wanted[of_piece])
        scores = np.zeros(len(numbers))
        np.add.at(scores, rows._entries[found], weights[found])
        scores /= length or 1.0
        own = matcher._same.get(normal)
        if own:
            scores[own] = np.maximum(scores[own], scores.max() + 1.0)
        best = np.sort(scores[scores > 0])[::-1][:5]
        ours = scores[[numbers[one] for one in matcher.ranking(post, 5)]]
        same += len(ours) == len(best) and bool(np.allclose(ours, best, atol=1e-5))
    return round(same / len(posts), 4)
