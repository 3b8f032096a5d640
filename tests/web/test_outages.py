"""The database away, Valkey away, too much sent: calm pages, and nothing typed is lost."""

import re
from contextlib import contextmanager
from html import unescape

import pytest
from sqlalchemy import select

from app import create_app
from support.db import db
from support.tickets.records import Note
from support.web.typed import LONGEST
from tests.cast import customer_says, post
from tests.machinery import lifeline, valkey
from tests.machinery.outages import database_away
from tests.web.forms import PART, Browser, token_on
from tests.web.forms import post as send

WORDS = '長いメモ\n<b>二行目</b> "引用"'


@pytest.fixture
def app(app_of_its_own):
    app_of_its_own.config["PROPAGATE_EXCEPTIONS"] = False
    app_of_its_own.add_url_rule("/reads-twice", "reads_twice", reads_twice)
    return app_of_its_own


def reads_twice():
    """The database goes away between the sign-in, which is looked up first, and the page."""
    db.session.rollback()
    db.engine.dispose()
    with database_away(db.engine.url.render_as_string(False)):
        return str(db.session.scalar(select(Note.id)))


@pytest.fixture
def away(app, session, database_url):
    @contextmanager
    def gone():
        session.rollback()
        session.close()
        with app.app_context():
            db.engine.dispose()
        with database_away(database_url):
            yield

    return gone


@pytest.fixture
def ticket(session, cast, clock):
    return customer_says(session, cast, post(at=clock())).id


def resent(page):
    """What the form of the page sends when its button is pressed."""
    form = page[page.rindex('<form method="post"') :]
    path = re.search(r'action="([^"]+)"', form)[1]
    token = re.search(r'name="csrf_token" value="([^"]+)"', form)[1]
    fields = dict(re.findall(r'<textarea name="(\w+)"[^>]*>\n(.*?)</textarea>', form, re.DOTALL))
    return unescape(path), {name: unescape(it) for name, it in fields.items()} | {
        "csrf_token": token
    }


def test_without_a_database_a_page_says_so_and_leads_back_to_itself(away, ticket, misaki):
    with away():
        page = misaki.get("/tickets?view=mine")
    assert page.status_code == 503
    assert "データベースにつながりません" in page.text
    assert 'href="/tickets?view=mine"' in page.text
    assert page.headers["Retry-After"]
    assert misaki.get("/tickets?view=mine").status_code == 200, "and is back by itself"


def test_what_was_typed_is_on_the_page_and_can_be_sent_again(session, away, ticket, misaki):
    token = token_on(misaki)
    fields = {"body": WORDS, "csrf_token": token}
    path = f"/tickets/{ticket}/notes"
    with away():
        refused = misaki.post(path, data=fields)
        again, kept = resent(refused.text)
        assert misaki.post(again, data=kept).status_code == 503, "still away: kept once more"
    assert refused.status_code == 503
    assert "&lt;b&gt;二行目" in refused.text
    assert misaki.post(again, data=kept).status_code in (200, 303)
    assert session.scalar(select(Note.text)) == WORDS


def test_a_part_of_a_page_is_left_as_it_was(away, ticket, misaki):
    headers = {**PART, "X-CSRFToken": token_on(misaki)}
    with away():
        part = misaki.post(f"/tickets/{ticket}/notes", data={"body": WORDS}, headers=headers)
    assert (part.status_code, part.headers["HX-Reswap"]) == (503, "none")
    assert "<html" not in part.text


def test_the_page_asks_nothing_of_a_database_that_went_away_on_the_way(session, cast, misaki):
    """Not even in which language its reader reads."""
    send(misaki, "/me/language", {"locale": "en"})
    session.close()
    page = misaki.get("/reads-twice")
    assert page.status_code == 503
    assert '<html lang="en">' in page.text


def test_secrets_do_not_come_back_on_a_page(away, client, cast):
    token = token_on(client, "/sign-in")
    form = {"email": "さとう", "password": "correct horse battery", "csrf_token": token}
    with away():
        page = client.post("/sign-in", data=form)
    assert page.status_code == 503
    assert "horse" not in page.text
    assert "もう一度送る" not in page.text


@pytest.mark.parametrize(
    ("headers", "again"),
    [({}, False), ({"Sec-Fetch-Site": "same-origin"}, True)],
    ids=["of anyone", "of ours"],
)
def test_a_form_without_our_token_is_kept_but_not_laundered(ticket, misaki, headers, again):
    """Else another site could have its words sent by one press on our page."""
    path = f"/tickets/{ticket}/notes"
    page = misaki.post(path, data={"body": WORDS, "csrf_token": "old"}, headers=headers)
    assert page.status_code == 400
    assert "二行目" in page.text
    assert ("もう一度送る" in page.text) is again


def test_a_lapsed_sign_in_keeps_what_was_typed(ticket, misaki):
    token = token_on(misaki)
    with misaki.session_transaction() as kept:
        del kept["sign_in"]
    page = misaki.post(f"/tickets/{ticket}/notes", data={"body": WORDS, "csrf_token": token})
    assert page.status_code == 401
    assert "二行目" in page.text
    assert 'target="_blank"' in page.text, "signing in leaves the page and the words where they are"


def test_too_much_is_refused_with_a_sentence(ticket, misaki):
    fields = {"body": "あ" * 400_000, "csrf_token": token_on(misaki)}
    page = misaki.post(f"/tickets/{ticket}/notes", data=fields)
    assert page.status_code == 413
    assert "大きすぎます" in page.text


def test_a_very_long_text_is_there_to_copy(away, ticket, misaki):
    fields = {"body": "長い " * LONGEST, "csrf_token": token_on(misaki)}
    with away():
        page = misaki.post(f"/tickets/{ticket}/notes", data=fields).text
    assert page.count("長い ") >= LONGEST
    assert "もう一度送る" not in page


@pytest.fixture
def server(database):
    """A Valkey of the test's own."""
    folder = lifeline.run_folder() / f"valkey-{database}"
    server = valkey.start(folder, lifeline.hold(lifeline.run_folder() / f"alive-{database}"))
    yield server
    server.stop()


def test_without_valkey_the_desk_reads_notes_and_takes_replies(
    database_url, desk_settings, stand_ins, server, session, cast, clock, signed_in
):
    settings = desk_settings.model_copy(update={"redis_url": server.url})
    own = create_app(settings, clock=clock, x=stand_ins.x)  # the real bell and the real news
    ticket = customer_says(session, cast, post(at=clock())).id
    browser = Browser(own.test_client())
    form = {"email": cast.misaki.email, "password": "correct horse battery"}
    server.stop()
    assert send(browser.client, "/sign-in", form, on="/sign-in").status_code == 303
    browser.get("/tickets")
    page = browser.get(f"/tickets/{ticket}")
    browser.post(f"/tickets/{ticket}/notes", body=WORDS)
    names = ("key", "answers", "last_reply_id")
    hidden = {name: re.search(rf'name="{name}" value="([^"]*)"', page)[1] for name in names}
    page = browser.post(f"/tickets/{ticket}/replies", body="確認いたします。", **hidden)
    assert "確認いたします。" in page
    assert browser.client.get("/live").status_code in (200, 204)
    assert browser.client.get("/readyz").status_code == 503, "and whoever runs it is told"
    with own.app_context():
        db.engine.dispose()
