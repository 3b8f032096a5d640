"""Which rungs a promise has reached: in business time, each once, quiet out of hours."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.alerts.ladder import Level, Look, Rung, Version, look, numbers, since
from support.sla.hours import BusinessHours
from support.sla.judgement import Obligation
from support.sla.levels import PromiseKind

HOURS = BusinessHours("Asia/Tokyo", {day: [("09:00", "18:00")] for day in range(5)})
NEVER = BusinessHours("Asia/Tokyo", {})
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def thursday(clock, day=1):
    """A time of day in Tokyo on 1 October 2026, or on a later day of that month."""
    hour, minute = map(int, clock.split(":"))
    return datetime(2026, 10, day, hour, minute, tzinfo=UTC) - timedelta(hours=9)


def owed(start="10:00", minutes=60, kind=PromiseKind.FIRST_REPLY, **more):
    return Obligation(kind, thursday(start), timedelta(minutes=minutes), **more)


def rung(number, share, deed="assignee", **more):
    plain = {"kinds": frozenset(), "any_time": False, "since": LONG_AGO}
    return Rung(number, share, deed, versions=frozenset({number}), **{**plain, **more})


SOON, BROKEN, TWICE = rung(1, 0.75), rung(2, 1.0), rung(3, 2.0, "leads")
ALL = [SOON, BROKEN, TWICE]


def raised(found):
    return [reached.rung.number for reached in found.reached if not reached.overtaken]


def test_a_rung_is_reached_at_its_share_of_the_target():
    assert look(owed(), HOURS, ALL, (), thursday("10:44")) == Look((), thursday("10:45"))
    found = look(owed(), HOURS, ALL, (), thursday("10:45"))
    assert (raised(found), found.next_at) == ([1], thursday("11:00"))
    assert found.reached[0].level is Level.DUE_SOON


def test_on_an_exact_fit_it_is_broken_at_the_next_opening_not_at_closing_time():
    facts = owed("17:00")
    assert look(facts, HOURS, [BROKEN], (), thursday("18:00")).next_at == thursday("09:00", 2)
    found = look(facts, HOURS, [BROKEN], (), thursday("09:00", 2))
    assert [it.level for it in found.reached] == [Level.BROKEN]


def test_a_rung_used_up_at_closing_time_waits_for_the_opening():
    found = look(owed("17:15"), HOURS, [SOON], (), thursday("18:00"))
    assert (found.reached, found.next_at) == ((), thursday("09:00", 2))


def test_a_sweep_that_comes_at_night_is_quiet_unless_asked_for():
    late, night = owed("16:00"), thursday("23:00")
    assert look(late, HOURS, [BROKEN], (), night) == Look((), thursday("09:00", 2))
    assert raised(look(late, HOURS, [replace(BROKEN, any_time=True)], (), night)) == [2]


def test_after_six_hours_without_a_sweep_due_soon_is_overtaken_by_broken():
    found = look(owed(), HOURS, ALL, (), thursday("16:00"))
    assert [(it.rung.number, it.overtaken) for it in found.reached] == [
        (1, True),
        (2, False),
        (3, False),
    ]
    assert found.next_at is None


def test_due_soon_is_told_late_where_no_other_rung_tells_that_it_is_broken():
    found = look(owed(), HOURS, [SOON], (), thursday("16:00"))
    assert raised(found) == [1]
    assert found.reached[0].level is Level.BROKEN


def test_what_changes_the_ticket_is_never_overtaken_and_comes_before_who_is_told():
    acts = [rung(8, 0.75, "priority"), rung(9, 1.0, "reassign")]
    found = look(owed(), HOURS, [*acts, BROKEN], (), thursday("16:00"))
    assert raised(found) == [8, 9, 2]


def test_what_was_raised_is_not_raised_again_by_the_rule_or_what_took_its_place():
    changed = replace(SOON, number=7, versions=frozenset({7, 1}))
    assert look(owed(), HOURS, [changed], {1}, thursday("10:50")) == Look()


def test_what_had_passed_a_new_rung_is_left_in_peace():
    new = replace(SOON, since=thursday("10:50"))
    assert look(owed(), HOURS, [new], (), thursday("10:51")) == Look()


def test_what_was_to_be_told_at_the_opening_is_told_by_a_rung_made_in_the_night():
    new = replace(SOON, since=thursday("22:00"))
    assert raised(look(owed("17:15"), HOURS, [new], (), thursday("09:00", 2))) == [1]


def test_what_reached_the_desk_late_is_told_when_it_came():
    new = replace(BROKEN, since=thursday("12:00"))
    facts = owed(received_at=thursday("13:00"))
    assert raised(look(facts, HOURS, [new], (), thursday("13:00"))) == [2]


@pytest.mark.parametrize("end", [{"kept_at": thursday("10:30")}, {"withdrawn_at": LONG_AGO}])
def test_what_is_over_raises_nothing(end):
    assert look(owed(**end), HOURS, ALL, (), thursday("16:00")) == Look()


def test_a_clock_that_stands_raises_nothing_until_it_runs():
    waiting = ((thursday("10:50"), None),)
    facts = owed(kind=PromiseKind.RESOLUTION, paused=waiting)
    assert look(facts, HOURS, ALL, (), thursday("10:55")) == Look()


def test_hours_that_never_open_have_no_rungs():
    assert look(owed(), NEVER, ALL, (), thursday("16:00")) == Look()


def test_a_rung_is_for_the_kinds_it_names():
    only = replace(SOON, kinds=frozenset({"resolution"}))
    assert look(owed(), HOURS, [only], (), thursday("10:50")) == Look()


def test_a_rule_that_is_reached_later_than_the_one_it_replaced_counts_since_that_one():
    old = Version(1, None, 0.5, frozenset(), LONG_AGO)
    later = Version(2, 1, 0.75, frozenset(), thursday("10:00"))
    sooner = Version(3, 2, 0.6, frozenset(), thursday("11:00"))
    known = {it.number: it for it in (old, later, sooner)}
    assert since(later, known) == LONG_AGO
    assert since(sooner, known) == sooner.made_at, "or all that passed it would be told at once"
    assert numbers(sooner, known) == {1, 2, 3}


MINUTES = st.integers(0, 6 * 24 * 60)


@given(
    st.integers(1, 2000),
    st.lists(st.floats(0.05, 3), min_size=1, max_size=4),
    st.lists(MINUTES, min_size=1, max_size=12),
    st.booleans(),
)
def test_however_often_one_looks_each_rung_is_raised_once_and_in_hours(
    minutes, shares, looks, any_time
):
    facts = owed(minutes=minutes)
    rungs = [rung(n, share, any_time=any_time) for n, share in enumerate(shares)]
    seen, next_at = [], facts.started_at
    for at in (facts.started_at + timedelta(minutes=n) for n in sorted(looks)):
        found = look(facts, HOURS, rungs, seen, at)
        if found.reached:
            assert next_at <= at, "the sweep would not have looked"
            assert any_time or HOURS.is_open(at)
        assert found.next_at is None or found.next_at > at
        seen += [it.rung.number for it in found.reached]
        next_at = found.next_at
    assert len(seen) == len(set(seen))
    if next_at is None:
        assert len(seen) == len(rungs)


@given(st.integers(1, 2000), st.floats(0.05, 3), MINUTES)
def test_a_rung_is_raised_at_its_moment_whoever_looked_before(minutes, share, between):
    facts, one = owed(minutes=minutes), [rung(1, share)]
    moment = look(facts, HOURS, one, (), facts.started_at).next_at
    assert moment is not None
    assert raised(look(facts, HOURS, one, (), moment)) == [1]
    before = min(facts.started_at + timedelta(minutes=between), moment - timedelta(seconds=1))
    if before >= facts.started_at:
        assert look(facts, HOURS, one, (), before).next_at == moment
