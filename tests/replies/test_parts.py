"""A long reply is cut where a reader would pause; every part fits and nothing is lost."""

import unicodedata
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.replies.parts import TooLong, posts, split
from support.x.text import url_spans, weighted_length

SIGNATURE = "^佐藤"
WORDS = ["ご不便を", "おかけし", "。", "、", "\n", " ", "https://hikari-care.example/a/b?c=1", "OK"]
WORDS += [
    "👨‍👩‍👧‍👦",
    "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    "か\u3099",
    "@kakuu_yuuki",
    "example.com",
    "0120-000-000",
    "！？",
    "「はい」",
]


def squeezed(text):
    return "".join(unicodedata.normalize("NFC", text).split())


def unsigned(part):
    return part.removesuffix(" " + SIGNATURE)


def test_a_short_reply_is_one_part_with_the_signature():
    assert split("確認します。", SIGNATURE) == ["確認します。 ^佐藤"]


def test_brackets_need_no_space():
    assert split("確認します。", "（佐藤）") == ["確認します。（佐藤）"]


def test_nothing_to_say_needs_no_post():
    assert split(" \n\u3000", SIGNATURE) == []


def test_the_cut_falls_behind_a_sentence_before_a_clause():
    text = "あ" * 60 + "、" + "い" * 30 + "。" + "う" * 60 + "、" + "え" * 40
    assert unsigned(split(text, "")[0]).endswith("。")


def test_without_a_sentence_end_the_cut_falls_behind_a_clause():
    text = "あ" * 100 + "、" + "い" * 100
    assert split(text, "")[0].endswith("、")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=120).map("".join))
def test_every_part_fits_is_signed_and_together_they_are_the_text(text):
    parts = split(text, SIGNATURE)
    assert all(weighted_length(part) <= 280 for part in parts)
    assert all(part.endswith(SIGNATURE) for part in parts)
    assert squeezed("".join(map(unsigned, parts))) == squeezed(text)


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 140), st.sampled_from(["https://hikari-care.example/abc/def", "@kakuu_yuuki"])
)
def test_a_link_or_a_handle_is_never_cut(before, piece):
    parts = split("あ" * before + " " + piece + " " + "い" * 140, SIGNATURE)
    assert sum(piece in part for part in parts) == 1


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 6))
def test_an_emoji_family_is_never_cut(before):
    family = "👨‍👩‍👧‍👦"
    parts = split("あ" * before + family * 200, "")
    assert all(part.lstrip("あ").replace(family, "") == "" for part in parts)


@pytest.mark.parametrize("name", ["山田 太郎様", "佐々木様", "ヤマダ　タロウさん"])
@pytest.mark.parametrize("before", range(120, 141, 2))
def test_a_name_and_its_honorific_stay_together(name, before):
    parts = split("あ" * before + " " + name + "い" * 60, SIGNATURE)
    assert sum(name in part for part in parts) == 1


def test_a_word_longer_than_a_post_is_cut_all_the_same():
    parts = split("a" * 700, SIGNATURE)
    assert [weighted_length(part) for part in parts[:-1]] == [280, 280]


def test_a_signature_that_leaves_no_room_is_refused():
    with pytest.raises(TooLong):
        split("あ" * 200, "署" * 140)


def test_links_count_as_x_counts_them_not_as_they_are_written():
    link = "https://www.example.com/" + "a" * 300
    assert url_spans(link)
    assert len(split("あ" * 100 + " " + link, SIGNATURE)) == 1


def test_the_first_posts_can_be_had_without_the_rest():
    text = "長い。" * 400
    assert list(islice(posts(text, "^佐藤"), 2)) == split(text, "^佐藤")[:2]
