"""How one promise stands, worked out from its facts alone.

A promise is broken when the open time it took is more than its target; no two stamps are ever
compared. Pauses stop a resolution's clock only: an unanswered message is never paused.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from support.sla.hours import OpenTime
from support.sla.levels import (
    WARN_SHARE,
    PromiseKind,
    check_share,
    check_target,
    warning_budget,
)
from support.sla.relay import exceeded

Pause = tuple[datetime, datetime | None]
"""From when to when the customer was waited for; None: still."""

Span = tuple[datetime, datetime]
FOREVER = datetime.max.replace(tzinfo=UTC)
ZERO = timedelta(0)


class Standing(StrEnum):
    """How a promise stands at a moment."""

    RUNNING = "running"
    DUE_SOON = "due_soon"
    KEPT = "kept"
    BROKEN = "broken"
    PAUSED = "paused"
    WITHDRAWN = "withdrawn"
    NO_DEADLINE = "no_deadline"


@dataclass(frozen=True, slots=True)
class Obligation:
    """The facts a promise is judged by.

    started_at   when X says the customer wrote, or when the work began
    kept_at      when X accepted the reply, or when the ticket was resolved
    paused       in any order; pauses may overlap and nest
    received_at  when the customer's message reached the desk

    Raises `LevelError` for a target or a share that cannot be meant.
    """

    kind: PromiseKind
    started_at: datetime
    target: timedelta
    kept_at: datetime | None = None
    withdrawn_at: datetime | None = None
    withdrawn_reason: str | None = None
    paused: tuple[Pause, ...] = ()
    received_at: datetime | None = None
    warn_share: float = WARN_SHARE

    def __post_init__(self) -> None:
        check_target("target", self.target)
        check_share(self.warn_share)

    @property
    def ended_at(self) -> datetime | None:
        """When the clock stopped for good: kept or withdrawn, whichever came first."""
        ends = [at for at in (self.kept_at, self.withdrawn_at) if at is not None]
        return min(ends, default=None)

    @property
    def withdrawn(self) -> bool:
        """Whether it was withdrawn before anything kept it."""
        if self.withdrawn_at is None:
            return False
        return self.kept_at is None or self.withdrawn_at < self.kept_at

    @property
    def skewed(self) -> bool:
        """Whether the clocks disagree: it ended before it started, and so took no time."""
        return self.ended_at is not None and self.ended_at < self.started_at


def standing(o: Obligation, hours: OpenTime, now: datetime) -> Standing:
    """How the promise stands at `now`; once kept, broken by a late reply or withdrawn it stays so.

    An open promise in hours that leave it without any deadline is `NO_DEADLINE`.
    """
    if o.withdrawn:
        return Standing.WITHDRAWN
    spent = elapsed(o, hours, o.ended_at or now)
    if spent > o.target:
        return Standing.BROKEN
    if o.kept_at is not None:
        return Standing.KEPT
    if _paused_at(o, now):
        return Standing.PAUSED
    if due_at(o, hours) is None:
        return Standing.NO_DEADLINE
    soon = spent >= warning_budget(o.target, o.warn_share)
    return Standing.DUE_SOON if soon else Standing.RUNNING


def state_closed(state: Standing) -> bool:
    """Whether the matter is over: kept or withdrawn.

    Broken is not: the customer may still be waiting. `Obligation.ended_at` tells those apart.
    """
    return state in (Standing.KEPT, Standing.WITHDRAWN)


def due_at(o: Obligation, hours: OpenTime) -> datetime | None:
    """First moment at which the target is used up; None if it never is, or while paused."""
    return used_up_at(o, hours, o.target)


def warn_at(o: Obligation, hours: OpenTime) -> datetime | None:
    """First moment at which the warning share of the target is used up; None as in `due_at`."""
    return used_up_at(o, hours, warning_budget(o.target, o.warn_share))


def breach_at(o: Obligation, hours: OpenTime) -> datetime | None:
    """The moment from which the target is exceeded; None as in `due_at`."""
    return exceeded_at(o, hours, o.target)


def used_up_at(o: Obligation, hours: OpenTime, budget: timedelta) -> datetime | None:
    """First moment at which so much open time has passed, pauses left out; None as in `due_at`."""
    for start, end in running(o):
        due = hours.add(start, budget)
        if due is None or due <= end:
            return due
        budget -= hours.between(start, end)
    return None


def exceeded_at(o: Obligation, hours: OpenTime, budget: timedelta) -> datetime | None:
    """The moment from which more open time than that has passed; None as in `due_at`."""
    for start, end in running(o):
        breach = exceeded(hours, start, budget)
        if breach is None or breach < end:
            return breach
        budget -= hours.between(start, end)
    return None


def elapsed(o: Obligation, hours: OpenTime, until: datetime) -> timedelta:
    """Open time the promise took up to `until`, pauses left out; never negative."""
    return sum((hours.between(a, b) for a, b in cut(running(o), until)), ZERO)


def left(o: Obligation, hours: OpenTime, now: datetime) -> timedelta:
    """Open time left of the target, at its end or else at `now`; negative once exceeded."""
    return o.target - elapsed(o, hours, o.ended_at or now)


def late_intake(o: Obligation, hours: OpenTime) -> bool:
    """Whether the target was exceeded before the message even reached the desk."""
    return o.received_at is not None and elapsed(o, hours, o.received_at) > o.target


def pauses(o: Obligation) -> list[Span]:
    """The spells in which the clock stood, merged and in order; an open one ends at `FOREVER`."""
    if o.kind is not PromiseKind.RESOLUTION:
        return []
    merged: list[Span] = []
    for start, end in sorted((max(a, o.started_at), b or FOREVER) for a, b in o.paused):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        elif start < end:
            merged.append((start, end))
    return merged


def running(o: Obligation) -> Iterator[Span]:
    """The spells in which the clock runs, from the start on; the last may end at `FOREVER`."""
    at = o.started_at
    for start, end in pauses(o):
        if at < start:
            yield at, start
        at = end
    if at < FOREVER:
        yield at, FOREVER


def cut(spans: Iterable[Span], until: datetime) -> Iterator[Span]:
    """The parts of `spans` before `until`."""
    return ((start, min(end, until)) for start, end in spans if start < until)


def _paused_at(o: Obligation, now: datetime) -> bool:
    return any(end == FOREVER or start <= now < end for start, end in pauses(o))
