"""A filter is a value: what stands in an address is what is asked for, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.tickets.filters import NAMES, Filter, View, filter_from, not_understood

ALL_SET = {
    "view": "mine",
    "account": "2",
    "channel": "dm",
    "tag": "請求・料金",
    "priority": "urgent",
    "language": "en",
    "segment": "法人",
    "assignee": "7",
    "team": "none",
    "incident": "3",
}


def test_what_is_read_from_an_address_stands_in_it_again():
    assert filter_from(ALL_SET, 1).address() == ALL_SET
    assert tuple(ALL_SET) == NAMES
    assert filter_from({}, 1) == Filter(View.ALL, 1)


@given(st.dictionaries(st.sampled_from(NAMES), st.text(max_size=40)))
def test_any_words_make_a_filter_that_reads_itself_again(words):
    found = filter_from(words, 1)
    assert filter_from(found.address(), 1) == found


@pytest.mark.parametrize("name", NAMES)
def test_one_condition_can_be_left_out(name):
    rest = filter_from(ALL_SET, 1).without(name).address()
    assert rest == {key: word for key, word in ALL_SET.items() if key != name}


@pytest.mark.parametrize(
    "words",
    [
        {"view": "x"},
        {"account": "-1"},
        {"account": "²"},
        {"account": "99999999999"},
        {"channel": "mail"},
        {"priority": "highest"},
        {"language": "日本"},
        {"assignee": "me or you"},
        {"team": "0"},
    ],
)
def test_what_cannot_be_meant_asks_for_nothing_and_is_named(words):
    assert filter_from(words, 1) == Filter(View.ALL, 1)
    assert not_understood(words) == list(words)


def test_what_is_understood_is_not_named():
    assert not_understood({**ALL_SET, "view": "all"}) == []


def test_a_view_alone_is_not_narrow():
    assert not filter_from({"view": "due"}, 1).narrowed
    assert filter_from({"view": "due", "tag": "x"}, 1).narrowed
