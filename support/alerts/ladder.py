"""Which rungs of the ladder a promise has reached, and when to look at it next."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from support.sla.hours import OpenTime
from support.sla.judgement import Obligation, breach_at, exceeded_at, used_up_at


@dataclass(frozen=True, slots=True)
class Rung:
    """At `share` of a promise's time something is done.

    any_time  out of hours too; else it waits for the next opening
    since     what reached it before then is left alone: the rung was not there yet
    """

    id: int
    share: float
    since: datetime
    kinds: frozenset[str] = frozenset()
    any_time: bool = False

    @property
    def is_broken(self) -> bool:
        """Whether it stands at the breach or beyond."""
        return self.share >= 1


class Look(NamedTuple):
    """What is to be raised now, what is overtaken by it, and when to look again (None: never)."""

    reached: list[Rung]
    overtaken: list[Rung]
    next_at: datetime | None


def look(
    rungs: Iterable[Rung], raised: Collection[int], o: Obligation, hours: OpenTime, now: datetime
) -> Look:
    """Each rung once: `raised` are those that were.

    That a promise is due soon is not told of one that is broken by now.
    """
    reached: list[Rung] = []
    later: list[datetime] = []
    for rung in rungs:
        if rung.id in raised or (rung.kinds and o.kind.value not in rung.kinds):
            continue
        at = _moment(rung, o, hours)
        if at is None or at < rung.since:
            continue
        told_at = _told_at(rung, at, hours, now)
        if told_at is not None and told_at <= now:
            reached.append(rung)
        elif told_at is not None:
            later.append(told_at)
    breach = breach_at(o, hours)
    broken = breach is not None and breach <= now
    overtaken = [rung for rung in reached if broken and not rung.is_broken]
    return Look([r for r in reached if r not in overtaken], overtaken, min(later, default=None))


def _moment(rung: Rung, o: Obligation, hours: OpenTime) -> datetime | None:
    """When it is reached, in business time; None while the clock stands or never gets there."""
    budget = o.target * rung.share
    return exceeded_at(o, hours, budget) if rung.is_broken else used_up_at(o, hours, budget)


def _told_at(rung: Rung, at: datetime, hours: OpenTime, now: datetime) -> datetime | None:
    at = max(at, now)
    return at if rung.any_time or hours.is_open(at) else hours.next_opening(at)
