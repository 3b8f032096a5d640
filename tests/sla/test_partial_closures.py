"""Closed for a while on one date: what is open then is cut, and nothing else."""

from datetime import date

import pytest

from support.sla.hours import BusinessHours, HoursError
from tests.sla.test_hours import NIGHTS, OFFICE, WEEKDAY, jst, minutes


def test_a_partial_closure_cuts_what_is_open_then_and_nothing_else(
    reference: BusinessHours,
) -> None:
    training = {date(2026, 10, 1): [("10:00", "11:00")]}
    hours = BusinessHours("Asia/Tokyo", dict.fromkeys(range(5), WEEKDAY), partial=training)
    assert not hours.is_open(jst("2026-10-01 10:30"))
    assert hours.add(jst("2026-10-01 09:30"), minutes(60)) == jst("2026-10-01 11:30")
    assert hours.add(jst("2026-10-02 09:30"), minutes(60)) == jst("2026-10-02 10:30")


def test_a_partial_closure_cuts_a_night_that_runs_on_from_the_day_before() -> None:
    hours = BusinessHours("Asia/Tokyo", NIGHTS, partial={date(2026, 10, 2): [("00:30", "01:30")]})
    found = hours.openings(jst("2026-10-01 20:00"), jst("2026-10-02 12:00"))
    assert found == [
        (jst("2026-10-01 22:00"), jst("2026-10-02 00:30")),
        (jst("2026-10-02 01:30"), jst("2026-10-02 02:00")),
    ]


def test_a_desk_whose_only_opening_is_cut_away_never_opens() -> None:
    day = date(2026, 10, 1)
    only = {day: [("09:00", "12:00")]}
    cut = BusinessHours("Asia/Tokyo", {}, special=only, partial={day: [("08:00", "13:00")]})
    assert cut.never_opens
    assert not BusinessHours(
        "Asia/Tokyo", {}, special=only, partial={day: [("08:00", "11:00")]}
    ).never_opens


def test_a_partial_closure_is_refused_by_its_date() -> None:
    with pytest.raises(HoursError) as refusal:
        BusinessHours("Asia/Tokyo", OFFICE, partial={date(2026, 10, 1): [("9", "10:00")]})
    assert refusal.value.field == "partial.2026-10-01"
