"""Which words an incident's rule is about."""

import pytest

from support.errors import Refused
from support.incidents import fits
from support.incidents.fits import Rule, tags_from, words_from
from support.incidents.vocabulary import Key


@pytest.mark.parametrize(
    ("words", "text", "fits"),
    [
        (["つながらない"], "ネットにツナガラナイんですけど", True),
        (["つながらない"], "つながりました", False),
        (["ひかり 遅い"], "遅いですね、ヒカリの回線", True),
        (["ひかり 遅い"], "ひかりは速い", False),
        (["ＷｉＦｉ"], "wifiが切れます", True),
        (["障害", "不具合"], "不具合ですか", True),
        ([], "なんでも", False),
        ([" "], "なんでも", False),
    ],
)
def test_all_parts_of_any_word_in_whatever_spelling(words, text, fits):
    assert Rule(tuple(words)).says(text) is fits


def test_any_of_the_tags():
    assert Rule(tags=("障害",)).marked(["障害", "料金"])
    assert not Rule(tags=("障害",)).marked(["料金"])
    assert not Rule().asks


def test_words_stand_one_a_line_or_with_commas_and_each_once():
    assert words_from("つながらない、遅い\nツナガラナイ\n\n") == ["つながらない", "遅い"]
    assert tags_from("#障害, 料金") == ["障害", "料金"]


@pytest.mark.parametrize("typed", ["あ", "あ" * 41, "\n".join(f"言葉{n}" for n in range(21))])
def test_words_that_would_find_everything_or_nothing_are_refused(typed):
    with pytest.raises(Refused):
        words_from(typed)


@pytest.mark.parametrize(
    ("naming", "beside", "words", "tags"),
    [
        (Key("trouble", "圏外"), [Key("region", "大阪"), Key("any", "")], ("圏外",), ()),
        (Key("region", "大阪"), [Key("trouble", "圏外")], ("大阪 圏外",), ()),
        (Key("product", "光電話"), [], ("光電話",), ()),
        (Key("tag", "障害"), [Key("trouble", "遅い")], ("遅い",), ("障害",)),
        (Key("any", ""), [], (), ()),
    ],
)
def test_what_rises_is_proposed_as_a_rule_that_links_nobody_else(naming, beside, words, tags):
    assert fits.proposed(naming, [naming, *beside]) == Rule(words, tags)
