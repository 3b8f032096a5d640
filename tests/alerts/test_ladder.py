"""Rungs are reached in business time, told in opening hours, and each only once."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from support.alerts.ladder import Rung, look
from support.sla.hours import BusinessHours
from support.sla.judgement import Obligation, breach_at, warn_at
from support.sla.levels import PromiseKind

TOKYO = ZoneInfo("Asia/Tokyo")
HOURS = BusinessHours("Asia/Tokyo", dict.fromkeys(range(5), [("09:00", "18:00")]))
LONG_AGO = datetime(2026, 1, 1, tzinfo=TOKYO)
SOON, BROKEN = Rung(1, 0.75, LONG_AGO), Rung(2, 1.0, LONG_AGO)
LADDER = [SOON, BROKEN, Rung(3, 2.0, LONG_AGO)]


def jst(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=TOKYO)


def owed(start: str, hours: float = 2, **more) -> Obligation:
    return Obligation(PromiseKind.FIRST_REPLY, jst(start), timedelta(hours=hours), **more)


def ids(rungs):
    return [rung.id for rung in rungs]


def test_due_soon_at_its_share_and_broken_when_it_is_exceeded():
    o = owed("2026-10-01 10:00")
    assert look(LADDER, (), o, HOURS, jst("2026-10-01 11:29")).reached == []
    assert ids(look(LADDER, (), o, HOURS, jst("2026-10-01 11:30")).reached) == [1]
    assert ids(look(LADDER, {1}, o, HOURS, jst("2026-10-01 12:00")).reached) == [2]
    assert look(LADDER, {1}, o, HOURS, jst("2026-10-01 11:30")).next_at == jst("2026-10-01 12:00")


def test_what_is_due_at_closing_is_broken_at_the_next_opening_only():
    o = owed("2026-10-01 16:00")
    evening = look([BROKEN], (), o, HOURS, jst("2026-10-01 21:00"))
    assert (evening.reached, evening.next_at) == ([], jst("2026-10-02 09:00"))
    assert ids(look([BROKEN], (), o, HOURS, jst("2026-10-02 09:00")).reached) == [2]


def test_nothing_is_told_out_of_hours_unless_asked_for():
    o = owed("2026-10-01 15:00")
    night = jst("2026-10-01 23:00")
    late = look([SOON, BROKEN], (), o, HOURS, night)
    assert (late.reached, late.next_at) == ([], jst("2026-10-02 09:00"))
    at_once = Rung(4, 1.0, LONG_AGO, any_time=True)
    assert ids(look([at_once], (), o, HOURS, night).reached) == [4]


def test_six_hours_without_a_sweep_tell_what_is_true_now():
    o = owed("2026-10-01 10:00")
    found = look(LADDER, (), o, HOURS, jst("2026-10-01 16:00"))
    assert (ids(found.reached), ids(found.overtaken)) == ([2, 3], [1])


def test_a_rung_that_was_added_later_says_nothing_of_the_past():
    o = owed("2026-10-01 10:00")
    fresh = Rung(5, 1.0, jst("2026-10-01 13:00"))
    assert look([fresh], (), o, HOURS, jst("2026-10-01 14:00")) == ([], [], None)


def test_a_rung_for_other_kinds_and_a_standing_clock_reach_nothing():
    for_updates = Rung(6, 0.5, LONG_AGO, frozenset({"update"}))
    assert look([for_updates], (), owed("2026-10-01 10:00"), HOURS, jst("2026-10-01 17:00")) == (
        [],
        [],
        None,
    )
    paused = Obligation(
        PromiseKind.RESOLUTION,
        jst("2026-10-01 10:00"),
        timedelta(hours=2),
        paused=((jst("2026-10-01 10:30"), None),),
    )
    assert look(LADDER, (), paused, HOURS, jst("2026-10-05 10:00")) == ([], [], None)


@given(
    start=st.integers(0, 14 * 24 * 60), target=st.integers(1, 40 * 60), steps=st.integers(1, 60)
)
def test_however_often_one_looks_each_rung_is_raised_once_and_none_too_early(
    start, target, steps
):
    begun = jst("2026-10-01 00:00") + timedelta(minutes=start)
    o = Obligation(PromiseKind.FIRST_REPLY, begun, timedelta(minutes=target))
    raised: list[int] = []
    now = begun
    for _ in range(100):
        found = look(LADDER, set(raised), o, HOURS, now)
        for rung in [*found.reached, *found.overtaken]:
            assert rung.id not in raised
            raised.append(rung.id)
        if found.next_at is None:
            break
        assert found.next_at > now
        now = found.next_at + timedelta(minutes=steps - 1)
    assert sorted(raised) == [1, 2, 3]
    assert now >= breach_at(o, HOURS) >= warn_at(o, HOURS)
