"""Handles, hashtags, escapes, and what is left of odd text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.sandbox import text

HANDLES = {
    "plain": ("@hikari_care 遅いです", ["hikari_care"]),
    "any case": ("@Hikari_Care x", ["hikari_care"]),
    "Japanese on both sides": ("これ、@hikari_careさん", ["hikari_care"]),
    "full-width sign": ("＠hikari_care", ["hikari_care"]),
    "twice counts once": ("@a @A", ["a"]),
    "brackets": ("(@a)", ["a"]),
    "a dot before": (".@a hello", ["a"]),
    "an address is none": ("mail a@example.jp", []),
    "longer name is another": ("@hikari_care2", ["hikari_care2"]),
    "path is none": ("https://x.com/@a", []),
    "scheme is none": ("@http://a", []),
    "two signs": ("@@a", []),
}


@pytest.mark.parametrize(("words", "found"), HANDLES.values(), ids=HANDLES.keys())
def test_handles_end_where_x_ends_them(words: str, found: list[str]) -> None:
    assert text.usernames_in(words) == found


def test_a_tag_of_digits_is_none() -> None:
    assert [tag[1] for tag in text.hashtags("#障害 #123 ＃光回線")] == ["障害", "光回線"]


@given(st.text(st.characters(exclude_categories=()), max_size=60))
def test_clean_text_can_always_be_sent(words: str) -> None:
    text.clean(words).encode()
    assert text.clean(text.clean(words)) == text.clean(words)


def test_surrogates_that_belong_together_become_their_sign() -> None:
    assert text.clean("\ud83d\ude00 \ud800") == "😀 \ufffd"


@given(st.text(max_size=600))
def test_the_start_of_a_long_post_fits(words: str) -> None:
    start = text.shortened(words)
    assert text.rough_weight(start) <= text.POST_LIMIT
    assert start == words or words.startswith(start.removesuffix("…"))


def test_spaces_case_and_composition_do_not_make_a_new_text() -> None:
    assert text.folded("か\u3099  A\n") == text.folded("が a")
