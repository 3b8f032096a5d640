"""承認: what waits is seen by who may decide, and decided on a page."""

import json

import pytest
from sqlalchemy import select

from support.approval.records import Approval, ApprovalRule
from support.drafts.records import KeptDraft
from support.jobs.upkeep import sweep
from support.replies.records import ReplyImage, ReplyPart
from tests.cast import HANAKO
from tests.web import forms
from tests.web.forms import Browser
from tests.web.talk import Talk, path, send


@pytest.fixture
def talk(session, cast, clock, x):
    return Talk(session, cast, clock, x)


@pytest.fixture
def strict(talk, clock):
    """Everything must be approved here."""
    talk.session.add(ApprovalRule(kind="account", minutes=30, made_at=clock()))
    talk.session.commit()


@pytest.fixture
def waits(talk, strict, misaki):
    """A reply an agent pressed on the page, and that waits."""
    talk.says()
    assert send(misaki, talk.ticket, "確認いたします。").status_code == 303
    return talk.replies()[0]


@pytest.fixture
def lead(ryo):
    return Browser(ryo)


def seen(browser, reply):
    """What the form on the page carries unseen."""
    page = browser.get(f"/approvals/{reply.id}")
    form = page[page.index('aria-labelledby="approve-title"') :]
    names = ("seen_message", "seen_reply", "guard_for")
    return {it: form.split(f'name="{it}" value="', 1)[1].split('"', 1)[0] for it in names}


def states(talk):
    talk.session.rollback()
    return set(talk.session.scalars(select(ReplyPart.state)))


def test_the_agent_sees_what_it_waits_for_and_can_take_it_back(talk, waits, misaki, later):
    page = misaki.get(path(talk.ticket)).text
    assert "承認待ち: このアカウントの返信のため" in page
    assert "佐藤さんの返信が、承認を待っています。" in page
    assert ("send", "1") not in later.rung
    answer = forms.post(misaki, f"/replies/{waits.id}/undo")
    assert "確認いたします。</textarea>" in misaki.get(answer.location).text
    assert states(talk) == {"undone"}


def test_a_second_tab_with_the_same_key_or_another_gets_nothing_past_it(talk, waits, misaki):
    again = send(misaki, talk.ticket, "別の窓から", key=waits.key)
    assert again.status_code == 303
    other = send(misaki, talk.ticket, "別の窓から")
    assert other.status_code == 409
    for deed in ("send", "retry", "hand"):
        assert forms.post(misaki, f"/replies/{waits.id}/{deed}").status_code >= 400
    assert states(talk) == {"waiting"}


def test_the_rail_counts_for_who_may_what_others_wrote(talk, waits, misaki, ryo):
    assert "/approvals" not in misaki.get("/rail").text
    rail = ryo.get("/rail").text
    assert 'href="/approvals"' in rail
    assert '<span class="count" data-tone="warn">1</span>' in rail
    assert ryo.get("/").text.count('href="/approvals"') >= 1


def test_the_queue_shows_words_reason_and_both_clocks(waits, clock, lead):
    clock.forward(minutes=42)
    page = lead.get("/approvals")
    for words in ("確認いたします。", "このアカウントの返信のため", "夜になると遅いです"):
        assert words in page
    assert "待ち時間 0:42（営業時間）、0:42（実時間）" in page
    assert "目安超過 1件" in page


def test_a_lead_approves_and_it_goes_on(talk, waits, lead, misaki):
    page = lead.post(f"/approvals/{waits.id}/approve", **seen(lead, waits), body=waits.body)
    assert "承認を待っている返信はありません。" in page
    assert states(talk) == {"held"}
    assert "高橋が承認" in misaki.get(path(talk.ticket)).text


def test_changed_words_are_shown_beside_what_was_written(talk, waits, lead, misaki, news):
    body = "確認いたします。少しお待ちください。"
    lead.post(f"/approvals/{waits.id}/approve", **seen(lead, waits), body=body, word="時間も")
    assert ("alert", waits.agent_id) in news.told
    for page in (lead.get(f"/approvals/{waits.id}"), misaki.get(f"/approvals/{waits.id}").text):
        assert "<ins>少しお待ちください。</ins>" in page
        assert "直して承認 — 高橋 亮" in page
    assert "返信が、直されて承認されました" in misaki.get("/alerts").text
    assert "未確認1件" in misaki.get("/alerts/bell").text
    assert "承認されました" in misaki.get("/alerts/latest").json["text"]


def test_sent_back_the_words_are_in_the_writers_draft_with_what_they_began(
    talk, waits, lead, misaki
):
    kept = {"body": "書きかけ", "answers": waits.answers_id}
    forms.post(misaki, path(talk.ticket, "drafts/reply"), kept)
    empty = lead.post(f"/approvals/{waits.id}/back", status=422, word=" ")
    assert "どこを直してほしいか" in empty
    lead.post(f"/approvals/{waits.id}/back", word="もう少しやわらかく")
    talk.session.rollback()
    assert talk.session.scalars(select(KeptDraft.text)).one() == "確認いたします。\n\n書きかけ"
    assert "確認いたします。" in misaki.get(path(talk.ticket)).text
    assert (
        "高橋が佐藤さんの返信を差し戻し：もう少しやわらかく" in misaki.get(path(talk.ticket)).text
    )
    told = misaki.get("/alerts").text
    assert "返信が差し戻されました" in told
    assert "もう少しやわらかく" in told
    shown = misaki.get(f"/approvals/{waits.id}").text
    assert f'href="/tickets/{talk.ticket.id}?take={waits.id}"' in shown


@pytest.mark.parametrize("has_an_owner", [True, False])
def test_sent_back_to_somebody_who_is_out_the_words_go_to_whoever_goes_on(
    talk, waits, lead, cast, has_an_owner
):
    talk.session.rollback()
    talk.session.merge(cast.misaki).suspended_at = waits.pressed_at
    talk.ticket.assignee_id = cast.ken.id if has_an_owner else cast.misaki.id
    talk.session.commit()
    assert "引き継いだ下書き" in lead.get(f"/approvals/{waits.id}")
    lead.post(f"/approvals/{waits.id}/back", word="もう少しやわらかく")
    talk.session.rollback()
    (draft,) = talk.session.scalars(select(KeptDraft))
    heir = cast.ken if has_an_owner else cast.ryo
    assert (draft.agent_id, draft.writer_id) == (heir.id, cast.misaki.id)
    assert (draft.text, draft.answers_id) == ("確認いたします。", waits.answers_id)


def test_taken_back_after_it_was_sent_back_says_where_the_words_are(talk, waits, lead, misaki):
    lead.post(f"/approvals/{waits.id}/back", word="もう少しやわらかく")
    page = Browser(misaki).post(f"/replies/{waits.id}/undo")
    assert "責任者が先に差し戻しました。文は下書きにあります" in page
    assert "確認いたします。" in page


def test_what_the_customer_wrote_meanwhile_is_shown_and_must_be_seen(talk, waits, lead):
    before = seen(lead, waits)
    talk.says("やっぱり直りました", number=1)
    assert "やっぱり直りました" in lead.get("/approvals")
    page = lead.post(f"/approvals/{waits.id}/approve", 422, **before, body="直した文です。")
    assert "画面を開いた後に、新しいメッセージか返信がありました。" in page
    assert "直した文です。</textarea>" in page, "nothing typed is lost"
    lead.post(f"/approvals/{waits.id}/approve", **seen(lead, waits), body=waits.body)
    assert states(talk) == {"held"}


def test_the_second_lead_reads_who_was_first(waits, lead, cast, signed_in):
    second, form = Browser(signed_in(cast.hikaru)), seen(lead, waits)
    lead.post(f"/approvals/{waits.id}/approve", **form, body=waits.body)
    page = second.post(f"/approvals/{waits.id}/approve", **form, body="別の文")
    assert "高橋さんが先に承認しました。" in page


@pytest.mark.parametrize(("body", "words"), [("{name}様", "空欄のまま"), ("", "入力してください")])
def test_what_may_not_go_is_refused_with_what_was_written(waits, lead, talk, body, words):
    page = lead.post(f"/approvals/{waits.id}/approve", 422, **seen(lead, waits), body=body)
    assert words in page
    assert states(talk) == {"waiting"}


def test_nobody_approves_their_own(talk, strict, ryo, lead):
    talk.says()
    send(ryo, talk.ticket, "責任者の返信です。")
    reply = talk.replies()[0]
    page = lead.get(f"/approvals/{reply.id}")
    assert "自分の返信は、自分では承認できません。" in page
    assert "approve-body" not in page
    assert "承認待ち</span></a>" in lead.get("/rail"), "their own is not counted"
    lead.post(f"/approvals/{reply.id}/approve", 403, body=reply.body)
    lead.post(f"/approvals/{reply.id}/back", 403, word="だめ")
    assert states(talk) == {"waiting"}


def test_an_agent_sees_their_own_and_nobody_elses(waits, cast, signed_in, misaki):
    assert misaki.get(f"/approvals/{waits.id}").status_code == 200
    ken = signed_in(cast.ken)
    assert ken.get(f"/approvals/{waits.id}").status_code == 403
    assert ken.get("/approvals").status_code == 403
    for deed in ("approve", "back"):
        for client in (ken, misaki):
            assert forms.post(client, f"/approvals/{waits.id}/{deed}").status_code == 403


def test_a_direct_message_waits_in_its_bubble(talk, strict, misaki, lead):
    talk.says("契約番号です", by=HANAKO, private=True)
    send(misaki, talk.ticket, "確認いたします。")
    assert "承認待ち: このアカウントの返信のため" in misaki.get(path(talk.ticket)).text
    assert 'data-tone="dm"' in lead.get("/approvals")


def test_status_counts_what_waits(waits, flask, clock):
    clock.forward(hours=1)
    told = json.loads(flask("status", "--json").output)
    assert told["replies"] == {"waiting": 1}
    assert (told["approvals"]["waiting"], told["approvals"]["overdue"]) == (1, 1)


def test_the_page_of_sending_names_the_state(waits, lead):
    assert "承認待ち</th>" in lead.get("/settings/sending")


def test_the_sweep_tells_who_may_approve(waits, clock, app, lead, news, cast):
    clock.forward(minutes=31)
    with app.app_context():
        sweep()
    assert ("alert", cast.ryo.id) in news.told
    assert "承認を長く待っている返信があります" in lead.get("/alerts")


def test_one_row_stands_for_what_was_decided(talk, waits, lead):
    lead.post(f"/approvals/{waits.id}/approve", **seen(lead, waits), body=waits.body)
    talk.session.rollback()
    made = talk.session.scalars(select(Approval)).one()
    assert (made.outcome, made.before) == ("approved", ""), "untouched in a browser is unchanged"


def test_who_decides_reads_what_pictures_are_said_to_show(talk, waits, lead):
    talk.session.rollback()
    for place, alt in ((1, "料金表の<写真>"), (2, "")):
        talk.session.add(ReplyImage(reply_id=waits.id, position=place, mime="image/png", width=1,
                                    height=1, data=b"png", alt=alt))  # fmt: skip
    talk.session.commit()
    page = lead.get(f"/approvals/{waits.id}")
    assert "代替テキスト 1：<bdi>料金表の&lt;写真&gt;</bdi>" in page
    assert page.count("代替テキスト") == 1


def test_who_leaves_is_shown_with_what_waits_once_and_with_what_becomes_of_it(
    talk, waits, signed_in, cast
):
    page = signed_in(cast.hikaru).get(f"/settings/people/{cast.misaki.id}/suspension").text
    before, about = page.split("承認待ちの返信（1）")
    assert about.count(f"#{waits.ticket_id}</a>") == 1
    assert f"#{waits.ticket_id}</a>" not in before, "the ticket is not hers"
    assert "承認されると、この方の名前で送信されます。" in about
    assert "予約された返信" not in page
    assert "確認を待っている返信" not in page
