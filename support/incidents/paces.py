"""How many of a wave may be pressed at a moment: a few a minute, and never what agents need."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from support.clock import SET_BACK

USUAL = 6
"""A minute, where X has not said yet what it allows: 100 posts in a quarter of an hour."""
FASTEST = 600
"""Whatever X allows: beyond it nobody could stop a wave in time."""
KEPT = 0.1
"""Share of what X allows that is left to agents."""
MINUTE = timedelta(minutes=1)
_STEP = timedelta(seconds=10)
_QUARTER = timedelta(minutes=15)


@dataclass(frozen=True)
class Allowed:
    """One of X's counts for sending: what it allows in all, and what is left until it begins anew.

    `window`: it counts a quarter of an hour; else a day.
    """

    limit: int
    remaining: int
    window: bool = True


def fastest(counts: Iterable[Allowed]) -> int:
    """The most a minute that X bears for good, with a share for agents."""
    windows = [it.limit for it in counts if it.window]
    if not windows:
        return USUAL
    minutes = _QUARTER / MINUTE
    return max(1, min(FASTEST, int(min(windows) * (1 - KEPT) / minutes)))


def left_for_all(counts: Iterable[Allowed]) -> int:
    """How many more may go before only what is kept for agents is left."""
    return min((ceil(it.remaining - it.limit * KEPT) for it in counts), default=FASTEST)


def room(pressed: Iterable[datetime], per_minute: int, moving: int, now: datetime) -> int:
    """How many more may be pressed now.

    `pressed`: when the last ones were, whichever wave of the account they belong to; `moving`: how
    many are not out yet: while X takes none, none are added. Evenly, or a minute's worth would
    stand before whatever an agent sends in it. A moment that is to come was before a clock was
    set back.
    """
    lately = [at for at in pressed if now - MINUTE < at <= now + SET_BACK]
    just_now = [at for at in lately if at > now - _STEP]
    at_once = max(1, -(-per_minute * (_STEP // timedelta(seconds=1)) // 60))
    return max(0, min(per_minute - len(lately), at_once - len(just_now), per_minute - moving))


def takes(waiting: int, per_minute: int) -> timedelta:
    """About how long so many still take."""
    return timedelta(minutes=-(-waiting // max(1, per_minute)))
