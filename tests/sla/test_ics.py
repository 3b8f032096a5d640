"""Days off from an iCalendar: what closes the desk, what does not, and what cannot be read."""

from datetime import date

import pytest

from support.errors import Refused
from support.sla.ics import MOST_BYTES, days_off


def calendar(*events: str) -> bytes:
    body = "".join(f"BEGIN:VEVENT\r\n{event}\r\nEND:VEVENT\r\n" for event in events)
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test\r\n{body}END:VCALENDAR\r\n".encode()


def event(*lines: str) -> str:
    return "\r\n".join(["UID:1@example.com", *lines])


SUMMER = event("SUMMARY:夏季休業", "DTSTART;VALUE=DATE:20260813", "DTEND;VALUE=DATE:20260816")


def test_an_event_of_several_days_closes_each_but_not_the_day_it_ends_on():
    days = days_off(calendar(SUMMER), 2026, 2026)
    assert days == {date(2026, 8, day): "夏季休業" for day in (13, 14, 15)}


def test_a_yearly_event_is_followed_within_the_years_asked_for():
    founded = event("SUMMARY:創立記念日", "DTSTART;VALUE=DATE:20200601", "RRULE:FREQ=YEARLY")
    days = days_off(calendar(founded), 2026, 2028)
    assert list(days) == [date(year, 6, 1) for year in (2026, 2027, 2028)]


def test_a_date_that_was_taken_out_or_moved_is_not_closed():
    weekly = event(
        "SUMMARY:定休", "DTSTART;VALUE=DATE:20260901", "RRULE:FREQ=WEEKLY;COUNT=4",
        "EXDATE;VALUE=DATE:20260908",
    )  # fmt: skip
    moved = event(
        "SUMMARY:定休の振替", "DTSTART;VALUE=DATE:20260917", "RECURRENCE-ID;VALUE=DATE:20260915"
    )
    days = days_off(calendar(weekly, moved), 2026, 2026)
    assert sorted(day.day for day in days) == [1, 17, 22]


def test_a_meeting_and_a_cancelled_day_close_nothing():
    meeting = event("SUMMARY:会議", "DTSTART:20260901T100000Z", "DTEND:20260901T110000Z")
    cancelled = event("SUMMARY:中止", "STATUS:CANCELLED", "DTSTART;VALUE=DATE:20260902")
    assert list(days_off(calendar(SUMMER, meeting, cancelled), 2026, 2026)) == [
        date(2026, 8, day) for day in (13, 14, 15)
    ]


def test_a_repeat_that_ends_at_a_moment_of_another_zone_is_followed_to_that_day():
    yearly = event(
        "SUMMARY:創立記念日", "DTSTART;VALUE=DATE:20250601",
        "RRULE:FREQ=YEARLY;UNTIL=20270601T000000Z",
    )  # fmt: skip
    assert [day.year for day in days_off(calendar(yearly), 2025, 2030)] == [2025, 2026, 2027]


def test_dates_that_were_put_in_are_closed_too():
    some = event(
        "SUMMARY:棚卸し", "DTSTART;VALUE=DATE:20260901", "RDATE;VALUE=DATE:20260915,20261001"
    )
    assert [f"{day:%m%d}" for day in days_off(calendar(some, SUMMER), 2026, 2026)][-2:] == [
        "0915",
        "1001",
    ]


def test_a_repeat_within_the_day_closes_nothing_and_costs_nothing():
    endless = event("SUMMARY:x", "DTSTART;VALUE=DATE:20000101", "RRULE:FREQ=SECONDLY")
    assert len(days_off(calendar(SUMMER, endless), 2026, 2026)) == 3


REFUSED = {
    "a page instead of a calendar": b"<html><body>login</body></html>",
    "nothing": b"",
    "cut off": calendar(SUMMER)[:70],
    "no days off": calendar(event("SUMMARY:x", "DTSTART:20260901T100000Z")),
    "a date that is none": calendar(event("DTSTART;VALUE=DATE:20261399")),
    "too large": calendar(SUMMER) + b" " * MOST_BYTES,
    "too many days": calendar(event("DTSTART;VALUE=DATE:20200101", "RRULE:FREQ=DAILY")),
}


@pytest.mark.parametrize("content", REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_taken_is_refused_with_a_sentence(content):
    with pytest.raises(Refused) as refusal:
        days_off(content, 2000, 2040)
    assert refusal.value.field == "calendar"
    assert refusal.value.sentence.endswith("。")
