"""A reply that was sent, made into the beginning of a prepared answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.canned import blanks
from support.canned.examples import example

OURS = {"ひかりケア": "account_name", "佐藤": "agent_name"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("架空はなこ様、お待たせしました。", "{customer_name}様、お待たせしました。"),
        ("架空はなこさん、佐藤が承ります。", "{customer_name}様、{agent_name}が承ります。"),
        ("@kakuu_hanako ご連絡ありがとうございます。", "ご連絡ありがとうございます。"),
        ("ひかりケアです。 ^佐藤", "{account_name}です。"),
        ("お客様（@kakuu_hanako）へ", "お客様（{customer_handle}）へ"),
        ("くわしくは@hikari_infoで", "くわしくは@hikari_infoで"),
        ("メールはa@example.jpへ", "メールはa@example.jpへ"),
        ("回線を確かめます。", "回線を確かめます。"),
    ],
)
def test_names_become_blanks_and_signature_and_handle_go(text, expected):
    names = ("架空はなこ", "kakuu_hanako")
    assert example(text, signature="^佐藤", customer=names, ours=OURS) == expected


def test_the_longest_name_goes_first():
    made = example("佐藤健です", ours={"佐藤": "agent_name", "佐藤健": "agent_name"})
    assert made == "{agent_name}です"


def test_a_name_of_one_letter_is_a_word_of_the_language_too():
    assert example("のを見る。の様", customer=("の",), ours={}) == "のを見る。{customer_name}様"


@given(st.text(max_size=80), st.text(min_size=2, max_size=8))
def test_no_name_stays_and_no_blank_is_unknown(text, name):
    name = name.strip()
    if len(name) < 2 or any(sign in "{}｛｝_customername " for sign in name):
        return
    clean = text.translate(str.maketrans("", "", "{}｛｝"))
    made = example(f"{clean}{name}", customer=(name,), ours={})
    assert name not in made
    assert blanks.unknown(made) == []
