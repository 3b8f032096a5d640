"""Whatever a customer writes, their ticket's page stands, and suggests only what it may."""

import re

import pytest

from tests.web import forms
from tests.web.talk import Talk, path

ANSWER = """---
id: outage
title: 通信障害
asked_as: [つながらない, ネットがつながりません, 障害ですか, ｲﾝﾀｰﾈｯﾄが遅い]
---
現在、通信しづらい状況が発生しております。
"""
STRANGE = {
    "spaces": " \u3000\t\n ",
    "only the handle": "@hikari_care",
    "emoji": "😭🙏👨‍👩‍👧‍👦🏳️‍🌈🇯🇵" * 20,
    "half-width kana": "ﾈｯﾄがﾂﾅｶﾞﾗﾅｲです。ｲﾝﾀｰﾈｯﾄ遅い",
    "zero width": "ネ\u200bッ\u200cト\u200dが\ufeffつながり\u2060ません",
    "only zero width": "\u200b\u200c\u200d\ufeff\u2060" * 30,
    "right to left": "\u202eネットがつながりません\u202c שלום مرحبا",
    "isolates left open": "\u2067\u2067\u2067つながらない",
    "NUL": "ネット\x00がつなが\x00りません\x00",
    "controls": "\x01\x02\x1b[31mつながらない\x7f\x85",
    "stacked marks": "つ" + "\u0301" * 400 + "ながらない",
    "one long word": "あ" * 10_000,
    "long": "ネットがつながりません。" * 830,
    "long latin": "connection " * 900,
    "long punctuation": "。、！？…" * 2_000,
    "question endings": "ですか" * 3_300,
    "courtesies": "お世話になっております。" * 800,
    "fullwidth": "ＮＥＴがつながらない①②③㍿",
    "markup": "<script>alert(1)</script><b>つながらない</b>&amp;{{ 7*7 }}",
    "form feed": "つながらない\u2028\u2029\x0c",
    "outside the plane": "𠮷野家𩸽つながらない" + "\U0010fffd" * 50,
    "wild": "%s %(x)s {0} \\ ' \" ` $ ; -- /* つながらない",
}


@pytest.fixture
def talk(shelf_dir, session, cast, clock, x):
    (shelf_dir / "outage.md").write_text(ANSWER, encoding="utf-8")
    return Talk(session, cast, clock, x)


def offered(page):
    """The answers suggested beside the form."""
    return re.findall(r'<li class="suggestion">.*?data-text="([^"]*)"', page, re.S)


@pytest.mark.parametrize("private", [False, True], ids=["public", "dm"])
def test_the_page_stands_whatever_was_written(talk, misaki, private):
    """One thing after the other, so that each stands among all that went before."""
    for number, (name, text) in enumerate(STRANGE.items()):
        talk.says(text, private=private, number=number)
        shown = misaki.get(path(talk.ticket))
        part = misaki.get(path(talk.ticket, "thread"), headers=forms.PART)
        for answer in (shown, part):
            assert answer.status_code == 200, name
            assert "<script>alert" not in answer.text, name
            assert "\x00" not in answer.text, name
        assert all("通信しづらい状況" in it for it in offered(shown.text)), name


@pytest.mark.parametrize(
    "name",
    ["half-width kana", "zero width", "NUL", "controls", "long", "wild", "isolates left open"],
)
def test_what_is_only_written_strangely_is_understood(talk, misaki, name):
    talk.says(STRANGE[name])
    assert offered(misaki.get(path(talk.ticket)).text)


@pytest.mark.parametrize(
    "name", ["spaces", "only the handle", "emoji", "only zero width", "long punctuation"]
)
def test_what_asks_nothing_is_answered_by_nothing(talk, misaki, name):
    talk.says(STRANGE[name])
    assert not offered(misaki.get(path(talk.ticket)).text)
