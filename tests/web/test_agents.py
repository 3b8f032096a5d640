"""Coming in, going out, the first set-up, one's own page."""

import pytest

from app import flask_settings
from support.agents.records import Agent
from support.agents.signing_in import sign_in
from tests.cast import PASSWORD, SECRET
from tests.web.forms import post, try_to_sign_in

ADMIN = {
    "family_name": "佐藤",
    "given_name": "美咲",
    "email": "sato@desk.example",
    "password": PASSWORD,
}


def test_an_empty_desk_leads_to_the_set_up(client):
    assert client.get("/").location == "/sign-in"
    assert client.get("/sign-in").location == "/set-up"


def test_the_set_up_is_open_only_while_nobody_is_enrolled(session, client, cast):
    assert client.get("/set-up").location == "/sign-in"
    post(client, "/set-up", ADMIN, on="/sign-in")
    assert session.query(Agent).filter_by(email=ADMIN["email"]).count() == 0


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        pytest.param({"family_name": ""}, "姓を入力", id="no name"),
        pytest.param({"password": "short"}, "10文字以上", id="a short password"),
        pytest.param({"email": "sato"}, "メールアドレスの形", id="no address"),
        pytest.param({"email": ""}, "メールアドレスを入力", id="an empty address"),
    ],
)
def test_the_set_up_says_what_to_change_and_keeps_the_rest(session, client, wrong, sentence):
    response = post(client, "/set-up", ADMIN | wrong, on="/set-up")
    assert response.status_code == 422
    assert sentence in response.text
    assert 'value="美咲"' in response.text
    assert PASSWORD not in response.text
    assert session.query(Agent).count() == 0


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("misaki@hikari-care.example", "not-the-password"),
        ("nobody@desk.example", PASSWORD),
        (" ", ""),
        ("a\x00b@desk.example", PASSWORD),
    ],
)
def test_a_wrong_address_and_a_wrong_password_get_the_same_answer(client, cast, email, password):
    response = try_to_sign_in(client, email, password)
    assert response.status_code == 422
    assert "メールアドレスかパスワードが違います" in response.text


def test_the_eleventh_try_within_a_minute_waits(client, cast, clock):
    def wrong():
        clock.forward(minutes=20)  # the desk's own delay is over; the limit counts real time
        return try_to_sign_in(client, cast.ken.email, "wrong").status_code

    assert [wrong() for _ in range(11)] == [422] * 10 + [429]
    assert try_to_sign_in(client, cast.ryo.email).status_code == 303, "others may still come in"


def test_wrong_passwords_cost_time_which_is_told_and_ends(client, cast, clock):
    for _ in range(5):
        assert try_to_sign_in(client, cast.ken.email, "wrong").status_code == 422
    shut = try_to_sign_in(client, cast.ken.email)
    assert (shut.status_code, shut.headers["Retry-After"]) == (429, "2")
    assert "あと2秒待って" in shut.text
    clock.forward(seconds=2)
    assert try_to_sign_in(client, cast.ken.email, "wrong").status_code == 422
    assert "あと4秒待って" in try_to_sign_in(client, cast.ken.email).text
    clock.forward(seconds=4)
    assert try_to_sign_in(client, cast.ken.email).status_code == 303
    assert try_to_sign_in(app_of(client), cast.ken.email, "wrong").status_code == 422


def app_of(client):
    """Another browser at the same place."""
    return client.application.test_client()


def test_nothing_of_the_session_before_lives_on_after_the_sign_in(client, cast):
    client.get("/sign-in")
    with client.session_transaction() as before:
        before["planted"] = "by a stranger"
    try_to_sign_in(client, cast.misaki.email)
    with client.session_transaction() as after:
        assert "planted" not in after


def test_signing_out_ends_the_sign_in_at_the_desk(app, misaki):
    name = app.config["SESSION_COOKIE_NAME"]
    cookie = misaki.get_cookie(name).value
    assert post(misaki, "/sign-out").location == "/sign-in"
    misaki.set_cookie(name, cookie)
    assert misaki.get("/me").status_code == 303, "the old cookie opens nothing"


def test_a_language_is_kept_with_the_agent(session, cast, misaki):
    post(misaki, "/me/language", {"locale": "en", "next": "/canned"})
    assert "Prepared answers" in misaki.get("/canned").text
    session.rollback()
    assert cast.misaki.locale == "en"


def test_a_language_we_do_not_speak_is_refused(misaki):
    assert post(misaki, "/me/language", {"locale": "tlh"}).status_code == 400


def other_sign_in(session, agent, clock):
    other, _ = sign_in(session, agent.email, PASSWORD, browser="Firefox/1 Linux", now=clock())
    session.commit()
    return other


def test_one_may_end_ones_own_sign_ins(session, cast, misaki, clock):
    other = other_sign_in(session, cast.misaki, clock)
    assert "Firefox — Linux" in misaki.get("/me").text
    assert post(misaki, f"/me/sign-ins/{other.id}/end").status_code == 303
    session.rollback()
    assert other.ended_at == clock()
    assert "そのブラウザのサインインを終わらせました" in misaki.get("/me").text


def test_one_may_not_end_those_of_others(session, cast, misaki, clock):
    theirs = other_sign_in(session, cast.hikaru, clock)
    assert post(misaki, f"/me/sign-ins/{theirs.id}/end").status_code == 404
    session.rollback()
    assert theirs.ended_at is None


def test_on_a_practice_desk_the_people_of_the_story_are_offered(session, client, cast):
    cast.ken.email = "tanaka@hikari-care.example"
    session.commit()
    page = client.get("/sign-in").text
    assert 'value="tanaka@hikari-care.example"' in page
    assert "suzuki@hikari-care.example" not in page, "only those who work here"


def test_a_new_secret_before_the_old_one_keeps_people_signed_in(app, misaki):
    settings = app.extensions["desk"].settings
    cookie = misaki.get_cookie(app.config["SESSION_COOKIE_NAME"]).value
    for key, status in ((f"a new one,{SECRET}", 200), ("a new one", 303)):
        app.config.update(flask_settings(settings.model_copy(update={"secret_key": key})))
        misaki.set_cookie(app.config["SESSION_COOKIE_NAME"], cookie)
        assert misaki.get("/me").status_code == status
