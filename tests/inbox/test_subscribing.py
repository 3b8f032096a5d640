"""The desk and X find each other again, whichever of the two forgot: against the sandbox X."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from werkzeug.serving import make_server

from app import create_app
from support.compliance.records import ComplianceEntry
from support.conversations.records import Message
from support.db import db
from support.inbox import subscribing
from support.inbox.records import Delivery
from support.jobs import pushes, reading
from support.settings import load_settings
from support.x.door import XDoor
from support.x.records import Subscription, XApp
from support.x.tokens import seal
from tests.cast import SECRET, make_cast
from tests.fakes import HeardBell, ToldNews
from tests.machinery.sandbox import running_sandbox

CONSUMER, CLIENT = "sandbox-consumer-secret", "sandbox-client-secret"


class Joined:
    """A desk that listens on a real port, and the sandbox X beside it."""

    def __init__(self, app, session, sandbox, address):
        self.app, self.session, self.sandbox, self.address = app, session, sandbox, address
        self.cast = make_cast(session)
        account = self.cast.account
        account.x_id = app.extensions["desk"].x.for_account(account).me().x_id
        self.x_app = XApp(
            name="窓口",
            consumer_secret_sealed=seal(CONSUMER, SECRET),
            client_secret_sealed=seal(CLIENT, SECRET),
            bearer_sealed=seal("sandbox-bearer", SECRET),
            made_at=datetime.now(UTC),
        )
        session.add(self.x_app)
        session.flush()
        account.app_id = self.x_app.id
        session.commit()
        self.client = app.extensions["desk"].x.for_app(self.x_app)
        session.rollback()

    def keep(self):
        """What the job does for one app, at once."""
        number = self.x_app.id
        self.session.commit()
        with self.app.app_context():
            desk = self.app.extensions["desk"]
            address = f"{self.address}/x/webhook/{number}"
            subscribing.keep(db.session(), number, desk.x, address, desk.clock())
            db.session.remove()

    def push(self):
        """X delivers what waits, and a worker reads it."""
        self.session.rollback()
        self.sandbox.flush()
        with self.app.app_context():
            pushes.read_pushes()
            db.session.remove()

    def poll(self):
        number = self.cast.account.id
        self.session.rollback()
        with self.app.app_context():
            reading.read_mentions(number)
            reading.read_dms(number)
            db.session.remove()

    def subscriptions(self):
        self.session.rollback()
        return list(self.session.scalars(select(Subscription).order_by(Subscription.id)))

    def texts(self):
        self.session.rollback()
        return sorted(self.session.scalars(select(Message.text)))

    def row(self):
        self.session.rollback()
        self.session.refresh(self.x_app)
        return self.x_app


@pytest.fixture
def joined(database_url, session_beside, tmp_path):
    with running_sandbox(tmp_path) as sandbox:
        settings = load_settings(
            {
                "DESK_DATABASE_URL": database_url,
                "DESK_DATA_DIR": str(tmp_path),
                "DESK_SECRET_KEY": SECRET,
                "DESK_X_BASE_URL": sandbox.url,
                "DESK_REDIS_URL": "redis://127.0.0.1:1/0",
            }
        )
        app = create_app(settings, later=HeardBell(), news=ToldNews(), x=XDoor(settings))
        server = make_server("127.0.0.1", 0, app, threaded=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        sandbox.holds_deliveries()
        try:
            address = f"http://127.0.0.1:{server.server_port}"
            yield Joined(app, session_beside, sandbox, address)
        finally:
            server.shutdown()
            thread.join()
            with app.app_context():
                db.engine.dispose()


@pytest.fixture
def session_beside(database_url):
    from sqlalchemy.orm import Session

    from support.db import engine_for

    engine = engine_for(database_url)
    with Session(engine) as session:
        yield session
    engine.dispose()


def test_webhook_and_subscriptions_are_made_and_found_again(joined):
    joined.keep()
    app = joined.row()
    assert (app.webhook_valid, app.webhook_problem) == (True, "")
    assert app.webhook_sound_at == app.webhook_checked_at
    made = joined.subscriptions()
    assert {row.event_type for row in made} == {*subscribing.FOR_AN_ACCOUNT, "oauth.revoke"}
    assert [row.problem for row in made if row.problem or not row.x_id] == []
    before = {row.event_type: row.x_id for row in made}
    joined.keep()
    assert {row.event_type: row.x_id for row in joined.subscriptions()} == before
    assert len(joined.client.webhooks()) == 1


def test_what_x_lost_is_made_again(joined):
    joined.keep()
    lost = joined.subscriptions()[0]
    joined.client.unsubscribe(lost.x_id)
    joined.keep()
    (found,) = [r for r in joined.subscriptions() if r.event_type == lost.event_type]
    assert found.x_id in {item.x_id for item in joined.client.subscriptions()}
    joined.client.remove(joined.row().webhook_x_id)
    joined.keep()
    assert joined.row().webhook_valid
    now_there = {item.webhook_x_id for item in joined.client.subscriptions()}
    assert now_there == {joined.row().webhook_x_id}


def test_a_desk_that_moved_gives_up_its_old_address(joined):
    joined.keep()
    joined.address = joined.address.replace("127.0.0.1", "localhost")
    joined.keep()
    (webhook,) = joined.client.webhooks()
    assert webhook.url == joined.row().webhook_url == f"{joined.address}/x/webhook/1"
    assert {s.webhook_x_id for s in joined.client.subscriptions()} == {webhook.x_id}


def test_where_x_does_not_take_one_key_the_other_is_tried(joined):
    joined.x_app.client_secret_sealed = seal("a key X does not have", SECRET)
    joined.keep()
    app = joined.row()
    assert (app.webhook_valid, app.crc_key, app.webhook_problem) == (True, "consumer", "")


def test_a_challenge_that_fails_is_shown_and_mended_when_the_key_is_right(joined):
    joined.x_app.client_secret_sealed = ""
    joined.x_app.consumer_secret_sealed = seal("a key X does not have", SECRET)
    joined.keep()
    app = joined.row()
    assert not app.webhook_valid
    assert "CrcValidationFailed" in app.webhook_problem
    assert joined.subscriptions() == []
    app.consumer_secret_sealed = seal(CONSUMER, SECRET)
    joined.keep()
    assert joined.row().webhook_valid


def test_a_private_event_x_refuses_is_noted_on_its_row_and_tried_again(joined):
    other = joined.cast.account
    joined.session.refresh(other)
    right, other.x_id = other.x_id, "4711"
    joined.keep()
    refused = {row.event_type for row in joined.subscriptions() if row.problem}
    assert "dm.received" in refused
    assert "oauth.revoke" not in refused
    joined.session.refresh(other)
    other.x_id = right
    joined.keep()
    assert [row.problem for row in joined.subscriptions() if row.problem] == []


def test_what_is_pushed_and_polled_is_one_message(joined):
    joined.keep()
    joined.sandbox.post("@hikari_care 夜になると遅いです", by="kakuu_yuuki")
    joined.sandbox.message("住所はこちらです", by="kakuu_yuuki")
    joined.poll()
    joined.push()
    joined.sandbox.message("電話でもよいですか", by="kakuu_yuuki")
    joined.sandbox.post("@hikari_care まだ遅いです", by="kakuu_yuuki")
    joined.push()
    joined.poll()
    assert joined.texts() == [
        "@hikari_care まだ遅いです",
        "@hikari_care 夜になると遅いです",
        "住所はこちらです",
        "電話でもよいですか",
    ]
    unread = select(Delivery.event_type, Delivery.reason).where(Delivery.state != "read")
    assert list(joined.session.execute(unread)) == []


def test_an_encrypted_message_comes_as_a_sign_that_it_came(joined):
    joined.keep()
    joined.sandbox.chats(by="kakuu_yuuki")
    joined.push()
    assert joined.texts() == [""]


def test_a_post_its_author_takes_back_is_emptied(joined):
    x_id = joined.sandbox.post("@hikari_care 夜になると遅いです", by="kakuu_yuuki")
    joined.poll()
    joined.keep()
    watched = [row for row in joined.subscriptions() if row.account_id is None]
    assert "post.delete" in {row.event_type for row in watched}
    joined.sandbox.deletes(x_id)
    joined.push()
    joined.session.rollback()
    entry = joined.session.scalars(select(ComplianceEntry)).one()
    assert (entry.x_id, entry.reason, entry.noticed_by) == (x_id, "deleted", "webhook")
    assert joined.texts() == [""]


def test_consent_taken_back_on_x_stops_the_account(joined):
    joined.keep()
    joined.sandbox.revokes()
    joined.push()
    joined.session.refresh(joined.cast.account)
    assert joined.cast.account.stopped_at is not None


def test_what_was_pushed_in_vain_is_asked_for_again(joined):
    joined.keep()
    joined.sandbox.holds_deliveries(downtime=True)
    joined.sandbox.post("@hikari_care 夜になると遅いです", by="kakuu_yuuki")
    joined.sandbox.flush()
    joined.sandbox.holds_deliveries()
    joined.push()
    assert joined.texts() == []
    app = joined.row()
    app.webhook_sound_at = datetime.now(UTC) - timedelta(hours=30)
    joined.keep()
    assert joined.row().webhook_problem == ""
    joined.push()
    assert joined.texts() == ["@hikari_care 夜になると遅いです"]
    assert datetime.now(UTC) - joined.row().webhook_sound_at < timedelta(minutes=1)


def test_an_app_is_looked_after_every_few_minutes_and_when_an_account_is_new(joined):
    now = datetime.now(UTC)
    assert subscribing.due(joined.session, now) == [joined.x_app.id]
    joined.keep()
    now = datetime.now(UTC)
    assert subscribing.due(joined.session, now) == []
    assert subscribing.due(joined.session, now + subscribing.CHECK_EVERY) == [joined.x_app.id]
    for row in joined.subscriptions():
        joined.session.delete(row)
    joined.session.commit()
    assert subscribing.due(joined.session, now + timedelta(minutes=2)) == [joined.x_app.id]
