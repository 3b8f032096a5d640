"""The language of X's search: what is quoted, and what X would refuse."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.sandbox import searching
from support.x import search_words
from support.x.search_words import LONGEST, any_of, faults, term

GOOD = (
    "ひかり回線 遅い",
    '"ひかり 回線" (遅い OR つながらない) -懸賞 -from:rival lang:ja',
    "@hikari_care -is:retweet",
    "#ひかり has:images -has:links",
    "conversation_id:123",
    "(a OR (b c)) -d",
    "ひかり -is:nullcast",
    "😀",
    "http OR url:example.jp",
    "x" * LONGEST,
)
REFUSED = {
    "": "検索式を入力してください。",
    "  ": "検索式を入力してください。",
    "x" * (LONGEST + 1): "検索式は%(most)s文字までです。いまは%(now)s文字あります。",
    "a\nb": "検索式は1行で書いてください。",
    "(ひかり": "かっこの数が合いません。開いたかっこは閉じてください。",
    "ひかり)": "かっこの数が合いません。開いたかっこは閉じてください。",
    "ひかり ()": "かっこの中が空です。",
    "ひかり -(a OR b)": (
        "かっこごと「-」で除外することはできません。語句ひとつずつに「-」を付けてください。"
    ),
    "ひかり OR": "「OR」の前と後には、語句が要ります。",
    "OR ひかり": "「OR」の前と後には、語句が要ります。",
    "a OR OR b": "「OR」の前と後には、語句が要ります。",
    "(a OR) b": "「OR」の前と後には、語句が要ります。",
    "(OR a) b": "「OR」の前と後には、語句が要ります。",
    "a AND b": "「AND」は要りません。語句を空白で並べると、すべてを含む投稿になります。",
    'ひかり "遅い': '「"」が閉じていません。',
    'ひかり ""': '「-」や「"」には、語句が要ります。',
    "ひかり（遅い OR 落ちた）": (
        "全角の「%(sign)s」は、Xの検索では記号として働きません。半角にしてください。"
    ),
    "ひかり near:東京": "「%(name)s:」という指定はXにありません。",
    "ひかり lang:jp": "「%(name)s:」に「%(value)s」は使えません。",
    "ひかり has:video": "「%(name)s:」に「%(value)s」は使えません。",
    "ひかり is:nullcast": "「is:nullcast」は「-」を付けたときだけ使えます。",
    "lang:ja": (
        "「-」の付かない語句か、from: などの指定を1つ以上入れてください。"
        "lang: や has:、除外だけでは検索できません。"
    ),
    "-ひかり": (
        "「-」の付かない語句か、from: などの指定を1つ以上入れてください。"
        "lang: や has:、除外だけでは検索できません。"
    ),
}


@pytest.mark.parametrize("query", GOOD)
def test_what_x_takes_has_no_fault(query):
    assert faults(query) == ()


@pytest.mark.parametrize(("query", "sentence"), REFUSED.items(), ids=[q[:20] for q in REFUSED])
def test_what_x_refuses_is_named(query, sentence):
    said = faults(query)
    assert [it.sentence for it in said] == [sentence]
    assert said[0].sentence % said[0].values, "every value of the sentence is there"


@pytest.mark.parametrize(
    ("word", "written"),
    [
        ("ひかり回線", "ひかり回線"),
        ("ひかり 回線", '"ひかり 回線"'),
        ("OR", '"OR"'),
        ("lang:ja", '"lang:ja"'),
        ("-遅い", '"-遅い"'),
        ("#ひかり", "#ひかり"),
        ('a"b', '"a b"'),
        ("Wi-Fi", '"Wi-Fi"'),
        ('"', ""),
    ],
)
def test_what_could_be_a_sign_is_quoted(word, written):
    assert term(word) == written


@given(st.lists(st.text(max_size=20), min_size=1, max_size=8))
def test_whatever_words_are_given_the_query_is_one_x_takes(words):
    """Printable or not: a word never becomes syntax."""
    query = any_of(term(word) for word in words)
    if not query:
        return
    known = {it.sentence for it in faults(query)}
    allowed = {
        "検索式は1行で書いてください。",
        "全角の「%(sign)s」は、Xの検索では記号として働きません。半角にしてください。",
    }
    assert known <= allowed
    if not known:
        searching.parse(query)


@given(st.text(max_size=60))
def test_any_query_can_be_judged(query):
    assert all(it.sentence % it.values for it in faults(query))


def test_what_has_no_fault_the_sandbox_takes_too():
    """A second reading of X's page: `http` and what the sandbox does not know left aside."""
    for query in GOOD[:-2]:
        searching.parse(query)


def test_the_length_is_xs():
    assert search_words.LONGEST == searching.QUERY_LIMIT
