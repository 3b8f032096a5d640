"""Whoever is suspended comes in by no way: neither what they hold nor what they had begun opens."""

import pyotp
import pytest
from sqlalchemy.orm import Session

from support.agents import appointing
from support.agents.confirming import secret_of
from support.agents.records import Agent, KnownElsewhere, SecondStep, SignIn
from support.agents.signing_in import begin
from support.db import engine_for
from support.errors import NotAllowed
from tests.cast import PASSWORD, SECRET
from tests.web.forms import post, try_to_sign_in
from tests.web.oidc_talk import go, person
from tests.web.passkey_talk import enrol, enter, is_in, question


@pytest.fixture
def deed(cast, database_url, clock):
    """Suspends, or takes back, as the page of an administrator does."""

    def does(what, email=cast.misaki.email, **more):
        engine = engine_for(database_url)
        with Session(engine) as own:
            agent = own.query(Agent).filter_by(email=email).one()
            what(own, agent, **more)
            own.commit()
        engine.dispose()

    return does


def signed_out(client):
    post(client, "/sign-out")
    return client


@pytest.fixture
def ways(misaki, keys, cast, session, flask, clock, told):
    """By name, the last step of each way in; all but that is done already."""

    def waiting():
        """A browser that gave the password, and is asked for the second step."""
        other = misaki.application.test_client()
        assert try_to_sign_in(other, cast.misaki.email).location.startswith("/sign-in/code")
        return other

    enrol(misaki, keys)
    post(misaki, "/me/second-step", {"password": PASSWORD})
    secret = secret_of(session.query(SecondStep).one(), SECRET)
    session.rollback()
    now = {"code": pyotp.TOTP(secret).at(clock())}
    page = post(misaki, "/me/second-step/confirmation", now).text
    assert "予備のコード" in page
    clock.forward(seconds=60)
    codes, confirms, fresh = waiting(), waiting(), misaki.application.test_client()
    asked = keys.get(question(confirms, "confirm"))
    alone = keys.get(question(fresh, "enter"))
    link = flask("agents", "link", cast.misaki.email).output.strip()
    path = link.removeprefix("http://127.0.0.1:8000")
    linked = misaki.application.test_client()
    code = {"code": pyotp.TOTP(secret).at(clock())}
    return {
        "an open browser": lambda: misaki,
        "password": lambda: _(linked, try_to_sign_in(linked, cast.misaki.email)),
        "passkey": lambda: _(fresh, enter(fresh, alone)),
        "code": lambda: _(codes, post(codes, "/sign-in/code", code, on="/sign-in")),
        "second passkey": lambda: _(confirms, enter(confirms, asked, "/sign-in/code/passkey")),
        "link": lambda: _(linked, post(linked, path, on="/sign-in")),
    }


def _(client, answer):
    return client


WAYS = ("an open browser", "password", "passkey", "code", "second passkey", "link")


@pytest.mark.parametrize("suspended", [True, False])
@pytest.mark.parametrize("way", WAYS)
def test_no_way_in_is_left(ways, deed, session, cast, clock, way, suspended):
    """The same steps open where nobody was suspended; a password and a link lead half the way."""
    if suspended:
        deed(appointing.suspend, now=clock())
    came = ways[way]()
    half = not suspended and way in ("password", "link")
    assert is_in(came) is (not suspended and not half)
    assert (came.get("/sign-in/code").status_code == 200) is half
    if suspended:
        deed(appointing.restore)
        assert not is_in(came), "what was begun before is over"
        assert came.get("/sign-in/code").status_code == 303
        assert session.query(SignIn).filter_by(ended_at=None).count() == 0


def test_nor_by_the_provider_nor_by_what_it_began(
    with_provider, client, provider, deed, session, clock
):
    go(client, provider)
    assert is_in(client)
    bound = person(session).email
    there = signed_out(client).get("/sign-in/provider").location
    deed(appointing.suspend, bound, now=clock())
    back = client.get(provider.authorize(there).removeprefix("http://localhost"))
    assert back.location == "/sign-in"
    assert not is_in(client)
    session.rollback()
    assert session.query(SignIn).filter_by(ended_at=None).count() == 0
    assert session.query(KnownElsewhere).count() == 1, "they are the same person if they come back"
    deed(appointing.restore, bound)
    assert go(client, provider) == "/tickets"


def test_a_sign_in_that_comes_a_moment_too_late_is_not_made(cast, database_url, deed, clock):
    """Its page had looked before they were suspended: it must not open when they are restored."""
    engine = engine_for(database_url)
    with Session(engine) as late:
        agent = late.query(Agent).filter_by(email=cast.misaki.email).one()
        assert agent.suspended_at is None
        late.commit()
        deed(appointing.suspend, now=clock())
        with pytest.raises(NotAllowed):
            begin(late, agent, browser="", now=clock())
    engine.dispose()
