"""When a resolution's clock stood: what the desk noted, as a lead corrected it."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from support.sla.judgement import FOREVER, Pause, Span


class Spell(NamedTuple):
    """From when to when (None: still) the clock stood; or, if `runs`, that it ran after all."""

    start: datetime
    end: datetime | None
    runs: bool = False


def paused(spells: Iterable[Spell], until: datetime | None = None) -> tuple[Pause, ...]:
    """The pauses that count: all that pause, less all that run; in order and disjoint.

    `until`: the end of what is judged; what is noted of later times says nothing of it.
    """
    known = list(spells)
    left = _union(known, runs=False)
    for ran in _union(known, runs=True):
        left = [part for pause in left for part in _without(pause, ran)]
    last = until or FOREVER
    cut = ((start, min(end, last)) for start, end in left if start < last)
    return tuple((start, None if end == FOREVER else end) for start, end in cut)


def _union(spells: Iterable[Spell], *, runs: bool) -> list[Span]:
    joined: list[Span] = []
    for start, end in sorted((s.start, s.end or FOREVER) for s in spells if s.runs is runs):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        elif start < end:
            joined.append((start, end))
    return joined


def _without(pause: Span, ran: Span) -> list[Span]:
    before = (pause[0], min(pause[1], ran[0]))
    after = (max(pause[0], ran[1]), pause[1])
    return [part for part in (before, after) if part[0] < part[1]]
