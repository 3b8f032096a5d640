"""The page of a customer's data: handed out, kept, erased after a typed word; and the commands."""

import io
import zipfile

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from support.audit.records import AuditEntry
from support.conversations.records import Customer, Message
from support.db import engine_for
from support.privacy.holdings import HOLDINGS
from support.privacy.records import Erasure, Hold, RetentionPolicy
from support.replies.records import Reply
from support.replies.states import PartState
from support.web.customers.data_words import STATES, TABLES
from tests.privacy.life import MARKER, WHO, make_life
from tests.web import forms
from tests.web.forms import Browser

KEPT = "/settings/retention"


@pytest.fixture
def number(cast, database_url):
    engine = engine_for(database_url)
    with Session(engine) as writing:
        merged = type(cast)(*(writing.merge(it) for it in vars(cast).values()))
        found = make_life(writing, merged).id
        writing.commit()
    engine.dispose()
    return found


@pytest.fixture
def page(number):
    return f"/customers/{number}/data"


@pytest.fixture
def lead(ryo):
    return Browser(ryo)


def deeds(session):
    session.rollback()
    told = session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    return [(it.deed, it.about_id) for it in told if it.about == "customer"]


def test_the_archive_comes_as_a_file_with_a_sheet_in_both_languages(session, lead, number, page):
    answer = forms.post(lead.client, f"{page}/export", {"notes": "1"})
    assert answer.headers["Content-Type"] == "application/zip"
    whole = zipfile.ZipFile(io.BytesIO(answer.data))
    assert MARKER in whole.read("data.json").decode()
    sheet = whole.read("sheet-ja.html").decode()
    assert "保存している個人データ" in sheet
    assert "社内メモ（お客様には公開していません）" in sheet
    assert "sheet-en.html" in whole.namelist()
    assert deeds(session) == [("data_exported", number)]


def test_erasing_shows_what_goes_and_wants_the_handle_typed(session, lead, number, page):
    shown = lead.get(page)
    assert "消えるもの" in shown
    refused = lead.post(f"{page}/erasure", 422, confirm="@somebody_else")
    assert "お客様のハンドルと一致しません" in refused
    assert 'value="@somebody_else"' in refused
    session.rollback()
    assert session.scalars(select(Erasure)).all() == []
    done = lead.post(f"{page}/erasure", confirm=f"@{WHO.username.upper()}")
    assert "消去済み" in done or "消去しています" in done
    session.rollback()
    assert session.get_one(Customer, number).x_id == f"erased-{number}"
    assert [it for it in session.scalars(select(Message)) if it.text] == []
    assert set(deeds(session)) == {("data_erased", number)}


def test_an_erased_customers_ticket_and_page_still_open(session, lead, number, page):
    ticket_id = session.scalars(select(Message.ticket_id).order_by(Message.id)).first()
    lead.post(f"{page}/erasure", confirm=WHO.username)
    assert MARKER not in lead.get(f"/customers/{number}")
    ticket = lead.get(f"/tickets/{ticket_id}")
    assert MARKER not in ticket
    assert "消去しました" in ticket
    assert "消すものは残っていません" in lead.get(page)


def test_whatever_goes_or_stands_in_the_way_has_a_name_people_know():
    going = {it.table for it in HOLDINGS.values() if it.words or it.removed}
    counted_elsewhere = {"erasures", "handover_memos"}
    assert going - counted_elsewhere <= TABLES.keys()
    assert set(PartState) - {PartState.POSTED, PartState.UNDONE} == STATES.keys()


@pytest.mark.parametrize(
    ("state", "said"), [("unknown", "送信できたか不明"), ("waiting", "承認待ち")]
)
def test_a_reply_that_is_not_settled_is_named_and_nothing_is_asked_for(
    session, lead, page, database_url, state, said
):
    engine = engine_for(database_url)
    with Session(engine) as writing:
        reply = writing.scalars(select(Reply).order_by(Reply.id)).first()
        reply.settled_at, reply.parts[0].state = None, state
        ticket_id = reply.ticket_id
        writing.commit()
    engine.dispose()
    shown = lead.get(page)
    assert f"終わっていない返信があります（{said}）" in shown
    assert f'href="/tickets/{ticket_id}"' in shown
    assert 'name="confirm"' not in shown
    assert "今は消去できません" in lead.post(f"{page}/erasure", 422, confirm=WHO.username)


def test_a_hold_keeps_until_it_is_lifted(session, lead, number, page):
    assert "消去しない理由を入力" in lead.post(f"{page}/hold", 422, hold_reason=" ")
    wrong = lead.post(f"{page}/hold", 422, hold_reason="係争中", hold_ticket="999")
    assert 'value="係争中"' in wrong
    lead.post(f"{page}/hold", hold_reason="係争中")
    assert "保全中です。" in lead.get(page)
    session.rollback()
    hold = session.scalars(select(Hold).where(Hold.reason == "係争中")).one()
    lead.post(f"{page}/hold/{hold.id}/lift")
    assert 'name="confirm"' in lead.get(page)
    assert deeds(session) == [("hold_set", number), ("hold_lifted", number)]


def test_agents_neither_see_nor_do_it(session, misaki, number, page):
    assert misaki.get(page).status_code == 403
    assert forms.post(misaki, f"{page}/erasure", {"confirm": WHO.username}).status_code == 403
    assert page not in misaki.get(f"/customers/{number}").text


def test_rules_are_tried_out_before_they_are_kept(session, cast, signed_in, number, clock):
    clock.forward(days=100)
    admin = Browser(signed_in(cast.hikaru))
    tried = admin.post(KEPT, words="2", payloads="7", do="preview")
    assert "まだ保存していません" in tried
    assert "今日消える記録：2件" in tried
    session.rollback()
    assert session.scalars(select(RetentionPolicy)).all() == []
    wrong = admin.post(KEPT, 422, words="1", payloads="abc", do="save")
    assert wrong.count("までの数字を入力するか") == 2
    assert 'value="abc"' in wrong
    admin.post(KEPT, words="2", do="save")
    session.rollback()
    assert session.scalars(select(RetentionPolicy)).one().rules["words"] == 2
    assert 'value="2"' in admin.get(KEPT)


def test_the_commands_hand_out_and_erase(session, cast, flask, number, tmp_path):
    email, path = cast.ryo.email, tmp_path / "out.zip"
    agent = cast.misaki.email
    session.rollback()
    assert flask("customers", "export", WHO.username, "--to", str(path), "--by", agent).exit_code
    done = flask("customers", "export", f"@{WHO.username}", "--to", str(path), "--by", email)
    assert done.exit_code == 0, done.output
    assert MARKER in zipfile.ZipFile(path).read("data.json").decode()
    done = flask("customers", "erase", WHO.username, "--by", email, answers="n\n")
    assert "Nothing was changed" in done.output
    done = flask("customers", "erase", WHO.username, "--by", email, "--yes")
    assert done.exit_code == 0, done.output
    session.rollback()
    assert session.get_one(Customer, number).username == f"erased-{number}"
    session.rollback()
    again = flask("customers", "erase", WHO.username, "--by", email, "--yes")
    assert "Nobody here is called" in again.output
