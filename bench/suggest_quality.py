"""How well suggestions find the answer, keep silent, learn, and read noised posts."""

from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from statistics import mean

from bench.figures import show
from bench.suggest_noise import noised
from bench.suggest_sets import (
    BANKING,
    INTENTS,
    REQUESTS,
    Missing,
    asked,
    entries,
    misled,
    posts,
    unanswered,
    young,
)
from support.canned.evaluation import Query, auroc, calibration_error, teach
from support.canned.likeness import Matcher
from support.canned.matchers import built
from support.canned.replies import CannedReply
from support.canned.shelf import Shelf

ASKED = 1000
SEEDS = (1, 2)
PICKS, WRONG = 1000, 0.1
SHIPPED = Path(__file__).parents[1] / "canned_replies"
GOALS = {
    (REQUESTS, 5): ("Q3", ".74 / .86"),
    (REQUESTS, 20): ("Q3", ".81 / .90"),
    (REQUESTS, 0): ("Q3", ".845 / .925"),
    (BANKING, 5): ("Q4", ".68 / .86"),
    (BANKING, 20): ("Q4", ".845 / .945"),
    (BANKING, 0): ("Q4", ".925 / .978"),
    (INTENTS, 20): ("Q5", ".875 / .955"),
}
"""By set and phrasings an answer, 0 for all: the goal's name, and top-1 / top-3."""
FAR = {INTENTS: ".95", BANKING: ".985", REQUESTS: ".985"}
NEAR = {BANKING: ".82", REQUESTS: ".87"}
EIGHTH = 8
LEARNING = {
    BANKING: "online .70 refit .76 / loses at most .03",
    REQUESTS: "online .77 refit .80 / loses at most .03",
}
NOISE = {REQUESTS: "costs at most .025", BANKING: "costs at most .05", INTENTS: "costs at most .05"}
LANGUAGE = {REQUESTS: "ja", BANKING: "en", INTENTS: "en"}

Part = Callable[[Path], None]


def measure(folder: Path) -> None:
    for part in (ranking, silence, learning, noise):
        part(folder)
    for goal in ("Q1", "Q2", "Q6"):
        show(bench="suggestions", goal=goal, left_out="no data set of this kind is given")


def ranking(folder: Path) -> None:
    for (name, phrasings), (goal, wanted) in GOALS.items():
        with _Part(goal, name) as part:
            places = []
            for seed in SEEDS if phrasings else SEEDS[:1]:
                matcher = Matcher(young(entries(name, folder), phrasings, seed))
                places += _places(matcher, asked(name, folder, ASKED, seed))
            part.show(phrasings=phrasings or "all", **_shares(places), wanted=wanted)


def silence(folder: Path) -> None:
    """How surely questions with an answer are told from those without one."""
    for name, wanted in FAR.items():
        for phrasings in (20, 0):
            with _Part("A1", name) as part:
                matcher = Matcher(young(entries(name, folder), phrasings, 1))
                fitting = _evidence(matcher, asked(name, folder, ASKED, 1))
                foreign = [matcher.evidence(post)[1] for post in _far(name, folder)]
                told = auroc(fitting, foreign)
                part.show(phrasings=phrasings or "all", far_auroc=told, wanted=wanted)
    for name, wanted in NEAR.items():
        for phrasings in (20, 0):
            with _Part("A2", name) as part:
                found = mean(_near(name, folder, phrasings, seed) for seed in SEEDS)
                near = round(found, 4)
                part.show(phrasings=phrasings or "all", near_auroc=near, wanted=wanted)


def _far(name: str, folder: Path) -> list[str]:
    if name == REQUESTS:
        replies = Shelf(SHIPPED).replies
        return [phrasing for reply in replies for phrasing in reply.questions]
    return [query.text for query in unanswered(INTENTS, folder)]


def _near(name: str, folder: Path, phrasings: int, seed: int) -> float:
    """An eighth of the answers taken away: their questions are near misses."""
    shelf = young(entries(name, folder), phrasings, seed)
    gone = {reply.id for reply in Random(seed).sample(shelf, len(shelf) // EIGHTH)}
    matcher = Matcher([reply for reply in shelf if reply.id not in gone])
    queries = asked(name, folder, ASKED, seed)
    still = [query for query in queries if not query.right <= gone]
    return auroc(_evidence(matcher, still), _evidence(matcher, _others(queries, still))) or 0.0


def _others(queries: Sequence[Query], some: Sequence[Query]) -> list[Query]:
    taken = {query.id for query in some}
    return [query for query in queries if query.id not in taken]


def _evidence(matcher: Matcher, queries: Sequence[Query]) -> list[float]:
    return [matcher.evidence(query.text)[1] for query in queries]


def learning(folder: Path) -> None:
    """From one phrasing an answer, by a thousand picks: all of them right, and a tenth wrong."""
    for name, wanted in LEARNING.items():
        with _Part("L1 L2 A2", name) as part:
            runs = [_learnt(name, folder, seed) for seed in SEEDS]
            figures = {key: round(mean(run[key] for run in runs), 4) for key in runs[0]}
            part.show(picks=PICKS, **figures, wanted=wanted, ece_wanted="at most .05")


def _learnt(name: str, folder: Path, seed: int) -> dict[str, float]:
    shelf = young(entries(name, folder), 1, seed)
    queries = asked(name, folder, ASKED, seed)
    picks = posts(name, folder, shelf, PICKS, seed)
    untaught = Matcher(shelf)
    online, refit, spent = _taught(shelf, picks)
    bad_online, bad_refit, _ = _taught(shelf, misled(picks, shelf, WRONG, seed))
    told = [
        (refit.calibration.confidence(evidence), best in query.right)
        for query in queries
        for best, evidence in [refit.evidence(query.text)]
    ]
    before, on_the_spot, anew = (_first(it, queries) for it in (untaught, online, refit))
    return {
        "untaught_top1": before,
        "online_top1": on_the_spot,
        "refit_top1": anew,
        "online_lost": on_the_spot - _first(bad_online, queries),
        "refit_lost": anew - _first(bad_refit, queries),
        "pick_ms": spent,
        "ece": calibration_error(told) or 0.0,
    }


def _taught(shelf: Sequence[CannedReply], picks: Sequence[Query]) -> tuple[Matcher, Matcher, float]:
    online = Matcher(shelf)
    taught = teach(online, picks)
    return online, built(shelf, taught.lessons), taught.spent[len(taught.spent) // 2]


def noise(folder: Path) -> None:
    for name, wanted in NOISE.items():
        with _Part("R1", name) as part:
            matcher = Matcher(young(entries(name, folder), 20, 1))
            clean = asked(name, folder, ASKED, 1)
            before = _first(matcher, clean)
            after = mean(_first(matcher, noised(clean, LANGUAGE[name], seed)) for seed in SEEDS)
            part.show(clean_top1=before, noised_top1=round(after, 4), wanted=wanted)


def _places(matcher: Matcher, queries: Sequence[Query]) -> list[int]:
    """Where the first right answer stands among five, from 1; 9 where it does not."""
    places = []
    for query in queries:
        ids = matcher.ranking(query.text, 5)
        places.append(next((n for n, one in enumerate(ids, 1) if one in query.right), 9))
    return places


def _shares(places: Sequence[int]) -> dict[str, float]:
    return {f"top{n}": round(mean(place <= n for place in places), 4) for n in (1, 3, 5)}


def _first(matcher: Matcher, queries: Sequence[Query]) -> float:
    return round(mean(place == 1 for place in _places(matcher, queries)), 4)


class _Part:
    """One line of figures, or a line that says why there is none."""

    def __init__(self, goal: str, name: str) -> None:
        self._facts = {"bench": "suggestions", "goal": goal, "set": name}

    def __enter__(self) -> "_Part":
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> bool:
        if isinstance(error, Missing):
            show(**self._facts, left_out=str(error))
            return True
        return False

    def show(self, **figures: object) -> None:
        show(**self._facts, **figures)
