"""Hours that change on the way: whatever is asked, each set counts in its own time only."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.sla.hours import BusinessHours
from support.sla.relay import Relay

DAYS = dict.fromkeys(range(7), [("09:00", "12:00"), ("13:00", "18:00")])
SETS = (
    BusinessHours("Asia/Tokyo", DAYS),
    BusinessHours("Asia/Tokyo", dict.fromkeys(range(7), [("14:00", "20:00")])),
    BusinessHours("Asia/Tokyo", dict.fromkeys(range(7), [("00:00", "24:00")])),
    BusinessHours("America/New_York", {day: [("22:00", "26:00")] for day in range(0, 7, 2)}),
    BusinessHours("Asia/Tokyo", {}),
)
START = datetime(2026, 10, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
MOMENTS = st.integers(0, 6 * 24 * 60).map(lambda n: START + n * MINUTE)
OPEN = st.sampled_from(SETS[:-1])


@st.composite
def relays(draw: st.DrawFn) -> tuple[Relay, list[tuple[BusinessHours, datetime]], BusinessHours]:
    changes = sorted(draw(st.lists(MOMENTS, max_size=3, unique=True)))
    earlier = [(draw(st.sampled_from(SETS)), at) for at in changes]
    last = draw(st.sampled_from(SETS[:2]))
    return Relay(earlier, last), earlier, last


def in_force(
    earlier: list[tuple[BusinessHours, datetime]], last: BusinessHours, at: datetime
) -> BusinessHours:
    return next((hours for hours, until in earlier if at < until), last)


law = settings(max_examples=80, deadline=None)


@law
@given(relays(), MOMENTS, st.integers(0, 5000))
def test_it_agrees_with_a_count_minute_by_minute(it, start, length) -> None:
    relay, earlier, last = it
    ticks = [start + n * MINUTE for n in range(length)]
    open_ticks = [at for at in ticks if in_force(earlier, last, at).is_open(at)]
    assert relay.between(start, start + length * MINUTE) == len(open_ticks) * MINUTE
    if open_ticks:
        assert relay.add(start, len(open_ticks) * MINUTE) == open_ticks[-1] + MINUTE


@law
@given(relays(), MOMENTS, st.integers(1, 4000).map(lambda n: n * MINUTE))
def test_what_is_added_lies_between_and_the_breach_exceeds_it(it, start, amount) -> None:
    relay, _, _ = it
    due, breach = relay.add(start, amount), relay.breach_at(start, amount)
    assert due is not None
    assert breach is not None
    assert relay.between(start, due) == relay.between(start, breach) == amount
    assert relay.between(start, breach + timedelta(microseconds=1)) > amount
    assert due <= breach
    assert relay.is_open(breach)


@law
@given(MOMENTS, MOMENTS, OPEN, st.integers(1, 4000).map(lambda n: n * MINUTE))
def test_a_change_to_the_same_hours_changes_nothing(change, start, hours, amount) -> None:
    relay = Relay([(hours, change)], hours)
    assert relay.add(start, amount) == hours.add(start, amount)
    assert relay.breach_at(start, amount) == hours.breach_at(start, amount)
    assert relay.is_open(start) == hours.is_open(start)


@law
@given(relays(), MOMENTS)
def test_the_next_opening_is_the_first_open_moment_when_closed(it, start) -> None:
    relay, _, _ = it
    found = relay.next_opening(start)
    assert found is not None
    assert found > start
    assert relay.is_open(found)
    if not relay.is_open(start):
        assert relay.between(start, found) == timedelta(0)


@pytest.mark.parametrize("amount", [60, 180, 240])
def test_openings_are_cut_where_the_hours_change(amount) -> None:
    change = START + timedelta(hours=2)  # 11:00 in Tokyo
    relay = Relay([(SETS[0], change)], SETS[1])
    spans = relay.openings(START, START + timedelta(hours=9))
    assert spans[0] == (START, change)
    assert spans[1][0] == START + timedelta(hours=5)
    total = sum((end - begin for begin, end in spans), timedelta(0))
    assert total == relay.between(START, START + timedelta(hours=9))
