"""Why the desk was closed: the rows of an explanation say it."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from support.sla.closures import DaysOff, Why
from support.sla.explanation import Leg, RowKind, explain
from support.sla.hours import BusinessHours
from support.sla.judgement import Obligation
from support.sla.levels import PromiseKind
from support.sla.relay import Relay

TOKYO = ZoneInfo("Asia/Tokyo")
WEEKLY = {day: [("09:00", "12:00"), ("13:00", "18:00")] for day in range(5)}
MARINE_DAY, SHORT, SHUT = date(2026, 7, 20), date(2026, 7, 22), date(2026, 7, 23)
NAMES = {MARINE_DAY: "海の日"}
SPECIAL = {SHUT: []}
PARTIAL = {SHORT: [("15:00", "16:00")]}
DAYS = DaysOff("Asia/Tokyo", WEEKLY, NAMES, SPECIAL, PARTIAL)
HOURS = BusinessHours("Asia/Tokyo", WEEKLY, [MARINE_DAY], SPECIAL, PARTIAL)


def at(day: int, clock: str) -> datetime:
    """In July 2026; the 17th is a Friday."""
    hour, minute = map(int, clock.split(":"))
    return datetime(2026, 7, day, hour, minute, tzinfo=TOKYO)


def closed(first: datetime, last: datetime) -> list[tuple[str, str, Why, str]]:
    """The closed rows of a first reply that took so long."""
    owed = Obligation(PromiseKind.FIRST_REPLY, first, timedelta(hours=2), kept_at=last)
    rows = explain(owed, HOURS, last, [Leg(DAYS, None)]).rows
    spells = [
        (row.start.astimezone(TOKYO), row.end.astimezone(TOKYO), row.why, row.name)
        for row in rows
        if row.kind is RowKind.CLOSED
    ]
    return [(f"{a:%d %H:%M}", f"{b:%d %H:%M}", why, name) for a, b, why, name in spells]


def test_a_weekend_and_a_holiday_are_named_apart_from_the_hours() -> None:
    assert closed(at(17, "17:30"), at(21, "09:30")) == [
        ("17 18:00", "18 00:00", Why.OUTSIDE, ""),
        ("18 00:00", "20 00:00", Why.WEEKDAY, ""),
        ("20 00:00", "21 00:00", Why.NAMED, "海の日"),
        ("21 00:00", "21 09:00", Why.OUTSIDE, ""),
    ]


def test_a_break_and_a_spell_of_a_single_date_are_told_apart() -> None:
    assert closed(at(22, "11:00"), at(22, "17:00")) == [
        ("22 12:00", "22 13:00", Why.BREAK, ""),
        ("22 15:00", "22 16:00", Why.PARTIAL, ""),
    ]


def test_a_date_without_hours_is_closed_for_itself() -> None:
    assert ("23 00:00", "24 00:00", Why.SPECIAL, "") in closed(at(22, "17:00"), at(24, "10:00"))


def test_rows_with_reasons_leave_no_gap_and_add_up() -> None:
    owed = Obligation(PromiseKind.FIRST_REPLY, at(17, "17:30"), timedelta(hours=2))
    told = explain(owed, HOURS, at(24, "10:00"), [Leg(DAYS, None)])
    assert [row.end for row in told.rows[:-1]] == [row.start for row in told.rows[1:]]
    counted = (row.open_time for row in told.rows if row.kind is RowKind.COUNTED)
    assert sum(counted, timedelta(0)) == told.elapsed


def test_each_row_says_which_hours_counted() -> None:
    longer = {day: [("08:00", "18:00")] for day in range(5)}
    change, later = at(21, "17:00"), BusinessHours("Asia/Tokyo", longer)
    legs = [Leg(DAYS, change), Leg(DaysOff("Asia/Tokyo", longer, {}, {}, {}), None)]
    owed = Obligation(PromiseKind.FIRST_REPLY, at(21, "16:00"), timedelta(hours=4))
    told = explain(owed, Relay([(HOURS, change)], later), at(22, "09:00"), legs)
    assert [row.leg for row in told.rows] == [0, 1, 1, 1]
    assert told.elapsed == timedelta(hours=3)
