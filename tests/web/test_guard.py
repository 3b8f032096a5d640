"""Who may see what, and what looking costs others."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from werkzeug.routing import AnyConverter

from support.agents.access import Deed
from support.agents.records import SignIn
from support.agents.signing_in import end_sign_ins_of
from support.db import engine_for
from support.web.guard import needs
from tests.cast import PASSWORD
from tests.web.forms import PART, post, try_to_sign_in

OPEN = {
    "static",
    "agents.sign_in",
    "agents.try_to_sign_in",
    "agents.set_up",
    "joining.ask",
    "links.ask",
    "oidc.begin",
    "oidc.callback",
    "oidc.end",
    "report_mail.stop",
    "second_step.ask",
    "second_step.enrol",
    "health.healthz",
    "health.readyz",
    "metrics.show",
    "webhook.challenge",
    "installing.manifest",
    "installing.service_worker",
    "installing.offline",
}


@pytest.fixture
def app(app_of_its_own):
    return app_of_its_own


def test_every_page_but_those_named_open_leads_to_the_sign_in(app, client, cast):
    for rule in app.url_map.iter_rules():
        if rule.endpoint in OPEN or "GET" not in rule.methods:
            continue
        with app.test_request_context():
            path = app.url_for(rule.endpoint, **{name: some(rule, name) for name in rule.arguments})
        response = client.get(path)
        assert response.status_code == 303, rule
        assert response.location.split("?")[0] == "/sign-in", rule


def some(rule, name):
    """A value that fits: 1, or one of those the address may hold."""
    converter = rule._converters[name]
    return min(converter.items) if isinstance(converter, AnyConverter) else 1


def test_a_part_of_a_page_is_told_that_the_sign_in_ended(client, cast):
    response = client.get("/rail", headers=PART)
    assert response.status_code == 401
    assert response.headers["HX-Reswap"] == "none"


def test_the_page_asked_for_comes_after_the_sign_in(client, cast):
    asked = client.get("/canned?q=x")
    response = try_to_sign_in(client, cast.misaki.email, path=asked.location)
    assert response.location == "/canned?q=x"


@pytest.mark.parametrize(
    "path",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "/\tevil", "evil", ""],
)
def test_the_sign_in_never_leads_to_another_site(client, cast, path):
    credentials = {"email": cast.misaki.email, "password": PASSWORD}
    response = post(client, "/sign-in", credentials, on="/sign-in", query_string={"next": path})
    assert (response.status_code, response.location) == (303, "/tickets")


def test_a_sign_in_ended_elsewhere_ends_here(session, misaki, cast, clock):
    assert end_sign_ins_of(session, cast.misaki.id, now=clock()) == 1
    session.commit()
    assert misaki.get("/me").status_code == 303


def test_someone_suspended_sees_nothing_more(session, misaki, cast, clock):
    cast.misaki.suspended_at = clock()
    session.commit()
    assert misaki.get("/me").status_code == 303


def test_a_sign_in_ends_after_twelve_idle_hours(misaki, clock):
    clock.forward(hours=11)
    assert misaki.get("/me").status_code == 200
    clock.forward(hours=11)
    assert misaki.get("/me").status_code == 200, "the look at eleven hours counts"
    clock.forward(hours=13)
    assert misaki.get("/me").status_code == 303


def test_being_there_is_noted_every_five_minutes_at_most(session, misaki, clock):
    started = clock()
    clock.forward(minutes=4)
    misaki.get("/me")
    assert seen_at(session) == started
    clock.forward(minutes=1)
    misaki.get("/me")
    assert seen_at(session) == started + timedelta(minutes=5)


def seen_at(session):
    session.rollback()
    return session.scalar(select(SignIn.seen_at))


def test_reading_a_page_does_not_wait_for_a_writer(session, misaki, database, database_url):
    session.rollback()
    engine = engine_for(database_url)
    with engine.begin() as writer:  # on SQLite this alone keeps other writers out
        if database == "postgresql":
            writer.execute(text("LOCK TABLE agents, sign_ins IN EXCLUSIVE MODE"))
        assert misaki.get("/me").status_code == 200
        assert misaki.get("/canned").status_code == 200
    engine.dispose()


@pytest.mark.parametrize(("who", "status"), [("misaki", 403), ("ryo", 200), ("hikaru", 200)])
def test_a_deed_needs_its_role(app, cast, signed_in, who, status):
    app.add_url_rule("/faults", "faults", needs(Deed.SEE_FAULTS)(lambda: "seen"))
    assert signed_in(getattr(cast, who)).get("/faults").status_code == status
