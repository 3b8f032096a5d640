"""Somebody who wants in, step by step; at the end nothing was gained.

Each try is made as a script would make it, without the forms of the pages. What is theirs to reach
for is an administrator's cookie from before, an agent's own rights, and whatever can be guessed.
"""

import pytest

from support.agents.access import Role
from support.agents.inviting import invite
from support.agents.records import Agent, Invitation, SignIn
from support.agents.signing_in import begin
from support.audit.noting import verify
from tests.cast import PASSWORD
from tests.web.forms import post, token_on, try_to_sign_in

NEW = "stolen horse 9"
CHANGING = (
    ("/me/password", {"current": PASSWORD, "password": NEW, "again": NEW}),
    ("/settings/people/3/role", {"role": "admin"}),
    ("/settings/people/invitations", {"email": "thief@evil.example", "role": "admin"}),
    ("/settings/teams", {"name": "盗まれた"}),
    ("/me/sign-ins/others/end", {}),
    ("/sign-out", {}),
)  # fmt: skip


def standing(session):
    """All that an intruder would change."""
    session.rollback()
    people = [(it.email, it.role, it.password_hash, it.suspended_at) for it in session.query(Agent)]
    signed = [(it.id, it.agent_id, it.ended_at) for it in session.query(SignIn).order_by(SignIn.id)]
    return people, signed, session.query(Invitation).count()


@pytest.fixture
def hikaru(cast, signed_in, session):
    browser = signed_in(cast.hikaru)
    session.rollback()
    return browser


@pytest.fixture
def thief(app):
    return app.test_client()


def cookie_name(app):
    return app.config["SESSION_COOKIE_NAME"]


def test_a_cookie_stolen_before_the_sign_out_opens_nothing_after_it(
    app, session, cast, hikaru, thief
):
    token, cookie = token_on(hikaru), hikaru.get_cookie(cookie_name(app)).value
    post(hikaru, "/sign-out")
    before = standing(session)
    thief.set_cookie(cookie_name(app), cookie)
    for path in ("/me", "/tickets", "/settings/people", "/settings/audit"):
        assert thief.get(path).status_code == 303
    for path, form in CHANGING:
        assert thief.post(path, data={**form, "csrf_token": token}).status_code in (303, 401)
    assert standing(session) == before


def test_a_cookie_forged_without_the_secret_opens_nothing(app, cast, hikaru, thief):
    cookie = hikaru.get_cookie(cookie_name(app)).value
    for forged in (cookie[:-3], cookie.replace(".", "", 1), "e30.x.y", "", cookie[::-1]):
        thief.set_cookie(cookie_name(app), forged)
        assert thief.get("/me").status_code == 303


def test_a_session_laid_in_somebodys_browser_beforehand_is_not_the_one_they_sign_in_with(
    app, cast, client, thief
):
    thief.get("/sign-in")
    laid = thief.get_cookie(cookie_name(app)).value
    client.set_cookie(cookie_name(app), laid)
    try_to_sign_in(client, cast.hikaru.email)
    assert client.get("/me").status_code == 200
    assert client.get_cookie(cookie_name(app)).value != laid
    assert thief.get("/me").status_code == 303


@pytest.mark.parametrize("token", [None, "", "x", "other"])
def test_without_the_token_of_a_page_nothing_is_changed(session, hikaru, thief, token):
    before = standing(session)
    if token == "other":
        token = token_on(thief, "/sign-in")
    for path, form in CHANGING:
        sent = form if token is None else {**form, "csrf_token": token}
        assert hikaru.post(path, data=sent).status_code == 400, path
    assert standing(session) == before


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"},
     {"Origin": "https://evil.example"}, {"Origin": "null"}],
)  # fmt: skip
def test_a_form_on_another_site_changes_nothing_even_with_the_token(session, hikaru, headers):
    before, token = standing(session), token_on(hikaru)
    for path, form in CHANGING:
        answer = hikaru.post(path, data={**form, "csrf_token": token}, headers=headers)
        assert answer.status_code == 403, path
    assert standing(session) == before


@pytest.mark.parametrize(
    "path",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example",
     "/%09/evil.example/..//evil.example", "javascript:alert(1)", "///evil.example", "/\n/evil"],
)  # fmt: skip
def test_no_door_leads_to_another_site(client, cast, path):
    form = {"email": cast.misaki.email, "password": PASSWORD}
    query = {"next": path}
    answers = [
        post(client, "/sign-in", form, on="/sign-in", query_string=query),
        client.get("/sign-in", query_string=query),
        client.get("/sign-in/code", query_string=query),
        post(client, "/me/language", {"locale": "ja", "next": path}),
    ]
    for answer in answers:
        assert answer.location.startswith("/")
        assert not answer.location.startswith(("//", "/\\"))
        assert "evil" not in answer.location.split("?")[0].split("/")[1]


def test_an_agent_cannot_end_or_see_the_sign_ins_of_others(session, cast, misaki, clock):
    others = [begin(session, it, browser="", now=clock())[0].id for it in (cast.ken, cast.hikaru)]
    session.commit()
    before = standing(session)
    for number in (*others, 0, 999, 2**31, 2**64):
        assert post(misaki, f"/me/sign-ins/{number}/end").status_code == 404
        for person in (cast.ken.id, cast.hikaru.id):
            path = f"/settings/people/{person}/sign-ins/{number}/end"
            assert post(misaki, path).status_code == (403 if number < 2**31 else 404)
    assert standing(session) == before


def test_an_agent_cannot_let_anybody_in_or_rise(session, cast, misaki, clock):
    invitation, _ = invite(
        session, email="new@desk.example", role=Role.AGENT, by=cast.hikaru, now=clock()
    )
    number = invitation.id
    session.commit()
    before = standing(session)
    tries = (
        (f"/settings/people/{cast.misaki.id}/role", {"role": "admin"}),
        ("/settings/people/invitations", {"email": "thief@evil.example", "role": "admin"}),
        (f"/settings/people/invitations/{number}/end", {}),
        (f"/settings/people/{cast.hikaru.id}/suspension", {}),
        (f"/settings/people/{cast.hikaru.id}/second-step/removal", {}),
    )
    for path, form in tries:
        assert post(misaki, path, form).status_code == 403
    for path in ("/settings/people", f"/settings/people/{cast.hikaru.id}", "/settings/audit"):
        assert misaki.get(path).status_code == 403
    assert standing(session) == before


def test_an_invitation_gives_the_role_and_the_address_it_was_made_for(session, cast, thief, clock):
    _, token = invite(
        session, email="new@desk.example", role=Role.AGENT, by=cast.hikaru, now=clock()
    )
    session.commit()
    form = {"family_name": "盗", "password": "stolen horse 9", "role": "admin",
            "email": "hikaru@hikari-care.example"}  # fmt: skip
    assert post(thief, f"/join/{token}", form, on=f"/join/{token}").status_code == 303
    session.rollback()
    made = session.query(Agent).order_by(Agent.id.desc()).first()
    assert (made.email, made.role) == ("new@desk.example", "agent")
    assert thief.get("/settings/people").status_code == 403


@pytest.mark.parametrize("guess", ["1", "x" * 43, "%00", "..%2F..", "'or'1'='1", "長い" * 500])
def test_a_guessed_invitation_opens_nothing(session, cast, thief, guess, clock):
    invite(session, email="new@desk.example", role=Role.ADMIN, by=cast.hikaru, now=clock())
    session.commit()
    assert thief.get(f"/join/{guess}").status_code == 404
    form = {"family_name": "盗", "password": "stolen horse 9"}
    assert post(thief, f"/join/{guess}", form, on="/sign-in").status_code == 404
    session.rollback()
    assert session.query(Agent).count() == 4


def test_what_was_tried_stands_in_a_log_that_holds(session, cast, thief):
    for number in range(5):
        try_to_sign_in(thief, "hikaru@hikari-care.example", f"guess {number}")
    session.rollback()
    assert verify(session)[0] == 5
