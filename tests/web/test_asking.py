"""A reply that was overtaken asks before it goes; a stopped one is sent on or given up with why."""

import re
from html import unescape

import pytest

from support.replies import holding
from support.replies.records import Attempt, Reply
from tests.web import forms
from tests.web.talk import Talk, path, send
from tests.web.test_replies import deed, set_parts, status

OPENS = "2026-10-02T00:00:00+00:00"
"""The next opening, Friday 9:00 in Tokyo."""


@pytest.fixture
def talk(session, cast, clock, x):
    return Talk(session, cast, clock, x)


@pytest.fixture
def asking(session, talk, clock, misaki):
    """A scheduled reply whose customer wrote again."""
    talk.says()
    send(misaki, talk.ticket, "明日お調べします。", when=OPENS)
    clock.forward(minutes=5)
    session.rollback()
    talk.says("やっぱり大丈夫です", number=1)
    session.rollback()
    assert holding.stop_overtaken(session, clock()) == [talk.ticket.id]
    session.commit()
    return talk.replies()[0]


def plain(page):
    return unescape(re.sub(r"\s+", " ", re.sub("<[^>]+>", "", page)))


def log(session):
    session.rollback()
    return [(a.outcome, a.detail, a.agent_id) for a in session.query(Attempt).order_by(Attempt.id)]


def test_an_overtaken_reply_says_why_it_did_not_go_and_offers_both_ways(asking, misaki):
    shown = status(misaki, asking)
    assert "送信前に確認が必要です — お客様から新しいメッセージが届きました。" in plain(shown)
    assert 'class="delivery" data-tone="warn"' in shown
    assert "このまま送る" in shown
    assert "取りやめる" in shown
    assert "hx-trigger" not in shown, "it waits for a person"
    assert "送信前に停止（お客様から新しいメッセージが届きました。" in plain(shown)


def test_it_is_sent_on_as_it_is(session, asking, cast, misaki, later):
    assert deed(misaki, asking, "send").status_code == 303
    session.rollback()
    assert [part.state for part in session.get_one(Reply, asking.id).parts] == ["queued"]
    assert later.rung == [("send", str(cast.account.id))]
    assert log(session)[-1] == ("sent_on", "", cast.misaki.id)
    assert "佐藤が「このまま送る」を選択" in status(misaki, asking)


def test_to_give_it_up_brings_its_words_back(asking, misaki):
    answer = deed(misaki, asking, "undo")
    assert "明日お調べします。</textarea>" in misaki.get(answer.location).text


def test_the_composer_tells_of_it_while_it_asks(asking, talk, misaki):
    page = plain(misaki.get(path(talk.ticket)).text)
    assert "佐藤さんの返信が、送信前の確認を待っています。" in page
    assert "ここから別の返信を送っても、その返信は送られずに残ります。" in page


def test_an_open_page_hears_that_it_asks_without_its_form_being_drawn(asking, talk, misaki):
    part = misaki.get(path(talk.ticket, "thread"), headers=forms.PART).text
    assert 'id="waiting" role="status" hx-swap-oob="outerHTML"' in part
    assert "<textarea" not in part


def test_what_no_longer_asks_is_not_sent_on(session, asking, misaki, later):
    deed(misaki, asking, "send")
    assert deed(misaki, asking, "send").status_code == 400
    assert len(later.rung) == 1


def test_a_colleague_does_not_decide_for_whoever_pressed(asking, cast, signed_in):
    ken = signed_in(cast.ken)
    assert deed(ken, asking, "send").status_code == 403
    assert "このまま送る" not in status(ken, asking)


def stopped(session, talk, clock):
    talk.says()
    reply = talk.presses()
    set_parts(session, reply, state="rejected", reason="Xの設定")
    session.get_one(Reply, reply.id).settled_at = clock()
    session.commit()
    return reply


@pytest.mark.parametrize("what", ["retry", "discard"])
@pytest.mark.parametrize("part", [False, True], ids=["page", "part"])
def test_a_stopped_reply_moves_only_with_a_reason(session, talk, clock, misaki, what, part):
    reply = stopped(session, talk, clock)
    headers = forms.PART if part else {}
    for reason in ("", "  \n "):
        fields = {"reason": reason}
        answer = forms.post(misaki, f"/replies/{reply.id}/{what}", fields, headers=headers)
        assert answer.status_code == 422
    said = answer.headers["HX-Trigger"].encode().decode("unicode_escape") if part else answer.text
    assert "理由を入力してください。" in said
    assert talk.replies()[0].parts[0].state == "rejected"


def test_the_reason_and_who_gave_it_stand_in_the_log(session, talk, clock, cast, misaki, ryo):
    reply = stopped(session, talk, clock)
    deed(ryo, reply, "retry", reason="お客様が\n設定を直した")
    assert log(session)[-1] == ("sent_again", "お客様が 設定を直した", cast.ryo.id)
    assert "高橋が再送（理由：お客様が 設定を直した）" in status(misaki, reply)


def test_who_gave_a_reply_up_is_named_in_the_story(session, talk, clock, misaki, ryo):
    reply = stopped(session, talk, clock)
    deed(ryo, reply, "discard", offered="別の方法で返信したため")
    story = plain(misaki.get(path(talk.ticket)).text)
    assert "高橋が取りやめ（理由：別の方法で返信したため）" in story
    assert "佐藤が返信を取り消し" not in story


def test_a_reason_is_offered_for_one_press_and_may_be_written(session, talk, clock, misaki):
    shown = status(misaki, stopped(session, talk, clock))
    menu = shown[shown.index('id="why-retry-') : shown.index('id="why-discard-')]
    assert 'name="reason"' in menu
    assert menu.count('name="offered"') == 2
    assert menu.index('name="reason"') < menu.index('name="offered"'), "Enter sends one's own"


def test_ones_own_handed_reply_goes_on_by_one_press(session, talk, clock, misaki, ryo):
    talk.says()
    reply = talk.presses()
    set_parts(session, reply, state="handed", handed_at=clock())
    assert "why-discard" not in status(misaki, reply)
    assert "why-discard" in status(ryo, reply), "whoever acts for somebody else says why"
    assert deed(ryo, reply, "discard").status_code == 422
    assert deed(misaki, reply, "discard").status_code == 303
