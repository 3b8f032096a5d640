"""Service levels: how much business time each kind of promise may take."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from support.errors import Refused
from support.sla.hours import BusinessHours

WARN_SHARE = 0.75

NOT_POSITIVE = "The target must be more than zero. Leave it empty to promise nothing."
NOT_A_SHARE = "The warning must come after the start and before the end of the time."

_SMALLEST = timedelta(microseconds=1)


class LevelError(Refused, ValueError):
    """A target or a warning share that cannot be meant; `field` names it."""


class PromiseKind(StrEnum):
    """What a customer is owed."""

    FIRST_REPLY = "first_reply"
    NEXT_REPLY = "next_reply"
    RESOLUTION = "resolution"
    UPDATE = "update"


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
