"""Pictures and films come from X's own hosts only, as what they are, and within limits."""

import httpx
import pytest

from support.x.errors import XError
from support.x.media import NotShown, Place, fetch, place_of
from support.x.pictures import kind_of

API = "https://api.x.com"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 90
FILM = b"\0\0\0\x18ftypmp42" + b"\0" * 990
SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"


@pytest.mark.parametrize(
    ("url", "ours"),
    [
        ("https://pbs.twimg.com/media/Abc.jpg?name=large", False),
        ("https://video.twimg.com/ext_tw_video/1/pu/vid/720x1280/a.mp4?tag=12", False),
        ("https://api.x.com/2/dm_conversations/media/1/2/a.jpg", True),
    ],
)
def test_xs_own_addresses_are_asked_as_they_are(url, ours):
    assert place_of(url, API) == Place(url, ours)


def test_a_file_of_a_direct_message_is_read_through_the_api():
    place = place_of("https://ton.twitter.com/1.1/ton/data/dm/11/22/abc_D-e.jpg", API)
    assert place == Place(f"{API}/2/dm_conversations/media/11/22/abc_D-e.jpg", ours=True)


@pytest.mark.parametrize(
    "url",
    [
        "http://pbs.twimg.com/media/a.jpg",
        "https://pbs.twimg.com:8443/media/a.jpg",
        "https://pbs.twimg.com.evil.example/a.jpg",
        "https://evil.example/pbs.twimg.com/a.jpg",
        "https://pbs.twimg.com@evil.example/a.jpg",
        "https://user:word@pbs.twimg.com/a.jpg",
        "https://169.254.169.254/latest/meta-data",
        "http://127.0.0.1:6379/",
        "https://[::1]/a.jpg",
        "https://[oh no",
        "file:///etc/passwd",
        "//pbs.twimg.com/a.jpg",
        "https://ton.twitter.com/1.1/ton/data/dm/11/22/../../../2/users/me",
        "https://ton.twitter.com/2/tweets",
        "https://api.x.com.evil.example/2/tweets",
        "https://api.x.com:444/a",
        "",
    ],
)
def test_no_other_address_is_asked(url):
    with pytest.raises(NotShown):
        place_of(url, API)


def test_the_sandbox_stands_in_for_x_at_its_own_address_only():
    assert place_of("http://127.0.0.1:8010/media/1", "http://127.0.0.1:8010").ours
    with pytest.raises(NotShown):
        place_of("http://127.0.0.1:8011/media/1", "http://127.0.0.1:8010")


class Server:
    """Answers one call and remembers how it was asked."""

    def __init__(self, body=PNG, status=200, **headers):
        self.body, self.status = body, status
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}
        self.asked = None

    def __call__(self, request):
        self.asked = request
        return httpx.Response(self.status, headers=self.headers, content=self._pieces())

    def _pieces(self):
        for at in range(0, len(self.body), 50):
            yield self.body[at : at + 50]

    def fetch(self, *, ours=False, limit=2000, part=""):
        http = httpx.Client(transport=httpx.MockTransport(self))
        auth = httpx.BasicAuth("our", "token")
        place = Place("https://pbs.twimg.com/media/a", ours)
        return fetch(http, place, auth, limit=limit, part=part)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 20, "image/jpeg"),
        (b"GIF89a" + b"\0" * 20, "image/gif"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
        (FILM, "video/mp4"),
    ],
)
def test_a_file_is_what_its_bytes_say(body, kind):
    assert kind_of(body) == kind
    file = Server(body, content_type="application/octet-stream").fetch()
    assert (file.kind, b"".join(file.pieces)) == (kind, body)


@pytest.mark.parametrize("body", [SVG, b"<html><script>", b'{"data":{}}', b"", b"RIFF\0\0\0\0WAVE"])
@pytest.mark.parametrize("named", ["image/png", "image/svg+xml", "video/mp4"])
def test_nothing_but_pictures_and_films_is_passed_on(body, named):
    with pytest.raises(NotShown):
        Server(body, content_type=named).fetch()


def test_our_token_goes_to_the_api_only():
    for ours in (False, True):
        server = Server()
        server.fetch(ours=ours)
        assert ("Authorization" in server.asked.headers) == ours


def test_what_claims_to_be_too_large_is_not_begun():
    with pytest.raises(NotShown):
        Server(content_length="2001").fetch()


def test_what_grows_too_large_is_cut_off():
    file = Server(PNG + b"\0" * 5000).fetch(limit=1000)
    assert len(b"".join(file.pieces)) <= 1000


def test_a_redirect_is_not_followed():
    server = Server(b"", 302, location="http://127.0.0.1/")
    with pytest.raises(NotShown):
        server.fetch()
    assert server.asked.url.host == "pbs.twimg.com"


def test_a_refusal_is_told_as_one():
    with pytest.raises(XError) as refused:
        Server(b"no", 404).fetch()
    assert refused.value.status == 404


def test_a_player_may_ask_for_a_part():
    headers = {"content_type": "video/mp4", "content_range": "bytes 500-549/1002"}
    server = Server(FILM[500:550], 206, **headers)
    file = server.fetch(part="bytes=500-549")
    assert server.asked.headers["Range"] == "bytes=500-549"
    assert (file.status, file.kind) == (206, "video/mp4")
    assert file.headers["Content-Range"] == "bytes 500-549/1002"


@pytest.mark.parametrize("part", ["bytes=0-1,5-9", "lines=1-2", "bytes=0-\r\nX-Evil: 1", "x" * 999])
def test_an_odd_range_is_left_out(part):
    server = Server()
    server.fetch(part=part)
    assert "Range" not in server.asked.headers
