"""Which week's letter is due, by the clock where the desk stands."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

DAY = timedelta(days=1)
WEEK = 7 * DAY


@dataclass(frozen=True, slots=True)
class Issue:
    """One letter: the week it is counted by (its Monday), since when it is due, its seven days."""

    week: date
    due_at: datetime
    first: date
    last: date


def newest(weekday: int, hour: int, now: datetime, zone: tzinfo) -> Issue:
    """The one that became due last; it tells of the seven days before the day it is due."""
    here = now.astimezone(zone)
    day = here.date() - ((here.weekday() - weekday) % 7) * DAY
    if _at(day, hour, zone) > now:
        day -= WEEK
    return Issue(day - day.weekday() * DAY, _at(day, hour, zone), day - WEEK, day - DAY)


def last_seven(now: datetime, zone: tzinfo) -> tuple[date, date]:
    """The seven days before today, for a letter that is asked for at once."""
    today = now.astimezone(zone).date()
    return today - WEEK, today - DAY


def _at(day: date, hour: int, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(hour), zone).astimezone(UTC)
