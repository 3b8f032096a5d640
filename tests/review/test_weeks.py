"""ISO weeks where the desk stands."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.review.weeks import Week, latest, week_from, week_of

TOKYO, BERLIN = ZoneInfo("Asia/Tokyo"), ZoneInfo("Europe/Berlin")
MOMENTS = st.datetimes(datetime(2010, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))


@given(MOMENTS, st.sampled_from([TOKYO, BERLIN]))
def test_every_moment_is_in_its_week_and_its_name_leads_back(at, zone):
    week = week_of(at, zone)
    assert week.start(zone) <= at < week.end(zone)
    assert week_from(str(week)) == week
    assert week.end(zone) == Week(week.monday + timedelta(days=7)).start(zone)


@pytest.mark.parametrize(
    "written", ["", "2026", "2026-W54", "2026-W00", "2027-W53", "W40", "2026-W4０"]
)
def test_what_is_no_week(written):
    assert week_from(written) is None


def test_a_week_begins_at_midnight_of_monday_there():
    sunday_night = datetime(2026, 10, 4, 15, 0, tzinfo=UTC)
    assert week_of(sunday_night, TOKYO).monday == date(2026, 10, 5)
    assert week_of(sunday_night - timedelta(seconds=1), TOKYO).monday == date(2026, 9, 28)
    assert [str(it) for it in latest(sunday_night, TOKYO, 2)] == ["2026-W41", "2026-W40"]
