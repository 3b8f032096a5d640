"""What a search would cost, from what X counted."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.outreach.forecasts import forecast
from support.outreach.rations import RESTS_AT
from support.x.volumes import Volume, read_volumes
from tests.fakes import THURSDAY

PRICE = 5_000


def week(*per_hour):
    """Hours of a week, as many posts in each as given, over and over."""
    begin = THURSDAY - timedelta(days=7)
    return [
        Volume(
            begin + timedelta(hours=n),
            begin + timedelta(hours=n + 1),
            per_hour[n % len(per_hour)],
        )
        for n in range(168)
    ]


def estimate(hours, **more):
    usual = {"price": PRICE, "most": 200, "every_minutes": 15, "spent": 0, "cap": None}
    usual |= {"days_left": 30}
    return forecast(hours, **(usual | more))


def test_a_month_is_thirty_days_like_these():
    found = estimate(week(2))
    assert (found.found, found.days, found.per_day) == (336, 7, 48)
    assert found.per_month == 48 * 30 * PRICE
    assert found.dearest_month == 200 * 30 * PRICE
    assert found.asks_per_day == 96


def test_no_more_is_paid_than_may_be_shown():
    found = estimate(week(20))
    assert found.shown_per_day == 200
    assert found.per_month == found.dearest_month
    assert found.is_cut


def test_the_busiest_day_counts_not_the_mean():
    quiet_but_one = week(1)
    at = quiet_but_one[30]
    quiet_but_one[30] = Volume(at.begins_at, at.ends_at, 500)
    assert estimate(quiet_but_one).busiest == 523
    assert estimate(quiet_but_one).is_cut


ENOUGH = 48 * 30 * PRICE * 100 // RESTS_AT + 1
"""A cap of which thirty such days take just less than what makes listening rest."""


@pytest.mark.parametrize(
    ("spent", "cap", "fits"),
    [(0, None, True), (0, ENOUGH, True), (9, ENOUGH, False), (0, 48 * 30 * PRICE, False),
     (0, 0, False)],
)  # fmt: skip
def test_it_fits_where_listening_never_has_to_rest_for_the_month(spent, cap, fits):
    """Which it does long before the cap: the rest is kept for answers."""
    assert estimate(week(2), spent=spent, cap=cap).fits is fits


def test_of_this_month_only_the_days_that_are_left_count():
    found = estimate(week(2), spent=ENOUGH // 2, cap=ENOUGH, days_left=3)
    assert found.rest_of_month == 48 * 3 * PRICE
    assert found.fits
    assert found.fits_a_month
    assert not estimate(week(2), spent=ENOUGH // 2, cap=ENOUGH, days_left=30).fits
    assert not estimate(week(3), cap=ENOUGH, days_left=3).fits_a_month


def test_nothing_counted_costs_nothing():
    assert estimate([]).per_month == 0
    assert estimate([]).per_day == 0


@given(st.lists(st.integers(0, 5_000), min_size=1, max_size=168), st.integers(10, 5_000))
def test_it_never_says_less_than_nothing_or_more_than_the_dearest(hours, most):
    found = estimate(week(*hours), most=most)
    assert 0 <= found.per_month <= found.dearest_month


def test_both_vocabularies_of_x_are_read_and_nonsense_is_left_out():
    one = {"start": "2026-10-01T00:00:00.000Z", "end": "2026-10-01T01:00:00.000Z"}
    data = [
        one | {"post_count": 2},
        one | {"tweet_count": 1},
        one,
        one | {"tweet_count": -1},
        one | {"tweet_count": "3"},
        {"tweet_count": 4},
        "x",
    ]
    assert [it.posts for it in read_volumes({"data": data})] == [2, 1]
