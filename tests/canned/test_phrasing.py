"""A customer's question as a phrasing: what must not go into a file, and what is new."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.canned.phrasing import LONGEST, clean, is_new


@pytest.mark.parametrize(
    ("said", "cleaned"),
    [
        ("@hikari_care 夜になると遅いです", "夜になると遅いです"),
        ("＠hikari_care、夜になると遅いです", "夜になると遅いです"),
        ("遅いです https://x.com/a/status/1?s=20 見てください", "遅いです 見てください"),
        ("連絡先は taro@example.com です。解約したい", "連絡先は です。解約したい"),
        ("電話は090-1234-5678です", "電話は です"),
        ("電話は０９０ー１２３４ー５６７８です", "電話は です"),
        ("注文 AB-1234567 が届きません", "注文 が届きません"),
        ("注文番号ORD20261105Xが届きません", "注文番号 が届きません"),
        ("20時から遅い。3000円なのに", "20時から遅い。3000円なのに"),
        ("1000Mbpsの契約です", "1000Mbpsの契約です"),
        ("架空はなこです。解約したい", "解約したい"),
        ("山田太郎と申します。解約したい", "解約したい"),
        ("一行目\n\n 二行目", "一行目 二行目"),
        ("@hikari_care", ""),
    ],
    ids=[
        "handle",
        "wide handle",
        "link",
        "mail",
        "telephone",
        "wide telephone",
        "order",
        "order in a word",
        "hours and prices stay",
        "units stay",
        "the customer's name",
        "a name that is told",
        "lines",
        "nothing left",
    ],
)
def test_what_tells_who_asked_is_taken_out(said, cleaned):
    assert clean(said, ["架空はなこ", "kakuu_hanako"]) == cleaned


def test_a_long_question_ends_with_a_sentence():
    said = "夜になると遅いです。" * 30
    short = clean(said)
    assert len(short) == LONGEST
    assert short.endswith("。")


@given(st.text(max_size=400), st.lists(st.text(max_size=10), max_size=3))
def test_whatever_is_said_gives_one_short_line(said, names):
    cleaned = clean(said, names)
    assert len(cleaned) <= LONGEST
    assert len(cleaned.splitlines()) <= 1
    assert cleaned == cleaned.strip()


KNOWN = ["夜になると通信が遅い", "20時を過ぎると動画が止まる"]


@pytest.mark.parametrize(
    ("text", "new"),
    [
        ("夜になると通信が遅い", False),
        ("夜になると通信が遅いです。", False),
        ("こんにちは。夜になると通信が遅いのですが", False),
        ("夕方からぜんぜんつながらない", True),
        ("", False),
        ("！？", False),
    ],
    ids=["the same", "an ending", "a greeting", "other words", "nothing", "signs"],
)
def test_only_other_words_are_a_new_phrasing(text, new):
    assert is_new(text, KNOWN) is new


def test_an_answer_without_phrasings_takes_any():
    assert is_new("遅い", [])
