"""By when a commitment in words is due: a moment in business hours that is never after the words.

A time at which the desk is closed stands for the closing before it, since nobody is there to keep
it later; where the desk does not open before that time, for the same words on the next business
day. "Tomorrow" is the next business day.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from support.sla.hours import BusinessHours

MOST_DAYS = 400
"""How far a day of business is looked for."""
DAY = timedelta(days=1)
_BLINK = timedelta(microseconds=1)


class Base(StrEnum):
    """What a time is counted from; `When.n` says how far."""

    CLOCK = "clock"
    """A time of day; on which day, nobody said."""
    DAY = "day"
    """Days from today: 0, 1 or 2."""
    WEEKDAY = "weekday"
    """Monday is 0; `weeks` 1: of next week."""
    DATE = "date"
    """The `n`th of `month`; of month 0: the next one that comes."""
    SPAN = "span"
    """Minutes."""
    DAYS = "days"
    WORKDAYS = "workdays"
    WEEK = "week"
    """The end of this week, or of the next."""
    WEEK_START = "week_start"
    """The first day of business of next week."""
    MONTH = "month"
    """The end of this month."""
    LATER = "later"
    """No time at all: by the level's target for an update, if it has one."""


@dataclass(frozen=True, slots=True)
class When:
    """A time as it was said; `hour` None: by the end of that day's business.

    loose  an hour without morning or afternoon: 3 may be 15
    """

    base: Base
    n: int = 0
    month: int = 0
    weeks: int = 0
    hour: int | None = None
    minute: int = 0
    loose: bool = False


def due_at(
    when: When, hours: BusinessHours, said_at: datetime, update: timedelta | None = None
) -> datetime | None:
    """The moment by which it must be done; None where no time was said, or it never comes.

    `update`: the open time a level allows for an update, for what has no time.
    """
    if when.base is Base.LATER:
        return hours.add(said_at, update) if update else None
    if when.base is Base.SPAN:
        amount = timedelta(minutes=when.n)
        return _clamped(hours, said_at, said_at + amount) or hours.add(said_at, amount)
    for again in range(2):
        moment = _moment(when, hours, said_at, again)
        found = _clamped(hours, said_at, moment) if moment is not None else None
        if found is not None:
            return found
    return _day_end(hours, _business_day(hours, _today(hours, said_at) + DAY))


def settled(hours: BusinessHours, said_at: datetime, moment: datetime) -> bool:
    """Whether a promise made at `said_at` can be due at just this moment."""
    return moment > said_at and _clamped(hours, said_at, moment) == moment


def _clamped(hours: BusinessHours, said_at: datetime, moment: datetime) -> datetime | None:
    """The moment, or the closing before it; None where the desk is not open until then."""
    there = hours.between(said_at, moment)
    return hours.add(said_at, there) if there else None


def _moment(when: When, hours: BusinessHours, said_at: datetime, again: int) -> datetime | None:
    """The moment meant; `again` 1: the same words, a round later."""
    today = _today(hours, said_at)
    match when.base:
        case Base.CLOCK:
            day: date | None = _business_day(hours, today + DAY) if again else today
        case Base.DAY:
            first = today + timedelta(days=when.n)
            day = _business_day(hours, first + again * DAY) if when.n or again else today
        case Base.WEEKDAY:
            ahead = (when.n - today.weekday()) % 7 or 7
            if when.weeks:
                ahead = 7 - today.weekday() + when.n
            day = today + timedelta(days=ahead)
            day = _business_day(hours, day) if again else day
        case Base.DATE:
            day = _date(when, today)
            day = _business_day(hours, day) if again and day else day
        case Base.DAYS:
            day = today + timedelta(days=when.n)
        case Base.WORKDAYS:
            day = today
            for _ in range(min(when.n, 60)):
                day = _business_day(hours, day + DAY) if day else None
        case Base.WEEK_START:
            day = _business_day(hours, today + timedelta(days=7 - today.weekday()))
        case Base.WEEK:
            day = today + timedelta(days=6 - today.weekday() + 7 * (when.n + again))
        case _:
            later = (today.replace(day=1) + timedelta(days=32 * (1 + again))).replace(day=1)
            day = later - DAY
    return _on(day, when, hours, said_at) if day is not None else None


def _on(day: date, when: When, hours: BusinessHours, said_at: datetime) -> datetime | None:
    if when.hour is None:
        return _day_end(hours, day) or _midnight(hours, day + DAY)
    moment = _at(hours, day, when.hour, when.minute)
    if when.loose and when.hour <= 7 and not hours.is_open(moment):
        later = _at(hours, day, when.hour + 12, when.minute)
        return later if _clamped(hours, said_at, later) == later else moment
    return moment


def _date(when: When, today: date) -> date | None:
    """The next one of its name; None for a 31 February."""
    months = [(today.year, when.month), (today.year + 1, when.month)]
    if not when.month:
        following = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
        months = [(today.year, today.month), (following.year, following.month)]
    for year, month in months:
        try:
            found = date(year, month, when.n)
        except ValueError:
            continue
        if found >= today:
            return found
    return None


def _today(hours: BusinessHours, at: datetime) -> date:
    return at.astimezone(ZoneInfo(hours.zone)).date()


def _midnight(hours: BusinessHours, day: date) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(hours.zone)).astimezone(UTC)


def _at(hours: BusinessHours, day: date, hour: int, minute: int) -> datetime:
    """A clock on the wall; 24:00 and 26:00 are of the night that follows."""
    days, hour = divmod(hour, 24)
    clock = time(hour, minute)
    there = datetime.combine(day + days * DAY, clock, ZoneInfo(hours.zone))
    return there.astimezone(UTC)


def _business_day(hours: BusinessHours, day: date | None) -> date | None:
    """The day, or the first after it, on which the desk opens."""
    if day is None:
        return None
    return next((d for i in range(MOST_DAYS) if _opens_on(hours, d := day + i * DAY)), None)


def _opens_on(hours: BusinessHours, day: date) -> list[tuple[datetime, datetime]]:
    """The openings of a day, without what runs on from the evening before."""
    begin, end = _midnight(hours, day), _midnight(hours, day + DAY)
    spans = hours.openings(begin, end)
    if spans and spans[0][0] == begin and hours.is_open(begin - _BLINK):
        whole = spans[0][1] == end  # open day and night: then midnight ends the day
        return spans if whole else spans[1:]
    return spans


def _day_end(hours: BusinessHours, day: date | None) -> datetime | None:
    """When the business of a day ends: its last closing, be it after midnight."""
    if day is None or not (spans := _opens_on(hours, day)):
        return None
    end = spans[-1][1]
    if end != _midnight(hours, day + DAY):
        return end
    closing = hours.closing(end - _BLINK)
    return closing if closing is not None and closing - end < DAY / 2 else end
