"""Nobody is signed in before the second step is done; what opens it opens it once."""

import re
from dataclasses import replace

import pyotp
import pytest

from support.agents.confirming import prepare, secret_of
from support.agents.records import SecondStep, SignIn
from support.audit.records import AuditEntry
from tests.cast import PASSWORD, SECRET
from tests.web.forms import post, token_on, try_to_sign_in

PAGES = ("/me", "/tickets", "/tickets/1", "/canned", "/settings", "/me/second-step")


@pytest.fixture
def secret(session, cast, clock):
    """What Misaki's telephone knows; she has it since before the test."""
    step = prepare(session, cast.misaki, secret_key=SECRET, now=clock())
    step.confirmed_at, known = clock(), secret_of(step, SECRET)
    session.commit()
    return known


@pytest.fixture
def insist(app):
    """Says for whom the desk insists."""

    def on(policy):
        desk = app.extensions["desk"]
        settings = desk.settings.model_copy(update={"second_step": policy})
        app.extensions["desk"] = replace(desk, settings=settings)

    return on


def half_in(client, email="misaki@hikari-care.example", path="/sign-in"):
    answer = try_to_sign_in(client, email, path=path)
    assert answer.status_code == 303
    return answer.location


def give(client, code, at="/sign-in/code"):
    return post(client, at, {"code": code}, on=at.split("?")[0])


def deeds(session):
    session.rollback()
    return [it.deed for it in session.query(AuditEntry).order_by(AuditEntry.id)]


@pytest.mark.parametrize("path", PAGES)
def test_the_password_alone_opens_nothing(client, secret, path):
    assert half_in(client).split("?")[0] == "/sign-in/code"
    answer = client.get(path)
    assert (answer.status_code, answer.location.split("?")[0]) == (303, "/sign-in")


def test_the_code_opens_the_page_that_was_asked_for(client, secret, clock, session):
    there = half_in(client, path="/sign-in?next=/canned")
    page = client.get(there).text
    assert "misaki@hikari-care.example" in page
    answer = give(client, pyotp.TOTP(secret).at(clock()), there)
    assert answer.location == "/canned"
    assert client.get("/me").status_code == 200
    assert deeds(session) == ["signed_in"]


def test_the_secret_of_the_half_sign_in_is_worth_nothing_afterwards(app, client, secret, clock):
    half_in(client)
    name = app.config["SESSION_COOKIE_NAME"]
    before = client.get_cookie(name).value
    give(client, pyotp.TOTP(secret).at(clock()))
    thief = app.test_client()
    thief.set_cookie(name, before)
    assert thief.get("/me").status_code == 303
    assert thief.get("/sign-in/code").location.startswith("/sign-in"), "half is over, too"
    clock.forward(minutes=1)
    token = client.get("/me") and token_on(client)
    code = pyotp.TOTP(secret).at(clock())
    assert thief.post("/sign-in/code", data={"code": code, "csrf_token": token}).status_code != 200
    assert thief.get("/me").status_code == 303


def test_a_code_seen_over_the_shoulder_does_not_open_a_second_time(app, client, secret, clock):
    code = pyotp.TOTP(secret).at(clock())
    half_in(client)
    assert give(client, code).status_code == 303
    other = app.test_client()
    half_in(other)
    answer = give(other, code)
    assert answer.status_code == 422
    assert "コードが違います" in answer.text


def test_wrong_codes_cost_time_and_the_password_does_not_forgive_them(client, secret, clock):
    half_in(client)
    for _ in range(5):
        assert give(client, "000000").status_code == 422
    good = pyotp.TOTP(secret).at(clock())
    answer = give(client, good)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "2")
    assert "あと2秒待って" in answer.text
    assert try_to_sign_in(client, "misaki@hikari-care.example").status_code == 429
    clock.forward(seconds=2)
    half_in(client)
    assert give(client, "000000").status_code == 422, "counted on from the five before"
    assert give(client, good).headers["Retry-After"] == "4"


def test_the_eleventh_code_within_a_minute_waits(client, secret, clock):
    half_in(client)
    for _ in range(5):
        assert give(client, "000000").status_code == 422
    assert [give(client, "000000").status_code for _ in range(6)] == [429] * 6


def test_half_a_sign_in_ends_after_ten_minutes(client, secret, clock):
    half_in(client)
    clock.forward(minutes=11)
    assert client.get("/sign-in/code").location.startswith("/sign-in")


@pytest.mark.parametrize("deed", ["suspend", "end"])
def test_half_a_sign_in_ends_with_the_others(client, secret, clock, session, cast, deed):
    half_in(client)
    if deed == "suspend":
        cast.misaki.suspended_at = clock()
    else:
        session.query(SignIn).one().ended_at = clock()
    session.commit()
    assert client.get("/sign-in/code").location.startswith("/sign-in")


def test_somebody_else_may_sign_in_instead(client, secret, cast):
    half_in(client)
    assert post(client, "/sign-in/withdrawal", on="/sign-in/code").location == "/sign-in"
    assert client.get("/sign-in/code").location.startswith("/sign-in")
    assert try_to_sign_in(client, cast.ken.email).location == "/tickets"


def begin(client, password=PASSWORD):
    return post(client, "/me/second-step", {"password": password}, follow_redirects=True)


def key_on(page):
    return re.search(r"<code>([A-Z2-7 ]{32,})</code>", page)[1].replace(" ", "")


def enrol(client, clock, at="/me/second-step"):
    """Teaches a telephone by the key on the page; the key and the recovery codes."""
    key = key_on(client.get(at).text)
    to = f"{at}/confirmation" if at.startswith("/me") else at
    page = post(client, to, {"code": pyotp.TOTP(key).at(clock())}, on=at)
    assert page.status_code == 200, page.text
    return key, re.findall(r"<code>([a-z2-7-]{29})</code>", page.text)


def test_one_sets_it_up_by_a_square_or_by_a_key(session, cast, misaki, clock):
    page = begin(misaki).text
    assert "<svg" in page
    assert "style=" not in page.split("<main")[1], "the browser would refuse it"
    key, codes = enrol(misaki, clock)
    assert len(codes) == 10
    assert deeds(session)[-1] == "second_step_on"
    profile = misaki.get("/me").text
    assert "あと10個" in profile
    assert key not in profile
    assert misaki.get("/me/second-step").location == "/me", "the key is not shown again"
    post(misaki, "/sign-out")
    clock.forward(minutes=1)
    half_in(misaki)
    assert give(misaki, codes[0]).location == "/tickets"
    assert deeds(session)[-2:] == ["recovery_code_used", "signed_in"]
    assert "あと9個" in misaki.get("/me").text


@pytest.mark.parametrize("deed", ["", "/codes", "/removal"])
def test_nothing_of_it_changes_without_the_password(session, misaki, clock, deed):
    if deed:
        begin(misaki)
        enrol(misaki, clock)
    page = post(misaki, f"/me/second-step{deed}", {"password": "x"}, follow_redirects=True)
    assert "パスワードが違います" in page.text
    session.rollback()
    assert (session.query(SecondStep).count() == 1) is bool(deed)


def test_it_is_taken_off_and_its_codes_replaced_by_whoever_knows_the_password(
    session, misaki, clock
):
    begin(misaki)
    _, first = enrol(misaki, clock)
    page = post(misaki, "/me/second-step/codes", {"password": PASSWORD}).text
    second = re.findall(r"<code>([a-z2-7-]{29})</code>", page)
    assert (len(second), set(first) & set(second)) == (10, set())
    post(misaki, "/me/second-step/removal", {"password": PASSWORD})
    post(misaki, "/sign-out")
    assert try_to_sign_in(misaki, "misaki@hikari-care.example").location == "/tickets"
    assert "recovery_codes_made" in deeds(session)
    assert "second_step_off" in deeds(session)


@pytest.mark.parametrize(
    ("policy", "who", "asked"),
    [
        ("off", "hikaru", False),
        ("leads", "misaki", False),
        ("leads", "ryo", True),
        ("leads", "hikaru", True),
        ("everybody", "misaki", True),
    ],
)
def test_where_the_desk_insists_it_is_set_up_at_the_next_sign_in(
    client, cast, insist, clock, policy, who, asked
):
    insist(policy)
    there = half_in(client, getattr(cast, who).email, "/sign-in?next=/canned")
    if not asked:
        assert there == "/canned"
        return
    assert there.split("?")[0] == "/sign-in/enrolment"
    assert client.get("/me").status_code == 303
    _, codes = enrol(client, clock, "/sign-in/enrolment")
    assert len(codes) == 10
    assert client.get("/me").status_code == 200


def test_a_wrong_code_at_the_enrolment_keeps_the_key(client, cast, insist, clock):
    insist("everybody")
    half_in(client)
    key = key_on(client.get("/sign-in/enrolment").text)
    page = post(client, "/sign-in/enrolment", {"code": "000000"}, on="/sign-in/enrolment")
    assert page.status_code == 422
    assert "コードが違います" in page.text
    assert key_on(page.text) == key
    assert client.get("/me").status_code == 303


def test_whoever_knows_the_password_only_never_sees_the_secret_somebody_else_learns(
    app, client, cast, insist, clock, session
):
    insist("everybody")
    thief = app.test_client()
    half_in(thief)
    seen = key_on(thief.get("/sign-in/enrolment").text)
    half_in(client)
    assert thief.get("/sign-in/enrolment").location == "/sign-in", "begun elsewhere"
    key, _ = enrol(client, clock, "/sign-in/enrolment")
    assert key != seen
    assert thief.get("/sign-in/enrolment").location == "/sign-in", "in use"
    answer = post(thief, "/sign-in/enrolment", {"code": "000000"}, on="/sign-in")
    assert (answer.status_code, "<code>" in answer.text) == (303, False)
    assert thief.get("/me").status_code == 303


def test_a_step_taken_off_half_way_leads_back_to_the_beginning(client, cast, insist, session):
    insist("everybody")
    half_in(client)
    session.query(SecondStep).delete()
    session.commit()
    assert client.get("/sign-in/enrolment").location == "/sign-in"


def test_where_the_desk_insists_it_cannot_be_taken_off(session, misaki, insist, clock):
    begin(misaki)
    enrol(misaki, clock)
    insist("everybody")
    page = post(misaki, "/me/second-step/removal", {"password": PASSWORD}, follow_redirects=True)
    assert "解除できません" in page.text
    session.rollback()
    assert session.query(SecondStep).count() == 1


def test_a_second_sign_in_of_the_same_person_does_not_see_what_the_first_began(
    misaki, signed_in, cast, session, clock
):
    other = signed_in(cast.misaki)
    begin(misaki)
    key = key_on(misaki.get("/me/second-step").text)
    assert other.get("/me/second-step").location == "/me", "begun elsewhere"
    code = {"code": pyotp.TOTP(key).at(clock())}
    assert post(other, "/me/second-step/confirmation", code).location == "/me"
    session.rollback()
    assert session.query(SecondStep).one().confirmed_at is None
    begin(other)
    assert key_on(other.get("/me/second-step").text) != key
    assert misaki.get("/me/second-step").location == "/me", "its secret is void"


def test_without_half_a_sign_in_there_is_nothing_to_confirm(client, cast):
    for path in ("/sign-in/code", "/sign-in/enrolment"):
        assert client.get(path).location.startswith("/sign-in")
        assert post(client, path, {"code": "000000"}, on="/sign-in").location.startswith("/sign-in")
    assert client.get("/me").status_code == 303
