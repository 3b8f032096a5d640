"""A passkey signs in, or confirms a password; each question is answered once, by whom it asked."""

import json
import re

from support.agents.records import Passkey, SignIn
from support.audit.records import AuditEntry
from tests.authenticator import Authenticator
from tests.web.forms import post, token_on, try_to_sign_in
from tests.web.passkey_talk import deeds, enrol, enter, is_in, question, said

SAYS_NO = "確かめられませんでした"


def test_it_signs_in_alone_without_a_name_and_to_the_page_that_was_asked_for(
    enrolled, keys, session, cast
):
    asked = question(enrolled, "enter")
    assert "misaki" not in asked
    assert json.loads(asked)["allowCredentials"] == []
    answer = enter(enrolled, keys.get(asked), "/sign-in/passkey?next=/canned")
    assert answer.location == "/canned"
    assert is_in(enrolled)
    session.rollback()
    entry = session.query(AuditEntry).order_by(AuditEntry.id.desc()).first()
    assert (entry.deed, entry.data) == ("signed_in", {"way": "passkey"})
    assert session.query(Passkey).one().used_at is not None


def test_after_the_password_it_is_the_second_step(enrolled, keys, session, cast):
    there = try_to_sign_in(enrolled, cast.misaki.email, path="/sign-in?next=/canned").location
    assert there.split("?")[0] == "/sign-in/code"
    assert not is_in(enrolled)
    assert "パスキーで確認" in enrolled.get(there).text
    asked = question(enrolled, "confirm")
    assert len(json.loads(asked)["allowCredentials"]) == 1
    answer = enter(enrolled, keys.get(asked), "/sign-in/code/passkey?next=/canned")
    assert (answer.location, is_in(enrolled)) == ("/canned", True)
    assert deeds(session)[-1] == "signed_in"


def test_an_answer_is_taken_once_even_with_the_cookie_of_before(app, enrolled, keys, session):
    answer, name = keys.get(question(enrolled, "enter")), app.config["SESSION_COOKIE_NAME"]
    before, token = enrolled.get_cookie(name).value, None
    thief = app.test_client()
    thief.set_cookie(name, before)
    token = token_on(thief, "/sign-in")
    assert enter(enrolled, answer).location == "/tickets"
    session.query(Passkey).update({"sign_count": 0})  # the counter is not what refuses it
    session.commit()
    thief.set_cookie(name, before)
    form = {"answer": answer, "csrf_token": token}
    assert thief.post("/sign-in/passkey", data=form).location == "/sign-in"
    assert SAYS_NO in said(thief)
    assert not is_in(thief)


def test_a_question_is_for_the_browser_that_asked_for_it(app, enrolled, keys):
    answer = keys.get(question(enrolled, "enter"))
    other = app.test_client()
    assert enter(other, answer).location == "/sign-in"
    question(other, "enter")
    assert enter(other, answer).location == "/sign-in"
    assert not is_in(other)


def test_a_newer_question_voids_the_one_before(enrolled, keys):
    answer = keys.get(question(enrolled, "enter"))
    question(enrolled, "enter")
    assert enter(enrolled, answer).location == "/sign-in"
    assert not is_in(enrolled)


def test_a_question_waits_five_minutes(enrolled, keys, clock):
    answer = keys.get(question(enrolled, "enter"))
    clock.forward(minutes=5, seconds=1)
    assert enter(enrolled, answer).location == "/sign-in"
    assert not is_in(enrolled)


def test_a_question_for_one_thing_is_not_answered_for_another(enrolled, keys, cast):
    try_to_sign_in(enrolled, cast.misaki.email)
    answer = keys.get(question(enrolled, "enter"))
    assert enter(enrolled, answer, "/sign-in/code/passkey").location.startswith("/sign-in/code")
    answer = keys.get(question(enrolled, "confirm"))
    assert enter(enrolled, answer).location.startswith("/sign-in")
    assert not is_in(enrolled)


def test_somebody_elses_passkey_confirms_nothing(enrolled, signed_in, keys, cast, session):
    ken, his = signed_in(cast.ken), Authenticator()
    enrol(ken, his)
    try_to_sign_in(enrolled, cast.misaki.email)
    answer = his.get(question(enrolled, "confirm"), his.keys[0])
    page = enter(enrolled, answer, "/sign-in/code/passkey")
    assert page.location.startswith("/sign-in/code")
    assert SAYS_NO in said(enrolled, "/sign-in/code")
    assert not is_in(enrolled)
    assert deeds(session)[-1] == "sign_in_failed"


def test_one_that_says_it_is_somebody_elses_is_not_taken(enrolled, keys):
    answer = keys.get(question(enrolled, "enter"), handle=b"somebody else")
    assert enter(enrolled, answer).location == "/sign-in"
    assert not is_in(enrolled)


def test_a_counter_that_goes_back_puts_the_passkey_aside_for_good(enrolled, keys, session, cast):
    for _ in range(3):
        enter(enrolled, keys.get(question(enrolled, "enter")))
        post(enrolled, "/sign-out")
    answer = enter(enrolled, keys.get(question(enrolled, "enter"), count=2))
    assert answer.location == "/sign-in"
    assert "複製された疑い" in said(enrolled)
    assert deeds(session)[-2:] == ["passkey_doubted", "sign_in_failed"]
    answer = enter(enrolled, keys.get(question(enrolled, "enter"), count=99))
    assert "複製された疑い" in said(enrolled)
    assert not is_in(enrolled)
    assert try_to_sign_in(enrolled, cast.misaki.email).location.startswith("/sign-in/code")


def test_one_that_keeps_no_count_opens_again_and_again(misaki, keys):
    enrol(misaki, keys, counts=False)
    for _ in range(2):
        post(misaki, "/sign-out")
        assert enter(misaki, keys.get(question(misaki, "enter"))).location == "/tickets"


def test_who_is_suspended_stays_out(enrolled, keys, cast, session, clock):
    cast.misaki.suspended_at = clock()
    session.commit()
    enter(enrolled, keys.get(question(enrolled, "enter")))
    assert SAYS_NO in said(enrolled)
    assert not is_in(enrolled)


def test_an_empty_answer_is_that_of_a_browser_without_script(enrolled):
    enter(enrolled, "")
    assert "JavaScript" in said(enrolled)


def test_a_recovery_code_opens_where_the_passkey_is_lost(misaki, keys, cast):
    page = enrol(misaki, keys).text
    code = re.findall(r"<code>([a-z2-7-]{29})</code>", page)[0]
    post(misaki, "/sign-out")
    try_to_sign_in(misaki, cast.misaki.email)
    assert post(misaki, "/sign-in/code", {"code": "x"}, on="/sign-in/code").status_code == 422
    assert post(misaki, "/sign-in/code", {"code": code}, on="/sign-in/code").location == "/tickets"


def test_an_ended_half_sign_in_is_asked_nothing(enrolled, session, cast, clock):
    try_to_sign_in(enrolled, cast.misaki.email)
    session.rollback()
    session.query(SignIn).update({"ended_at": clock()})
    session.commit()
    assert post(enrolled, "/sign-in/passkey/confirm", on="/sign-in").status_code == 409
