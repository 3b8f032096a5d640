"""How well the matcher does on questions whose right answers are known."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any, TypeVar

from support.canned.lessons import Lesson
from support.canned.likeness import Matcher
from support.canned.matchers import built as build
from support.canned.replies import CannedReply

DEPTH = 100
"""How far down the ranking a right answer still counts for mrr."""

Clock = Callable[[], float]
Read = TypeVar("Read")


@dataclass(frozen=True, slots=True)
class Query:
    """A post with the answers that are right for it; none: nothing on the shelf fits."""

    id: str
    text: str
    gold: Mapping[str, int]

    @property
    def right(self) -> frozenset[str]:
        """Grade 2 is right; grade 1 only where there is no 2."""
        graded = {entry for entry, grade in self.gold.items() if grade >= 2}
        return frozenset(graded or {entry for entry, grade in self.gold.items() if grade == 1})


def read_entries(lines: Iterable[str]) -> tuple[list[CannedReply], list[str]]:
    """Shelf lines, and a sentence with its line number for each that cannot be used."""
    entries, faults = _read(lines, _entry)
    kept: dict[str, CannedReply] = {}
    for number, entry in entries:
        if kept.setdefault(entry.id, entry) is not entry:
            sentence = f"a second entry with the id {entry.id!r}; the first is kept."
            faults.append(f"line {number}: {sentence}")
    return list(kept.values()), faults


def read_queries(lines: Iterable[str]) -> tuple[list[Query], list[str]]:
    """Query lines, and a sentence with its line number for each that cannot be used."""
    queries, faults = _read(lines, _query)
    return [query for _, query in queries], faults


def evaluate(
    entries: Sequence[CannedReply],
    queries: Sequence[Query],
    clock: Clock = perf_counter,
    *,
    picks: Sequence[Query] = (),
) -> dict[str, float | int | None]:
    """The matcher's figures, as judged without learning between queries.

    top1, top3, top5 and mrr run over the queries that have a right answer; auroc asks whether the
    best answer's confidence tells them from those nothing fits; ece is how far confidence lies from
    the share that is right, over tenths. None: there was nothing to judge. p50_ms and p95_ms are
    those of `Matcher.suggest`; build_s is the making of the matcher.

    `picks` are taught before, in order: one by one on the spot (online_top1 and online_top3 say
    what that is worth, pick_ms what one costs), then as the desk does each night, in a new build.
    """
    started = clock()
    matcher = Matcher(entries)
    built = clock() - started
    learnt: dict[str, float | int | None] = {}
    if picks:
        taught = teach(matcher, picks, clock)
        online = [_judge(matcher, query, clock) for query in queries]
        places = [found.place for query, found in zip(queries, online, strict=True) if query.right]
        learnt = {"picks": len(picks), "pick_ms": _quantile(taught.spent, 0.5)}
        learnt |= {"online_top1": _share(places, 1), "online_top3": _share(places, 3)}
        started = clock()
        matcher = build(entries, taught.lessons)
        built = clock() - started
    return _figures(matcher, queries, built, clock) | learnt


@dataclass(frozen=True, slots=True)
class Taught:
    """What a row of picks left: the lessons, and the milliseconds each took, in order of size."""

    lessons: list[Lesson]
    spent: list[float]


def teach(matcher: Matcher, picks: Sequence[Query], clock: Clock = perf_counter) -> Taught:
    """Give labelled posts to a matcher as agents' picks, in order."""
    lessons: list[Lesson] = []
    spent: list[float] = []
    for pick in picks:
        shown = tuple(matcher.ranking(pick.text, 3))
        chosen = max(pick.gold, key=lambda entry: pick.gold[entry]) if pick.right else None
        lesson = Lesson(pick.text, chosen, 1.0, shown)
        started = clock()
        matcher.learn(lesson)
        spent.append((clock() - started) * 1000)
        lessons.append(lesson)
    return Taught(lessons, sorted(spent))


def _figures(
    matcher: Matcher, queries: Sequence[Query], built: float, clock: Clock
) -> dict[str, float | int | None]:
    judged = [_judge(matcher, query, clock) for query in queries]
    places = [found.place for query, found in zip(queries, judged, strict=True) if query.right]
    spent = sorted(found.seconds * 1000 for found in judged)
    fitting = [f.confidence for q, f in zip(queries, judged, strict=True) if q.right]
    foreign = [f.confidence for q, f in zip(queries, judged, strict=True) if not q.right]
    return {
        "n": len(queries),
        "top1": _share(places, 1),
        "top3": _share(places, 3),
        "top5": _share(places, 5),
        "mrr": _mean([1 / place if place else 0.0 for place in places]),
        "auroc": auroc(fitting, foreign),
        "ece": calibration_error([(f.confidence, f.place == 1) for f in judged]),
        "p50_ms": _quantile(spent, 0.5),
        "p95_ms": _quantile(spent, 0.95),
        "build_s": round(built, 3),
    }


def calibration_error(told: Sequence[tuple[float, bool]]) -> float | None:
    """The mean distance between confidence and the share that was right, over its ten tenths."""
    tenths: list[list[tuple[float, bool]]] = [[] for _ in range(10)]
    for confidence, right in told:
        tenths[min(9, int(confidence * 10))].append((confidence, right))
    apart = (abs(sum(sure - right for sure, right in tenth)) for tenth in tenths)
    return round(sum(apart) / len(told), 4) if told else None


def report(figures: Mapping[str, float | int | None]) -> str:
    """The figures for a person, one a line."""
    return "\n".join(f"{name:11} {'-' if v is None else v}" for name, v in figures.items())


@dataclass(frozen=True, slots=True)
class _Found:
    place: int | None  # of the first right answer, from 1
    confidence: float  # of the best answer, 0.0 when there is none
    seconds: float


def _judge(matcher: Matcher, query: Query, clock: Clock) -> _Found:
    started = clock()
    matcher.suggest(query.text)
    seconds = clock() - started
    ids = matcher.ranking(query.text, DEPTH)
    place = next((n for n, entry in enumerate(ids, start=1) if entry in query.right), None)
    top = matcher.rank(query.text, 1)
    return _Found(place, top[0].confidence if top else 0.0, seconds)


def auroc(fitting: Sequence[float], foreign: Sequence[float]) -> float | None:
    """The chance that a fitting query is surer than a foreign one; ties count half."""
    if not fitting or not foreign:
        return None
    ordered = sorted([(value, True) for value in fitting] + [(value, False) for value in foreign])
    ranks = 0.0
    start = 0
    while start < len(ordered):
        end = start
        while end < len(ordered) and ordered[end][0] == ordered[start][0]:
            end += 1
        tied = sum(fits for _, fits in ordered[start:end])
        ranks += tied * (start + end + 1) / 2
        start = end
    wins = ranks - len(fitting) * (len(fitting) + 1) / 2
    return round(wins / (len(fitting) * len(foreign)), 4)


def _share(places: Sequence[int | None], depth: int) -> float | None:
    return _mean([1.0 if place is not None and place <= depth else 0.0 for place in places])


def _mean(values: Sequence[float]) -> float | None:
    return round(sum(values) / len(values), 4) if values else None


def _quantile(ordered: Sequence[float], share: float) -> float | None:
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * share))], 3) if ordered else None


def _read(
    lines: Iterable[str], make: Callable[[Any], Read]
) -> tuple[list[tuple[int, Read]], list[str]]:
    made: list[tuple[int, Read]] = []
    faults: list[str] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            made.append((number, make(json.loads(line))))
        except (ValueError, RecursionError) as error:
            faults.append(f"line {number}: {_reason(error)}")
    return made, faults


def _reason(error: Exception) -> str:
    return str(error) if type(error) is ValueError else "this is not JSON."


def _entry(found: Any) -> CannedReply:
    questions = _wanted(found, "questions", list, "a list of phrasings", default=[])
    tags = _wanted(found, "tags", list, "a list of words", default=[])
    if not all(isinstance(text, str) for text in [*questions, *tags]):
        raise ValueError("questions and tags hold texts only.")
    return CannedReply(
        id=_id(found),
        title=_wanted(found, "title", str, "a text", default=""),
        questions=tuple(questions),
        answer=_wanted(found, "answer", str, "a text or null", default=None),
        tags=tuple(tags),
    )


def _query(found: Any) -> Query:
    gold = _wanted(found, "gold", dict, "entry ids with their grades", default={})
    if not all(isinstance(grade, int) for grade in gold.values()):
        raise ValueError("gold must give each entry id a whole number as its grade.")
    return Query(_id(found), _wanted(found, "text", str, "a text"), gold)


def _id(found: Any) -> str:
    if not isinstance(found, dict):
        raise ValueError("this is not an object with an id.")
    if isinstance(found.get("id"), int):
        return str(found["id"])
    return str(_wanted(found, "id", str, "a text"))


_MISSING = object()


def _wanted(found: Any, key: str, kind: type, form: str, default: Any = _MISSING) -> Any:
    if not isinstance(found, dict):
        raise ValueError("this is not an object with an id.")
    value = found.get(key)
    if value is None and default is not _MISSING:
        return default
    if not isinstance(value, kind) or (key == "id" and not value):
        raise ValueError(f"{key} must be {form}.")
    return value
