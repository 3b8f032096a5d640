"""When the clock stood: what was noted, less what a lead says ran, plus what they say stood."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from support.sla.spells import Spell, paused

START = datetime(2026, 10, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def at(minute: int) -> datetime:
    return START + minute * MINUTE


SPELLS = st.lists(
    st.builds(
        lambda a, length, still, runs: Spell(at(a), None if still else at(a + length), runs),
        st.integers(0, 200),
        st.integers(0, 60),
        st.booleans(),
        st.booleans(),
    ),
    max_size=8,
)


@given(SPELLS, st.none() | st.integers(0, 300))
def test_the_clock_stands_where_something_pauses_and_nothing_runs(spells, end) -> None:
    until = None if end is None else at(end)
    found = paused(spells, until)
    for minute in range(300):
        now = at(minute)
        covers = [s for s in spells if s.start <= now and (s.end is None or now < s.end)]
        stands = any(not s.runs for s in covers) and not any(s.runs for s in covers)
        expected = stands and (until is None or now < until)
        assert expected == any(a <= now and (b is None or now < b) for a, b in found)


@given(SPELLS)
def test_pauses_come_in_order_and_apart(spells) -> None:
    found = paused(spells)
    assert all(end is None or start < end for start, end in found)
    ends = [end for _, end in found[:-1]]
    begins = [start for start, _ in found[1:]]
    assert all(end is not None and end <= start for end, start in zip(ends, begins, strict=True))


def test_a_correction_that_the_clock_ran_takes_out_a_part() -> None:
    spells = [Spell(at(0), at(60)), Spell(at(10), at(20), runs=True)]
    assert paused(spells) == ((at(0), at(10)), (at(20), at(60)))
