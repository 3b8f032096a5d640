"""Service levels: how much business time each kind of promise may take, and for whom."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol, TypeVar

from support.errors import N_, Refused
from support.sla.hours import BusinessHours

WARN_SHARE = 0.75

NOT_POSITIVE = N_("目標は0より長くしてください。約束しないときは空にします。")
NOT_A_SHARE = N_("予告は、持ち時間の1から99パーセントのあいだにしてください。")

_SMALLEST = timedelta(microseconds=1)


class LevelError(Refused, ValueError):
    """A target or a warning share that cannot be meant; `field` names it."""


class PromiseKind(StrEnum):
    """What a customer is owed."""

    FIRST_REPLY = "first_reply"
    NEXT_REPLY = "next_reply"
    RESOLUTION = "resolution"
    UPDATE = "update"


REPLY_KINDS = (PromiseKind.FIRST_REPLY, PromiseKind.NEXT_REPLY)
NO_REPLY_NEEDED, MERGED = "no_reply_needed", "merged"
UNSAID = "unsaid"
"""Our words that promised it are gone from X, or promised nothing after all."""
INCIDENT = "incident"
"""An incident answers for it: one update promise stands in its place."""
"""Why a promise was withdrawn; else it is the reason for which X shows a message no more."""


class Carry(StrEnum):
    """What a change of hours or targets means for promises that are open."""

    NEW = "new"
    """Nothing: only what is promised from now on is judged by it."""
    REST = "rest"
    """The time so far counts by the old hours, what follows by the new."""
    WHOLE = "whole"
    """They are judged anew, from their start."""


class Priority(StrEnum):
    """How pressing colleagues say a ticket is."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


@dataclass(frozen=True, slots=True)
class Case:
    """What a level may ask of a ticket."""

    account_id: int
    channel: str
    """public or dm."""
    tags: frozenset[str] = frozenset()
    priority: str = Priority.NORMAL.value
    segment: str = ""
    followers: int | None = None
    """Of the customer; None where X has not said."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """Whom a level is for: all that is named must hold, of several names any.

    followers_from, followers_below: a band of follower counts, the first included; a customer
    whose count is not known lies in no band.
    """

    accounts: frozenset[int] = frozenset()
    channel: str = ""
    tags: frozenset[str] = frozenset()
    priorities: frozenset[str] = frozenset()
    segments: frozenset[str] = frozenset()
    followers_from: int | None = None
    followers_below: int | None = None

    def fits(self, case: Case) -> bool:
        return (
            (not self.accounts or case.account_id in self.accounts)
            and (not self.channel or case.channel == self.channel)
            and (not self.tags or bool(self.tags & case.tags))
            and (not self.priorities or case.priority in self.priorities)
            and (not self.segments or case.segment in self.segments)
            and self._in_band(case.followers)
        )

    def _in_band(self, followers: int | None) -> bool:
        if self.followers_from is None and self.followers_below is None:
            return True
        if followers is None:
            return False
        above = self.followers_from is None or followers >= self.followers_from
        return above and (self.followers_below is None or followers < self.followers_below)

    def stored(self) -> dict[str, Any]:
        """As a row keeps them: what is not asked is left out."""
        named = {
            "accounts": sorted(self.accounts),
            "channel": self.channel,
            "tags": sorted(self.tags),
            "priorities": sorted(self.priorities),
            "segments": sorted(self.segments),
        }
        band = {"followers_from": self.followers_from, "followers_below": self.followers_below}
        some = {name: value for name, value in named.items() if value}
        return some | {name: value for name, value in band.items() if value is not None}


def conditions_from(stored: Mapping[str, Any]) -> Conditions:
    """What `Conditions.stored` made; a name it does not know is left aside."""
    sets = ("accounts", "tags", "priorities", "segments")
    named: dict[str, Any] = {name: frozenset(stored[name]) for name in sets if name in stored}
    plain = ("channel", "followers_from", "followers_below")
    return Conditions(**named, **{name: stored[name] for name in plain if name in stored})


@dataclass(frozen=True, slots=True)
class Terms:
    """What promises are judged by, as ids of a calendar's and a level's version."""

    calendar_id: int
    level_id: int


@dataclass(frozen=True, slots=True)
class Change:
    """From `at` on a ticket is judged by other terms; `since`: from when new hours count.

    The two differ where the work was done some time after the edit it follows from.
    """

    at: datetime
    before: Terms
    after: Terms
    carry: Carry
    since: datetime

    def of(self, terms: Terms) -> Terms:
        """These terms after the change: it leaves alone what it does not change."""
        before, after = self.before, self.after
        hours = before.calendar_id != after.calendar_id
        levels = before.level_id != after.level_id
        return Terms(
            after.calendar_id if hours else terms.calendar_id,
            after.level_id if levels else terms.level_id,
        )


def in_force(opened: Terms, changes: Iterable[Change], at: datetime) -> Terms:
    """The terms of a ticket at a moment, from those it was opened with; `changes` in order."""
    terms = opened
    for change in changes:
        if change.at <= at:
            terms = change.of(terms)
    return terms


@dataclass(frozen=True, slots=True)
class Judged:
    """By what one promise is judged; `earlier`: hours that counted, and until when."""

    terms: Terms
    earlier: tuple[tuple[int, datetime], ...] = ()

    def carried(self, change: Change, started_at: datetime) -> "Judged":
        """The same promise, begun at `started_at`, after a change while it was open."""
        if change.carry is Carry.NEW:
            return self
        terms = change.of(self.terms)
        if change.carry is Carry.WHOLE:
            return Judged(terms)
        if terms.calendar_id == self.terms.calendar_id or change.since <= started_at:
            return Judged(terms, self.earlier)
        return Judged(terms, (*self.earlier, (self.terms.calendar_id, change.since)))


@dataclass(frozen=True, slots=True)
class Told:
    """What a customer was told of when they will hear more, in which words.

    seconds  of open time from then until that moment
    """

    until: datetime
    words: str
    seconds: int


class Line(Protocol):
    """A line of the policy, as far as choosing needs it."""

    @property
    def position(self) -> int: ...

    @property
    def conditions(self) -> Conditions: ...


L = TypeVar("L", bound=Line)


def choose(lines: Iterable[L], case: Case) -> L:
    """The first line, by position, that fits; the last one is for everybody else.

    Raises ValueError where there is no line at all.
    """
    ordered = sorted(lines, key=lambda line: line.position)
    if not ordered:
        raise ValueError("a policy needs at least one line")
    fitting = (line for line in ordered if line.conditions.fits(case))
    return next(fitting, ordered[-1])


@dataclass(frozen=True, slots=True)
class Targets:
    """Open time allowed for each kind; None: nothing is promised.

    `warn_share` is the part of the time, 0 to 1, after which a promise is due soon.
    Raises `LevelError`.
    """

    first_reply: timedelta | None = None
    next_reply: timedelta | None = None
    resolution: timedelta | None = None
    update: timedelta | None = None
    warn_share: float = WARN_SHARE

    def __post_init__(self) -> None:
        for kind in PromiseKind:
            check_target(kind, self.of(kind))
        check_share(self.warn_share)

    def of(self, kind: PromiseKind) -> timedelta | None:
        """The target of one kind."""
        target: timedelta | None = getattr(self, kind.value)
        return target


def check_target(field: str, target: timedelta | None) -> None:
    """Raise `LevelError` unless `target` is unset or more than zero."""
    if target is not None and target <= timedelta(0):
        raise LevelError(field, NOT_POSITIVE)


def check_share(share: float) -> None:
    """Raise `LevelError` unless `share` lies between 0 and 1, both excluded."""
    if not 0 < share < 1:
        raise LevelError("warn_share", NOT_A_SHARE)


def warning_budget(target: timedelta, share: float) -> timedelta:
    """The open time after which a warning is due; never zero, however small the target."""
    return max(_SMALLEST, target * share)


def warn_at(
    hours: BusinessHours, start: datetime, target: timedelta, share: float = WARN_SHARE
) -> datetime | None:
    """When `share` of the target has passed in open time; None if it never does."""
    return hours.add(start, warning_budget(target, share))


def reachable(hours: BusinessHours, target: timedelta, start: datetime) -> bool:
    """Whether a promise made at `start` ever comes due: if not, the settings are at fault."""
    return hours.add(start, target) is not None
