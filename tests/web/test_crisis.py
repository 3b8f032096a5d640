"""炎上対応: thrown and left by leads, seen by everybody; what was held is decided by a person."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from support.audit.records import AuditEntry
from support.crisis.records import Crisis
from support.replies.records import ReplyPart
from tests.web import forms
from tests.web.forms import Browser
from tests.web.talk import Talk, path, send

THROWN = {"account": "1", "reason": "広告への批判", "sure": "1"}


@pytest.fixture
def talk(session, cast, clock, x):
    return Talk(session, cast, clock, x)


@pytest.fixture
def lead(ryo):
    return Browser(ryo)


@pytest.fixture
def agent(misaki):
    return Browser(misaki)


def states(talk):
    talk.session.rollback()
    return sorted(set(talk.session.scalars(select(ReplyPart.state))))


def scheduled(talk, misaki, clock, **after):
    """A reply of an agent's for later."""
    at = (clock() + timedelta(**after)).isoformat()
    answer = send(misaki, talk.ticket, "明日ご連絡します。", when=at, out_of_hours="1")
    assert answer.status_code == 303, answer.text[:300]
    return talk.replies()[-1]


def test_a_lead_throws_the_switch_and_everybody_sees_it(lead, agent, news, later, talk):
    page = lead.post("/crisis", **THROWN)
    assert "@hikari_care は炎上対応中です" in page
    assert "炎上対応中 @hikari_care" not in page, "its own page says it once"
    assert ("crisis", 1) in news.told
    assert ("send", "1") in later.rung or ("send", 1) in later.rung
    for where in ("/tickets", "/me"):
        page = agent.get(where)
        assert "炎上対応中 @hikari_care" in page
        assert "高橋が切り替え" in page
        assert "広告への批判" in page
    assert "炎上対応中" in agent.get("/standing")
    deeds = list(talk.session.scalars(select(AuditEntry.deed)))
    assert "crisis_begun" in deeds


def test_it_is_left_by_one_press_and_a_reason(lead, agent, talk):
    lead.post("/crisis", **THROWN)
    page = lead.post("/crisis/1/leave", 422, reason=" ")
    assert "終える理由を入力してください" in page
    page = lead.post("/crisis/1/leave", reason="収まったため")
    assert "これまでの炎上対応" in page
    assert "収まったため" in page
    assert "炎上対応中 @" not in agent.get("/me")
    assert "先に炎上対応を終えました" in lead.post("/crisis/1/leave", reason="もう一度")


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"sure": ""}, None),
        ({"reason": " "}, "理由を入力してください"),
        ({"account": "7"}, "アカウントを一覧から選んでください"),
        ({"account": "x"}, "アカウントを一覧から選んでください"),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_stays(lead, talk, fields, sentence):
    form = {**THROWN, **fields}
    if not form["sure"]:
        del form["sure"]
    page = lead.post("/crisis", 422, **form)
    assert (sentence or "公開の返信がすべて承認待ちになることを確かめて") in page
    if form["reason"].strip():
        assert "広告への批判" in page
    assert talk.session.scalar(select(Crisis.id)) is None


def test_all_accounts_at_once_and_the_second_who_throws_hears_of_the_first(
    lead, cast, signed_in, talk
):
    lead.post("/crisis", **{**THROWN, "account": "all"})
    assert "高橋さんが先に炎上対応を始めました" in Browser(signed_in(cast.hikaru)).post(
        "/crisis", **THROWN
    )
    talk.session.rollback()
    assert len(list(talk.session.scalars(select(Crisis)))) == 1


def test_every_public_word_waits_and_its_page_says_why(lead, misaki, agent, talk):
    talk.says()
    lead.post("/crisis", **THROWN)
    assert "炎上対応中のため" in misaki.get(path(talk.ticket)).text, "said before it is pressed"
    assert send(misaki, talk.ticket, "確認いたします。").status_code == 303
    assert states(talk) == ["waiting"]
    reply = talk.replies()[0]
    assert "炎上対応中のため" in agent.get(f"/approvals/{reply.id}")
    assert "炎上対応中のため" in lead.get("/approvals")


def test_what_is_scheduled_is_held_in_sight_and_decided_after_its_time(
    lead, misaki, agent, talk, clock
):
    talk.says()
    reply = scheduled(talk, misaki, clock, hours=2)
    lead.post("/crisis", **THROWN)
    page = misaki.get(path(talk.ticket)).text
    assert "保留：炎上対応中" in page
    assert "広告への批判" in page
    assert "明日ご連絡します。" in agent.get("/crisis")
    clock.forward(hours=3)
    talk.delivers(reply)
    assert states(talk) == ["asking"]
    assert "承認を頼む" in misaki.get(path(talk.ticket)).text
    lead.post("/crisis/1/leave", reason="収まった")
    page = agent.get("/crisis")
    assert "送る時刻を過ぎました" in page
    assert "このまま送る" in page
    later = (clock() + timedelta(hours=30)).astimezone().strftime("%Y-%m-%dT%H:%M")
    page = agent.post(f"/replies/{reply.id}/time", at=later, out_of_hours="1", back="crisis")
    assert "予約し直しました" in page
    assert states(talk) == ["held"]
    assert talk.x.ours == []


def test_sent_on_in_the_crisis_it_asks_for_approval(lead, misaki, agent, talk, clock):
    talk.says()
    reply = scheduled(talk, misaki, clock, hours=2)
    lead.post("/crisis", **THROWN)
    clock.forward(hours=3)
    talk.delivers(reply)
    page = agent.post(f"/replies/{reply.id}/send", back="crisis")
    assert "承認を受けてから送られます" in page
    assert states(talk) == ["waiting"]
    assert "確かめる" in lead.get("/approvals")


def test_a_time_that_cannot_be_meant_is_said(lead, misaki, talk, clock):
    talk.says()
    reply = scheduled(talk, misaki, clock, hours=2)
    lead.post("/crisis", **THROWN)
    clock.forward(hours=3)
    talk.delivers(reply)
    for at in ("", "いつか", "2020-01-01T10:00"):
        answer = forms.post(misaki, f"/replies/{reply.id}/time", {"at": at})
        assert answer.status_code == 422
        assert "日時" in answer.text
    assert states(talk) == ["asking"]


def test_an_agent_reads_and_does_not_throw(agent):
    assert "炎上対応に切り替える" not in agent.get("/crisis")
    agent.post("/crisis", 403, **THROWN)
    agent.get("/crisis/protocol", 403)


def test_the_protocol_begins_as_a_text_to_fill_in_and_stands_big_on_the_page(lead, agent):
    assert "ひな形から書く" in lead.get("/crisis")
    page = lead.get("/crisis/protocol")
    assert "はじめの15分" in page
    assert "広報の当番" in page
    fields = {"text": "# 手順\n- 返信しない", "contacts": "広報：山田 内線12", "known": "0"}
    page = lead.post("/crisis/protocol", **fields, look="1")
    assert "<li>返信しない</li>" in page
    page = lead.post("/crisis/protocol", **fields)
    assert "<li>返信しない</li>" in page
    assert "山田 内線12" in page
    assert "山田 内線12" in agent.get("/crisis")
    page = lead.post("/crisis/protocol", 422, **{**fields, "text": "別の手順"})
    assert "高橋さんが第1版を保存しました" in page
    assert "別の手順" in page
    assert "返信しない" in agent.get("/crisis/protocol/history")


def test_its_words_are_shown_as_they_were_typed(lead):
    page = lead.post("/crisis/protocol", text="<script>x</script>", contacts="<b>：<i>", known="0")
    assert "<script>x" not in page
    assert "<b>" not in page.split("連絡先")[1].split("</dl>")[0]
