"""Administrators let people in and out; the link they pass on opens once."""

import re

import pytest

from support.agents.records import Agent, Invitation, SecondStep, SignIn
from support.audit.records import AuditEntry
from support.drafts import keeping
from support.drafts.records import KeptDraft
from support.tickets import handling
from support.tickets.records import Ticket
from tests.cast import PASSWORD, SECRET, customer_says, press
from tests.cast import post as said
from tests.web.forms import post, try_to_sign_in

pytestmark = pytest.mark.both_databases

PAGE = "/settings/people"
NEW = {"family_name": "山田", "given_name": "花", "initials": "YH", "password": "long enough 1"}


@pytest.fixture
def hikaru(cast, signed_in, session):
    browser = signed_in(cast.hikaru)
    session.rollback()
    return browser


def deeds(session):
    session.rollback()
    return [it.deed for it in session.query(AuditEntry).order_by(AuditEntry.id)]


def invite(hikaru, email="new@desk.example", role="lead"):
    page = post(hikaru, f"{PAGE}/invitations", {"email": email, "role": role}, on=PAGE)
    assert page.status_code == 200, page.text
    return re.search(r'value="http://[^"/]+(/join/[^"]+)"', page.text)[1]


def test_everybody_is_listed_with_role_and_standing(hikaru, session, cast, clock):
    cast.ken.suspended_at = clock()
    session.commit()
    page = hikaru.get(PAGE).text
    for name in ("佐藤 美咲", "田中 健", "高橋 亮", "伊藤 光"):
        assert name in page
    assert page.count("停止中") == 1
    assert "misaki@hikari-care.example" in page


def test_the_person_invited_sets_name_and_password_and_is_in(session, hikaru, app):
    link = invite(hikaru)
    assert "/join/" not in hikaru.get(PAGE).text, "the link is shown once"
    browser = app.test_client()
    assert "new@desk.example" in browser.get(link).text
    assert post(browser, link, NEW, on=link).location == "/tickets"
    assert browser.get("/me").status_code == 200
    session.rollback()
    agent = session.query(Agent).filter_by(email="new@desk.example").one()
    assert (agent.name, agent.initials, agent.role) == ("山田 花", "YH", "lead")
    assert deeds(session)[-3:] == ["invited", "joined", "signed_in"]
    assert app.test_client().get(link).status_code == 404, "once"


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"family_name": ""}, "姓を入力"),
        ({"password": "short"}, "10文字以上"),
        ({"family_name": "長" * 41}, "40文字まで"),
        ({"initials": "ABCDE"}, "4文字まで"),
    ],
)
def test_joining_says_what_to_change_and_keeps_the_rest(hikaru, app, session, wrong, sentence):
    link, browser = invite(hikaru), app.test_client()
    page = post(browser, link, NEW | wrong, on=link)
    assert (page.status_code, sentence in page.text) == (422, True), page.text
    assert 'value="花"' in page.text
    assert NEW["password"] not in page.text
    assert post(browser, link, NEW, on=link).status_code == 303, "the link is still good"


def test_an_old_a_withdrawn_and_a_made_up_link_say_the_same(hikaru, app, session, clock):
    browser = app.test_client()
    withdrawn, number = invite(hikaru, "a@desk.example"), session.query(Invitation).one().id
    session.rollback()
    post(hikaru, f"{PAGE}/invitations/{number}/end", on=PAGE)
    old = invite(hikaru, "b@desk.example")
    clock.forward(hours=73)
    pages = {browser.get(link).text.split("<main")[1].split("code")[0]
             for link in (withdrawn, old, "/join/x")}  # fmt: skip
    assert len({re.sub("[0-9a-f]{8}", "", page) for page in pages}) == 1
    assert "もう使えません" in pages.pop()


@pytest.mark.parametrize(
    ("email", "role", "sentence"),
    [
        ("no address", "agent", "メールアドレスの形"),
        ("ken@hikari-care.example", "agent", "すでに登録"),
        ("new@desk.example", "owner", "役割を一覧"),
    ],
)
def test_an_invitation_that_cannot_be_made_says_why(hikaru, email, role, sentence):
    page = post(hikaru, f"{PAGE}/invitations", {"email": email, "role": role}, on=PAGE)
    assert page.status_code == 422
    assert sentence in page.text
    assert f'value="{email}"' in page.text


def test_a_new_role_counts_from_the_next_page_on(hikaru, cast, ryo, session):
    assert ryo.get(PAGE).status_code == 403
    page = post(hikaru, f"{PAGE}/{cast.ryo.id}/role", {"role": "admin"}, on=PAGE)
    assert page.status_code == 303
    assert ryo.get(PAGE).status_code == 200
    session.rollback()
    entry = session.query(AuditEntry).filter_by(deed="role_changed").one()
    assert entry.data == {"was": "lead", "role": "admin"}


@pytest.mark.parametrize(("deed", "form"), [("role", {"role": "agent"}), ("suspension", {})])
def test_the_last_administrator_is_told_and_stays(hikaru, cast, session, deed, form):
    page = post(hikaru, f"{PAGE}/{cast.hikaru.id}/{deed}", form, on=PAGE)
    assert page.status_code == 422
    assert "管理者がいなくなる" in page.text
    assert hikaru.get(PAGE).status_code == 200
    assert "suspended" not in deeds(session)
    assert "role_changed" not in deeds(session)


def test_whoever_is_suspended_is_out_at_once_and_may_be_let_in_again(
    hikaru, cast, misaki, session, client
):
    one = f"{PAGE}/{cast.misaki.id}"
    assert post(hikaru, f"{one}/suspension", on=one).status_code == 303
    assert misaki.get("/tickets").status_code == 303
    assert try_to_sign_in(client, cast.misaki.email).status_code == 422
    assert "名前が残っています" in hikaru.get(one).text
    post(hikaru, f"{one}/restoration", on=one)
    assert misaki.get("/tickets").status_code == 303, "sign in anew"
    assert try_to_sign_in(client, cast.misaki.email).status_code == 303
    assert [it for it in deeds(session) if "sign" not in it] == ["suspended", "restored"]


def test_an_administrator_ends_anybodys_sign_ins(hikaru, cast, misaki, signed_in, session):
    other = signed_in(cast.misaki)
    one = f"{PAGE}/{cast.misaki.id}"
    assert "127.0.0.1" in hikaru.get(one).text
    session.rollback()
    first = session.query(SignIn).filter_by(agent_id=cast.misaki.id).order_by(SignIn.id).first()
    assert post(hikaru, f"{one}/sign-ins/{first.id}/end", on=one).status_code == 303
    assert {misaki.get("/me").status_code, other.get("/me").status_code} == {200, 303}
    assert post(hikaru, f"{one}/sign-ins/end", on=one).status_code == 303
    assert (misaki.get("/me").status_code, other.get("/me").status_code) == (303, 303)
    assert "sign_in_ended" in deeds(session)
    assert "sign_ins_ended" in deeds(session)


def test_a_sign_in_is_ended_under_its_own_person_only(hikaru, cast, misaki, session):
    theirs = session.query(SignIn).filter_by(agent_id=cast.misaki.id).one().id
    session.rollback()
    wrong = f"{PAGE}/{cast.ken.id}/sign-ins/{theirs}/end"
    assert post(hikaru, wrong, on=PAGE).status_code == 404
    assert misaki.get("/me").status_code == 200


def test_a_lost_telephone_is_taken_off_and_whoever_has_it_is_out(
    hikaru, cast, misaki, session, clock
):
    from support.agents.confirming import prepare

    prepare(session, cast.misaki, secret_key=SECRET, now=clock()).confirmed_at = clock()
    session.commit()
    one = f"{PAGE}/{cast.misaki.id}"
    assert "設定されています" in hikaru.get(one).text
    post(hikaru, f"{one}/second-step/removal", on=one)
    session.rollback()
    assert session.query(SecondStep).count() == 0
    assert misaki.get("/me").status_code == 303
    assert deeds(session)[-1] == "second_step_removed"


@pytest.mark.parametrize("number", [999_999, 2**31, 2**63])
def test_nobody_by_that_number(hikaru, number):
    assert hikaru.get(f"{PAGE}/{number}").status_code == 404


def test_one_changes_ones_password_and_stays_in_this_browser_only(
    session, cast, misaki, signed_in, client
):
    other = signed_in(cast.misaki)
    form = {"current": PASSWORD, "password": "another horse 7", "again": "another horse 7"}
    name = misaki.application.config["SESSION_COOKIE_NAME"]
    before = misaki.get_cookie(name).value
    assert post(misaki, "/me/password", form, on="/me/password").location == "/me"
    assert misaki.get("/me").status_code == 200
    assert other.get("/me").status_code == 303
    assert misaki.get_cookie(name).value != before, "the old secret is worth nothing"
    assert try_to_sign_in(client, cast.misaki.email).status_code == 422
    assert try_to_sign_in(client, cast.misaki.email, "another horse 7").status_code == 303
    assert "password_changed" in deeds(session)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"current": "wrong"}, "今のパスワードが違います"),
        ({"again": "something else"}, "同じではありません"),
        ({"password": "short", "again": "short"}, "10文字以上"),
        ({"password": "x" * 201, "again": "x" * 201}, "200文字まで"),
    ],
)
def test_a_password_that_cannot_be_changed_says_why(misaki, change, sentence):
    form = {"current": PASSWORD, "password": "another horse 7", "again": "another horse 7"}
    page = post(misaki, "/me/password", form | change, on="/me/password")
    assert page.status_code == 422
    assert sentence in page.text
    assert "another horse" not in page.text


def test_a_leaked_password_is_refused(app, misaki, tmp_path):
    listed = tmp_path / "leaked.txt"
    listed.write_text("another horse 7\n")
    from dataclasses import replace

    desk = app.extensions["desk"]
    given = {"leaked_passwords": str(listed)}
    app.extensions["desk"] = replace(desk, settings=desk.settings.model_copy(update=given))
    form = {"current": PASSWORD, "password": "another horse 7", "again": "another horse 7"}
    page = post(misaki, "/me/password", form, on="/me/password")
    assert "漏れたパスワードの一覧" in page.text
    listed.unlink()
    assert post(misaki, "/me/password", form, on="/me/password").status_code == 303


def test_guessing_the_password_from_inside_costs_time_as_well(misaki):
    form = {"current": "wrong", "password": "another horse 7", "again": "another horse 7"}
    for _ in range(5):
        assert "違います" in post(misaki, "/me/password", form, on="/me/password").text
    page = post(misaki, "/me/password", form | {"current": PASSWORD}, on="/me/password")
    assert "秒待って" in page.text


def test_one_ends_all_ones_other_sign_ins(cast, misaki, signed_in):
    others = [signed_in(cast.misaki) for _ in range(2)]
    assert post(misaki, "/me/sign-ins/others/end").location == "/me"
    assert misaki.get("/me").status_code == 200
    assert [it.get("/me").status_code for it in others] == [303, 303]


def test_before_somebody_leaves_what_depends_on_them_is_shown_and_handed_on(
    hikaru, cast, session, clock, news
):
    ticket = customer_says(session, cast, said(at=clock()))
    handling.assign(session, ticket, cast.misaki, by=cast.ryo, now=clock())
    reply = press(session, ticket, cast.misaki, now=clock())
    reply.scheduled = True
    number, one = ticket.id, f"{PAGE}/{cast.misaki.id}/suspension"
    session.commit()
    session.rollback()
    page = hikaru.get(one).text
    assert "対応中のチケット（1）" in page
    assert "予約された返信（1）" in page
    assert post(hikaru, one, {"heir": "x"}, on=one).status_code == 422
    assert post(hikaru, one, {"heir": str(cast.ken.id)}, on=one).status_code == 303
    session.rollback()
    assert session.get_one(Ticket, number).assignee_id == cast.ken.id
    assert ("ticket", number) in news.told
    entry = session.query(AuditEntry).filter_by(deed="suspended").one()
    nothing = dict.fromkeys(("rules", "drafts", "views", "recalled", "invitations"), 0)
    assert entry.data == {"heir": cast.ken.id, "tickets": 1, **nothing}


def test_what_was_begun_and_what_was_scheduled_go_to_the_heir_as_drafts(
    hikaru, cast, session, clock, signed_in
):
    ticket = customer_says(session, cast, said(at=clock()))
    press(session, ticket, cast.misaki, "明日お送りします。", now=clock()).scheduled = True
    keeping.keep(session, ticket, "note", "電話は夕方", by=cast.misaki, now=clock())
    number, one = ticket.id, f"{PAGE}/{cast.misaki.id}/suspension"
    session.commit()
    session.rollback()
    assert "書きかけの返信とメモ（1）" in hikaru.get(one).text
    assert post(hikaru, one, {"scheduled": "draft"}, on=one).status_code == 422, "for nobody"
    form = {"scheduled": "draft", "heir": str(cast.ken.id)}
    assert post(hikaru, one, form, on=one).status_code == 303
    ken = signed_in(cast.ken)
    page = ken.get("/drafts").text
    assert ("明日お送りします。" in page, "電話は夕方" in page) == (True, True)
    assert page.count("佐藤 美咲 — ") == 2
    session.rollback()
    drafts = {it.mode: it.id for it in session.query(KeptDraft)}
    session.rollback()
    assert post(hikaru, f"/drafts/{drafts['reply']}/taking-up").status_code == 404, "not theirs"
    taken = post(ken, f"/drafts/{drafts['reply']}/taking-up")
    assert taken.location == f"/tickets/{number}"
    assert "明日お送りします。</textarea>" in ken.get(taken.location).text
    post(ken, f"/drafts/{drafts['note']}/removal")
    assert "引き継いだ下書き" not in ken.get("/drafts").text


def test_what_is_left_with_somebody_who_is_out_is_named_and_can_be_handed_on(
    hikaru, cast, session, clock
):
    ticket = customer_says(session, cast, said(at=clock()))
    handling.assign(session, ticket, cast.misaki, by=cast.ryo, now=clock())
    cast.misaki.suspended_at = clock()
    number, one = ticket.id, f"{PAGE}/{cast.misaki.id}"
    session.commit()
    session.rollback()
    page = hikaru.get(one).text
    assert "まだこの方に残っているもの" in page
    assert f"#{number}" in page
    post(hikaru, f"{one}/suspension", {"heir": str(cast.ken.id)}, on=f"{one}/suspension")
    assert "まだこの方に残っているもの" not in hikaru.get(one).text
    assert deeds(session)[-1] == "handed_on"
