"""Whom a level is for, what a change of terms does to a promise, and what is in force when."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.sla.levels import (
    Carry,
    Case,
    Change,
    Conditions,
    Judged,
    Terms,
    choose,
    conditions_from,
    in_force,
)

CASE = Case(1, "public", frozenset({"回線"}), "high", "法人", 10_000)
AT = datetime(2026, 10, 1, 3, tzinfo=UTC)
OLD, NEW = Terms(1, 1), Terms(2, 1)

FITS = {
    "nothing asked": Conditions(),
    "the account": Conditions(accounts=frozenset({1, 2})),
    "the channel": Conditions(channel="public"),
    "any of the tags": Conditions(tags=frozenset({"請求", "回線"})),
    "any of the priorities": Conditions(priorities=frozenset({"urgent", "high"})),
    "the group": Conditions(segments=frozenset({"法人"})),
    "the lower end of the band": Conditions(followers_from=10_000),
    "below the upper end": Conditions(followers_from=1, followers_below=10_001),
}
FITS_NOT = {
    "another account": Conditions(accounts=frozenset({2})),
    "the other channel": Conditions(channel="dm"),
    "other tags": Conditions(tags=frozenset({"請求"})),
    "another priority": Conditions(priorities=frozenset({"urgent"})),
    "another group": Conditions(segments=frozenset({"個人"})),
    "the upper end of the band": Conditions(followers_below=10_000),
    "one thing of two": Conditions(channel="public", segments=frozenset({"個人"})),
}


@pytest.mark.parametrize("asked", FITS.values(), ids=FITS)
def test_a_level_is_for_whom_it_names(asked: Conditions) -> None:
    assert asked.fits(CASE)


@pytest.mark.parametrize("asked", FITS_NOT.values(), ids=FITS_NOT)
def test_a_level_is_for_nobody_else(asked: Conditions) -> None:
    assert not asked.fits(CASE)


def test_a_customer_whose_followers_are_not_known_lies_in_no_band() -> None:
    unknown = replace(CASE, followers=None)
    assert not Conditions(followers_from=0).fits(unknown)
    assert not Conditions(followers_below=10**9).fits(unknown)
    assert Conditions().fits(unknown)


WORDS = st.frozensets(st.sampled_from(["回線", "請求", "法人", "high"]), max_size=3)


@given(
    st.builds(
        Conditions,
        accounts=st.frozensets(st.integers(1, 5), max_size=3),
        channel=st.sampled_from(["", "public", "dm"]),
        tags=WORDS,
        priorities=WORDS,
        segments=WORDS,
        followers_from=st.none() | st.integers(0, 10**6),
        followers_below=st.none() | st.integers(0, 10**6),
    )
)
def test_what_is_stored_is_read_as_it_was(asked: Conditions) -> None:
    assert conditions_from(asked.stored()) == asked


@dataclass(frozen=True)
class Line:
    position: int
    conditions: Conditions


def test_the_first_line_that_fits_is_chosen_and_the_last_is_for_everybody_else() -> None:
    last = Line(9, Conditions(channel="dm"))
    high, public = Line(2, FITS["any of the priorities"]), Line(1, Conditions(channel="public"))
    assert choose([last, high, public], CASE) is public
    assert choose([last, high], CASE) is high
    assert choose([last], CASE) is last
    with pytest.raises(ValueError, match="at least one"):
        choose([], CASE)


def change(carry: Carry, after: Terms = NEW, *, at: datetime = AT) -> Change:
    return Change(at, OLD, after, carry, at)


def test_a_change_for_new_promises_leaves_open_ones_alone() -> None:
    judged = Judged(OLD)
    assert judged.carried(change(Carry.NEW), AT - timedelta(hours=1)) is judged


def test_a_change_of_all_forgets_the_hours_before() -> None:
    judged = Judged(OLD, ((7, AT - timedelta(hours=2)),))
    assert judged.carried(change(Carry.WHOLE), AT - timedelta(days=1)) == Judged(NEW)


def test_a_change_of_the_rest_keeps_the_hours_so_far() -> None:
    started = AT - timedelta(hours=1)
    assert Judged(OLD).carried(change(Carry.REST), started) == Judged(NEW, ((1, AT),))
    assert Judged(OLD).carried(change(Carry.REST), AT) == Judged(NEW), "nothing was before"


def test_a_change_leaves_alone_what_it_does_not_change() -> None:
    pinned = Judged(Terms(1, 5))
    assert pinned.carried(change(Carry.WHOLE), AT).terms == Terms(2, 5)


def test_terms_in_force_follow_the_changes_in_their_order() -> None:
    later = Change(AT + timedelta(hours=1), NEW, Terms(2, 4), Carry.WHOLE, AT)
    changes = [change(Carry.NEW), later]
    assert in_force(OLD, changes, AT - timedelta(seconds=1)) == OLD
    assert in_force(OLD, changes, AT) == NEW
    assert in_force(OLD, changes, AT + timedelta(hours=2)) == Terms(2, 4)
