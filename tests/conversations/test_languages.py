"""Foreign words are told by X's word for them, or where that is missing by what is plain to see."""

import pytest

from support.conversations.languages import firm, is_foreign, is_template, link


@pytest.mark.parametrize(
    ("language", "text", "desk", "foreign"),
    [
        ("ja", "夜になると遅いです", "ja", False),
        ("en", "My line is down", "ja", True),
        ("en", "My line is down", "en", False),
        ("zh-TW", "我的網路不能用", "ja", True),
        ("und", "@hikari_care https://t.co/abc", "ja", False),
        ("qme", "https://t.co/abc", "ja", False),
        ("en", "@hikari_care https://t.co/abc", "ja", False),
        ("", "My line is down since noon", "ja", True),
        ("", "ok thx", "ja", False),
        ("", "人身事故", "ja", False),
        ("", "인터넷이 안 돼요", "ja", True),
        ("", "夜になると遅いです", "en", True),
        ("", "My line is down since noon", "en", False),
        ("", "", "ja", False),
    ],
)
def test_what_is_foreign(language, text, desk, foreign):
    assert is_foreign(language, text, desk) is foreign


@pytest.mark.parametrize(
    ("url", "fits"),
    [
        ("https://translate.example.com/?to={to}&text={text}", True),
        ("https://translate.example.com/#auto/{to}/{text}", True),
        ("https://translate.example.com/?text={text}", True),
        ("http://translate.example.com/?text={text}", False),
        ("https://translate.example.com/?to={to}", False),
        ("https://{text}.example.com/", False),
        ("https://translate.example.com/?text={text}&again={text}", False),
        ("https://translate.example.com/?text={text}&key={key}", False),
        ("https://translate.example.com/?text={text}{", False),
        ('https://translate.example.com/"?text={text}', False),
        ("javascript:alert(1)//{text}", False),
        ("", False),
    ],
)
def test_what_an_address_must_be(url, fits):
    assert is_template(url) is fits


def test_words_cannot_leave_their_place_in_the_address():
    made = link("https://t.example.com/?to={to}&q={text}", "a&b=c#{to}\n", "ja")
    assert made == "https://t.example.com/?to=ja&q=a%26b%3Dc%23%7Bto%7D%0A"
    assert len(link("https://t.example.com/?q={text}", "a" * 5000, "ja")) < 1_100
    assert firm("https://t.example.com:444/?q={text}") == "t.example.com"
