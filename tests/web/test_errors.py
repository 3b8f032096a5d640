"""What a person reads when something cannot be done."""

import pytest
from flask import abort, template_rendered
from sqlalchemy.exc import OperationalError

from support.agents.records import Agent, SignIn
from support.db import db
from support.errors import DeskError, NotAllowed, Refused, SomeoneWasFirst
from tests.web.forms import PART, post

SECRET_WORDS = "customer's own words"


@pytest.fixture
def app(app_of_its_own):
    return app_of_its_own


@pytest.fixture(autouse=True)
def fails(app):
    """A page that does what the test says; it must stand before the first request."""
    app.config["PROPAGATE_EXCEPTIONS"] = False
    deed = {}
    app.add_url_rule("/fails", "fails", lambda: deed["do"](), methods=["GET", "POST"])

    def with_(error):
        def raise_it():
            raise error

        deed["do"] = raise_it

    with_.deed = deed
    return with_


@pytest.mark.parametrize(
    ("error", "status"),
    [
        pytest.param(NotAllowed("この操作は責任者だけができます。"), 403, id="not allowed"),
        pytest.param(SomeoneWasFirst("鈴木さんが先に返信しました。"), 409, id="someone was first"),
        pytest.param(Refused("tag", "タグは30文字までです。"), 422, id="refused"),
        pytest.param(DeskError("今は送れません。"), 400, id="another of ours"),
    ],
)
def test_our_own_errors_are_said_in_their_own_words(fails, misaki, error, status):
    fails(error)
    page = misaki.get("/fails")
    assert page.status_code == status
    assert str(error) in page.text
    part = misaki.get("/fails", headers=PART)
    assert part.status_code == status
    assert "<html" not in part.text


@pytest.mark.parametrize("status", [400, 403, 404, 405, 409, 413, 422, 429, 503])
def test_each_refusal_has_a_calm_page(fails, misaki, status):
    fails.deed["do"] = lambda: abort(status)
    page = misaki.get("/fails")
    assert page.status_code == status
    assert "受信箱へ" in page.text
    assert "Traceback" not in page.text


def test_an_error_leaves_the_half_written_page_alone(fails, misaki):
    """htmx would otherwise put the error where the composer is."""
    fails(SomeoneWasFirst("鈴木さんが先に返信しました。"))
    response = misaki.get("/fails", headers=PART)
    assert response.headers["HX-Reswap"] == "none"
    assert response.headers["HX-Trigger"].isascii()


def test_a_fault_of_ours_gives_a_number_and_no_detail(fails, misaki):
    fails(RuntimeError(SECRET_WORDS))
    page = misaki.get("/fails")
    assert page.status_code == 500
    assert "番号" in page.text
    assert SECRET_WORDS not in page.text


def test_a_fault_while_writing_gives_a_number_as_well(cast, fails, misaki):
    """Until it is rolled back the session answers nothing more, whatever the page asks of it."""

    def page():
        db.session.add(SignIn(agent_id=cast.misaki.id))  # lacks what it must have
        db.session.flush()

    def asks(_app, template, **_):
        if template.name == "errors/page.html":
            asked.append(db.session.query(Agent).count())

    asked, fails.deed["do"] = [], page
    with template_rendered.connected_to(asks):
        answer = post(misaki, "/fails")
    assert (answer.status_code, "番号" in answer.text, asked) == (500, True, [4])


def test_a_database_that_is_away_is_said_so(fails, misaki):
    fails(OperationalError(SECRET_WORDS, {}, Exception(SECRET_WORDS)))
    page = misaki.get("/fails")
    assert page.status_code == 503
    assert "データベースにつながりません" in page.text
    assert SECRET_WORDS not in page.text


def test_what_a_refused_page_had_begun_to_write_is_undone(session, cast, fails, misaki):
    def page():
        db.session.get(Agent, cast.misaki.id).family_name = "田中"
        db.session.flush()
        raise Refused("name", "この名前は使えません。")

    fails.deed["do"] = page
    assert post(misaki, "/fails").status_code == 422
    session.rollback()
    assert cast.misaki.family_name == "佐藤"


def test_an_error_page_speaks_the_readers_language(misaki):
    post(misaki, "/me/language", {"locale": "en"})
    assert "Page not found" in misaki.get("/nothing-here").text


def test_a_wrong_method_names_the_right_ones(misaki):
    response = misaki.get("/sign-out")
    assert response.status_code == 405
    assert "POST" in response.headers["Allow"]
