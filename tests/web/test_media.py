"""Pictures, films and faces reach a browser through the desk, and only while X shows them."""

from threading import Thread
from types import SimpleNamespace

import httpx
import pytest
from sqlalchemy import select, update
from werkzeug.serving import make_server
from werkzeug.wrappers import Response

from support.compliance.emptying import empty_posts
from support.conversations.records import Attachment, Customer, Message
from support.inbox import reading
from support.inbox.reading import DMS, MENTIONS, read_stream
from support.settings import load_settings
from support.x.door import XDoor
from tests.cast import SECRET
from tests.machinery.sandbox import PLAIN_HTTP, running_sandbox

PNG = b"\x89PNG\r\n\x1a\n"
CUSTOMER = {"username": "kakuu_yuuki", "name": "ゆうき"}
AS_IMAGE = {"Sec-Fetch-Dest": "image"}


@pytest.fixture
def sandbox(tmp_path_factory):
    with running_sandbox(tmp_path_factory.mktemp("x")) as running:
        yield running


@pytest.fixture
def x(sandbox):
    """X is the sandbox here, over HTTP."""
    return XDoor(load_settings({"DESK_X_BASE_URL": sandbox.url, "DESK_SECRET_KEY": SECRET}))


@pytest.fixture
def arrives(app, cast, session, sandbox, x, clock):
    """Lets a customer's post or message with media reach the desk."""
    cast.account.x_id = x.for_account(cast.account).me().x_id
    client = x.for_account(cast.account)
    reading.begin(session, cast.account, after_id="0")
    session.commit()

    def arrive(*media, private=False):
        with httpx.Client(base_url=f"{sandbox.url}/sandbox/api", verify=PLAIN_HTTP) as world:
            who = "sender" if private else "author"
            order = {who: CUSTOMER, "text": "@hikari_care これです", "media": list(media)}
            world.post("/dms" if private else "/posts", json=order).raise_for_status()
        read_stream(session, cast.account, DMS if private else MENTIONS, client, clock())
        session.commit()
        found = session.scalars(select(Attachment).order_by(Attachment.id)).all()
        session.rollback()
        return found

    return arrive


def address(attachment, still=False):
    return f"/media/{attachment.id}{'?preview=1' if still else ''}"


def test_a_picture_is_shown_with_what_it_says(arrives, misaki):
    (photo,) = arrives({"type": "photo", "alt_text": "ルーターの画面", "width": 64, "height": 48})
    assert (photo.kind, photo.alt, photo.width) == ("photo", "ルーターの画面", 64)
    answer = misaki.get(address(photo))
    assert (answer.status_code, answer.mimetype) == (200, "image/png")
    assert answer.data.startswith(PNG)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "private, max-age=300"
    assert answer.headers["Content-Disposition"] == f'inline; filename="media-{photo.id}.png"'
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("kind", ["video", "animated_gif"])
def test_a_film_has_a_still_and_is_played_in_parts(arrives, misaki, kind):
    (film,) = arrives({"type": kind})
    assert misaki.get(address(film, still=True)).mimetype == "image/png"
    whole = misaki.get(address(film))
    assert whole.mimetype == "video/mp4"
    assert whole.data[4:8] == b"ftyp"
    part = misaki.get(address(film), headers={"Range": "bytes=0-99"})
    assert part.data[:100] == whole.data[:100]
    if part.status_code == 206:
        assert part.headers["Content-Range"].startswith("bytes 0-99/")


def test_a_picture_of_a_direct_message_is_fetched_with_our_authorisation(arrives, misaki):
    (photo,) = arrives({"type": "photo"}, private=True)
    assert httpx.get(photo.url).status_code == 401, "X gives it to nobody else"
    assert misaki.get(address(photo)).data.startswith(PNG)


def test_a_face_is_shown(session, arrives, misaki):
    arrives()
    person = session.scalars(select(Customer)).one()
    assert person.avatar_url
    assert misaki.get(f"/avatars/{person.id}").data.startswith(PNG)


def test_nothing_is_shown_to_who_is_not_signed_in(arrives, client):
    (photo,) = arrives({"type": "photo"})
    assert client.get(address(photo)).status_code == 303
    assert client.get("/avatars/1").status_code == 303


def test_what_x_took_back_is_gone_at_once(session, arrives, clock, misaki):
    (photo,) = arrives({"type": "photo"})
    x_id = session.scalars(select(Message.x_id)).one()
    empty_posts(
        session, [x_id], reason="deleted", noticed_by="webhook", noticed_at=clock(), now=clock()
    )
    session.commit()
    answer = misaki.get(address(photo), headers=AS_IMAGE)
    assert answer.status_code == 404
    assert PNG not in answer.data


def test_what_x_does_not_give_is_a_sign_in_its_place_and_a_sentence_by_itself(
    session, arrives, misaki, sandbox
):
    (photo,) = arrives({"type": "photo"})
    for url in ("https://evil.example/a.png", f"{sandbox.url}/nosuch", "http://127.0.0.1:1/a.png"):
        session.execute(update(Attachment).values(url=url))
        session.commit()
        shown = misaki.get(address(photo), headers=AS_IMAGE)
        assert shown.status_code == 404
        assert shown.mimetype == "image/svg+xml"
        alone = misaki.get(address(photo), headers={"Sec-Fetch-Dest": "document"})
        assert alone.status_code == 404
        assert "画像または動画を表示できません" in alone.text


@pytest.mark.parametrize("path", ["/media/7", "/avatars/7", f"/media/{2**40}", f"/avatars/{2**40}"])
def test_an_unknown_file_is_not_found(misaki, path):
    assert misaki.get(path).status_code == 404


@pytest.fixture
def bait():
    """A neighbour in our own network that would gladly hand out a picture."""
    asked = []

    def answer(environ, start):
        asked.append(environ["PATH_INFO"])
        return Response(PNG + b"\0" * 90, mimetype="image/png")(environ, start)

    server = make_server("127.0.0.1", 0, answer)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield SimpleNamespace(host=f"127.0.0.1:{server.server_port}", asked=asked)
    server.shutdown()
    thread.join()
    server.server_close()


def test_no_neighbour_of_ours_is_asked_for_a_face_or_a_picture(session, arrives, misaki, bait):
    (photo,) = arrives({"type": "photo"})
    person = session.scalars(select(Customer.id)).one()
    for url in (
        f"http://{bait.host}/a.png",
        f"http://localhost:{bait.host.partition(':')[2]}/a.png",
        f"https://pbs.twimg.com@{bait.host}/a.png",
        f"//{bait.host}/pbs.twimg.com/a.png",
        "http://169.254.169.254/latest/meta-data",
        "file:///etc/passwd",
    ):
        session.execute(update(Customer).values(avatar_url=url))
        session.execute(update(Attachment).values(url=url, preview_url=url))
        session.commit()
        for path in (f"/avatars/{person}", address(photo), address(photo, still=True)):
            answer = misaki.get(path, headers=AS_IMAGE)
            assert (answer.status_code, PNG in answer.data) == (404, False), (path, url)
    assert bait.asked == []
    assert httpx.get(f"http://{bait.host}/a.png").content.startswith(PNG), "it is there"
