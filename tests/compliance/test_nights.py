"""When a look is due, and what an answer of X's means."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.compliance.nights import last_night, why_a_person_is_gone, why_a_post_is_gone
from support.x.posts import Missing, Person

TOKYO = ZoneInfo("Asia/Tokyo")


@pytest.mark.parametrize(
    ("now", "night"),
    [
        ("2026-10-01T18:00", "2026-10-01T18:00"),  # 03:00 in Tokyo to the minute
        ("2026-10-01T17:59", "2026-09-30T18:00"),
        ("2026-10-02T01:00", "2026-10-01T18:00"),
    ],
)
def test_the_last_night_is_told_in_the_desks_zone(now, night):
    at = datetime.fromisoformat(now).replace(tzinfo=UTC)
    expected = datetime.fromisoformat(night).replace(tzinfo=UTC)
    assert last_night(at, time(3), TOKYO) == expected


@given(
    now=st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)),
    at=st.times().map(lambda it: it.replace(second=0, microsecond=0)),
    zone=st.sampled_from([TOKYO, ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")]),
)
def test_a_night_has_passed_and_no_later_one_has(now, at, zone):
    night = last_night(now, at, zone)
    assert night <= now
    assert (now - night).total_seconds() <= 25 * 3600


def missing(reason):
    return Missing("1", "user", reason)


@pytest.mark.parametrize(
    ("person", "absent", "reason"),
    [
        (Person("1", "a", "A", protected=True), None, "protected"),
        (Person("1", "a", "A", protected=False), None, None),
        (Person("1", "a", "A"), None, None),
        (None, missing("hidden"), "suspended"),
        (None, missing("deleted"), "gone"),
        (None, missing("Something New"), None),
        (None, None, None),
    ],
)
def test_why_a_person_is_gone(person, absent, reason):
    assert why_a_person_is_gone(person, absent) == reason


@pytest.mark.parametrize(
    ("said", "reason"), [("deleted", "deleted"), ("hidden", "withheld"), ("Something New", None)]
)
def test_nothing_is_emptied_on_a_guess(said, reason):
    assert why_a_post_is_gone(missing(said)) == reason
