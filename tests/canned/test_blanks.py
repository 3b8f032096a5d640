"""Blanks: found in order, filled once, and never sent open."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.canned import blanks

EVERYONE = dict.fromkeys(blanks.KNOWN, "値")


def test_blanks_are_found_once_each_and_in_order():
    text = "{customer_name}様 {agent_name}です。{customer_name}様"
    assert blanks.find(text) == ["customer_name", "agent_name"]


@pytest.mark.parametrize(
    ("written", "name"),
    [
        pytest.param("{ dm_link }", "dm_link", id="spaces inside"),
        pytest.param("｛dm_link｝", "dm_link", id="wide braces"),
        pytest.param("{顧客名}", "顧客名", id="a name of one's own"),
    ],
)
def test_every_way_of_writing_a_blank_is_seen(written, name):
    assert blanks.unfilled(f"前{written}後") == [name]


@pytest.mark.parametrize("text", ["{}", "{ }", "{a b}", "}{", "{\n}", "{" + "a" * 41 + "}"])
def test_braces_that_name_nothing_are_text(text):
    assert blanks.find(text) == []


def test_unknown_blanks_are_named():
    assert blanks.unknown("{custmer_name} {agent_name}") == ["custmer_name"]


def test_a_blank_without_a_value_stays_open():
    text = blanks.fill("{agent_name} {opening_hours}", {"agent_name": "佐藤", "opening_hours": " "})
    assert text == "佐藤 {opening_hours}"
    assert blanks.unfilled(text) == ["opening_hours"]


def test_a_customer_named_like_a_blank_does_not_open_one():
    text = blanks.fill("{customer_name}様", {"customer_name": "{agent_name}｛dm_link｝"})
    assert text == "(agent_name)（dm_link）様"


@given(st.text(), st.dictionaries(st.sampled_from(sorted(blanks.KNOWN)), st.text()))
def test_filling_everything_known_leaves_only_the_unknown(text, names):
    filled = blanks.fill(text, EVERYONE | {k: v for k, v in names.items() if v.strip()})
    assert set(blanks.unfilled(filled)) <= set(blanks.unknown(text)) | set(blanks.find(filled))
    assert not set(blanks.unfilled(filled)) & set(blanks.KNOWN)
