"""The desk's own lists: how words are found, and which patterns may be kept."""

import pytest

from support.errors import Refused
from support.replies.folded import fold
from support.replies.wordlists import WAYS, Word, check, matches


def found(word, text, *, is_pattern=False):
    folded = fold(text)
    spans = matches(Word(word, is_pattern=is_pattern), folded)
    return [text[slice(*folded.span(*span))] for span in spans]


@pytest.mark.parametrize(
    ("word", "text", "pieces"),
    [
        ("クレーム", "ｸﾚｰﾑ対応とクレーム", ["ｸﾚｰﾑ", "クレーム"]),
        ("ガイド", "ｶﾞｲﾄﾞ", ["ｶﾞｲﾄﾞ"]),
        ("１００％", "100%直ります", ["100%"]),
        ("CRM", "ｃｒｍを見ます。CRMS", ["ｃｒｍ"]),
        ("kb", "kbps", []),
        ("社外秘", "社\u200b外秘", ["社\u200b外秘"]),
        ("カス", "動かす", []),
        ("ああ", "あああああ", ["ああ", "ああ"]),
    ],
)
def test_a_word_is_found_in_either_width_and_case(word, text, pieces):
    assert found(word, text) == pieces


def test_a_pattern_is_found_in_either_width():
    assert found("HK[0-9]{8}", "番号ｈｋ１２３４５６７８です", is_pattern=True) == [
        "ｈｋ１２３４５６７８"
    ]


@pytest.mark.parametrize(
    "pattern",
    [r"[A-Z]{2}\d{8,10}", r"HK-?\d{6,12}", r"(?:HK|SP)?\d{6}", r"(ab|cd|ef|gh)\d{4}", r"A\+B"],
)
def test_a_plain_pattern_is_kept(pattern):
    assert check(pattern, is_pattern=True) == pattern


@pytest.mark.parametrize(
    "pattern",
    [
        r"(a+)+$",
        r"\d+",
        r"a*b",
        r"a{3,}",
        r"ab{,5}",
        r"(a{1,3}){2}",
        r"(a|a){9}",
        r"a{1,40}b{1,40}",
        r"(a?b?c?|d?e?f?)(x{1,20}|y)",
        r"a{1,3}?",
        r"a{1,3}+",
        r"(?=a)b",
        r"(?P<n>a)b",
        r"(a)\1",
        r"a{41}",
        r"a?",
        r"|",
        r"[",
        r"a{99999999999}",
        "",
        "\u200b",
        "あ" * 81,
    ],
)
def test_a_pattern_that_could_cost_much_or_matches_nothing_is_refused(pattern):
    with pytest.raises(Refused):
        check(pattern, is_pattern=True)


def test_what_a_kept_pattern_costs_is_bounded():
    """The worst that is let through tries no more than its ways at one letter."""
    kept = r"x{1,14}x{1,14}y"
    assert check(kept, is_pattern=True)
    assert WAYS >= 14 * 14
    assert found(kept, "x" * 5_000, is_pattern=True) == []
