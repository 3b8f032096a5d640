"""One normal form for posts and phrasings."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.canned.features import pieces, units
from support.canned.text import normalise

ANY = st.text(st.characters(), max_size=200)  # lone surrogates and NUL included
POST_LIKE = st.lists(
    st.sampled_from(
        [
            "@hikari_care",
            "＠ＡＢＣ",
            "https://x.com/a",
            "#障害",
            "こんにちは",
            "お世話になっております",
            "ルーター",
            "ﾙｰﾀｰ",
            "繋がらない",
            "のですが",
            "でしょうか",
            "教えてください",
            "hi",
            "please",
            "don't",
            "wwww",
            "笑",
            "ーーー",
            "!!",
            "😭",
            " ",
            "、",
            "ですか",
            "router",
            "10000",
            "ありがとうございます",
        ]
    )
).map("".join)


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        pytest.param("@hikari_care ルーターの故障", "ルーターの故障", id="handle"),
        pytest.param("故障 https://t.co/abcです", "故障", id="URL, and what hangs on it"),
        pytest.param("故障 #ひかりケア", "故障", id="hashtag"),
        pytest.param("ﾙｰﾀｰが故障", "ルーターが故障", id="half-width kana"),
        pytest.param("ＯＮＵの故障", "onuの故障", id="full-width letters"),
        pytest.param("故障😭😭！！", "故障", id="emoji and signs"),
        pytest.param("遅ーーーい", "遅ーい", id="drawn-out vowel"),
        pytest.param("遅いwww", "遅い", id="laughter"),
        pytest.param("10000円の請求", "10000円の請求", id="figures keep their zeros"),
        pytest.param("お世話になっております。故障です", "故障", id="greeting"),
        pytest.param("故障でしょうか？", "故障", id="question ending"),
        pytest.param("故障の場合を教えてください。", "故障の場合", id="request ending"),
        pytest.param("接続できません", "接続できません", id="a negation is not an ending"),
        pytest.param("My router won't connect", "my router wont connect", id="apostrophe"),
        pytest.param(
            "Hi there, my router is down, please!", "my router is down", id="English courtesy"
        ),
        pytest.param("thank you", "thank you", id="nothing but courtesy, English"),
        pytest.param("ありがとうございます！", "ありがとうございます", id="nothing but courtesy"),
        pytest.param("😭", "", id="nothing but emoji"),
    ],
)
def test_normal_form(text, normal):
    assert normalise(text) == normal


@given(ANY | POST_LIKE)
def test_the_normal_form_is_its_own(text):
    assert normalise(normalise(text)) == normalise(text)


@given(ANY | POST_LIKE)
def test_the_normal_form_has_only_letters_digits_and_single_spaces(text):
    normal = normalise(text)
    assert all(word and word.isalnum() for word in normal.split(" ")) or not normal


@given(POST_LIKE)
def test_every_letter_belongs_to_a_unit(text):
    runs = [
        unit.partition(":")[2] for unit in units(normalise(text)) if unit[:2] not in ("p:", "x:")
    ]
    assert set("".join(runs)) == set(normalise(text)) - {" "}


@pytest.mark.parametrize(
    ("unit", "found"),
    [
        pytest.param("ka:光回線", {"k:光", "k:光回", "k:光回線", "k:回線"}, id="kanji"),
        pytest.param("ka:ルーター", {"t:ルーター", "k:ルー", "k:ーター"}, id="katakana"),
        pytest.param("hi:つながらない", {"h:つなが", "x:つな"}, id="hiragana"),
        pytest.param("wo:router", {"w:router", "s:rout", "c: ro", "c:ter "}, id="word"),
        pytest.param("p:no signal", {"p:no signal"}, id="pair of words"),
    ],
)
def test_pieces_of_a_unit(unit, found):
    assert found <= set(pieces(unit))


def test_particles_and_single_katakana_are_no_pieces():
    assert pieces("hi:は") == ()
    assert "k:ル" not in pieces("ka:ルーター")
