"""How long the pages of a run took, and of what that time was made.

Own work that grows is a page that has more to show; what it waits for of the database are locks,
or a database that is busy; the rest it waited for a processor that others had.
"""

import json
import math
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.faults.web import TIMES

PAGES = {"queue": re.compile(r"/tickets"), "ticket": re.compile(r"/tickets/\d+")}
PARTS = ("cpu", "database")


def within(place: Path, since: float, until: float) -> dict[str, Any]:
    """By page, in milliseconds: all of it, and the parts of it, as the server saw them."""
    lines = [json.loads(line) for line in _lines(place / TIMES)]
    lines = [line for line in lines if since <= line["at"] < until]
    found = {
        name: [line for line in lines if path.fullmatch(line["path"])]
        for name, path in PAGES.items()
    }
    return {name: _figures(theirs) for name, theirs in found.items()}


def ratio(calm: dict[str, Any], busy: dict[str, Any]) -> dict[str, float]:
    """How many times as long pages took, at the 50th and the 95th percentile."""
    return {
        f"{name}_{share}": round(busy[name][f"{share}_ms"] / max(1, calm[name][f"{share}_ms"]), 1)
        for name in PAGES
        if name in calm and name in busy
        for share in ("p50", "p95")
    }


def _lines(file: Path) -> list[str]:
    return file.read_text().splitlines() if file.exists() else []


def _figures(lines: Sequence[dict[str, Any]]) -> dict[str, Any]:
    if not lines:
        return {"n": 0}
    took = {f"p{share}_ms": at([it["took"] for it in lines], share / 100) for share in (50, 95)}
    parts = {f"{part}_p50_ms": at([it[part] for it in lines], 0.5) for part in PARTS}
    return {"n": len(lines), **took, **parts}


def at(seconds: Sequence[float], share: float) -> int:
    """The milliseconds within which that share of them lies."""
    return round(1000 * sorted(seconds)[place_of(share, seconds)])


def place_of(share: float, among: Sequence[float]) -> int:
    return min(len(among) - 1, max(0, math.ceil(len(among) * share) - 1))
