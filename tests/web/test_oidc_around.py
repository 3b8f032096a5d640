"""Around the provider: when it is down, second steps, only by it, out of it, and in without it."""

import re

import pyotp
import pytest

from support.agents.confirming import prepare, secret_of
from support.agents.records import SecondStep, SignIn
from support.audit.records import AuditEntry
from tests.cast import PASSWORD, SECRET
from tests.provider import CLIENT
from tests.provider import SECRET as CLIENT_SECRET
from tests.web.forms import post, token_on, try_to_sign_in
from tests.web.oidc_talk import go, person
from tests.web.passkey_talk import deeds, enrol, is_in, said

CALM = "社内アカウントのサーバーが応答しません"


@pytest.mark.parametrize("wrong", ["down", "elsewhere"])
@pytest.mark.parametrize("begun", [False, True])
def test_a_provider_that_is_down_is_said_and_the_password_still_opens(
    with_provider, client, provider, cast, wrong, begun
):
    there = client.get("/sign-in/provider").location if begun else ""
    path = "/sign-in/provider"
    if begun:
        path = provider.authorize(there).removeprefix("http://localhost")
    provider.wrong = {wrong: True}
    assert client.get(path).location == "/sign-in"
    assert CALM in said(client)
    assert try_to_sign_in(client, cast.misaki.email).location == "/tickets"


def test_a_provider_that_is_not_there_is_left_alone_for_a_while(
    with_provider, client, provider, clock
):
    provider.wrong = {"down": True}
    for _ in range(5):
        assert client.get("/sign-in/provider").location == "/sign-in"
    assert len(provider.asked) == 1
    provider.wrong = {}
    clock.forward(seconds=11)
    assert go(client, provider) == "/tickets"


@pytest.mark.parametrize(
    "published",
    [
        {"issuer": "https://evil.example"},
        {"token_endpoint": "http://169.254.169.254/latest/meta-data"},
        {"jwks_uri": "http://10.0.0.1/keys"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"end_session_endpoint": "ftp://127.0.0.1/"},
        {"jwks_uri": None},
    ],
)
def test_an_issuer_that_points_anywhere_else_is_not_followed(
    with_provider, client, provider, published
):
    provider.published = published
    assert client.get("/sign-in/provider").location == "/sign-in"
    assert CALM in said(client)
    assert provider.asked == ["/.well-known/openid-configuration"]


TWO_STEPS = {
    "amr says so": ({"amr": ["mfa"]}, True),
    "amr names two": ({"amr": ["pwd", "otp"]}, True),
    "a password only": ({"amr": ["pwd"]}, False),
    "a code only": ({"amr": ["otp"]}, False),
    "acr as configured": ({"acr": "gold"}, True),
    "another acr": ({"acr": "1"}, False),
    "an empty acr": ({"acr": ""}, False),
    "nothing": ({}, False),
}


@pytest.mark.parametrize(("claims", "done"), TWO_STEPS.values(), ids=TWO_STEPS)
def test_where_the_desk_insists_the_provider_may_have_asked_for_it(
    with_provider, client, provider, claims, done
):
    with_provider(second_step="everybody", oidc_acr="gold, platinum")
    provider.person |= claims
    led = go(client, provider)
    assert led.startswith("/tickets" if done else "/sign-in/enrolment"), led
    assert is_in(client) is done


def test_who_has_a_second_step_here_is_asked_for_it(
    with_provider, client, provider, session, clock
):
    go(client, provider)
    post(client, "/sign-out")
    step = prepare(session, person(session), secret_key=SECRET, now=clock())
    step.confirmed_at, secret = clock(), secret_of(step, SECRET)
    session.commit()
    assert go(client, provider).startswith("/sign-in/code")
    assert not is_in(client)
    code = pyotp.TOTP(secret).at(clock())
    post(client, "/sign-in/code", {"code": code}, on="/sign-in/code")
    assert is_in(client)
    session.rollback()
    newest = session.query(AuditEntry).order_by(AuditEntry.id.desc()).first()
    assert newest.data == {"way": "provider"}


def test_who_has_no_password_shows_a_fresh_sign_in_instead(
    with_provider, client, provider, session, clock, keys
):
    go(client, provider)
    page = client.get("/me").text
    assert 'name="password"' not in page
    assert client.get("/me/password").location == "/me"
    form = {"current": "", "password": "long enough 1", "again": "long enough 1"}
    assert post(client, "/me/password", form).location == "/me"
    assert person(session).password_hash == ""
    assert enrol(client, keys).status_code == 200
    clock.forward(minutes=11)
    page = post(client, "/me/second-step", follow_redirects=True).text
    assert "サインインし直してください" in page
    session.rollback()
    assert session.query(SecondStep).count() == 0


def test_signing_out_ends_ours_and_offers_to_end_theirs(with_provider, client, provider, session):
    go(client, provider)
    answer = post(client, "/sign-out")
    assert not is_in(client)
    page = client.get(answer.location).text
    assert "会社IDからもサインアウトする" in page
    there = client.get("/sign-in/provider/end").location
    assert there.startswith(f"{provider.url}/end?client_id=desk&post_logout_redirect_uri=http")
    assert "サインアウトする" not in client.get("/sign-in").text


def test_without_a_place_to_end_theirs_nothing_is_offered(with_provider, client, provider, cast):
    provider.published["end_session_endpoint"] = None
    go(client, provider)
    assert "サインアウトする" not in client.get(post(client, "/sign-out").location).text
    try_to_sign_in(client, cast.misaki.email)
    assert post(client, "/sign-out").location == "/sign-in"


def test_only_by_the_provider_passwords_passkeys_and_invitations_open_nothing(
    with_provider, misaki, keys, client, provider, session, cast, signed_in
):
    enrol(misaki, keys)
    hikaru, settings = signed_in(cast.hikaru), "/settings/people"
    page = post(hikaru, f"{settings}/invitations", {"email": "n@x.jp", "role": "admin"}).text
    link, token = (
        re.search(r'value="http://[^"/]+(/join/[^"]+)"', page)[1],
        token_on(client, "/sign-in"),
    )
    answer = keys.get(post(client, "/sign-in/passkey/enter", on="/sign-in").text)
    with_provider(oidc_only=True)
    page = client.get("/sign-in").text
    assert ('name="password"' in page, "パスキー" in page, "会社ID" in page) == (False, False, True)
    form = {"email": cast.misaki.email, "password": PASSWORD, "csrf_token": token}
    assert client.post("/sign-in", data=form).status_code == 403
    form = {"answer": answer, "csrf_token": token}
    assert client.post("/sign-in/passkey", data=form).location == "/sign-in"
    assert client.post("/sign-in/passkey/enter", data=form).status_code == 409
    form = {"family_name": "山田", "password": "long enough 1", "csrf_token": token}
    assert (client.get(link).status_code, client.post(link, data=form).status_code) == (404, 404)
    assert client.get("/set-up").location == "/sign-in"
    assert not is_in(client)
    page = post(hikaru, f"{settings}/invitations", {"email": "m@x.jp", "role": "admin"}, on="/me")
    assert "招待は使えません" in page.text
    assert go(client, provider) == "/tickets"


def test_an_empty_desk_begins_with_whoever_the_provider_makes_its_administrator(
    app, told, client, provider, session
):
    told(
        oidc_issuer=provider.url,
        oidc_client_id=CLIENT,
        oidc_client_secret=CLIENT_SECRET,
        oidc_roles="desk=admin",
        oidc_only=True,
    )
    assert client.get("/sign-in").status_code == 200
    go(client, provider)
    assert person(session).role == "admin"


def link_for(flask, agent):
    done = flask("agents", "link", agent.email)
    assert done.exit_code == 0, done.output
    return done.output.strip().removeprefix("http://127.0.0.1:8000")


def test_the_link_of_the_command_line_signs_in_once(
    with_provider, client, app, cast, flask, session, clock
):
    with_provider(oidc_only=True)
    path = link_for(flask, cast.hikaru)
    assert "伊藤 光" in client.get(path).text
    assert client.get(path).status_code == 200, "looking does not use it up"
    assert post(client, path, on=path).location == "/tickets"
    assert is_in(client)
    assert deeds(session)[-2:] == ["link_made", "signed_in"]
    other = app.test_client()
    assert post(other, path, on=path).status_code == 404
    assert not is_in(other)


def test_a_link_is_for_a_quarter_of_an_hour_and_for_nobody_who_is_out(
    client, cast, flask, session, clock
):
    path = link_for(flask, cast.misaki)
    assert client.get(path).status_code == 200
    assert client.get(path[:-2] + "xx").status_code == 404
    clock.forward(minutes=16)
    assert client.get(path).status_code == 404
    path = link_for(flask, cast.misaki)
    session.rollback()
    cast.misaki.suspended_at = clock()
    session.commit()
    assert client.get(path).status_code == 404
    assert flask("agents", "link", cast.misaki.email).exit_code == 1


def test_the_second_step_is_asked_for_after_a_link_too(client, misaki, keys, flask, cast, session):
    enrol(misaki, keys)
    path = link_for(flask, cast.misaki)
    assert post(client, path, on=path).location.startswith("/sign-in/code")
    assert not is_in(client)


def test_an_account_that_was_made_anew_there_is_bound_after_the_old_one_is_forgotten(
    with_provider, client, provider, session, flask
):
    with_provider(oidc_bind_email=True)
    go(client, provider)
    post(client, "/sign-out")
    provider.person["sub"] = "u-2"
    assert go(client, provider) == "/sign-in"
    assert flask("agents", "unbind", "aoki@company.example").exit_code == 0
    assert go(client, provider) == "/tickets"
    assert deeds(session)[-3:] == ["unbound_elsewhere", "bound_elsewhere", "signed_in"]
    assert flask("agents", "unbind", "ken@hikari-care.example").exit_code == 1


def test_a_desk_without_a_provider_has_no_way_there(client, cast, session):
    for path in ("/sign-in/provider", "/sign-in/provider/callback?code=x&state=y"):
        client.get(path)
        assert not is_in(client)
    assert client.get("/sign-in/provider/end").location == "/sign-in"
    assert session.query(SignIn).count() == 0
