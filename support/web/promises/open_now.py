"""How an account's hours stand now, as the top of every page shows it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from support.sla.keeping import hours_of
from support.sla.records import Calendar

COUNTED_DOWN = timedelta(days=1)
"""A closing further away than this is not worth counting down to."""


@dataclass(frozen=True)
class Hours:
    """How the account's hours stand now; `until` is the time left, where it is not long."""

    is_open: bool
    until: timedelta | None
    next_opening: datetime | None
    today: list[tuple[datetime, datetime]]


def hours_at(calendar: Calendar, at: datetime) -> Hours:
    hours = hours_of(calendar)
    closing = hours.closing(at)
    return Hours(
        is_open=hours.is_open(at),
        until=closing - at if closing is not None and closing - at < COUNTED_DOWN else None,
        next_opening=hours.next_opening(at),
        today=_openings_today(calendar, at),
    )


def _openings_today(calendar: Calendar, at: datetime) -> list[tuple[datetime, datetime]]:
    there = at.astimezone(ZoneInfo(calendar.zone))
    midnight = there.replace(hour=0, minute=0, second=0, microsecond=0)
    return hours_of(calendar).openings(midnight, midnight + timedelta(days=1))
