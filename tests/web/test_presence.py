"""Who looks at a ticket and who writes in it: seen by colleagues, stored nowhere."""

import pytest
import redis
from sqlalchemy import event

from support.db import db
from support.presence import Present
from tests.machinery.valkey import valkey_server
from tests.web import forms
from tests.web.counting import FRAME, queries
from tests.web.talk import Talk, path

pytestmark = pytest.mark.both_databases

VIEWS, WRITES = "田中 閲覧中", "田中 返信中"


@pytest.fixture
def talk(session, cast, clock, x):
    talk = Talk(session, cast, clock, x)
    talk.says("@hikari_care 夜になると遅いです")
    return talk


@pytest.fixture
def valkey(app):
    """A Valkey with nothing in it, and the desk beside it."""
    with redis.Redis.from_url(valkey_server().url) as client:
        client.flushdb()
        app.extensions["present"] = Present(valkey_server().url)
        yield client


@pytest.fixture
def ken(cast, signed_in, session):
    browser = signed_in(cast.ken)
    session.rollback()
    return browser


def beat(client, ticket, doing="viewing"):
    answer = forms.post(client, path(ticket, "presence"), {"doing": doing})
    assert answer.status_code == 204


def marks(client, ticket):
    return client.get(f"/presence?ids={ticket.id}&head={ticket.id}").text


def test_a_colleague_is_seen_at_the_ticket_and_in_the_queue(talk, valkey, misaki, ken, news):
    beat(ken, talk.ticket)
    assert news.told == [("here", talk.ticket.id)]
    for place in (path(talk.ticket), "/", f"/presence?ids={talk.ticket.id}"):
        assert VIEWS in misaki.get(place).text
    beat(ken, talk.ticket, "replying")
    page = marks(misaki, talk.ticket)
    assert WRITES in page
    assert VIEWS not in page
    assert len(news.told) == 2


def test_nobody_sees_themselves(talk, valkey, misaki):
    beat(misaki, talk.ticket)
    assert "閲覧中" not in misaki.get(path(talk.ticket)).text


def test_another_sign_of_the_same_life_is_no_news(talk, valkey, ken, news):
    beat(ken, talk.ticket)
    beat(ken, talk.ticket)
    assert news.told == [("here", talk.ticket.id)]


def test_who_left_is_gone_at_once_and_who_is_silent_within_a_minute(
    talk, valkey, misaki, ken, clock, news
):
    beat(ken, talk.ticket)
    beat(ken, talk.ticket, "gone")
    assert VIEWS not in marks(misaki, talk.ticket)
    assert len(news.told) == 2
    beat(ken, talk.ticket)
    clock.forward(seconds=39)
    assert VIEWS in marks(misaki, talk.ticket)
    clock.forward(seconds=6)
    assert VIEWS not in marks(misaki, talk.ticket)
    beat(ken, talk.ticket)
    assert len(news.told) == 4, "who comes back is news"


def test_only_ids_are_kept_and_only_for_a_while(talk, valkey, cast, ken):
    beat(ken, talk.ticket)
    assert valkey.keys() == [b"desk:here"]
    assert valkey.zrange("desk:here", 0, -1) == [f"{talk.ticket.id}:{cast.ken.id}:viewing".encode()]
    assert 0 < valkey.ttl("desk:here") <= 40


def test_a_sign_of_life_writes_nothing_into_the_database(app, talk, valkey, ken):
    written = []
    token = forms.token_on(ken)
    with app.app_context():
        engine = db.engine

    def note(_connection, _cursor, statement, *_rest):
        if not statement.startswith(("SELECT", "PRAGMA")) and statement != "BEGIN":
            written.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        ken.post(path(talk.ticket, "presence"), data={"doing": "viewing", "csrf_token": token})
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert written == []


def test_what_is_no_doing_is_left_alone(talk, valkey, ken, news):
    beat(ken, talk.ticket, "dancing")
    assert news.told == []
    assert valkey.keys() == []


def test_a_page_asks_valkey_once_and_the_database_no_more_than_before(
    app, talk, valkey, misaki, ken
):
    alone = queries(app, lambda: misaki.get("/"))
    beat(ken, talk.ticket)
    asked = []

    class Counted(Present):
        def everywhere(self, now):
            asked.append(now)
            return super().everywhere(now)

    app.extensions["present"] = Counted(valkey_server().url)
    assert VIEWS in misaki.get("/").text
    assert len(asked) == 1
    assert queries(app, lambda: misaki.get("/")) == alone >= FRAME


def test_without_valkey_nobody_is_seen_and_pages_stand(app, talk, misaki, ken, news):
    app.extensions["present"] = Present("redis://127.0.0.1:1/0")
    beat(ken, talk.ticket)
    assert news.told == []
    assert misaki.get(path(talk.ticket)).status_code == 200
    assert misaki.get("/").status_code == 200
