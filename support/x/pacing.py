"""How often a stream is read: what the month may still cost, and what X's limits still allow.

The nearer an account comes to its monthly cap the less often it is read; the last twentieth of
the cap is kept for answers. At the cap nothing is sent either, until the cap is raised or the
month is over.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from support.clock import SET_BACK

PUSHES_ARE_NEWS = timedelta(hours=24)
"""X pushed something this lately: its pushes work, and polling is a backstop only."""
TRY_AGAIN = timedelta(seconds=30)
"""After a read that failed without X naming a time."""


@dataclass(frozen=True)
class Pace:
    """What the spent share of the cap leaves."""

    from_percent: int
    factor: int
    """Intervals are this many times as long."""
    rests: frozenset[str] = frozenset()
    """Streams that are not read."""
    sends: bool = True


ALL = frozenset({"mentions", "dms", "own"})
FULL = Pace(0, 1)
STEPS = (
    Pace(100, 4, ALL, sends=False),
    Pace(95, 4, ALL),
    Pace(85, 4, frozenset({"own"})),
    Pace(70, 2),
    FULL,
)
"""The dearest first; the first that is reached holds."""


def pace(spent: int, cap: int | None) -> Pace:
    """The step an account is on that has `spent` so much of its monthly cap, both in micros."""
    if cap is None:
        return FULL
    return next(step for step in STEPS if spent * 100 >= cap * step.from_percent)


@dataclass(frozen=True)
class Allowance:
    """What X still allows: `remaining` calls until `reset`."""

    remaining: int
    reset: datetime


@dataclass(frozen=True)
class Stream:
    """The facts by which one stream of one account is due."""

    name: str
    setting: timedelta
    """Between two reads, as the settings have it."""
    read_at: datetime | None
    not_before: datetime | None
    pushed: bool = False
    """X pushes what this stream shows."""
    backstop: timedelta = timedelta(0)
    """Between two reads of a stream that is pushed, at least."""


def due_at(stream: Stream, at: Pace, allowed: list[Allowance], now: datetime) -> datetime | None:
    """When the stream should be read next; None: not while the pace is this."""
    if stream.name in at.rests:
        return None
    set_back = stream.read_at is not None and stream.read_at > now + SET_BACK
    earliest = now if set_back else stream.not_before or now
    if stream.read_at is not None and not set_back:
        earliest = max(earliest, stream.read_at + interval(stream, at, allowed, now))
    used_up = [it.reset for it in allowed if it.remaining <= 0]
    return max([earliest, *used_up])


def interval(stream: Stream, at: Pace, allowed: list[Allowance], now: datetime) -> timedelta:
    """Between two reads: never shorter than the setting, nor than X's limits can bear."""
    slowed = max(stream.setting, stream.backstop if stream.pushed else timedelta(0)) * at.factor
    bearable = [(it.reset - now) / it.remaining for it in allowed if it.remaining > 0]
    return max([slowed, *bearable])


def is_due(stream: Stream, at: Pace, allowed: list[Allowance], now: datetime) -> bool:
    due = due_at(stream, at, allowed, now)
    return due is not None and due <= now


def is_pushed(pushed_at: datetime | None, *, valid: bool, subscribed: bool, now: datetime) -> bool:
    """Whether pushes of a kind can be relied on: its webhook is valid, and was heard lately."""
    return valid and subscribed and pushed_at is not None and now - pushed_at < PUSHES_ARE_NEWS
