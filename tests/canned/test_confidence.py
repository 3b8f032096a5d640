"""How sure: more with a better score and a wider gap, and corrected by what the desk decides."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.canned.evaluation import calibration_error
from support.matching.confidence import (
    COMPANY,
    FITTED_FROM,
    NEWEST,
    SILENCE,
    Calibration,
    calibrated,
    chance,
    evidence,
)

SCORES = st.floats(0, 1)
GAPS = st.floats(-1, 1)


@given(SCORES, SCORES, GAPS)
def test_evidence_rises_with_the_score(one, other, gap):
    low, high = sorted((one, other))
    assert evidence(low, gap) <= evidence(high, gap)


@given(SCORES, GAPS, GAPS)
def test_evidence_rises_with_the_gap(score, one, other):
    narrow, wide = sorted((one, other))
    assert evidence(score, narrow) <= evidence(score, wide)


@given(st.floats(-1e9, 1e9))
def test_confidence_is_a_chance_whatever_the_evidence(found):
    assert 0 <= Calibration(3.0, -2.0).confidence(found) <= 1
    assert chance(-found) == pytest.approx(1 - chance(found))


def test_nothing_shared_is_silence_and_word_for_word_is_sure():
    assert chance(evidence(0.0, 0.0)) < COMPANY < SILENCE
    assert chance(evidence(0.9, 0.5)) > 0.9


def log(size, stretch, shift, seed=1, centre=0.5):
    """Evidence as met, and whether it was right by a truth that differs from what was shipped."""
    draw = random.Random(seed)
    found = [draw.gauss(centre, 2.0) for _ in range(size)]
    return [(one, draw.random() < chance(shift + stretch * one)) for one in found]


def test_few_decisions_change_nothing():
    assert calibrated(log(FITTED_FROM - 1, 0.4, -2.0)) == Calibration()
    assert calibrated(log(FITTED_FROM, 0.4, -2.0)).decisions == FITTED_FROM


TRUTHS = [
    pytest.param(1.0, 0.0, id="as shipped"),
    pytest.param(0.5, 0.0, id="flatter"),
    pytest.param(2.0, 0.0, id="steeper"),
    pytest.param(1.0, -2.0, id="harder questions"),
    pytest.param(1.0, 1.5, id="easier questions"),
    pytest.param(0.6, 1.0, id="flatter and easier"),
]


@pytest.mark.parametrize(("stretch", "shift"), TRUTHS)
def test_what_is_shown_becomes_true_on_the_desks_own_decisions(stretch, shift):
    fitted = calibrated(log(NEWEST, stretch, shift))
    told = [(fitted.confidence(found), right) for found, right in log(4000, stretch, shift, 2)]
    assert calibration_error(told) <= 0.05


def test_shipped_constants_would_not_have_done():
    told = [(chance(found), right) for found, right in log(4000, 1.0, -2.0, 2)]
    assert calibration_error(told) > 0.15


def test_only_the_newest_decisions_count():
    newest = log(NEWEST, 1.0, -1.0)
    assert calibrated(log(2000, 1.0, 3.0, 5) + newest) == calibrated(newest)


@pytest.mark.parametrize("right", [True, False])
def test_a_log_of_one_kind_stays_sound(right):
    fitted = calibrated([(0.5, right)] * NEWEST)
    assert (fitted.confidence(0.5) > 0.9) is right
    assert 0.2 <= fitted.stretch <= 3.0


def test_decisions_told_apart_without_a_slip_stay_so():
    found = [n / 50 - 3 for n in range(NEWEST)]
    fitted = calibrated([(one, one > 1) for one in found])
    assert all((fitted.confidence(one) > 0.5) is (one > 1) for one in found if abs(one - 1) > 0.2)


@given(st.lists(st.tuples(st.floats(-9, 9), st.booleans()), min_size=1, max_size=8))
@settings(max_examples=50)
def test_more_evidence_never_means_less_confidence(decisions):
    fitted = calibrated(decisions * FITTED_FROM)
    assert 0.2 <= fitted.stretch <= 3.0
    told = [fitted.confidence(found) for found in (-5.0, -1.0, 0.0, 1.0, 5.0)]
    assert told == sorted(told)
