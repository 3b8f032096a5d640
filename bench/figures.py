"""How figures are worked out and printed: one JSON object a line."""

import json
import sys
from collections.abc import Callable, Sequence
from statistics import median
from time import perf_counter


def show(**facts: object) -> None:
    """Prints one line of figures."""
    json.dump(facts, sys.stdout, ensure_ascii=False)
    print(flush=True)


def took(work: Callable[[], object]) -> float:
    """Seconds `work` takes."""
    begun = perf_counter()
    work()
    return perf_counter() - begun


def milliseconds(seconds: Sequence[float], digits: int = 2) -> dict[str, float]:
    """p50_ms and p95_ms of durations in seconds."""
    ordered = sorted(seconds)
    late = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
    return {"p50_ms": round(median(ordered) * 1000, digits), "p95_ms": round(late * 1000, digits)}


def ratio(figures: Sequence[float], beside: Sequence[float]) -> float:
    """Median of round by round: a disturbance of the machine hits both sides of a round."""
    return round(median(a / b for a, b in zip(figures, beside, strict=True)), 3)
