"""One normal form for posts and phrasings."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.matching.features import WEIGHTS, pieces
from support.matching.text import normalise

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
            "草",
            "(汗)",
            "_",
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
        pytest.param("遅い草", "遅い", id="laughter in one sign"),
        pytest.param("部屋の煙草", "部屋の煙草", id="the sign within a word stays"),
        pytest.param("草ですか草", "草ですか草", id="nothing but laughter and endings"),
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
def test_every_japanese_letter_but_a_lone_kana_is_in_a_piece(text):
    normal = normalise(text)
    spelt = {letter for piece in pieces(normal) if piece[0] in "kthx" for letter in piece[2:]}
    assert set("".join(re.findall("[一-鿿]|[ぁ-ゟ]{2,}|[ァ-ヺー]{2,}", normal))) <= spelt


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("光回線", {"k:光", "k:光回", "k:光回線", "k:回線"}, id="kanji"),
        pytest.param("光回線工事", {"t:光回線工事", "k:線工事"}, id="a long kanji word whole"),
        pytest.param("ルーター", {"t:ルーター", "k:ルー", "k:ーター"}, id="katakana"),
        pytest.param("つながらない", {"h:つなが", "x:つな"}, id="hiragana"),
        pytest.param("routers", {"w:router", "c: ro", "c:er "}, id="word, its spelling"),
        pytest.param("工事は", {"x:事は"}, id="the seam between scripts"),
        pytest.param("no signal", {"p:no signal", "q:no signal"}, id="two words"),
        pytest.param("signal is no more", {"q:no signal"}, id="near, in either order"),
        pytest.param("請求が高い", {"y:請求 高"}, id="near, Japanese"),
        pytest.param("the signal", {"p:the signal"}, id="a function word still follows"),
        pytest.param("привет", {"w:привет", "c: пр"}, id="other letters are words"),
    ],
)
def test_pieces_of_a_text(text, found):
    assert found <= set(pieces(text))


@pytest.mark.parametrize(
    ("text", "none"),
    [
        pytest.param("は", "は", id="particle"),
        pytest.param("ルーター", "k:ル", id="a single katakana"),
        pytest.param("the signal", "q:signal the", id="a function word in a pair"),
        pytest.param("光 工事", "x:光工", id="a seam over a space"),
    ],
)
def test_what_is_no_piece(text, none):
    assert none not in pieces(text)
    assert pieces("は") == []


@given(ANY | POST_LIKE)
def test_each_piece_comes_once_and_says_its_kind(text):
    found = pieces(normalise(text))
    assert len(found) == len(set(found))
    assert {piece[:2] for piece in found} <= {f"{kind}:" for kind in WEIGHTS}
