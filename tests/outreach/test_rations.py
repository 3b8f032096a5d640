"""When a listening asks, and how much: the money for answers comes first."""

from datetime import timedelta

import pytest

from support.outreach import rations
from support.outreach.rations import Facts, Start
from support.x.pacing import pace
from tests.fakes import THURSDAY

QUARTER = timedelta(minutes=15)


def facts(**more):
    usual = dict.fromkeys(("read_at", "asked_at", "not_before", "rests_until"))
    return Facts(**{"every": QUARTER, **usual, **more})


def ago(**amount):
    return THURSDAY - timedelta(**amount)


@pytest.mark.parametrize(
    ("what", "factor", "due"),
    [
        (facts(), 1, True),
        (facts(read_at=ago(minutes=14)), 1, False),
        (facts(read_at=ago(minutes=15)), 1, True),
        (facts(read_at=ago(minutes=15)), 2, False),
        (facts(read_at=ago(minutes=30)), 2, True),
        (facts(read_at=ago(minutes=1), asked_at=ago(seconds=1)), 4, True),
        (facts(read_at=ago(seconds=1), asked_at=ago(minutes=1)), 1, False),
        (facts(not_before=ago(minutes=-1)), 1, False),
        (facts(not_before=ago(minutes=1)), 1, True),
        (facts(rests_until=ago(minutes=-1), asked_at=THURSDAY), 1, False),
        (facts(read_at=ago(hours=-3)), 1, True),
    ],
    ids=[
        "never read",
        "before its turn",
        "its turn",
        "the month slows it",
        "slower, its turn",
        "somebody wants it now",
        "that was done",
        "X said wait",
        "X waits no more",
        "the ration is used up",
        "a clock was set back",
    ],
)
def test_when_it_asks(what, factor, due):
    assert rations.is_due(what, factor, THURSDAY) is due


@pytest.mark.parametrize(("percent", "may"), [(0, True), (84, True), (85, False), (100, False)])
def test_it_rests_before_answers_do(percent, may):
    assert rations.may_ask(pace(percent, 100)) is may
    assert pace(percent, 100).sends or not may


def test_one_turn_cannot_eat_what_answers_need():
    """At a price of 5,000 micros: what is left to 85% of the cap, and not one post more."""
    cap = 10_000_000
    for spent in range(0, cap, 333_333):
        posts = rations.affordable(spent, cap, 5_000)
        assert posts == 0 or spent + posts * 5_000 <= cap * 85 // 100
    assert rations.affordable(8_449_999, cap, 5_000) == 10
    assert rations.affordable(8_455_000, cap, 5_000) == 0, "X shows ten at least"
    assert rations.affordable(1, None, 5_000) is None


@pytest.mark.parametrize(("most", "shown", "left"), [(200, 0, 200), (200, 190, 10), (200, 191, 0)])
def test_what_is_left_of_the_day(most, shown, left):
    assert rations.room(most, shown) == left


def test_the_day_is_xs():
    late = THURSDAY.replace(hour=23, minute=30)
    assert rations.day_of(late) == "2026-10-01"
    assert rations.next_day(late) == late + timedelta(minutes=30)


@pytest.mark.parametrize(
    ("since_ago", "read_ago", "begins"),
    [
        (1, 1, Start("old")),
        (9, 0.1, Start("edge")),
        (9, None, Start("edge")),
        (
            9,
            8,
            Start(
                "edge",
                ago(days=8),
                THURSDAY - rations.REACH + rations.MARGIN,
            ),
        ),
    ],
    ids=["within reach", "found nothing for long", "never read", "was away"],
)
def test_where_a_read_begins(since_ago, read_ago, begins):
    read_at = None if read_ago is None else ago(days=read_ago)
    assert rations.start("old", ago(days=since_ago), read_at, "edge", THURSDAY) == begins
