"""Lines and bars lie where their numbers are."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.reports import charts
from support.reports.charts import BOTTOM, TOP, Bar, Block, Dot, End
from support.reports.figures import Spell
from support.reports.measures import Times

MINUTE = timedelta(minutes=1)
FIRST = date(2026, 10, 1)


def spell(number=0, *, median=None, p90=None, closed=False, opened=0, resolved=0):
    times = Times(
        0 if median is None else 1,
        None if median is None else MINUTE * median,
        None if median is None else MINUTE * (p90 or median),
    )
    day = FIRST + timedelta(days=number)
    return Spell(day, day, closed, times, opened, resolved)


def days(*medians):
    return [spell(number, median=median) for number, median in enumerate(medians)]


@pytest.mark.parametrize(
    ("most", "ticks"),
    [
        pytest.param(1, [0, 5], id="a minute"),
        pytest.param(60, [0, 15, 30, 45, 60], id="an hour"),
        pytest.param(82, [0, 30, 60, 90], id="more than an hour"),
        pytest.param(60 * 24 * 40, [0, 23040, 46080, 69120], id="forty days"),
    ],
)
def test_times_are_ticked_in_steps_people_know(most, ticks):
    assert charts.time_ticks(MINUTE * most) == [MINUTE * n for n in ticks]


@pytest.mark.parametrize(
    ("most", "ticks"),
    [(0, [0, 1]), (1, [0, 1]), (7, [0, 2, 4, 6, 8]), (38, [0, 10, 20, 30, 40]), (81, [0, 50, 100])],
)
def test_counts_are_ticked_in_round_numbers(most, ticks):
    assert charts.count_ticks(most) == ticks


@given(st.integers(1, 10**7))
def test_ticks_are_few_and_reach_the_highest_value(most):
    for ticks in (charts.count_ticks(most), charts.time_ticks(MINUTE * most)):
        assert 2 <= len(ticks) <= charts.MOST_TICKS
        assert ticks[-1] >= (most if isinstance(ticks[-1], int) else MINUTE * most)


def test_a_day_without_replies_is_a_gap_in_the_line():
    drawn = charts.trend(days(10, 20, None, 30), None)
    assert drawn.median.count("M") == 2
    assert drawn.median.count("L") == 1


def test_a_point_without_neighbours_is_drawn_as_a_dot():
    drawn = charts.trend(days(10, None, 20, 20), None)
    assert [dot.x for dot in drawn.lone] == [44.0]


def test_one_day_alone_stands_in_the_middle():
    assert charts.trend(days(10), None).dots == [Dot(359.0, charts.trend(days(10), None).dots[0].y)]


def test_the_target_lies_between_its_grid_lines_even_when_all_was_quicker():
    drawn = charts.trend(days(1, 1), MINUTE * 60)
    assert drawn.target_y == TOP
    assert drawn.ticks[-1].value == MINUTE * 60


def test_closed_days_are_shaded_within_the_plot():
    drawn = charts.trend([spell(0, closed=True), spell(1), spell(2, closed=True)], None)
    assert drawn.closed == [Block(44.0, 157.5), Block(516.5, 157.5)]


def test_long_charts_have_no_dot_for_every_point():
    assert charts.trend(days(*[10] * (charts.MOST_DOTS + 1)), None).dots == []


@given(st.lists(st.floats(0, 220), max_size=3))
def test_labels_at_the_end_never_overlap(ys):
    placed = charts.spread([End(y, str(n)) for n, y in enumerate(ys)])
    assert all(b.y - a.y >= charts.LINE_APART - 0.2 for a, b in pairwise(placed))
    assert {end.name for end in placed} == {str(n) for n in range(len(ys))}


@given(st.integers(1, 731))
def test_axis_labels_are_few_and_the_last_point_has_one(number):
    drawn = charts.trend(days(*[None] * number), None)
    assert 1 <= len(drawn.marks) <= charts.MOST_LABELS
    assert drawn.marks[-1].spell == number - 1


def test_bars_stand_on_the_ground_and_nothing_is_no_bar():
    drawn = charts.flow([spell(0, opened=4, resolved=2), spell(1)])
    assert len(drawn.opened) == len(drawn.resolved) == 1
    opened, resolved = drawn.opened[0], drawn.resolved[0]
    assert opened == Bar(opened.x, TOP, opened.width, BOTTOM - TOP)
    assert resolved.height == pytest.approx(opened.height / 2)
    assert resolved.y + resolved.height == pytest.approx(BOTTOM)
    assert opened.x + opened.width <= resolved.x
