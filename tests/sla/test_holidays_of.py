"""Closed days: public holidays, the turn of the year, the company's own days."""

from datetime import date

import jpholiday
import pytest

from support.sla.holidays_of import closed_days, known_until, national_holidays, year_end_days
from support.sla.hours import HoursError


def test_japanese_holidays_agree_with_a_second_source() -> None:
    span = (date(1990, 1, 1), date(2050, 12, 31))
    expected = {day for day, _ in jpholiday.between(*span)}
    assert set(national_holidays("JP", range(1990, 2051))) == expected


def test_holidays_have_their_japanese_names() -> None:
    names = national_holidays("JP", [2026])
    assert names[date(2026, 7, 20)] == "海の日"
    assert names[date(2026, 9, 22)] == "国民の休日"


def test_holidays_of_a_year_stay_in_that_year() -> None:
    assert {day.year for day in national_holidays("US", [2027])} == {2027}


def test_unknown_country_is_refused() -> None:
    with pytest.raises(HoursError) as refusal:
        national_holidays("XX", [2026])
    assert refusal.value.field == "country"


def test_horizon_of_holidays_is_told() -> None:
    assert known_until("JP") >= 2099
    assert national_holidays("JP", [known_until("JP")])


def test_turn_of_the_year_is_six_days() -> None:
    days = sorted(f"{day:%m-%d}" for day in year_end_days([2026]))
    assert days == ["01-01", "01-02", "01-03", "12-29", "12-30", "12-31"]


def test_closed_days_join_their_reasons() -> None:
    summer = {date(2026, 8, 13): "夏季休業"}
    days = closed_days("JP", True, summer, 2026, 2026)
    assert list(days) == sorted(days)
    assert days[date(2026, 1, 1)] == "元日"
    assert days[date(2026, 1, 2)] == "年末年始"
    assert days[date(2026, 8, 13)] == "夏季休業"
    assert closed_days(None, False, [date(2026, 8, 13)], 2026, 2026).keys() == summer.keys()
