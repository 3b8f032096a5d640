"""Words among colleagues: whom they name, who may change them, what is left of what was deleted."""

import pytest
from sqlalchemy import select

from support.agents.records import Agent
from support.alerts.records import Mention
from support.db import db
from support.tickets import marking
from support.tickets.records import Note
from tests.web.forms import Browser
from tests.web.talk import Talk, path


@pytest.fixture
def misaki(misaki):
    return Browser(misaki)


@pytest.fixture
def ryo(ryo):
    return Browser(ryo)


@pytest.fixture
def ticket(session, cast, clock, x):
    return Talk(session, cast, clock, x).says()


def note(session):
    session.rollback()
    return session.scalars(select(Note).order_by(Note.id.desc())).first()


def named(session):
    session.rollback()
    return list(session.scalars(select(Mention).order_by(Mention.id)))


def test_who_is_named_is_told_by_the_bell_the_browser_and_a_list(
    app, session, cast, ticket, misaki, signed_in, news
):
    page = misaki.post(path(ticket, "notes"), body="@田中さん、配線を見てもらえますか")
    assert '<strong class="at-name">@田中</strong>さん' in page
    assert f"alert {cast.ken.id}" in [f"{topic} {number}" for topic, number in news.told]
    ken = Browser(signed_in(cast.ken))
    assert "未確認1件" in ken.get("/alerts/bell")
    told = ken.client.get("/alerts/latest").get_json()
    assert told["text"] == f"佐藤さんがメモであなたを呼んでいます #{ticket.id}"
    assert told["link"] == f"{path(ticket)}#note-{note(session).id}"
    assert "配線を見てもらえますか" in ken.get("/alerts")
    ken.post(f"/alerts/tickets/{ticket.id}", note=note(session).id)
    assert "未確認" not in ken.get("/alerts/bell")
    assert "未確認" not in misaki.get("/alerts/bell")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("@鈴木さん、お願いします", "「@鈴木さん」という担当者はいない"),
        ("@伊藤さん、お願いします", "伊藤さんは現在お休み中"),
    ],
)
def test_who_cannot_be_told_is_said(session, cast, clock, ticket, misaki, body, said, app):
    with app.app_context():
        db.session.get_one(Agent, cast.hikaru.id).suspended_at = clock()
        db.session.commit()
    assert said in misaki.post(path(ticket, "notes"), body=body)
    assert named(session) == []


def test_a_customers_handle_in_a_note_is_nobodys_name(session, ticket, misaki):
    handle = ticket.conversation.customer.username
    page = misaki.post(path(ticket, "notes"), body=f"@{handle} の件、@hikari_care から返信済み")
    assert "という担当者はいない" not in page


def test_only_its_author_changes_a_note_and_the_change_stays_to_be_seen(
    session, cast, ticket, misaki, ryo
):
    misaki.post(path(ticket, "notes"), body="田中さんに聞く")
    one = note(session)
    assert "編集済み" not in misaki.get(path(ticket))
    page = misaki.post(f"/notes/{one.id}/edit", body="@田中さんに聞く")
    assert "編集済み" in page
    assert [it.agent_id for it in named(session)] == [cast.ken.id]
    misaki.post(f"/notes/{one.id}/edit", body="@田中さんに聞いた")
    assert len(named(session)) == 1, "told once"
    ryo.get(f"/notes/{one.id}/edit", status=403)
    ryo.post(f"/notes/{one.id}/edit", status=403, body="x")
    ryo.post(f"/notes/{one.id}/deletion", status=403)
    assert note(session).text == "@田中さんに聞いた"


def test_an_empty_change_keeps_what_was_typed_on_the_page(session, ticket, misaki):
    misaki.post(path(ticket, "notes"), body="はじめ")
    page = misaki.post(f"/notes/{note(session).id}/edit", status=422, body="  ")
    assert "メモの内容を入力してください。" in page
    assert note(session).text == "はじめ"


def test_a_deleted_note_leaves_a_line_and_can_be_put_back_for_a_while(
    session, cast, clock, ticket, misaki, signed_in
):
    misaki.post(path(ticket, "notes"), body="@田中さん、秘密の合言葉")
    one = note(session)
    page = misaki.post(f"/notes/{one.id}/deletion")
    assert "秘密の合言葉" not in page
    assert "このメモは書いた人が削除しました" in page
    assert "秘密の合言葉" not in Browser(signed_in(cast.ken)).get("/alerts")
    assert "秘密の合言葉" not in misaki.get("/search?q=合言葉")
    misaki.get(f"/notes/{one.id}/edit", status=404)
    assert "秘密の合言葉" in misaki.post(f"/notes/{one.id}/restoration")
    misaki.post(f"/notes/{one.id}/deletion")
    clock.forward(seconds=601)
    misaki.post(f"/notes/{one.id}/restoration", status=400)


def test_the_words_of_a_deleted_note_are_gone_in_the_end(session, app, clock, ticket, misaki):
    misaki.post(path(ticket, "notes"), body="秘密の合言葉")
    misaki.post(f"/notes/{note(session).id}/deletion")
    with app.app_context():
        marking.forget_deleted(db.session(), clock())
        db.session.commit()
        assert note(session).text == "秘密の合言葉"
        clock.forward(seconds=601)
        marking.forget_deleted(db.session(), clock())
        db.session.commit()
    assert note(session).text == ""


def test_own_notes_alone_offer_to_be_changed(session, ticket, misaki, ryo):
    misaki.post(path(ticket, "notes"), body="はじめ")
    there = f'/notes/{note(session).id}/edit"'
    assert there in misaki.get(path(ticket))
    assert there not in ryo.get(path(ticket))


def test_the_bells_of_those_a_note_named_count_anew_when_it_goes_and_comes_back(
    session, cast, ticket, misaki, news
):
    misaki.post(path(ticket, "notes"), body="@田中さん、お願いします")
    one = note(session)
    for deed in ("deletion", "restoration"):
        news.told.clear()
        misaki.post(f"/notes/{one.id}/{deed}")
        assert ("alert", cast.ken.id) in news.told


def test_hundreds_of_names_nobody_has_are_not_hundreds_of_sentences(session, ticket, misaki):
    page = misaki.post(path(ticket, "notes"), body=" ".join(f"@だれか{n}" for n in range(300)))
    assert 1 <= page.count("という担当者はいない") <= 5
