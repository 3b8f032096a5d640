"""Every request our client makes is one that X's own document allows, in either vocabulary."""

import base64
import inspect
import re
from contextlib import closing
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from support.x.app_client import DM_RECEIVED, POSTED, AppClient
from support.x.client import XClient
from support.x.shapes import SHAPES
from support.x.wire import BearerAuth, Wire
from tests.machinery.sandbox import HANDLE, PLAIN_HTTP, running_sandbox
from tests.sandbox.receiver import Receiver
from tests.sandbox.walk import PIXEL
from tests.x import documents

GIF = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
ELSEWHERE = {"file"}
"""Files are fetched from X's hosts for them, which no document describes; see test_media.py."""


class Ear:
    """A client's line that remembers what was asked over it."""

    def __init__(self, url: str) -> None:
        self.asked: list[httpx.Request] = []
        self.http = httpx.Client(base_url=url, timeout=20, verify=PLAIN_HTTP)
        self.http.event_hooks["request"].append(self._hear)

    def _hear(self, request: httpx.Request) -> None:
        if not request.headers.get("content-type", "").startswith("multipart/"):
            self.asked.append(request)

    def wire(self, token: str) -> Wire:
        return Wire(self.http, BearerAuth(token))


@pytest.fixture(params=["legacy", "new"])
def words(request):
    documents.spec(request.param)
    return request.param


@pytest.fixture
def sandbox(tmp_path, words):
    with running_sandbox(tmp_path) as running:
        running.switch(vocabulary=words)
        yield running


@pytest.fixture
def ear(sandbox):
    ear = Ear(sandbox.url)
    yield ear
    ear.http.close()


@pytest.fixture
def client(ear, words):
    me = XClient(ear.wire(f"sandbox-{HANDLE}"), "", SHAPES[words]).me()
    return XClient(ear.wire(f"sandbox-{HANDLE}"), me.x_id, SHAPES[words])


def ask_everything_of(client, sandbox):
    """Calls every method of an account's client once, and looks at what comes back."""
    asked = sandbox.post(f"@{HANDLE} 明細が見られません", by="tabi_suki", media=[{"type": "photo"}])
    sandbox.message("こっそり", by="tabi_suki")
    (mention,) = client.mentions(since_id="1").posts
    assert mention.x_id == asked
    assert mention.author.username == "tabi_suki"
    assert mention.media[0].url
    person = mention.author_x_id
    assert client.people([person, "99"]).keys() == {person}
    assert client.look_for_people(["99"])[1][0].x_id == "99"
    assert client.posts([asked, "99"]).missing[0].x_id == "99"
    (message,) = client.dms().posts
    assert message.author.username == "tabi_suki"
    picture = client.upload_image(PIXEL, mime="image/png", private=False)
    client.set_alt_text(picture, "点")
    moving = client.upload_image(GIF, mime="image/gif", private=False)
    assert client.upload_wait(moving) is None
    ours = client.create_post("ご案内します", in_reply_to=asked, media_ids=[picture])
    assert [post.x_id for post in client.own_posts().posts] == [ours]
    shown = client.upload_image(PIXEL, mime="image/png", private=True)
    client.send_dm("お返事です", to=person, media_ids=[shown])
    assert len(client.dms_with(person).posts) == 2
    client.delete_post(ours)
    client.delete_post(ours)
    assert client.own_posts().posts == ()
    assert [post.x_id for post in client.search("明細", since_id=asked, most=10).posts] == []
    assert client.search("明細").posts[0].x_id == asked
    assert client.thread(ours, most=100).posts == ()
    assert abs(client.x_clock() - datetime.now(UTC)) < timedelta(minutes=1)
    return person


def test_what_an_account_asks_x_allows(client, ear, sandbox, words):
    ask_everything_of(client, sandbox)
    assert faults(ear, words) == ""


def test_what_an_app_asks_x_allows(client, ear, sandbox, words):
    app = AppClient(ear.wire("sandbox-bearer"))
    with closing(Receiver()) as receiver:
        webhook = app.register(receiver.url)
        assert [there.x_id for there in app.webhooks()] == [webhook.x_id]
        app.validate(webhook.x_id)
        made = app.subscribe(POSTED, client._x_id, webhook.x_id)
        client.subscribe(DM_RECEIVED, webhook.x_id)
        assert {kept.event_type for kept in app.subscriptions()} == {POSTED, DM_RECEIVED}
        app.move(made, webhook.x_id)
        now = datetime.now(UTC)
        app.replay(webhook.x_id, now - timedelta(hours=2), now - timedelta(hours=1))
        sandbox.post("遅い", by="tabi_suki")
        assert sum(hour.posts for hour in app.counts("遅い")) == 1
        app.unsubscribe(made)
        app.remove(webhook.x_id)
    assert faults(ear, words) == ""


def test_every_call_of_the_clients_is_among_them():
    """A method added to a client is asked for here as well."""
    here = inspect.getsource(ask_everything_of) + inspect.getsource(test_what_an_app_asks_x_allows)
    for kind in (XClient, AppClient):
        methods = {name for name in vars(kind) if not name.startswith("_")} - ELSEWHERE
        missing = {name for name in methods if not re.search(rf"\.{name}\(", here)} - {"me"}
        assert not missing, kind


def faults(ear, words):
    found = [
        f"{request.method} {request.url}: {fault}"
        for request in ear.asked
        if (fault := documents.fault_in_request(words, request))
    ]
    return "\n".join(found)
