"""Weekday by hour, and the opening hours drawn around it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.reports.heat import MINUTES_A_WEEK, Frame, Heat, opening_frames, openings_by_day

OFFICE = {str(day): [["09:00", "18:00"]] for day in range(5)}
CLOCKS = st.builds(
    lambda start, length: [_clock(start), _clock(min(start + length, 2880))],
    st.integers(0, 1439),
    st.integers(1, 1440),
)
WEEKS = st.dictionaries(st.sampled_from("0123456"), st.lists(CLOCKS, max_size=3))


def _clock(minute):
    return f"{minute // 60:02}:{minute % 60:02}"


def heat(**cells):
    grid = [[0] * 24 for _ in range(7)]
    for place, number in cells.items():
        day, hour = place[1:].split("_")
        grid[int(day)][int(hour)] = number
    return Heat(grid, (), 0)


@pytest.mark.parametrize(
    ("weeks", "frames"),
    [
        pytest.param([(OFFICE, 0)], [Frame(0, 5, 540, 1080)], id="one frame for like days"),
        pytest.param(
            [({**OFFICE, "5": [["10:00", "12:00"]]}, 0)],
            [Frame(0, 5, 540, 1080), Frame(5, 6, 600, 720)],
            id="a shorter Saturday",
        ),
        pytest.param(
            [({"0": [["09:00", "12:00"], ["13:00", "18:00"]]}, 0)],
            [Frame(0, 1, 540, 720), Frame(0, 1, 780, 1080)],
            id="a lunch break",
        ),
        pytest.param(
            [({"6": [["22:00", "26:00"]]}, 0)],
            [Frame(0, 1, 0, 120), Frame(6, 7, 1320, 1440)],
            id="Sunday night runs into Monday",
        ),
        pytest.param(
            [({"0": [["09:00", "12:00"]]}, 0), ({"0": [["11:00", "15:00"]]}, 0)],
            [Frame(0, 1, 540, 900)],
            id="two accounts together",
        ),
        pytest.param(
            [({"0": [["17:00", "20:00"]]}, 13 * 60)],
            [Frame(1, 2, 360, 540)],
            id="New York's Monday evening is Tokyo's Tuesday morning",
        ),
        pytest.param([({"0": [["00:00", "24:00"]]}, 0)], [Frame(0, 1, 0, 1440)], id="a whole day"),
        pytest.param(
            [({"0": [["09:00", "10:00"]], "2": [["09:00", "10:00"]]}, 0)],
            [Frame(0, 1, 540, 600), Frame(2, 3, 540, 600)],
            id="a closed day between",
        ),
        pytest.param([({}, 0)], [], id="never open"),
        pytest.param([], [], id="no account"),
    ],
)
def test_opening_hours_are_framed(weeks, frames):
    assert opening_frames(weeks) == frames


@given(WEEKS, st.integers(-14 * 60, 14 * 60))
def test_frames_cover_every_minute_of_an_opening_and_no_other(weekly, ahead):
    wanted = {
        (int(day) * 1440 + minute + ahead) % MINUTES_A_WEEK
        for day, clocks in weekly.items()
        for opens, closes in clocks
        for minute in range(_minute(opens), _minute(closes))
    }
    framed = [
        day * 1440 + minute
        for frame in opening_frames([(weekly, ahead)])
        for day in range(frame.first, frame.until)
        for minute in range(frame.opens, frame.closes)
    ]
    assert set(framed) == wanted
    assert len(framed) == len(wanted)
    assert len(openings_by_day([(weekly, ahead)])) == 7


def _minute(clock):
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def test_the_first_of_two_peaks_is_named():
    assert heat(c1_20=5, c3_9=5).peak == (1, 20)


def test_without_messages_there_is_no_peak():
    assert heat().peak is None
    assert heat().level(0, 0) == 0


@pytest.mark.parametrize(("number", "level"), [(0, 0), (1, 1), (50, 3), (51, 4), (100, 6)])
def test_only_an_empty_cell_is_blank_and_only_the_fullest_are_darkest(number, level):
    assert heat(c0_0=number, c1_1=100).level(0, 0) == level
