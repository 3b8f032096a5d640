"""Pictures go up when the reply is sent; whatever happens on the way, nothing is posted twice."""

from datetime import timedelta

import httpx
import pytest
from sqlalchemy import select

from support.conversations.records import Message
from support.errors import Refused
from support.replies import losing, pressing, sending
from support.replies.images import Picture
from support.replies.pressing import Draft
from support.replies.records import ReplyImage
from support.x.client import XClient
from support.x.errors import Meaning, XError
from support.x.wire import BearerAuth, Wire
from tests.cast import HANAKO, customer_says, hands, post
from tests.fakes import THURSDAY
from tests.machinery.sandbox import running_sandbox
from tests.replies.test_images import moving, picture
from tests.replies.watching import LEASE, look_until_settled, state

CUT = XError(Meaning.NO_ANSWER, 0, "no answer from X: ReadTimeout")
ONE = Picture("image/png", 4, 4, b"one", "料金表")
TWO = Picture("image/jpeg", 4, 4, b"two")
LONG = "ご不便をおかけし申し訳ございません。状況を確認いたします。" * 8


@pytest.fixture
def pressed(session, desk, ticket, clock):
    def press(*pictures, text="確認いたします。", to=None):
        to = to or ticket
        draft = Draft(text, f"key-of-{to.id}-and-more", None, pictures)
        answers = session.get_one(Message, to.latest_message_id)
        reply = pressing.press(session, to, answers, desk.misaki, draft, clock())
        session.commit()
        return reply

    return press


def deliver(session, reply, x, clock, **worker):
    sending.deliver(session, reply.id, hands(x, clock, **worker))


def test_pictures_are_uploaded_in_order_described_and_carried_by_the_first_part(
    session, pressed, x, clock
):
    reply = pressed(ONE, TWO, text=LONG)
    deliver(session, reply, x, clock)
    assert x.uploaded == [(b"one", "image/png", False), (b"two", "image/jpeg", False)]
    assert x.described == {"801": "料金表"}
    assert x.carried == [("801", "802"), ()]
    assert state(session, reply) == "posted"


def test_a_message_carries_one_picture(session, desk, pressed, x, clock):
    ticket = customer_says(session, desk, post("DM", at=THURSDAY, by=HANAKO, private=True))
    with pytest.raises(Refused, match="1枚"):
        pressed(ONE, TWO, to=ticket)
    session.rollback()
    deliver(session, pressed(ONE, to=ticket), x, clock)
    assert x.uploaded == [(b"one", "image/png", True)]
    assert x.carried == [("801",)]


@pytest.mark.parametrize("meaning", [Meaning.NO_ANSWER, Meaning.NOT_SENT])
def test_an_upload_that_fails_is_repeated_and_what_x_has_is_not_uploaded_again(
    session, pressed, x, clock, meaning
):
    reply = pressed(ONE, TWO)
    first, fails = x.upload_image, [XError(meaning, 0, "no answer from X")]

    def upload(data, **about):
        if data == b"two" and fails:
            raise fails.pop()
        return first(data, **about)

    x.upload_image = upload
    deliver(session, reply, x, clock)
    assert (state(session, reply), x.ours) == ("queued", [])
    clock.forward(minutes=5)
    deliver(session, reply, x, clock)
    assert [data for data, *_ in x.uploaded] == [b"one", b"two"]
    assert (state(session, reply), len(x.ours)) == ("posted", 1)


def test_an_upload_older_than_a_day_is_made_again(session, pressed, x, clock):
    reply = pressed(ONE)
    x.answers = [XError(Meaning.NOT_SENT, 429, "Too Many Requests", clock() + timedelta(days=2))]
    deliver(session, reply, x, clock)
    clock.forward(days=2)
    deliver(session, reply, x, clock)
    assert x.carried == [("801",), ("802",)]
    assert len(x.ours) == 1


def test_a_wait_within_the_day_uses_the_same_upload(session, pressed, x, clock):
    reply = pressed(ONE)
    x.answers = [XError(Meaning.NOT_SENT, 429, "Too Many Requests")]
    deliver(session, reply, x, clock)
    clock.forward(hours=1)
    deliver(session, reply, x, clock)
    assert x.carried == [("801",), ("801",)]


def test_a_picture_x_refuses_stops_the_reply_and_sending_on_uploads_anew(
    session, pressed, x, clock
):
    reply = pressed(ONE)
    x.uploads_fail = [XError(Meaning.REFUSED, 400, "media type unrecognized.")]
    deliver(session, reply, x, clock)
    assert state(session, reply) == "rejected"
    assert "画像がXに受け付けられませんでした" in reply.parts[0].reason
    x.answers = [XError(Meaning.REFUSED, 400, "Your media IDs are invalid.")]
    for _ in range(2):
        pressing.retry(session, reply, clock(), by=reply.agent)
        session.commit()
        deliver(session, reply, x, clock)
    assert x.carried == [("801",), ("802",)]
    assert len(x.ours) == 1


def test_a_worker_taken_for_dead_while_it_uploaded_posts_nothing(session, pressed, x, clock):
    reply = pressed(ONE)
    upload = x.upload_image

    def slow(data, **about):
        clock.forward(seconds=40)
        losing.lose_dead_workers(session, clock(), LEASE)
        session.commit()
        return upload(data, **about)

    x.upload_image = slow
    deliver(session, reply, x, clock)
    assert (state(session, reply), x.ours) == ("unknown", [])
    look_until_settled(session, reply, x, clock)
    assert (state(session, reply), len(x.ours), len(x.uploaded)) == ("posted", 1, 1)


def test_a_long_upload_within_the_lease_posts(session, pressed, x, clock):
    reply = pressed(ONE)
    upload = x.upload_image
    x.upload_image = lambda data, **about: (clock.forward(seconds=20), upload(data, **about))[1]
    deliver(session, reply, x, clock)
    assert state(session, reply) == "posted"


def test_a_moving_gif_is_waited_for(session, pressed, x, clock):
    reply = pressed(Picture("image/gif", 2, 2, b"gif"))
    x.waits = [30.0]
    deliver(session, reply, x, clock)
    assert (state(session, reply), x.ours) == ("queued", [])
    clock.forward(seconds=30)
    deliver(session, reply, x, clock)
    assert (len(x.ours), len(x.uploaded)) == (1, 1)


def test_a_post_with_pictures_is_found_again_behind_the_link_x_adds(session, pressed, x, clock):
    from dataclasses import replace

    reply = pressed(ONE)
    x.accept_then = [CUT]
    deliver(session, reply, x, clock)
    x.ours = [replace(it, text=f"{it.text} https://t.co/a1b2") for it in x.ours]
    look_until_settled(session, reply, x, clock)
    assert (state(session, reply), len(x.ours)) == ("posted", 1)


def test_everything_is_stored_with_the_reply(session, pressed):
    reply = pressed(ONE, TWO)
    kept = session.scalars(select(ReplyImage).order_by(ReplyImage.position)).all()
    assert [(it.reply_id, it.position, it.alt, it.data) for it in kept] == [
        (reply.id, 1, "料金表", b"one"),
        (reply.id, 2, "", b"two"),
    ]


@pytest.mark.one_database
def test_the_sandbox_takes_what_the_client_uploads(session, desk, tmp_path):
    from support.replies.images import fit

    with running_sandbox(tmp_path) as sandbox:
        line = httpx.Client(base_url=sandbox.url, timeout=20)
        client = XClient(Wire(line, BearerAuth("sandbox-hikari_care")), "1")
        target = sandbox.post("@hikari_care 見えません", by="sample_x")
        sandbox.message("DMです", by="sample_x")
        ids = []
        for kind in ("PNG", "JPEG", "WEBP"):
            it = fit(picture(kind), "a")
            ids.append(client.upload_image(it.data, mime=it.mime, private=False))
        client.set_alt_text(ids[0], "赤い四角")
        assert client.create_post("こちらです", in_reply_to=target, media_ids=ids).isdigit()
        gif = fit(moving(), "a.gif")
        moved = client.upload_image(gif.data, mime=gif.mime, private=False)
        assert client.upload_wait(moved) is None
        assert client.create_post("動画です", in_reply_to=target, media_ids=[moved]).isdigit()
        it = fit(picture(), "a")
        private = client.upload_image(it.data, mime=it.mime, private=True)
        person = client.dms().posts[0].author_x_id
        assert client.send_dm("こちらです", to=person, media_ids=[private]).isdigit()
        with pytest.raises(XError) as refused:
            client.create_post("x", in_reply_to=target, media_ids=[private])
        assert refused.value.meaning is Meaning.REFUSED
