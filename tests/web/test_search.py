"""The search page: found, marked, narrowed, paged; and the box in every page's head."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest

from support.tickets import knowing, marking
from tests.cast import HANAKO, customer_says, post, press
from tests.fakes import THURSDAY
from tests.web.counting import FRAME, queries
from tests.web.forms import PART, Browser

pytestmark = pytest.mark.both_databases


@pytest.fixture
def desk(session, cast):
    """What is found: a post and its answer, a direct message, a note, a memo."""
    public = customer_says(session, cast, post("ルーターが熱いです。解約したい", at=THURSDAY))
    said = post("会員番号は 7741 です <b>", at=THURSDAY, by=HANAKO, private=True, number=3)
    customer_says(session, cast, said)
    marking.add_note(session, public, "ルータ交換の候補", by=cast.ken, now=THURSDAY)
    knowing.note_memo(session, public.conversation.customer, "夜勤の方")
    press(session, public, cast.misaki, "交換品をお送りします。", now=THURSDAY)
    return public.id


def page(client, typed, **more):
    return Browser(client).get("/search?" + urlencode({"q": typed, **more}))


@pytest.mark.parametrize(
    ("typed", "seen"),
    [
        ("熱", "<mark>熱</mark>"),
        ("ﾙｰﾀｰ", "<mark>ルーター</mark>"),
        ("るーたー 解約", "<mark>解約</mark>"),
        ("in:note 交換", "の候補"),
        ("from:us", "交換品をお送りします"),
        ("差出人:@kakuu_hanako", "会員番号は"),
        ("夜勤", "<mark>夜勤</mark>の方"),
        ('"7741"', "<mark>7741</mark> です &lt;b&gt;"),
        ("状態:未解決 熱い", "<mark>熱い</mark>"),
    ],
)
def test_it_is_found_and_marked(misaki, desk, typed, seen):
    assert seen in page(misaki, typed)


@pytest.mark.parametrize(
    "typed", ["*", '"', "AND", "NEAR(", "a* OR b", "words:x", "-", "''; DROP TABLE", "%", "_", "\\"]
)
def test_signs_of_query_languages_are_only_signs(misaki, desk, typed):
    assert "ルーター" not in page(misaki, typed)


def test_a_number_jumps_and_in_quotes_it_is_a_word(misaki, desk):
    for typed in (str(desk), f"#{desk}", f"＃{desk}"):
        answer = misaki.get("/search?" + urlencode({"q": typed}))
        assert (answer.status_code, answer.location) == (303, f"/tickets/{desk}")
    assert misaki.get("/search?q=%22" + str(desk) + "%22").status_code == 200
    assert "見つかりませんでした" in page(misaki, "999999")


def test_while_one_types_a_number_nothing_jumps(misaki, desk):
    answer = misaki.get(f"/search?q={desk}", headers=PART)
    assert answer.status_code == 200
    assert f"#{desk} を開く" in answer.text
    assert "<html" not in answer.text


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("form:@x", "「form:」という検索条件はありません"),
        ("before:soon", "日付が読めません"),
        ("from:@nobody_here", "に当てはまるお客様はいません"),
        ("account:@nobody", "というXアカウントはありません"),
        ("assigned:nobody", "という担当者はいません"),
        ("is:lost", "のどれかを入力してください"),
    ],
)
def test_what_is_not_understood_is_told(misaki, desk, typed, told):
    assert told in page(misaki, typed)


def test_only_colleagues_read_it(client, desk):
    answer = client.get("/search?q=7741")
    assert answer.status_code in (302, 303)
    assert "会員番号" not in answer.text


@pytest.mark.parametrize("more", ["", " is:open from:@kakuu_hanako -違う assigned:none"])
def test_pages_go_on_where_the_last_one_ended(misaki, session, cast, more):
    for number in range(40):
        said = post(f"同じ言葉 {number:03}", at=THURSDAY + timedelta(seconds=number), by=HANAKO)
        customer_says(session, cast, said)
    first = page(misaki, "同じ" + more)
    after = first.split("after=")[1].split('"')[0]
    second = page(misaki, "同じ" + more, after=after)
    assert [n for n in range(40) if f"</mark>言葉 {n:03}" in first] == list(range(10, 40))
    assert [n for n in range(40) if f"</mark>言葉 {n:03}" in second] == list(range(10))
    assert 'rel="next"' not in second


@pytest.mark.parametrize("typed", ["解約", "交", "from:us", "nothing-here"])
def test_it_asks_the_same_few_questions(app, misaki, desk, typed):
    asked = queries(app, lambda: misaki.get("/search?" + urlencode({"q": typed})))
    assert asked <= FRAME + 10
