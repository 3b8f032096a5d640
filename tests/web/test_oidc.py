"""Another provider signs in whom it proves, into the role its groups have here, and nobody else."""

import re
from itertools import count

import pytest
from joserfc.jwk import ECKey, RSAKey

from support.agents.records import Agent, KnownElsewhere
from support.audit.records import AuditEntry
from tests.provider import CLIENT
from tests.web.forms import post, try_to_sign_in
from tests.web.oidc_talk import go, person
from tests.web.passkey_talk import deeds, is_in, said


@pytest.fixture
def newcomers(app, provider):
    """One after another at the same desk, each somebody else at a browser and a place of their own:
    a desk for each of many cases would take longer than all of them together."""

    def come():
        for number in count(1):
            client, email = app.test_client(), f"new-{number}@company.example"
            client.environ_base["REMOTE_ADDR"] = f"198.51.100.{number}"
            provider.person |= {"sub": f"new-{number}", "email": email}
            yield client, email

    return come()


def test_the_first_sign_in_makes_the_person_in_the_role_of_their_group(
    with_provider, client, provider, session
):
    page = client.get("/sign-in?next=/canned").text
    assert "会社IDでサインイン" in page
    link = re.search(r'href="(/sign-in/provider[^"]*)"', page)[1]
    assert go(client, provider, link) == "/canned"
    assert is_in(client)
    agent = person(session)
    assert (agent.name, agent.role, agent.password_hash) == ("青木 葵", "agent", "")
    assert session.query(KnownElsewhere).one().subject == "u-1"
    assert deeds(session) == ["enrolled", "signed_in"]
    assert session.query(AuditEntry).order_by(AuditEntry.id.desc()).first().data == {
        "way": "provider"
    }


def test_no_password_opens_what_has_none(with_provider, client, provider, session):
    go(client, provider)
    post(client, "/sign-out")
    for password in ("", "x", "correct horse battery"):
        assert try_to_sign_in(client, "aoki@company.example", password).status_code in (422, 429)
    assert not is_in(client)


def test_the_next_time_they_are_known_by_subject_whatever_their_address_is(
    with_provider, client, provider, session
):
    go(client, provider)
    post(client, "/sign-out")
    provider.person |= {"email": "new@company.example", "email_verified": False}
    assert go(client, provider) == "/tickets"
    session.rollback()
    assert session.query(Agent).filter_by(email="new@company.example").count() == 0
    assert session.query(KnownElsewhere).count() == 1


GROUPS = [
    (["desk"], "agent"),
    (["desk", "desk-leads"], "lead"),
    (["desk-leads", "desk-admins", "x"], "admin"),
    ("desk-leads", "lead"),
    (["x"], None),
    ([], None),
    (None, None),
    ({"desk": True}, None),
    (["Desk"], None),
]


def test_the_highest_group_counts_and_without_one_nobody_comes_in(
    with_provider, newcomers, provider, session, subtests
):
    for groups, role in GROUPS:
        with subtests.test(groups=groups):
            client, email = next(newcomers)
            provider.person["groups"] = groups
            led = go(client, provider)
            agent = person(session, email)
            assert (agent.role if agent else None) == role
            assert is_in(client) is bool(role)
            if role is None:
                assert led == "/sign-in"
                assert "グループに入っていません" in said(client)
                assert deeds(session)[-1] == "sign_in_failed"


def test_a_role_that_changed_there_is_carried_over(with_provider, client, provider, session):
    go(client, provider)
    post(client, "/sign-out")
    provider.person["groups"] = ["desk-leads"]
    go(client, provider)
    assert person(session).role == "lead"
    entry = session.query(AuditEntry).filter_by(deed="role_changed").one()
    assert entry.data == {"was": "agent", "role": "lead"}


def test_the_last_administrator_stays_one_and_comes_in(
    with_provider, client, provider, session, cast
):
    with_provider(oidc_bind_email=True)
    provider.person |= {"email": cast.hikaru.email, "groups": ["desk"]}
    assert go(client, provider) == "/tickets"
    assert person(session, cast.hikaru.email).role == "admin"
    assert "bound_elsewhere" in deeds(session)


def test_who_lost_every_group_is_out_the_next_time(with_provider, client, provider, session):
    go(client, provider)
    post(client, "/sign-out")
    provider.person["groups"] = []
    assert go(client, provider) == "/sign-in"
    assert not is_in(client)


def test_an_address_that_is_not_verified_makes_nobody(
    with_provider, newcomers, provider, session, subtests
):
    for verified in (False, None, "false", 0, "yes"):
        with subtests.test(verified=verified):
            client, email = next(newcomers)
            provider.person["email_verified"] = verified
            assert go(client, provider) == "/sign-in"
            assert "確認済み" in said(client)
            assert person(session, email) is None


@pytest.mark.parametrize("bind", [False, True])
@pytest.mark.parametrize("verified", [False, True])
def test_who_is_here_is_bound_by_a_verified_address_where_the_desk_says_so(
    with_provider, client, provider, session, cast, bind, verified
):
    with_provider(oidc_bind_email=bind)
    provider.person |= {"email": cast.misaki.email.upper(), "email_verified": verified}
    go(client, provider)
    assert is_in(client) is (bind and verified)
    session.rollback()
    assert session.query(KnownElsewhere).count() == (bind and verified)


def test_who_is_bound_is_not_bound_to_somebody_else_of_the_same_address(
    with_provider, client, provider, session, app
):
    with_provider(oidc_bind_email=True)
    go(client, provider)
    provider.person["sub"] = "u-2"
    other = app.test_client()
    assert go(other, provider) == "/sign-in"
    assert "すでにいます" in said(other)
    assert not is_in(other)


def test_who_is_suspended_stays_out(with_provider, client, provider, session, clock):
    go(client, provider)
    post(client, "/sign-out")
    person(session).suspended_at = clock()
    session.commit()
    assert go(client, provider) == "/sign-in"
    assert "停止されています" in said(client)
    assert not is_in(client)


FALSE = {
    "nonce": {"claims": {"nonce": "another"}},
    "no nonce": {"claims": {"nonce": None}},
    "aud": {"claims": {"aud": "another-client"}},
    "aud with our azp": {"claims": {"aud": "another-client", "azp": CLIENT}},
    "two aud": {"claims": {"aud": [CLIENT, "another-client"]}},
    "azp": {"claims": {"azp": "another-client"}},
    "iss": {"claims": {"iss": "https://evil.example"}},
    "expired": {"claims": {"exp": 1_600_000_000, "iat": 1_599_999_000}},
    "no exp": {"claims": {"exp": None}},
    "not yet": {"claims": {"nbf": 9_999_999_999}},
    "at_hash": {"claims": {"at_hash": "AAAA"}},
    "no sub": {"claims": {"sub": None}},
    "sub that is no word": {"claims": {"sub": "a\x00b"}},
    "none": {"alg": "none"},
    "the secret as key": {"alg": "HS256"},
    "another key": {"key": RSAKey.generate_key(2048, {"kid": "x"})},
    "refused": {"back": {"error": "access_denied", "code": ""}},
    "another state": {"back": {"state": "x"}},
    "a made-up code": {"back": {"code": "x"}},
    "another issuer": {"back": {"iss": "https://evil.example"}},
}


def test_what_does_not_prove_it_lets_nobody_in(
    with_provider, newcomers, provider, session, subtests
):
    for name, wrong in FALSE.items():
        with subtests.test(name):
            (client, email), before = next(newcomers), deeds(session)
            provider.wrong = wrong
            assert go(client, provider) == "/sign-in"
            refused = "error" in wrong.get("back", {})
            sentence = "取り消されたか" if refused else "確かめられませんでした"
            assert sentence in said(client)
            assert not is_in(client)
            assert person(session, email) is None
            assert deeds(session) == [*before, "sign_in_failed"]
            provider.wrong = {}
            assert go(client, provider) == "/tickets", "and the next try is a fresh one"


def test_a_way_back_is_gone_once_and_by_the_browser_that_began_it(
    with_provider, app, client, provider
):
    there = client.get("/sign-in/provider").location
    name = app.config["SESSION_COOKIE_NAME"]
    before = client.get_cookie(name).value
    back = provider.authorize(there).removeprefix("http://localhost")
    stranger = app.test_client()
    assert stranger.get(back).location == "/sign-in"
    assert not is_in(stranger)
    assert client.get(back).location == "/tickets"
    stranger.set_cookie(name, before)
    again = provider.authorize(there).removeprefix("http://localhost")
    assert stranger.get(again).location == "/sign-in", "the same state, with a code of its own"
    assert not is_in(stranger)


def test_no_other_site_signs_anybody_in_by_a_link(with_provider, client, provider):
    for site in ("cross-site", "same-site"):
        answer = client.get("/sign-in/provider?next=/canned", headers={"Sec-Fetch-Site": site})
        assert answer.location == "/sign-in?next=/canned", "where a press does it"
    assert provider.asked == []
    for site in ("same-origin", "none"):
        there = client.get("/sign-in/provider", headers={"Sec-Fetch-Site": site}).location
        assert there.startswith(provider.url)


def test_an_address_that_does_not_fit_into_a_cookie_keeps_nobody_out(
    with_provider, client, provider
):
    assert go(client, provider, "/sign-in/provider?next=/canned?q=" + "a" * 5_000) == "/tickets"
    assert is_in(client)


def test_who_takes_more_than_ten_minutes_begins_anew(with_provider, client, provider, clock):
    there = client.get("/sign-in/provider").location
    clock.forward(minutes=10, seconds=1)
    back = provider.authorize(there).removeprefix("http://localhost")
    assert client.get(back).location == "/sign-in"


@pytest.mark.parametrize(("kind", "size"), [(RSAKey, 2048), (ECKey, "P-256")])
def test_a_key_that_was_turned_is_asked_for(with_provider, client, provider, clock, kind, size):
    go(client, provider)
    post(client, "/sign-out")
    clock.forward(minutes=1)
    provider.turn_key(kind, size)
    assert go(client, provider) == "/tickets"


def test_without_a_name_on_the_key_each_is_tried(with_provider, client, provider):
    provider.keys.append(ECKey.generate_key("P-256", {"kid": "other"}))
    provider.wrong = {"no_kid": True}
    assert go(client, provider) == "/tickets"


def test_what_it_published_is_not_asked_for_at_every_sign_in(with_provider, client, provider):
    for _ in range(3):
        go(client, provider)
        post(client, "/sign-out")
    assert provider.asked.count("/.well-known/openid-configuration") == 1
    assert provider.asked.count("/keys") == 1


def test_the_secret_goes_into_the_form_where_that_is_asked(with_provider, client, provider):
    provider.published["token_endpoint_auth_methods_supported"] = ["client_secret_post"]
    assert go(client, provider) == "/tickets"
