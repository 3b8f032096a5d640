"""Fields become a query of X's; whatever is typed in them."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.errors import Refused
from support.lexicon.words import Lexicon, Purpose, check, tidy
from support.outreach.queries import Fields, build, words_in
from support.sandbox import searching
from support.x.search_words import faults

WORDS = Lexicon(
    products=("ひかり回線", "ひかりモバイル"),
    misspellings={"光回線ひかり": "ひかり回線"},
    competitors=("そら光", "@sora_hikari"),
)
PLAIN = Fields(products=False, trouble=(), languages=(), without_ours=False)


def test_all_fields_together():
    asked = Fields(
        any_of=("ルーター",),
        trouble=("遅い", "つながらない"),
        none_of=("懸賞",),
        languages=("ja", "en"),
        without_links=True,
    )
    assert build(asked, WORDS, ["hikari_care"]) == (
        "(ルーター OR ひかり回線 OR ひかりモバイル OR 光回線ひかり) (遅い OR つながらない)"
        " -懸賞 -そら光 -from:sora_hikari -@hikari_care -from:hikari_care -is:retweet -has:links"
        " (lang:ja OR lang:en)"
    )


@pytest.mark.parametrize(
    ("change", "query"),
    [
        ({}, ""),
        ({"any_of": ("a",)}, "a -そら光 -from:sora_hikari -is:retweet"),
        ({"any_of": ("a",), "without_competitors": False}, "a -is:retweet"),
        (
            {"any_of": ("a",), "without_competitors": False, "without_reposts": False},
            "a",
        ),
        ({"trouble": ("遅い",), "without_competitors": False}, "遅い -is:retweet"),
        (
            {"any_of": ("a",), "without_competitors": False, "languages": ("ja",)},
            "a -is:retweet lang:ja",
        ),
    ],
)
def test_each_field_does_one_thing(change, query):
    assert build(replace(PLAIN, **change), WORDS, ["hikari_care"]) == query


@given(
    st.builds(
        Fields,
        any_of=st.lists(st.text(min_size=1, max_size=12), max_size=4).map(tuple),
        trouble=st.lists(st.text(min_size=1, max_size=12), max_size=4).map(tuple),
        none_of=st.lists(st.text(min_size=1, max_size=12), max_size=4).map(tuple),
        products=st.booleans(),
        without_links=st.booleans(),
        languages=st.sampled_from([(), ("ja",), ("ja", "en")]),
    )
)
def test_no_word_typed_into_a_field_breaks_the_query(asked):
    query = build(asked, WORDS, ["hikari_care"])
    if query and not faults(query):
        searching.parse(query)
    broken = {"かっこの数が合いません。開いたかっこは閉じてください。", '「"」が閉じていません。'}
    assert not broken & {it.sentence for it in faults(query)}


@given(st.builds(Fields, any_of=st.lists(st.text(max_size=5)).map(tuple), products=st.booleans()))
def test_what_was_kept_comes_back(asked):
    assert Fields.from_dict(asked.to_dict()) == asked


def test_what_is_kept_of_an_older_desk_does_no_harm():
    assert Fields.from_dict({"products": "yes", "gone": 1, "any_of": ["a"]}) == Fields(
        any_of=("a",)
    )


def test_words_are_split_at_lines_and_commas():
    assert words_in("遅い、落ちた\n 遅い ,ひかり  回線\n\n") == ("遅い", "落ちた", "ひかり 回線")


@pytest.mark.parametrize(
    ("purpose", "text", "stands_for", "field"),
    [
        (Purpose.PRODUCT, "", "", "text"),
        (Purpose.PRODUCT, "x" * 81, "", "text"),
        (Purpose.PRODUCT, 'a"b', "", "text"),
        (Purpose.PRODUCT, "ヒカリ", "", "text"),
        (Purpose.MISSPELLING, "ひかい", "", "stands_for"),
    ],
)
def test_a_word_that_cannot_be_kept_is_named(purpose, text, stands_for, field):
    with pytest.raises(Refused) as refused:
        check(purpose, text, stands_for, ["ヒカリ"])
    assert refused.value.field == field


def test_rivals_are_those_with_a_handle():
    assert WORDS.rivals == {"sora_hikari"}
    assert tidy(" ＠Sora_Hikari ") == "@Sora_Hikari"
