"""Passkeys are made and removed by whom they belong to; a lost one by an administrator."""

import pyotp
import pytest

from support.agents.confirming import secret_of
from support.agents.records import Passkey, SecondStep, codes_left
from tests.authenticator import Authenticator
from tests.cast import PASSWORD, SECRET
from tests.fakes import THURSDAY
from tests.web.forms import post, try_to_sign_in
from tests.web.passkey_talk import deeds, enrol, enter, is_in, question


def test_one_is_made_named_and_listed_and_codes_are_told_for_the_day_it_is_lost(
    misaki, keys, session, cast
):
    page = enrol(misaki, keys, "会社の電話")
    assert "予備のコード" in page.text
    page = misaki.get("/me").text
    assert ("会社の電話" in page, "まだ使われていません" in page) == (True, True)
    assert "予備のコード" not in enrol(misaki, keys, "自宅").text.split("<h1>")[1][:30]
    assert deeds(session)[-2:] == ["passkey_added"] * 2
    one, two = session.query(Passkey).order_by(Passkey.id)
    assert one.handle == two.handle
    assert codes_left(session, cast.misaki.id) == 10


@pytest.mark.parametrize("wrong", [{"origin": "https://evil.example"}, {"rp_id": "evil.example"}])
def test_one_of_another_place_is_neither_kept_nor_taken(misaki, keys, session, wrong):
    assert enrol(misaki, keys, **wrong).status_code == 422
    assert session.query(Passkey).count() == 0
    enrol(misaki, keys)
    post(misaki, "/sign-out")
    enter(misaki, keys.get(question(misaki, "enter"), **wrong))
    assert not is_in(misaki)


@pytest.mark.parametrize(
    ("public_url", "usable"),
    [("https://desk.example", False), ("http://localhost", True), ("https://localhost", True)],
)
def test_where_the_browser_would_refuse_the_page_says_where_to_go(misaki, told, public_url, usable):
    told(public_url=public_url)
    post(misaki, "/me/passkeys", {"password": PASSWORD})
    page = misaki.get("/me/passkeys/new").text
    assert ("data-question" in page, public_url in page) == (usable, not usable)
    post(misaki, "/sign-out")
    assert ("data-question" in misaki.get("/sign-in").text) is usable


def test_without_the_password_none_is_made_or_removed(misaki, keys, session, clock):
    assert (
        "パスワードが違います"
        in post(misaki, "/me/passkeys", {"password": "x"}, follow_redirects=True).text
    )
    assert misaki.get("/me/passkeys/new").status_code == 303
    assert post(misaki, "/sign-in/passkey/mine").status_code == 409
    enrol(misaki, keys)
    number = session.query(Passkey).one().id
    session.rollback()
    assert post(misaki, "/sign-in/passkey/mine").status_code == 409, "said once, made one"
    post(misaki, f"/me/passkeys/{number}/removal", {"password": "x"})
    assert session.query(Passkey).count() == 1


def test_the_last_one_goes_with_its_codes_and_the_password_is_enough_again(
    misaki, keys, session, cast
):
    enrol(misaki, keys)
    number = session.query(Passkey).one().id
    session.rollback()
    post(misaki, f"/me/passkeys/{number}/removal", {"password": PASSWORD})
    assert deeds(session)[-1] == "passkey_removed"
    assert codes_left(session, cast.misaki.id) == 0
    post(misaki, "/sign-out")
    assert try_to_sign_in(misaki, cast.misaki.email).location == "/tickets"


def test_where_the_desk_insists_the_last_one_stays(misaki, keys, session, told):
    enrol(misaki, keys)
    told(second_step="everybody")
    number = session.query(Passkey).one().id
    path = f"/me/passkeys/{number}/removal"
    session.rollback()
    page = post(misaki, path, {"password": PASSWORD}, follow_redirects=True)
    assert "削除できません" in page.text
    assert session.query(Passkey).count() == 1


def test_one_that_was_put_aside_stands_in_for_nothing_where_the_desk_insists(
    misaki, keys, session, told, cast
):
    """Else whoever takes the good one away, or the telephone, is left with what opens nothing."""
    enrol(misaki, keys, "良い方")
    enrol(misaki, keys, "写された方")
    good, doubted = session.query(Passkey).order_by(Passkey.id)
    doubted.doubted_at = THURSDAY
    number, other = good.id, doubted.id
    session.commit()
    told(second_step="everybody")
    page = post(
        misaki, f"/me/passkeys/{number}/removal", {"password": PASSWORD}, follow_redirects=True
    )
    assert "削除できません" in page.text
    post(misaki, f"/me/passkeys/{other}/removal", {"password": PASSWORD})
    assert [it.name for it in session.query(Passkey)] == ["良い方"]
    session.query(Passkey).one().doubted_at = THURSDAY
    step = SecondStep(agent_id=cast.misaki.id, secret_sealed="x", made_at=THURSDAY)
    step.confirmed_at = THURSDAY
    session.add(step)
    session.commit()
    page = post(misaki, "/me/second-step/removal", {"password": PASSWORD}, follow_redirects=True)
    assert "解除できません" in page.text
    assert session.query(SecondStep).count() == 1


def test_nobody_removes_somebody_elses(misaki, signed_in, keys, session, cast):
    enrol(misaki, keys)
    number = session.query(Passkey).one().id
    session.rollback()
    ken = signed_in(cast.ken)
    assert post(ken, f"/me/passkeys/{number}/removal", {"password": PASSWORD}).status_code == 404


def test_an_administrator_takes_a_lost_one_away_and_ends_what_it_opened(
    misaki, signed_in, keys, session, cast
):
    enrol(misaki, keys, "電話")
    number = session.query(Passkey).one().id
    session.rollback()
    hikaru = signed_in(cast.hikaru)
    page = f"/settings/people/{cast.misaki.id}"
    assert "電話" in hikaru.get(page).text
    other = f"/settings/people/{cast.ken.id}/passkeys/{number}/removal"
    assert post(hikaru, other).status_code == 404
    post(hikaru, f"{page}/passkeys/{number}/removal")
    assert not is_in(misaki)
    assert deeds(session)[-1] == "passkey_taken_away"
    assert session.query(Passkey).count() == 0


def test_where_the_desk_insists_a_passkey_is_enough(client, cast, keys, told, session):
    told(second_step="everybody")
    there = try_to_sign_in(client, cast.ken.email, path="/sign-in?next=/canned").location
    assert there.split("?")[0] == "/sign-in/enrolment"
    answer = keys.create(question(client, "first"))
    page = post(client, "/sign-in/enrolment/passkey", {"answer": answer}, on=there)
    assert "予備のコード" in page.text
    assert is_in(client)
    assert deeds(session) == ["passkey_added", "signed_in"]


def test_who_knows_the_password_only_lays_nothing_down_after_the_owner_did(
    app, client, cast, keys, told, session
):
    """Two browsers wait for an enrolment; the first to end it decides."""
    told(second_step="everybody")
    thief, his = app.test_client(), Authenticator()
    try_to_sign_in(client, cast.ken.email)
    try_to_sign_in(thief, cast.ken.email)
    answer = keys.create(question(client, "first"))
    post(client, "/sign-in/enrolment/passkey", {"answer": answer}, on="/sign-in")
    assert is_in(client)
    for path, form in (
        ("/sign-in/enrolment/passkey", {"answer": his.create(question(thief, "first"))}),
        ("/sign-in/enrolment", {"code": code_of(session, cast.ken)}),
    ):
        assert post(thief, path, form, on="/sign-in").location.startswith("/sign-in")
    assert not is_in(thief)
    session.rollback()
    assert session.query(Passkey).count() == 1
    assert session.query(SecondStep).one().confirmed_at is None


def code_of(session, agent):
    step = session.get_one(SecondStep, agent.id)
    return pyotp.TOTP(secret_of(step, SECRET)).at(THURSDAY)
