"""Which letter is due: once a week, by the clock there, of the seven days before."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.digests.weeks import DAY, WEEK, last_seven, newest

TOKYO, BERLIN = ZoneInfo("Asia/Tokyo"), ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("now", "due", "first", "last"),
    [
        pytest.param("2026-10-05 08:59", "2026-09-28", "2026-09-21", "2026-09-27", id="before"),
        pytest.param("2026-10-05 09:00", "2026-10-05", "2026-09-28", "2026-10-04", id="at once"),
        pytest.param("2026-10-11 23:59", "2026-10-05", "2026-09-28", "2026-10-04", id="a week on"),
    ],
)
def test_monday_at_nine_tells_of_monday_to_sunday(now, due, first, last):
    at = datetime.fromisoformat(now).replace(tzinfo=TOKYO)
    issue = newest(0, 9, at, TOKYO)
    assert issue.due_at == datetime.fromisoformat(f"{due} 09:00").replace(tzinfo=TOKYO)
    assert (issue.first, issue.last) == (date.fromisoformat(first), date.fromisoformat(last))


moments = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))


@given(moments, st.integers(0, 6), st.integers(0, 23), st.sampled_from([TOKYO, BERLIN]))
def test_the_newest_is_due_for_less_than_a_week_and_each_week_has_one(now, weekday, hour, zone):
    issue = newest(weekday, hour, now, zone)
    there = issue.due_at.astimezone(zone)
    assert issue.due_at <= now < issue.due_at + WEEK + timedelta(hours=2)
    assert there.weekday() == weekday
    assert issue.week <= there.date() < issue.week + WEEK
    assert issue.week.weekday() == 0
    assert (issue.last - issue.first).days == 6
    assert issue.last + DAY == there.date()
    again = newest(weekday, hour, now + WEEK, zone)
    assert again.week == issue.week + WEEK


def test_one_asked_for_at_once_ends_yesterday():
    now = datetime(2026, 10, 1, 23, tzinfo=UTC)  # already the second in Tokyo
    assert last_seven(now, TOKYO) == (date(2026, 9, 25), date(2026, 10, 1))
