"""The ladder of alerts: which of its rungs a promise has reached, and when to look at it again.

A rung lies at a share of the promise's target, in business time. From the whole target on it is
reached when that is exceeded: on an exact fit that is the next opening, and an answer before then
is still in time. Nothing is raised out of hours unless the rung says so.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from support.sla.hours import OpenTime
from support.sla.judgement import Obligation, Standing, breach_at, due_at, standing
from support.sla.levels import warning_budget


class AlertDeed(StrEnum):
    """What is done at a rung."""

    ASSIGNEE = "assignee"
    LEADS = "leads"
    WEBHOOK = "webhook"
    REASSIGN = "reassign"
    PRIORITY = "priority"


TELLING = frozenset({AlertDeed.ASSIGNEE, AlertDeed.LEADS, AlertDeed.WEBHOOK})
"""Deeds that tell somebody; the others change the ticket."""
WHOLE = 1.0


class Level(StrEnum):
    """How a promise stands when somebody is told of it."""

    DUE_SOON = "due_soon"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Rung:
    """One rule of the ladder.

    number    of the rule
    share     of the target, above zero
    kinds     of promises it is for; empty: all
    any_time  raised out of hours too
    since     what reached it before is left in peace
    versions  the rule's own number and those it took the place of: together they raise once
    """

    number: int
    share: float
    deed: str
    kinds: frozenset[str]
    any_time: bool
    since: datetime
    versions: frozenset[int]

    @property
    def tells(self) -> bool:
        return self.deed in TELLING


@dataclass(frozen=True, slots=True)
class Reached:
    """A rung to be raised now; `overtaken`: the promise is broken, and that is told instead."""

    rung: Rung
    level: Level
    overtaken: bool = False


@dataclass(frozen=True, slots=True)
class Look:
    """What a look at a promise found; `next_at` None: nothing more comes by time alone."""

    reached: tuple[Reached, ...] = ()
    next_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a rule: what it replaced, its share, its kinds and when it was made."""

    number: int
    replaces: int | None
    share: float
    kinds: frozenset[str]
    made_at: datetime


def look(
    o: Obligation, hours: OpenTime, rungs: Iterable[Rung], raised: Collection[int], now: datetime
) -> Look:
    """What is to be raised for a promise at `now`; `raised`: rules that were raised before."""
    if o.ended_at is not None:
        return Look()
    theirs = [rung for rung in rungs if not rung.kinds or o.kind in rung.kinds]
    stands = bool(o.paused) and standing(o, hours, now) is Standing.PAUSED
    reached, waits = [], []
    for rung in theirs:
        at = None if rung.versions.intersection(raised) else told_at(o, hours, rung)
        if at is None or at < rung.since:
            continue
        if at <= now and not rung.any_time and not hours.is_open(now):
            at = hours.next_opening(now)
        if at is not None and at > now:
            waits.append(at)
        elif at is not None and not stands:
            reached.append(rung)
    return Look(_in_order(o, hours, theirs, reached, raised, now), min(waits, default=None))


def told_at(o: Obligation, hours: OpenTime, rung: Rung) -> datetime | None:
    """When a rung is to be raised; None if never, or while the clock stands.

    Not before the desk could know of the promise, and out of hours at the next opening.
    """
    at = reached_at(o, hours, rung.share)
    if at is None:
        return None
    if o.received_at is not None:
        at = max(at, o.received_at)
    return at if rung.any_time or hours.is_open(at) else hours.next_opening(at)


def reached_at(o: Obligation, hours: OpenTime, share: float) -> datetime | None:
    """When this share of the target is used up; from the whole target on: exceeded."""
    if share < WHOLE:
        return due_at(replace(o, target=warning_budget(o.target, share)), hours)
    return breach_at(replace(o, target=o.target * share), hours)


def since(version: Version, versions: dict[int, Version]) -> datetime:
    """From when a rule counts: since the first of those it replaced that was reached no later.

    Where a rule was moved to an earlier moment, what had passed that moment is left in peace.
    """
    made_at = version.made_at
    for earlier in _replaced(version, versions):
        narrower = not earlier.kinds or (version.kinds and version.kinds <= earlier.kinds)
        if earlier.share > version.share or not narrower:
            break
        made_at = earlier.made_at
    return made_at


def numbers(version: Version, versions: dict[int, Version]) -> frozenset[int]:
    """A rule's own number and those of all it took the place of."""
    return frozenset({version.number, *(v.number for v in _replaced(version, versions))})


def _replaced(version: Version, versions: dict[int, Version]) -> Iterable[Version]:
    number = version.replaces
    while number is not None and number in versions:
        yield versions[number]
        number = versions[number].replaces


def _in_order(
    o: Obligation,
    hours: OpenTime,
    theirs: Sequence[Rung],
    reached: Sequence[Rung],
    raised: Collection[int],
    now: datetime,
) -> tuple[Reached, ...]:
    """The lower rungs first; at one height what changes the ticket, so that it is told of."""
    if not reached:
        return ()
    exceeded = breach_at(o, hours)
    level = Level.BROKEN if exceeded is not None and exceeded <= now else Level.DUE_SOON
    broken = [rung for rung in theirs if rung.tells and rung.share >= WHOLE]
    told = any(rung in reached or rung.versions.intersection(raised) for rung in broken)
    ordered = sorted(reached, key=lambda rung: (rung.share, rung.tells, rung.number))
    return tuple(
        Reached(rung, level, overtaken=told and rung.tells and rung.share < WHOLE)
        for rung in ordered
    )
