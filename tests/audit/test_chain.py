"""No entry of the log can be altered, left out, moved or added between without being seen."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.audit.chain import START, Facts, Fault, Link, digest_of, follow
from tests.fakes import THURSDAY

values = st.one_of(st.integers(-(2**31), 2**31), st.text(max_size=8), st.booleans(), st.none())


def facts(number, **data):
    return Facts(
        number=number,
        at=THURSDAY + timedelta(minutes=number),
        deed="signed_in",
        agent_id=1,
        about="agent",
        about_id=1,
        address="192.0.2.1",
        sign_in_id=number,
        data=data,
    )


def chain(*told):
    links, previous = [], START
    for each in told:
        links.append(Link(each, previous, digest_of(previous, each)))
        previous = links[-1].digest
    return links


@pytest.fixture
def links():
    return chain(*(facts(number, page=number) for number in range(1, 6)))


def test_an_untouched_chain_holds(links):
    assert follow(links) == (5, links[-1].digest)
    assert follow([]) == (0, START)


@pytest.mark.parametrize(
    "change",
    [
        {"at": THURSDAY},
        {"deed": "signed_out"},
        {"agent_id": 2},
        {"agent_id": None},
        {"about": ""},
        {"about_id": 7},
        {"address": "192.0.2.2"},
        {"sign_in_id": None},
        {"data": {"page": 4}},
        {"data": {}},
    ],
    ids=str,
)
def test_every_fact_of_an_entry_counts(links, change):
    links[2] = replace(links[2], facts=replace(links[2].facts, **change))
    assert follow(links) == Fault(3, "was altered")


def test_an_entry_sealed_anew_no_longer_fits_the_next(links):
    false = replace(links[2].facts, agent_id=9)
    links[2] = Link(false, links[2].previous, digest_of(links[2].previous, false))
    assert follow(links) == Fault(4, "does not follow the entry before it")


def test_an_entry_left_out_or_moved_is_missed(links):
    assert follow(links[:2] + links[3:]) == Fault(3, "missing: 4 comes after 2")
    assert follow(links[1:]) == Fault(1, "missing: 2 comes after 0")
    assert follow([links[1], links[0], *links[2:]]).number == 1


def test_a_chain_cut_short_or_written_anew_shows_beside_what_was_noted_elsewhere(links):
    kept = (5, links[-1].digest)
    assert follow(links, kept) == kept
    assert follow(links[:3], kept) == Fault(4, "missing: the chain once had 5 entries")
    anew = chain(*(facts(number) for number in range(1, 6)))
    assert follow(anew) == (5, anew[-1].digest), "in itself it holds"
    assert follow(anew, kept) == Fault(5, "is not the one that was noted")


@settings(max_examples=50)
@given(st.dictionaries(st.text(max_size=5), values, max_size=4))
def test_data_in_another_order_is_the_same_data(data):
    turned = dict(reversed(data.items()))
    assert digest_of(START, facts(1, **data)) == digest_of(START, facts(1, **turned))
