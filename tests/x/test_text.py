"""Length as X counts it: kana and kanji weigh two, a URL 23, after NFC."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.x.text import url_spans, weighted_length


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", 0),
        ("abc", 3),
        ("こんにちは", 10),
        ("（佐藤）", 8),
        ("担当:佐藤", 9),
        (" ^YK", 4),
        ("ｶﾞ", 4),
        ("か\u3099", 2),
        ("👨‍👩‍👧‍👦", 2),
        ("https://www.example.com/very/long/path", 23),
        ("見て softbank.jp", 28),
        ("あ" * 140, 280),
    ],
)
def test_each_kind_of_sign_has_its_weight(text, length):
    assert weighted_length(text) == length


def test_bare_domains_are_links_too():
    assert url_spans("見て README.md と https://example.com/x") == [(3, 12), (15, 36)]


@given(st.text(max_size=60))
def test_no_text_breaks_the_count(text):
    assert weighted_length(text) >= 0
