"""What goes over the wire is small, and no more tells its secrets by its length than before."""

import gzip

import pytest

PACKED = {"Accept-Encoding": "gzip, deflate, br"}
pytestmark = pytest.mark.one_database


def test_a_page_is_compressed_for_a_browser_that_can_read_it(misaki):
    plain, packed = misaki.get("/me"), misaki.get("/me", headers=PACKED)
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data).decode().count("<h2") == plain.text.count("<h2")
    assert len(packed.data) * 3 < len(plain.data)
    assert int(packed.headers["Content-Length"]) == len(packed.data)
    assert all("Accept-Encoding" in answer.headers["Vary"] for answer in (plain, packed))


@pytest.mark.parametrize("said", ["gzip;q=0", "identity", "br"])
def test_a_browser_that_cannot_read_it_gets_plain_words(misaki, said):
    assert "Content-Encoding" not in misaki.get("/me", headers={"Accept-Encoding": said}).headers


def test_a_page_another_site_asked_for_is_not_compressed(misaki):
    cross = {**PACKED, "Sec-Fetch-Site": "cross-site"}
    assert "Content-Encoding" not in misaki.get("/me", headers=cross).headers
    own = {**PACKED, "Sec-Fetch-Site": "same-origin"}
    assert "Content-Encoding" in misaki.get("/me", headers=own).headers


def test_a_static_file_is_compressed_and_kept_for_ever_under_its_mark(client, app):
    with app.test_request_context():
        path = app.url_for("static", filename="desk.css")
    answer = client.get(path, headers=PACKED)
    assert gzip.decompress(answer.data) == client.get(path).data
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Accept-Ranges" not in answer.headers
    again = client.get(path, headers={**PACKED, "If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    part = client.get(path, headers={**PACKED, "Range": "bytes=0-9"})
    assert (part.status_code, len(part.data)) == (206, 10)


def test_what_is_no_text_or_short_is_left_alone(misaki):
    assert "Content-Encoding" not in misaki.get("/healthz", headers=PACKED).headers
    assert "Content-Encoding" not in misaki.get("/alerts/latest", headers=PACKED).headers
    assert "Content-Encoding" not in misaki.get("/live", headers=PACKED).headers
