"""The page of what was learnt: who sees it, what it says, and how lessons are taken back."""

import re
from datetime import timedelta

import pytest

from support.canned.records import Pick
from support.conversations.records import Conversation, Message
from support.x.records import Account
from tests.canned.school import POST, School, shelf_in, told
from tests.web import forms
from tests.web.counting import FRAME, queries

PAGE = "/canned/learned"
JAPANESE = re.compile(r"[぀-ヿ㐀-鿿]")


@pytest.fixture
def school(app, shelf_dir, session, cast, clock):
    shelf_in(shelf_dir)
    session.rollback()
    return School(session, app.extensions["desk"].shelf, cast, clock, cast.account)


@pytest.fixture
def other(session, cast):
    columns = {it.name for it in Account.__table__.columns} - {"id", "x_id", "handle"}
    same = {name: getattr(cast.account, name) for name in columns}
    account = Account(x_id="7000000002", handle="hikari_shop", **same)
    session.add(account)
    session.commit()
    return account


def forget(browser, account_id=1, **what):
    place = f"{PAGE}/{account_id}/forgetting"
    return forms.post(browser, place, what, follow_redirects=True)


def left(session):
    session.rollback()
    return sorted(it.id for it in session.query(Pick) if it.forgotten_at is None)


def test_only_those_who_write_answers_see_and_take_back(school, misaki, ryo):
    row = school.pick()
    assert PAGE not in misaki.get("/canned").text
    assert misaki.get(PAGE).status_code == 403
    assert forget(misaki, pick=row.id).status_code == 403
    assert forms.post(misaki, f"{PAGE}/1/remembering/1").status_code == 403
    assert left(school.session) == [row.id]
    assert f'href="{PAGE}"' in ryo.get("/canned/usage").text
    assert ryo.get(PAGE).status_code == 200


def test_before_anybody_picked_the_page_says_how_it_begins(school, ryo):
    assert "まだ何も学んでいません" in ryo.get(PAGE).text
    assert "まだ何も学んでいません" in ryo.get(PAGE + "?answer=slow").text


def test_each_lesson_is_listed_with_whose_it_was_when_and_its_weight(school, ryo, cast):
    school.pick(ago=timedelta(days=180))
    school.pick("bill", text="<b>請求</b>がおかしい", kept=0.5)
    school.none_fits("slow", "stop", text="電話したい")
    page = ryo.get(PAGE).text
    assert POST in page
    assert "&lt;b&gt;請求&lt;/b&gt;がおかしい" in page
    assert "→ 途切れ</span>" in page
    assert "→ どれも違う：速度、途切れ</span>" in page
    assert page.count(cast.ken.name) >= 3
    assert re.findall(r"重み (\d+)%", page) == ["100", "50", "50"]
    assert page.count("文面を大きく直して送信") == 1
    assert '<time datetime="2026-04-04T' in page
    assert 'href="/tickets/1"' in page


def rows(page, title):
    part = page[page.index(f'id="{title}"') :]
    part = part[: part.index("</table>")]
    return [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in part.split("<tr>")[2:]]


def plain(drawn):
    return re.sub(r"<[^>]+>", "", drawn).strip()


def test_answers_are_counted_the_most_taught_first_none_of_these_last(school, ryo):
    school.picks(3)
    school.pick("gone")
    for _ in range(5):
        school.none_fits("slow")
    found = [[plain(cell) for cell in row] for row in rows(ryo.get(PAGE).text, "counts-title")]
    assert found == [["途切れ", "3"], ["gone 棚にない", "1"], ["どれも違う", "5"]]


def test_what_changed_for_an_answer_is_told_in_numbers(school, ryo):
    school.picks(3, text="ルーターのランプが赤い")
    school.pick("bill", text="別の話")
    page = ryo.get(PAGE + "?answer=stop").text
    cells = [[plain(cell) for cell in row] for row in rows(page, "weights-title")]
    by_word = {cell[0]: cell for cell in cells}
    _words, kind, before, after, by = by_word["ランプ"]
    assert (kind, before) == ("言葉", "0.000")
    assert float(after) > 0
    assert by == f"+{after}"
    assert "別の話" not in page
    every = ryo.get(PAGE + "?answer=stop&all=1").text
    assert len(rows(every, "weights-title")) > len(cells)


def test_an_answer_that_left_the_shelf_says_that_it_teaches_nothing(school, ryo):
    school.pick("gone")
    assert "この回答は棚にないため" in ryo.get(PAGE + "?answer=gone").text


def test_an_answer_for_direct_messages_shows_its_weights_too(school, shelf_dir, ryo):
    text = "---\nid: who\ntitle: 本人確認\nasked_as: [本人確認のしかた]\nchannel: dm\n---\n本文\n"
    (shelf_dir / "who.md").write_text(text, "utf-8")
    school.picks(2, "who", text="わたしであることの証明")
    assert rows(ryo.get(PAGE + "?answer=who").text, "weights-title")


def test_a_lesson_from_a_direct_message_says_so(school, session, ryo):
    row = school.pick()
    conversation = session.get(Message, row.message_id).conversation_id
    assert 'data-tone="dm"' not in ryo.get(PAGE).text
    session.get(Conversation, conversation).channel = "dm"
    session.commit()
    assert 'data-tone="dm"' in ryo.get(PAGE).text


def test_what_x_shows_no_more_is_shown_nowhere(school, session, clock, ryo):
    row = school.pick()
    session.get(Message, row.message_id).emptied_at = clock()
    session.commit()
    assert POST not in ryo.get(PAGE).text


def test_one_lesson_is_forgotten_and_brought_back(school, session, ryo):
    first, second = school.picks(2)
    told_before = told(school.matcher())
    page = forget(ryo, pick=first.id, back="stop").text
    assert "1件の学習を忘れました" in page
    assert "「途切れ」を選んだ投稿" in page
    assert left(session) == [second.id]
    assert school.picked == {"stop": 1}
    undo = re.search(r'action="(/canned/learned/1/remembering/\d+)"', page)[1]
    again = forms.post(ryo, undo, follow_redirects=True).text
    assert "1件の学習を元に戻しました" in again
    assert left(session) == [first.id, second.id]
    assert told(school.matcher()) == told_before


def test_those_of_an_answer_are_forgotten_and_the_page_of_the_account_comes(school, session, ryo):
    school.picks(2)
    kept = school.pick("bill")
    page = forget(ryo, answer="stop", back="stop").text
    assert "2件の学習を忘れました" in page
    assert "回答ごとの学習" in page
    assert left(session) == [kept.id]


def test_everything_is_forgotten_and_the_ranking_is_the_plain_one_again(school, session, ryo):
    before = told(school.matcher())
    school.picks(10)
    assert told(school.matcher()) == before  # this process looks again in some seconds
    school.clock.forward(seconds=5)
    assert school.first() == "stop"
    assert "10件の学習を忘れました" in forget(ryo, all=1).text
    assert left(session) == []
    assert told(school.matcher()) == before


def test_what_was_forgotten_twice_says_so(school, ryo):
    row = school.pick()
    forget(ryo, pick=row.id)
    assert "すでに忘れた学習です" in forget(ryo, pick=row.id).text


def test_accounts_are_told_apart(school, other, session, cast, clock, ryo):
    theirs = School(session, school.shelf, cast, clock, other)
    mine = school.pick()
    row = theirs.pick("bill", text="店の請求")
    first, second = ryo.get(PAGE).text, ryo.get(f"{PAGE}?account={other.id}").text
    assert (POST in first, "店の請求" in first) == (True, False)
    assert (POST in second, "店の請求" in second) == (False, True)
    assert "@hikari_care</a>" in first
    assert "@hikari_shop</a>" in first
    assert forget(ryo, pick=row.id).status_code == 404
    forget(ryo, other.id, all=1)
    assert left(session) == [mine.id]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("?account=99", 404),
        ("?account=x", 404),
        ("?answer=nobody", 404),
        ("?before=x", 200),
        ("?before=0", 200),
    ],
)
def test_what_is_not_there_is_not_shown(school, ryo, path, status):
    school.pick()
    assert ryo.get(PAGE + path).status_code == status


@pytest.mark.parametrize(
    ("account_id", "what", "status"),
    [
        (1, {}, 400),
        (1, {"pick": "x"}, 400),
        (1, {"pick": "1", "all": "1"}, 400),
        (1, {"pick": "99"}, 404),
        (99, {"all": "1"}, 404),
        (1, {"answer": "nobody"}, 200),
    ],
)
def test_what_cannot_be_forgotten_is_refused(school, session, ryo, account_id, what, status):
    school.pick()
    assert forget(ryo, account_id, **what).status_code == status
    assert len(left(session)) == 1


@pytest.mark.parametrize("moment", ["1", "9" * 30])
def test_a_moment_at_which_nothing_was_forgotten_is_not_there(school, ryo, moment):
    assert forms.post(ryo, f"{PAGE}/1/remembering/{moment}").status_code == 404


def test_many_lessons_go_over_pages_each_once(school, ryo):
    message = school.message()
    ids = [school.pick(message=message).id for _ in range(53)]
    seen, page = [], ryo.get(PAGE).text
    seen += re.findall(r'name="pick" value="(\d+)"', page)
    way = re.search(r'href="(/canned/learned\?[^"]*before=[^"]+)"', page)[1].replace("&amp;", "&")
    last = ryo.get(way).text
    seen += re.findall(r'name="pick" value="(\d+)"', last)
    assert not re.search(r'href="[^"]*before=', last)
    assert [int(it) for it in seen] == ids[::-1]


def test_the_page_asks_the_database_little(app, school, ryo):
    school.picks(5)
    few = queries(app, lambda: ryo.get(PAGE + "?answer=stop"))
    school.picks(20)
    assert queries(app, lambda: ryo.get(PAGE + "?answer=stop")) == few
    assert few - FRAME <= 3


def test_everything_is_said_in_english_too(school, session, ryo, cast):
    cast.ryo.locale = "en"
    school.pick("bill", text="charged twice", kept=0.5)
    school.pick("gone", text="nothing")
    school.none_fits("gone", text="nothing")
    for path in ("", "?answer=bill", "?answer=gone", "?answer=slow"):
        page = ryo.get(PAGE + path).text
        main = page[page.index("<main") : page.index("</main>")]
        data = re.compile(rf"{cast.ken.name}|請求額|速度|<tbody>.*?</tbody>", re.S)
        assert JAPANESE.findall(data.sub("", main)) == []
    assert "forgotten" in forget(ryo, all=1).text
