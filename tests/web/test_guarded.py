"""The guard beside the draft and on sending: what is stopped, explained, or only shown."""

import re
from io import BytesIO

import pytest
from sqlalchemy import select

from support.replies.records import GuardOverride, GuardWord
from support.replies.wordlists import STARTER
from tests.cast import HANAKO
from tests.replies.test_images import picture
from tests.web import forms
from tests.web.forms import Browser
from tests.web.talk import Talk, hidden, path, send
from tests.web.test_by_hand import holds


@pytest.fixture
def talk(session, cast, clock, x):
    talk = Talk(session, cast, clock, x)
    talk.says()
    return talk


def levels(page):
    area = page[page.index('id="guards"') :]
    return re.findall(r'data-level="(\w+)"', area[: area.index('name="guard_reason"')])


def asked(page):
    found = re.search(r'name="guard_for" value="([^"]*)"', page)
    return found[1] if found else ""


def overrides(session):
    session.rollback()
    return list(session.scalars(select(GuardOverride).order_by(GuardOverride.id)))


def test_findings_come_with_the_preview(talk, misaki):
    fields = {**hidden(misaki.get(path(talk.ticket)).text), "body": "080-1234-5678と〇〇"}
    seen = misaki.post(path(talk.ticket, "preview"), data=fields, headers=forms.PART).text
    assert 'data-level="stop"' in seen
    assert '<span class="flagged" dir="auto">080-1234-5678</span>' in seen
    assert asked(seen) == "leftover"


@pytest.mark.parametrize("who", ["misaki", "ryo"])
@pytest.mark.parametrize("part", [True, False], ids=["htmx", "page"])
def test_a_stop_refuses_whoever_asks_and_keeps_what_was_typed(talk, request, who, part):
    browser = request.getfixturevalue(who)
    body, reason = "080-1234-5678にお電話します", "急ぎのため"
    answer = send(
        browser, talk.ticket, body, part=part, guard_reason=reason, guard_for="phone leftover told"
    )
    assert answer.status_code == 422
    assert body in answer.text
    assert f'value="{reason}"' in answer.text
    assert levels(answer.text) == ["stop"]
    assert "電話番号はDMでやり取りしてください。" in answer.text
    assert talk.replies() == []


def test_a_chosen_time_is_no_way_round(talk, misaki):
    time = {"when": "at", "at": "2026-10-02T10:00"}
    assert "このままでは送信できません" in send(misaki, talk.ticket, "080-1234-5678", **time).text
    assert talk.replies() == []
    assert send(misaki, talk.ticket, "お調べします", **time).status_code == 303


def test_the_hand_of_a_person_on_x_is_no_way_round(talk, misaki, session):
    holds(session, talk)
    assert "手で送信に進む" in misaki.get(path(talk.ticket)).text
    assert "このままでは送信できません" in send(misaki, talk.ticket, "080-1234-5678").text
    assert talk.replies() == []


def test_an_alternative_text_is_read_as_well(talk, misaki):
    fields = {**hidden(misaki.get(path(talk.ticket)).text), "body": "図をご覧ください。"}
    image = (BytesIO(picture()), "a.jpg")
    sent = {**fields, "image1": image, "alt1": "お客様の番号 080-1234-5678"}
    answer = misaki.post(path(talk.ticket, "replies"), data=sent)
    assert answer.status_code == 422
    assert "<strong>送信不可</strong> 代替テキスト" in answer.text


def test_what_asks_for_a_reason_goes_with_one_and_the_reason_is_kept(talk, misaki, session, cast):
    refused = send(misaki, talk.ticket, "〇〇日に伺います")
    assert refused.status_code == 422
    assert "指摘を直すか、このまま送る理由を書いてください。" in refused.text
    assert overrides(session) == []
    fields = {"guard_for": asked(refused.text), "guard_reason": "  お客様の  言い回し "}
    assert send(misaki, talk.ticket, "〇〇日に伺います", **fields).status_code == 303
    (reply,) = talk.replies()
    (kept,) = overrides(session)
    assert (kept.reply_id, kept.kind, kept.length) == (reply.id, "leftover", 2)
    assert (kept.reason, kept.agent_id) == ("お客様の 言い回し", cast.misaki.id)
    page = misaki.get(path(talk.ticket)).text
    assert "佐藤が指摘のまま送信（理由：お客様の 言い回し）" in page


def test_a_reason_does_not_cover_what_came_up_after_it_was_asked_for(talk, misaki):
    fields = {"guard_for": "leftover", "guard_reason": "言い回し"}
    answer = send(misaki, talk.ticket, "〇〇日に03-1234-5678へ", **fields)
    assert answer.status_code == 422
    assert "新しい指摘があります" in answer.text
    assert asked(answer.text) == "landline leftover"


def test_pressing_twice_makes_one_reply_and_one_override(talk, misaki, session):
    fields = hidden(misaki.get(path(talk.ticket)).text)
    fields |= {"body": "〇〇日", "guard_for": "leftover", "guard_reason": "言い回し"}
    for _ in range(2):
        assert misaki.post(path(talk.ticket, "replies"), data=fields).status_code == 303
    assert len(talk.replies()) == len(overrides(session)) == 1


def test_a_hint_is_shown_and_holds_nobody_up(talk, misaki):
    fields = {**hidden(misaki.get(path(talk.ticket)).text), "body": "ゆうきの件です。"}
    seen = misaki.post(path(talk.ticket, "preview"), data=fields, headers=forms.PART).text
    assert 'data-level="hint"' in seen
    assert send(misaki, talk.ticket, "ゆうきの件です。").status_code == 303


def test_what_a_customer_told_in_private_is_not_repeated_in_public(session, cast, clock, x, misaki):
    private, public = (Talk(session, cast, clock, x) for _ in range(2))
    private.says("契約番号は SP-99887766 です", by=HANAKO, private=True, ago=5)
    public.says("@hikari_care まだですか", by=HANAKO, number=1)
    answer = send(misaki, public.ticket, "SP99887766を確認しました")
    assert answer.status_code == 422
    assert "お客様がDMで教えてくださった内容です" in answer.text
    assert send(misaki, private.ticket, "SP99887766を確認しました").status_code == 303


def test_an_empty_form_asks_the_guard_nothing(talk, misaki):
    assert levels(misaki.get(path(talk.ticket)).text) == []


def test_a_lead_keeps_the_lists_and_drafts_are_held_to_them(talk, ryo, misaki, session, cast):
    lead = Browser(ryo)
    page = lead.post(
        "/settings/words", purpose="negative", level="stop", text="ぜったい直る", instead="見込み"
    )
    assert "ぜったい直る" in page
    assert cast.ryo.name in page
    refused = send(misaki, talk.ticket, "ぜったい直る")
    assert refused.status_code == 422
    assert "「見込み」と言い換えられます" in refused.text
    word = session.scalars(select(GuardWord)).one()
    lead.post(f"/settings/words/{word.id}/end")
    assert send(misaki, talk.ticket, "ぜったい直る").status_code == 303
    session.rollback()
    assert session.get(GuardWord, word.id).retired_by_id == cast.ryo.id


def test_our_own_number_is_let_pass_once_it_is_allowed(talk, ryo, misaki):
    assert send(misaki, talk.ticket, "03-1234-5678へ").status_code == 422
    Browser(ryo).post("/settings/words", purpose="allowed", text="０３−１２３４−５６７８")
    assert send(misaki, talk.ticket, "03-1234-5678へ").status_code == 303


def test_a_costly_pattern_is_refused_with_a_sentence_and_kept_in_the_form(ryo):
    page = Browser(ryo).post("/settings/words", 422, purpose="number", level="stop", text="(a+)+$")
    assert "{1,20}のように回数を書いてください" in page
    assert 'value="(a+)+$"' in page


def test_a_text_is_tried_without_being_kept(ryo, session):
    lead = Browser(ryo)
    lead.post("/settings/words/starter")
    session.rollback()
    assert len(list(session.scalars(select(GuardWord)))) == len(STARTER)
    page = lead.post(
        "/settings/words/try", text="必ず直ります。4111 1111 1111 1111", channel="public"
    )
    assert re.findall(r'data-level="(\w+)"', page) == ["stop", "reason"]


def test_the_lists_are_not_for_agents(misaki):
    Browser(misaki).get("/settings/words", 403)
    Browser(misaki).post("/settings/words", 403, purpose="negative", text="x")


def test_whoever_writes_a_prepared_answer_sees_what_agents_would(shelf_dir, ryo):
    fields = {"answer": "{customer_name}様、〇〇です", "channel": "public"}
    page = forms.post(ryo, "/canned/weigh", fields, headers=forms.PART).text
    assert "ひな形の書き残し" in page
    assert '<span class="flagged-word">〇〇</span>' in page
    assert '<span class="flagged-word">{customer_name}</span>' not in page
