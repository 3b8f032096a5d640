"""Days off from an iCalendar (RFC 5545): each day an all-day event covers, with the event's name.

Events with a time of day are left aside: a meeting in a company's calendar closes no desk.
Repeats are followed within the years asked for; cancelled and single moved dates are respected.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from dateutil.rrule import rrulestr  # type: ignore[import-untyped]
from icalendar import Calendar

from support.errors import N_, Refused

MOST_BYTES = 1_000_000
MOST_DAYS = 5_000
MOST_STEPS = 50_000
"""Of one repeat, from its beginning: a day off every day since the year 1900."""
LONGEST_EVENT = 366
"""Days; a single event that goes on for longer is an error of whoever wrote it."""
LONGEST_NAME = 80
_UNTIL = re.compile(r"UNTIL=(\d{8})(T\d{6}Z?)?")
_BY_THE_CLOCK = re.compile(r"FREQ=(HOURLY|MINUTELY|SECONDLY)|BY(HOUR|MINUTE|SECOND)=")

TOO_LARGE = N_("カレンダーが大きすぎます。1MBまでのファイルを使ってください。")
NOT_A_CALENDAR = N_("iCalendar（.ics）として読み取れません。ファイルを確かめてください。")
TOO_MANY = N_("休業日が多すぎます。5,000日までにしてください。")
WITHOUT_DAYS = N_("終日の予定が見つかりません。休業日は終日の予定として登録してください。")


def days_off(content: bytes, first_year: int, last_year: int) -> dict[date, str]:
    """Closed days of these years, sorted, with their names. Raises Refused (field "calendar")."""
    if len(content) > MOST_BYTES:
        raise Refused("calendar", TOO_LARGE)
    try:
        calendar = Calendar.from_ical(content)
        if calendar.name != "VCALENDAR":
            raise ValueError("no VCALENDAR")
        found = dict(_days(calendar, date(first_year, 1, 1), date(last_year, 12, 31)))
    except Refused:
        raise
    except Exception as error:  # the parser raises whatever the text drives it to
        raise Refused("calendar", NOT_A_CALENDAR) from error
    if not found:
        raise Refused("calendar", WITHOUT_DAYS)
    return dict(sorted(found.items()))


def _days(calendar: Any, first: date, last: date) -> Iterator[tuple[date, str]]:
    count = 0
    moved = _moved(calendar)
    for event in calendar.walk("VEVENT"):
        if not _is_day_off(event):
            continue
        name = str(event.get("SUMMARY", "")).strip()[:LONGEST_NAME]
        length = _length(event)
        for begins in _begins(event, moved, first - timedelta(days=length), last):
            for day in (begins + timedelta(days=n) for n in range(length)):
                if first <= day <= last:
                    count += 1
                    if count > MOST_DAYS:
                        raise Refused("calendar", TOO_MANY)
                    yield day, name


def _is_day_off(event: Any) -> bool:
    if str(event.get("STATUS", "")).upper() == "CANCELLED" or "DTSTART" not in event:
        return False
    start = event["DTSTART"].dt
    return isinstance(start, date) and not isinstance(start, datetime)


def _length(event: Any) -> int:
    """Days; DTEND is the day after the last."""
    start = event["DTSTART"].dt
    if "DTEND" in event:
        days = int((event["DTEND"].dt - start).days)
    else:
        days = int(event["DURATION"].dt.days) if "DURATION" in event else 1
    return max(1, min(days, LONGEST_EVENT))


def _begins(event: Any, moved: set[tuple[str, date]], first: date, last: date) -> Iterator[date]:
    start: date = event["DTSTART"].dt
    if "RECURRENCE-ID" in event:
        yield start
        return
    skipped = {
        *_dates(event, "EXDATE"),
        *(day for uid, day in moved if uid == str(event.get("UID"))),
    }
    days = [*_dates(event, "RDATE"), *([] if "RRULE" in event else [start])]
    yield from (day for day in days if day not in skipped)
    if "RRULE" in event:
        repeated = _repeats(event["RRULE"], start, first, last)
        yield from (day for day in repeated if day not in skipped)


def _repeats(rule: Any, start: date, first: date, last: date) -> Iterator[date]:
    """Step by step, so that a rule that never ends is left and does not fill the memory."""
    text = rule.to_ical().decode()
    if _BY_THE_CLOCK.search(text):  # repeats within a day: no days off
        return
    text = _UNTIL.sub(r"UNTIL=\1T235959", text)  # its days have no zone
    steps = rrulestr(text, dtstart=datetime.combine(start, time()))
    for number, at in enumerate(steps):
        if at.date() > last:
            return
        if number > MOST_STEPS:
            raise Refused("calendar", TOO_MANY)
        if at.date() >= first:
            yield at.date()


def _dates(event: Any, name: str) -> Iterator[date]:
    """Single dates that are taken out (EXDATE) or put in (RDATE)."""
    found = event.get(name, [])
    for some in found if isinstance(found, list) else [found]:
        yield from (_date_of(it.dt) for it in some.dts)


def _moved(calendar: Any) -> set[tuple[str, date]]:
    """Single dates of a repeat that an event of their own says more about."""
    return {
        (str(event.get("UID")), _date_of(event["RECURRENCE-ID"].dt))
        for event in calendar.walk("VEVENT")
        if "RECURRENCE-ID" in event
    }


def _date_of(value: date | datetime) -> date:
    return value.date() if isinstance(value, datetime) else value
