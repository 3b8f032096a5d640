"""One spelling for many, and the way back; what a term is asked by, its text is entered under."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.search.folding import fold, fold_in_place
from support.search.grams import code, grams, wanted
from support.search.snippets import found_in, snippet

TEXTS = st.text(
    alphabet="ガがｶﾞはハﾊﾟー-ｰaAＡ１1①㌕é e\u0301\u3099\u200b\n　﷽İß😭👨‍👩‍👧한글", max_size=30
)
ANY = TEXTS | st.text(max_size=40)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ルーター", "ﾙｰﾀｰ"),
        ("ガス", "が\u3059"),
        ("ｶﾞｽ", "がす"),
        ("は\u3099", "ば"),
        ("ＷｉＦｉ", "wifi"),
        ("１２３", "123"),
        ("①", "1"),
        ("é", "e\u0301"),
        ("a　b", " A  b\n"),
        ("a–b", "a-b"),
        ("解\u200b約", "解約"),
        ("〜", "～"),
    ],
)
def test_spellings_that_are_one(one, other):
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("ビル", "ビール"), ("はは", "ばば"), ("つ", "っ")])
def test_spellings_that_are_two(one, other):
    assert fold(one) != fold(other)


@given(ANY)
def test_the_way_back_is_in_order_and_folds_to_the_same(text):
    words, places = fold_in_place(text)
    assert words == fold(text)
    assert len(words) == len(places)
    assert all(0 <= a < b <= len(text) for a, b in places)
    assert places == sorted(places)


@given(ANY, st.integers(0, 30), st.integers(1, 12))
def test_every_piece_of_a_text_is_found_by_its_grams(text, at, length):
    words = fold(text)
    term = words[at : at + length].strip()
    assert wanted(term) <= grams(words)
    assert bool(wanted(term)) == bool(term)


@given(ANY)
def test_grams_are_numbers_a_database_can_keep(text):
    for gram in grams(fold(text)):
        assert -(2**31) <= code(gram) < 2**31
        assert not set(gram) & set(' "*()')


@given(ANY, ANY)
def test_a_snippet_is_a_piece_of_the_text_and_marks_what_was_found(text, other):
    term = fold(other)
    pieces = snippet(text, [term], width=20)
    assert all(piece.text for piece in pieces)
    shown = "".join(piece.text for piece in pieces).strip("…")
    assert shown in text or not shown
    for begin, end in found_in(text, [term]):
        assert term in fold(text[begin:end])


def test_the_words_of_the_original_are_marked():
    pieces = snippet("お客様のﾙｰﾀｰが熱い", ["るーたー"])
    assert [piece.text for piece in pieces if piece.marked] == ["ﾙｰﾀｰ"]


def test_a_long_text_is_shown_from_where_the_words_are():
    pieces = snippet("あ" * 500 + "解約" + "い" * 500, ["解約"], width=60)
    assert [piece.marked for piece in pieces] == [False, False, True, False, False]
    assert sum(len(piece.text) for piece in pieces) < 70
