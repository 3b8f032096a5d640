"""The rules as numbers: what may be set, and the moment that follows."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.privacy.mentions import names
from support.privacy.terms import MONTHS, SPANS, Rules, cut, parse, rules_from

NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("months", "expected"),
    [
        (2, datetime(2026, 1, 31, 12, tzinfo=UTC)),
        (13, datetime(2025, 2, 28, 12, tzinfo=UTC)),
        (25, datetime(2024, 2, 29, 12, tzinfo=UTC)),
        (3, datetime(2025, 12, 31, 12, tzinfo=UTC)),
    ],
)
def test_months_are_those_of_the_calendar(months, expected):
    assert cut(Rules(words=months), "words", NOW) == expected


def test_what_is_off_has_no_moment():
    off = Rules(prospects=0)
    assert all(cut(off, name, NOW) is None for name in SPANS)
    assert not off.any


def test_strangers_are_forgotten_after_a_month_unless_somebody_says_otherwise():
    assert cut(Rules(), "prospects", NOW) == NOW - timedelta(days=30)
    assert cut(rules_from({"words": 12}), "prospects", NOW) == NOW - timedelta(days=30)
    assert cut(rules_from({"prospects": 0}), "prospects", NOW) is None


@pytest.mark.parametrize("typed", ["-1", "0x10", "1", "999999", "１２", "abc", "1.5"])
def test_what_cannot_be_is_named_and_taken_for_off(typed):
    rules, wrong = parse({"words": typed})
    assert wrong == ["words"]
    assert rules.words == 0


@given(
    st.fixed_dictionaries(
        {name: st.integers(span.least, span.most) for name, span in SPANS.items()}
    )
)
def test_what_may_be_set_comes_back_as_it_was(numbers):
    rules, wrong = parse({name: str(number) for name, number in numbers.items()})
    assert (wrong, rules.plain, rules_from(rules.plain)) == ([], numbers, rules)


@given(
    st.sampled_from([name for name, it in SPANS.items() if it.unit == MONTHS]), st.integers(2, 119)
)
def test_longer_keeps_more(name, months):
    longer = cut(Rules(**{name: months + 1}), name, NOW)
    assert longer < cut(Rules(**{name: months}), name, NOW) < NOW


@pytest.mark.parametrize(
    ("raw", "theirs"),
    [
        ('{"id":"42"}', True),
        ("42", True),
        ("142", False),
        ("421", False),
        ("a42b", True),
        ("", False),
    ],
)
def test_an_id_is_found_as_a_whole_number_only(raw, theirs):
    assert names(raw, "42") is theirs
    assert names(raw.encode(), "42") is theirs
