"""Reading slows down before it stops, and never asks X for more than X allows."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.x.pacing import (
    ALL,
    FULL,
    STEPS,
    Allowance,
    Stream,
    due_at,
    interval,
    is_due,
    is_pushed,
    pace,
)
from tests.fakes import THURSDAY as NOW

HALF_MINUTE = timedelta(seconds=30)
CAP = 100_000_000


def stream(name="mentions", *, ago=None, **other):
    read_at = None if ago is None else NOW - timedelta(seconds=ago)
    return Stream(name, HALF_MINUTE, read_at, other.pop("not_before", None), **other)


def left(remaining, seconds=900):
    return Allowance(remaining, NOW + timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("share", "factor", "rests", "sends"),
    [
        (0, 1, set(), True),
        (69, 1, set(), True),
        (70, 2, set(), True),
        (85, 4, {"own"}, True),
        (95, 4, ALL, True),
        (99, 4, ALL, True),
        (100, 4, ALL, False),
        (250, 4, ALL, False),
    ],
)
def test_the_nearer_the_cap_the_less_is_read_and_the_last_share_is_for_answers(
    share, factor, rests, sends
):
    step = pace(CAP * share // 100, CAP)
    assert (step.factor, set(step.rests), step.sends) == (factor, set(rests), sends)


def test_without_a_cap_nothing_slows_down_and_a_cap_of_nothing_stops_all():
    assert pace(10**12, None) is FULL
    assert pace(0, 0).sends is False


@given(st.integers(0, 10**10), st.integers(0, 10**10), st.integers(1, 10**9))
def test_spending_more_never_quickens(one, other, cap):
    less, more = (pace(spent, cap) for spent in sorted((one, other)))
    assert STEPS.index(more) <= STEPS.index(less)
    assert more.rests >= less.rests
    assert more.factor >= less.factor


def test_a_stream_never_read_is_due_at_once():
    assert is_due(stream(), FULL, [], NOW)


def test_a_stream_is_due_when_its_interval_is_over():
    assert not is_due(stream(ago=29), FULL, [], NOW)
    assert is_due(stream(ago=30), FULL, [], NOW)


def test_a_time_x_named_is_waited_for_whatever_the_interval_says():
    later = NOW + timedelta(minutes=10)
    assert due_at(stream(ago=900, not_before=later), FULL, [], NOW) == later


def test_what_is_left_of_a_window_is_spread_over_it():
    assert interval(stream(), FULL, [left(15)], NOW) == timedelta(seconds=60)
    assert interval(stream(), FULL, [left(300)], NOW) == HALF_MINUTE
    assert interval(stream(), FULL, [left(300), left(96, 86_400)], NOW) == timedelta(minutes=15)


def test_what_is_used_up_waits_for_the_next_window():
    assert due_at(stream(ago=900), FULL, [left(0)], NOW) == left(0).reset
    assert due_at(stream(), FULL, [left(0), left(9)], NOW) == left(0).reset


def test_near_the_cap_intervals_are_longer_and_own_posts_rest():
    slow = pace(85, 100)
    assert interval(stream(), slow, [], NOW) == HALF_MINUTE * 4
    assert due_at(stream("own"), slow, [], NOW) is None


def test_what_x_pushes_is_polled_as_a_backstop_only():
    pushed = stream(pushed=True, backstop=timedelta(minutes=5))
    assert interval(pushed, FULL, [], NOW) == timedelta(minutes=5)
    rare = Stream("own", timedelta(hours=1), None, None, True, timedelta(minutes=5))
    assert interval(rare, FULL, [], NOW) == timedelta(hours=1), "never more often than set"


def test_pushes_count_only_while_they_are_news():
    heard = NOW - timedelta(hours=1)
    assert is_pushed(heard, valid=True, subscribed=True, now=NOW)
    assert not is_pushed(heard, valid=False, subscribed=True, now=NOW)
    assert not is_pushed(heard, valid=True, subscribed=False, now=NOW)
    assert not is_pushed(NOW - timedelta(hours=25), valid=True, subscribed=True, now=NOW)
    assert not is_pushed(None, valid=True, subscribed=True, now=NOW)


@given(
    st.integers(0, 86_400),
    st.lists(st.builds(left, st.integers(0, 500), st.integers(1, 86_400)), max_size=3),
    st.sampled_from(STEPS),
)
def test_a_stream_is_never_due_before_x_and_the_settings_allow(ago, allowed, step):
    due = due_at(stream(ago=ago), step, allowed, NOW)
    if due is None:
        assert "mentions" in step.rests
    else:
        assert due >= NOW + HALF_MINUTE * step.factor - timedelta(seconds=ago)
        assert all(due >= it.reset for it in allowed if it.remaining == 0)


def test_a_clock_that_was_set_back_does_not_keep_a_stream_from_being_read():
    assert not is_due(stream(ago=-10), FULL, [], NOW), "clocks of two machines differ a little"
    assert is_due(stream(ago=-3600), FULL, [], NOW)
    rested = replace(stream(ago=-3600), not_before=NOW + timedelta(hours=1))
    assert is_due(rested, FULL, [], NOW), "nor does a rest that was begun under it"
