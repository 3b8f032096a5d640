"""What is typed into the search box is understood, and never an error."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.search.query import LONGEST, MOST_TERMS, day_of, parse, ticket_number

TOKYO, TODAY = ZoneInfo("Asia/Tokyo"), date(2026, 11, 12)


def read(typed):
    return parse(typed, today=TODAY, zone=TOKYO)


@pytest.mark.parametrize(
    ("typed", "terms", "without"),
    [
        ("解約 手数料", ["解約", "手数料"], []),
        ("解約　手数料", ["解約", "手数料"], []),
        ('"解約の 手続き"', ["解約の 手続き"], []),
        ("“解約の”手続き", ["解約の", "手続き"], []),
        ('"閉じない 引用', ["閉じない 引用"], []),
        ("-請求 回線", ["回線"], ["請求"]),
        ('－"請求 書" 回線', ["回線"], ["請求 書"]),
        ("Wi-Fi a-b", ["wi-fi", "a-b"], []),
        ("ﾙｰﾀｰ ルーター", ["るーたー"], []),
        ("- -- \"\"", [], []),
        ("https://example.com/a 12:30", ["https://example.com/a", "12:30"], []),
        ("対応:再起動", ["対応:再起動"], []),
        ('"from:me"', ["from:me"], []),
        ("", [], []),
    ],
)  # fmt: skip
def test_words_and_phrases(typed, terms, without):
    query = read(typed)
    assert (query.terms, query.without, query.troubles) == (terms, without, [])


@pytest.mark.parametrize(
    ("typed", "field", "value"),
    [
        ("from:@Kakuu", "senders", ["@kakuu"]),
        ("差出人:美咲", "senders", ["美咲"]),
        ("FROM:us", "from_us", True),
        ("差出人：自社", "from_us", True),
        ("to:@hikari", "accounts", ["hikari"]),
        ("アカウント:hikari", "accounts", ["hikari"]),
        ("tag:回線", "tags", ["回線"]),
        ('タグ:"引っ越し 手続き"', "tags", ["引っ越し 手続き"]),
        ("-tag:#解約", "without_tags", ["解約"]),
        ("is:OPEN", "state", "open"),
        ("状態：保留", "state", "held"),
        ("in:dm", "place", "dm"),
        ("種類:メモ", "place", "note"),
        ("assigned:me", "assigned", "me"),
        ("担当:佐藤", "assigned", "佐藤"),
        ("担当:なし", "assigned", "none"),
        ("has:media", "media", True),
        ("添付:画像", "media", True),
    ],
)
def test_operators_in_both_languages(typed, field, value):
    query = read(typed)
    assert (getattr(query, field), query.terms, query.troubles) == (value, [], [])


@pytest.mark.parametrize(
    ("typed", "since", "until"),
    [
        ("before:2026-11-03", None, "2026-11-03"),
        ("以前:2026-11-03", None, "2026-11-04"),
        ("after:2026/11/3 before:11/5", "2026-11-03", "2026-11-05"),
        ("以後:11月3日", "2026-11-03", None),
        ("after:今日", "2026-11-12", None),
        ("以降:昨日", "2026-11-11", None),
        ("after:１２/１", "2025-12-01", None),
        ("after:11/1 after:11/3 before:11/9 before:11/7", "2026-11-03", "2026-11-07"),
    ],
)
def test_days_begin_at_midnight_here(typed, since, until):
    query = read(typed)
    assert query.troubles == []
    for at, day in ((query.since, since), (query.until, until)):
        assert (at and at.isoformat()) == (day and f"{day}T00:00:00+09:00")


@pytest.mark.parametrize(
    "typed",
    ["form:x", "before:tomorrow", "after:2026-02-30", "is:gone", "in:mail", "tag:", "-from:me"],
)
def test_what_is_not_understood_is_one_sentence_and_the_rest_holds(typed):
    query = read(f"回線 {typed} 遅い")
    assert len(query.troubles) == 1
    assert query.terms == ["回線", "遅い"]
    trouble = query.troubles[0]
    assert trouble.words % trouble.about


def test_more_words_than_are_used_are_told_of():
    query = read(" ".join(f"語{n}" for n in range(MOST_TERMS + 1)))
    assert len(query.terms) == MOST_TERMS
    assert len(query.troubles) == 1


@given(
    st.text(max_size=LONGEST + 20)
    | st.text(alphabet='fromtagis:：-－"“ 以前解11/3@#*()', max_size=60)
)
def test_nothing_typed_is_an_error(typed):
    for trouble in read(typed).troubles:
        assert trouble.words % trouble.about
    ticket_number(typed)
    day_of(typed, TODAY)


@pytest.mark.parametrize(
    ("typed", "number"),
    [("4121", 4121), ("#4121", 4121), ("＃４１２１ ", 4121), ("0120", 120), ('"4121"', None),
     ("4121 回線", None), ("1234567890", None), ("", None), ("#", None), ("①", 1)],
)  # fmt: skip
def test_a_number_names_a_ticket(typed, number):
    assert ticket_number(typed) == number
