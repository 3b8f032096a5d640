"""Who asks, behind proxies of ours: what they say counts as far as the setting says, no further."""

import pytest

from app import create_app
from support.agents.records import SignIn
from tests.web.forms import try_to_sign_in

FORGED = {
    "X-Forwarded-For": "203.0.113.9",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Prefix": "/evil",
    "X-Real-IP": "203.0.113.9",
    "Forwarded": "for=203.0.113.9;proto=https;host=evil.example",
}


@pytest.fixture
def behind(app, desk_settings, stand_ins):
    """A browser of a desk behind so many proxies."""

    def make(number, **more):
        wanted = desk_settings.model_copy(update={"trusted_proxies": number, **more})
        return create_app(wanted, **vars(stand_ins)).test_client()

    return make


def came_from(client, cast, session, headers):
    client.environ_base.update(
        {f"HTTP_{k.upper().replace('-', '_')}": v for k, v in headers.items()}
    )
    assert try_to_sign_in(client, cast.ken.email).status_code == 303
    session.rollback()
    return session.query(SignIn).order_by(SignIn.id.desc()).first().address


def test_without_the_setting_a_forged_header_changes_nothing(behind, cast, session):
    client = behind(0)
    assert came_from(client, cast, session, FORGED) == "127.0.0.1"
    answer = client.get("/tickets")
    assert "Strict-Transport-Security" not in answer.headers
    assert "evil" not in client.get("/settings/x").text + str(answer.headers)


@pytest.mark.parametrize(
    ("number", "said", "heard"),
    [
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "192.0.2.66, 203.0.113.9", "203.0.113.9"),
        (2, "192.0.2.66, 203.0.113.9, 10.0.0.1", "203.0.113.9"),
        (2, "203.0.113.9", "127.0.0.1"),
        (1, "", "127.0.0.1"),
    ],
)
def test_the_address_is_what_the_outermost_proxy_of_ours_saw(
    behind, cast, session, number, said, heard
):
    assert came_from(behind(number), cast, session, {"X-Forwarded-For": said}) == heard


def test_delays_are_by_the_address_the_proxy_saw(behind, cast):
    """What a guesser puts before it is theirs to change, and changes nothing."""
    client, statuses = behind(1), []
    for n in range(6):
        client.environ_base["HTTP_X_FORWARDED_FOR"] = f"192.0.2.{n}, 203.0.113.9"
        statuses.append(try_to_sign_in(client, cast.ken.email, "wrong").status_code)
    assert statuses == [422] * 5 + [429]
    client.environ_base["HTTP_X_FORWARDED_FOR"] = "203.0.113.10"
    assert try_to_sign_in(client, cast.ken.email).status_code == 303


@pytest.mark.parametrize(("number", "strict"), [(0, False), (1, True)])
def test_behind_tls_browsers_are_told_to_stay_there(behind, cast, number, strict):
    headers = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"}
    told = behind(number).get("/sign-in", headers=headers).headers
    assert ("max-age=31536000; includeSubDomains" in told.get("Strict-Transport-Security", "")) is (
        strict
    )


def test_the_host_is_never_taken_from_a_header_a_visitor_can_set(behind, cast):
    answer = behind(1).get("/sign-in", headers=FORGED)
    assert "evil" not in answer.text
    form = {"Origin": "https://evil.example", **FORGED}
    assert behind(1).post("/sign-out", headers=form).status_code == 403


def test_over_https_only_the_cookie_is_of_this_host_alone(behind, cast, session):
    client = behind(0, cookie_secure=True)
    cookie = client.get("/sign-in", base_url="https://localhost").headers["Set-Cookie"]
    assert cookie.startswith("__Host-madoguchi=")
    for said in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert said in cookie
    assert "Domain" not in cookie
