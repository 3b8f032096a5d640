"""Which days a report is about."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.errors import Refused
from support.reports.periods import (
    LONGEST_BY_DAY,
    Choice,
    Period,
    between,
    named,
)

TOKYO = ZoneInfo("Asia/Tokyo")
TODAY = date(2026, 10, 14)
DAYS = st.dates(date(2007, 1, 1), date(2030, 12, 31))
PERIODS = st.builds(
    lambda first, days: Period(first, first + timedelta(days=days), TOKYO),
    DAYS,
    st.integers(0, 730),
)


@pytest.mark.parametrize(
    ("choice", "first"),
    [
        pytest.param(Choice.TODAY, date(2026, 10, 14), id="today"),
        pytest.param(Choice.WEEK, date(2026, 10, 8), id="7 days with today"),
        pytest.param(Choice.FORTNIGHT, date(2026, 10, 1), id="14 days with today"),
        pytest.param(Choice.MONTH, date(2026, 10, 1), id="from the first of the month"),
    ],
)
def test_a_named_period_ends_today(choice, first):
    assert named(choice, TODAY, TOKYO) == Period(first, TODAY, TOKYO)


def test_a_period_is_whole_days_where_the_desk_stands():
    period = Period(date(2026, 10, 1), date(2026, 10, 14), TOKYO)
    assert period.start == datetime(2026, 9, 30, 15, tzinfo=UTC)
    assert period.end == datetime(2026, 10, 14, 15, tzinfo=UTC)


def test_a_day_may_have_23_hours():
    period = Period(date(2026, 3, 8), date(2026, 3, 8), ZoneInfo("America/New_York"))
    assert period.end - period.start == timedelta(hours=23)


@given(PERIODS)
def test_the_period_before_is_as_long_and_ends_where_this_begins(period):
    assert period.previous.end == period.start
    assert period.previous.days == period.days


@given(PERIODS)
def test_every_day_belongs_to_one_spell(period):
    spells = list(period.spells())
    days = [
        first + timedelta(days=n) for first, last in spells for n in range((last - first).days + 1)
    ]
    assert days == [period.first + timedelta(days=n) for n in range(period.days)]
    assert all(
        spells[period.spell_of(day)][0] <= day <= spells[period.spell_of(day)][1] for day in days
    )


@pytest.mark.parametrize(("days", "step"), [(1, 1), (LONGEST_BY_DAY, 1), (LONGEST_BY_DAY + 1, 7)])
def test_long_periods_are_drawn_by_weeks(days, step):
    assert Period(TODAY - timedelta(days=days - 1), TODAY, TOKYO).step == step


@pytest.mark.parametrize(
    ("first", "last", "field", "word"),
    [
        pytest.param("", "2026-10-01", "from", "開始日を選んで", id="no start"),
        pytest.param("2026-10-01", " ", "to", "終了日を選んで", id="no end"),
        pytest.param("yesterday", "2026-10-01", "from", "2026-10-01のように", id="not a date"),
        pytest.param("2026-02-30", "2026-10-01", "from", "2026-10-01のように", id="no such day"),
        pytest.param("2026-10-01", "10/02", "to", "2026-10-01のように", id="another notation"),
        pytest.param("0001-01-01", "2026-10-01", "from", "2007年", id="before there was X"),
        pytest.param("2026-10-15", "2026-10-16", "from", "今日まで", id="begins tomorrow"),
        pytest.param("2026-10-02", "2026-10-01", "to", "開始日以降", id="ends before it begins"),
        pytest.param("2024-10-12", "2026-10-14", "to", "2年以内", id="more than two years"),
        pytest.param("2026-10-01", "9999-12-31", "to", "2年以内", id="never ends"),
    ],
)
def test_dates_that_make_no_period_are_refused_at_their_field(first, last, field, word):
    with pytest.raises(Refused) as refused:
        between(first, last, TODAY, TOKYO)
    assert refused.value.field == field
    assert word in str(refused.value)


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        pytest.param("2026-10-14", "2026-10-14", 1, id="one day"),
        pytest.param("2024-10-14", "2026-10-14", 731, id="two years"),
        pytest.param("2026-10-13", "2026-10-20", 2, id="days to come are left out"),
    ],
)
def test_dates_that_make_a_period(first, last, days):
    assert between(first, last, TODAY, TOKYO).days == days
