"""The demo story makes sense at whatever hour of whatever day a visitor starts it."""

import itertools

import pytest

from tests.demo.story import BY_KEY, CONVERSATIONS, TEAM, events, posted, state
from tests.demo.story_clock import Calendar, every_start


@pytest.fixture(scope="module")
def starts() -> list[Calendar]:
    return list(every_start())


def test_events_are_in_order_and_past_at_every_start(starts: list[Calendar]) -> None:
    for calendar in starts:
        for row in CONVERSATIONS:
            times = [calendar.at(event["at"]) for event in row["events"]]
            strictly = all(a < b for a, b in itertools.pairwise(times))
            assert strictly, (row["key"], calendar.now)
            assert times[-1] < calendar.now, (row["key"], calendar.now)


def test_the_desk_works_in_opening_hours_at_every_start(starts: list[Calendar]) -> None:
    own = {event["at"] for _, event in events() if event["who"] in TEAM}
    for calendar in starts:
        assert [at for at in own if not calendar.is_open(calendar.at(at))] == [], calendar.now


def test_the_wall_clock_is_for_customers_only() -> None:
    assert all(event["who"] == "customer" for _, event in events() if event["at"][0] == "~")


def test_a_dm_starts_after_the_thread_it_came_from(starts: list[Calendar]) -> None:
    for row in CONVERSATIONS:
        origin = BY_KEY.get(row.get("linked_to", ""), row)
        assert starts[0].at(origin["events"][0]["at"]) <= starts[0].at(row["events"][0]["at"])


def test_holds_end_in_the_future_at_every_start(starts: list[Calendar]) -> None:
    ends = [event["until"] for _, event in events(kind="snooze")]
    assert all(calendar.at(end) > calendar.now for calendar in starts for end in ends)


def first_waits(calendar: Calendar, replied: bool) -> list[float]:
    """Open minutes to each first reply; or, where there is none yet, to now."""
    waits = []
    for row in CONVERSATIONS:
        reply = next((event for event in row["events"] if posted(event)), None)
        if bool(reply) == replied and (reply or state(row) == "new"):
            end = calendar.at(reply["at"]) if reply else calendar.now
            waits.append(calendar.minutes(calendar.at(row["events"][0]["at"]), end))
    return sorted(waits)


def test_two_first_replies_are_overdue_and_two_nearly_due_at_every_start(
    starts: list[Calendar],
) -> None:
    for calendar in starts:
        waits = first_waits(calendar, replied=False)
        assert sum(wait > 60 for wait in waits) == 2, calendar.now
        assert sum(45 <= wait <= 60 for wait in waits) == 2, calendar.now


def test_the_report_has_kept_and_broken_first_replies_at_every_start(
    starts: list[Calendar],
) -> None:
    for calendar in starts:
        waits = first_waits(calendar, replied=True)
        assert 3 <= waits[0] <= 5, calendar.now
        assert 15 <= waits[len(waits) // 2] <= 30, calendar.now
        assert 4 <= sum(wait > 60 for wait in waits) <= 8, calendar.now
