"""The page of use figures and gaps: what it says is what the rows say."""

import random
import re
from datetime import timedelta

import pytest

from support.canned import gathering
from support.canned.records import Pick
from support.canned.usage import Tally, Totals
from tests.cast import HANAKO, YUUKI
from tests.web.counting import FRAME, queries
from tests.web.talk import Talk, hidden, path, send

SLOW = """---
id: slow
title: 遅い
asked_as: [通信が遅い]
---
ルーターの再起動をお試しください。
"""
LOST = "テレビの録画ができません"


@pytest.fixture
def talk(shelf_dir, session, cast, clock, x):
    (shelf_dir / "slow.md").write_text(SLOW, encoding="utf-8")
    return Talk(session, cast, clock, x)


@pytest.fixture
def noted(session, talk, cast, clock):
    """Many picks, of all kinds and ages."""
    talk.says("通信が遅い")
    draw = random.Random(6)
    reply = talk.answers()
    rows = []
    for _ in range(300):
        none = draw.random() < 0.1
        answer = None if none else draw.choice([None, "slow", "slow", "other"])
        shown = draw.sample(["slow", "other", "third"], draw.randint(1 if none else 0, 3))
        place = shown.index(answer) + 1 if answer in shown else None
        kept = draw.choice([None, 0.5, 0.79, 0.9, 1.0]) if answer else None
        at = clock() - timedelta(hours=draw.randint(1, 24 * 500))
        row = Pick(message_id=talk.ticket.latest_message_id, agent_id=cast.ken.id, shown=shown)
        row.reply_id = None if none else reply.id
        row.answer_id, row.place, row.kept, row.picked_at = answer, place, kept, at
        rows.append(row)
    session.add_all(rows)
    session.commit()
    return rows


@pytest.mark.parametrize("days", [30, 90, 365])
def test_what_is_counted_is_what_the_rows_say(session, noted, clock, days):
    since = clock() - timedelta(days=days)
    there = [row for row in noted if row.picked_at >= since]
    replies = [row for row in there if row.reply_id]
    answered = [row for row in replies if row.answer_id]
    found = gathering.counted(session, since)
    assert found.totals == Totals(
        replies=len(replies),
        answered=len(answered),
        shown=sum(row.place is not None for row in answered),
        first=sum(row.place == 1 for row in answered),
        silent=sum(row.shown == [] for row in replies),
        none_fits=len(there) - len(replies),
    )
    slow = [row for row in answered if row.answer_id == "slow"]
    kept = [row.kept for row in slow if row.kept is not None]
    tally = found.tallies["slow"]
    assert tally.kept == pytest.approx(sum(kept))
    assert tally == Tally(
        sent=len(slow),
        known=len(kept),
        whole=sum(share == 1 for share in kept),
        edited=sum(share < 0.8 for share in kept),
        kept=tally.kept,
        shown=sum(row.place is not None for row in slow),
    )
    all_slow = [row.picked_at for row in noted if row.answer_id == "slow"]
    assert found.last_used["slow"] == max(all_slow)
    assert found.noted_since == min(row.picked_at for row in noted)


def row_of(page, title):
    found = re.search(rf'<tr><th scope="row">[^\n]*{title}.*?</tr>', page, re.S)[0]
    return re.findall(r'<td class="number">(.*?)</td>', found, re.S)


def test_the_page_shows_a_days_work(talk, misaki, ryo):
    talk.says("通信が遅い")
    fields = hidden(misaki.get(path(talk.ticket) + "?insert=slow").text)
    words = "ルーターの再起動をお試しください。"
    misaki.post(path(talk.ticket, "replies"), data={**fields, "body": words})
    page = ryo.get("/canned/usage").text
    assert row_of(page, "遅い")[:4] == ["1", "100%", "100%", "100%"]
    assert "この期間に、回答のない投稿はありません。" in page


def lose(talk, misaki, text=LOST, *, by=YUUKI, number=0):
    talk.session.rollback()
    talk.ticket = None
    talk.says(text, by=by, number=number)
    send(misaki, talk.ticket, "お調べします。")
    return talk.ticket


def gap_part(page):
    return page[page.index('id="gaps"') : page.index('id="answers-title"')]


def test_questions_without_an_answer_are_grouped_with_a_way_to_write_one(talk, misaki, ryo):
    first = lose(talk, misaki).id
    second = lose(talk, misaki, "テレビの録画ができないんです", by=HANAKO, number=40).id
    page = gap_part(ryo.get("/canned/usage").text)
    assert page.count('class="shelf-row gap-row"') == 1
    assert "2件" in page
    assert {f'href="/tickets/{it}"' in page for it in (first, second)} == {True}
    way = re.search(r'href="(/canned/new\?[^"]+)"', page)[1]
    assert "テレビの録画ができない" in ryo.get(way).text


def test_what_x_shows_no_more_is_shown_nowhere(session, talk, misaki, ryo, clock):
    ticket = lose(talk, misaki)
    session.rollback()
    message = session.get(type(ticket.latest_message), ticket.latest_message_id)
    message.emptied_at = clock()
    session.commit()
    page = ryo.get("/canned/usage").text
    assert "この期間に、回答のない投稿はありません。" in page


def test_a_question_that_got_an_answer_after_all_is_no_gap(talk, misaki, ryo):
    talk.says("通信が遅い")
    fields = hidden(misaki.get(path(talk.ticket)).text)
    misaki.post(path(talk.ticket, "no-suggestion"), data=fields)
    assert "1件" in gap_part(ryo.get("/canned/usage").text)
    put_in = hidden(misaki.get(path(talk.ticket) + "?insert=slow").text)
    words = "ルーターの再起動をお試しください。"
    misaki.post(path(talk.ticket, "replies"), data={**put_in, "body": words})
    assert "回答のない投稿はありません" in gap_part(ryo.get("/canned/usage").text)


@pytest.mark.parametrize("order", ["title", "sent", "whole", "kept", "hit", "last", "x"])
def test_the_table_is_sorted_by_any_column(noted, ryo, order):
    page = ryo.get(f"/canned/usage?days=365&sort={order}").text
    assert page.count("aria-sort=") == 1
    assert len(row_of(page, "遅い")) == 5


@pytest.mark.parametrize("days", ["30", "365", "7", "x", ""])
def test_an_unknown_period_is_the_usual_one(noted, ryo, days):
    page = ryo.get(f"/canned/usage?days={days}").text
    shown = re.search(r'days=(\d+)[^"]*" aria-current="true"', page)[1]
    assert shown == ("365" if days == "365" else "30")


def test_agents_are_told_whose_page_it_is(talk, misaki, ryo):
    assert misaki.get("/canned/usage").status_code == 403
    assert "/canned/usage" not in misaki.get("/canned").text
    assert "/canned/usage" in ryo.get("/canned").text


def test_the_page_asks_the_same_questions_however_many_rows(app, noted, ryo):
    assert queries(app, lambda: ryo.get("/canned/usage?days=365")) - FRAME <= 7
