"""How far two leads agree, beyond chance."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.review.agreement import agreements, kappa

VERDICTS = st.sampled_from(["good", "fix", "talk"])
PAIRS = st.lists(st.tuples(VERDICTS, VERDICTS), min_size=1, max_size=60)


def pairs(**counts):
    return [tuple(name.split("_")) for name, number in counts.items() for _ in range(number)]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        # Worked by hand: p_o = 35/50, p_e = 0.5 * 0.6 + 0.5 * 0.4 = 0.5
        (pairs(good_good=20, good_fix=5, fix_good=10, fix_fix=15), 0.4),
        # p_o = 140/200, p_e = 0.6 * 0.5 + 0.3 * 0.3 + 0.1 * 0.2 = 0.41
        (
            pairs(a_a=88, a_b=14, a_c=18, b_a=10, b_b=40, b_c=10, c_a=2, c_b=6, c_c=12),
            0.4915,
        ),
        (pairs(good_good=3, fix_fix=2), 1.0),
        (pairs(good_fix=1, fix_good=1), -1.0),
        (pairs(good_good=4), None),
        ([], None),
    ],
)
def test_kappa(said, expected):
    assert kappa(said) == (expected if expected is None else pytest.approx(expected, abs=5e-4))


@given(PAIRS)
def test_kappa_does_not_ask_who_came_first_and_is_never_above_one(said):
    one, other = kappa(said), kappa([(b, a) for a, b in said])
    assert one == other
    assert one is None or one <= 1
    if one == 1:
        assert all(a == b for a, b in said)


def test_two_leads_are_compared_by_what_both_of_them_said_something_to():
    said = [
        (1, 7, "good"),
        (1, 8, "good"),
        (2, 8, "fix"),
        (2, 7, "talk"),
        (3, 7, "good"),
        (4, 9, "fix"),
        (1, 9, "fix"),
    ]
    found = {(it.first, it.second): it for it in agreements(said)}
    assert found.keys() == {(7, 8), (7, 9), (8, 9)}
    assert (found[7, 8].count, found[7, 8].same, found[7, 8].share) == (2, 1, 0.5)
    assert found[7, 9].same == 0
    assert found[7, 8].is_small
