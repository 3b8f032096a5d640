"""What every answer tells the browser, and what is refused before a page runs."""

import re

import pytest

from tests.web.forms import ROOT, post

TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
INLINE = re.compile(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=|hx-on|javascript:")


@pytest.mark.parametrize("path", ["/sign-in", "/nothing-here", "/healthz", "/static/desk.css"])
def test_every_answer_takes_everything_from_ourselves_only(client, cast, path):
    headers = client.get(path).headers
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_pages_with_customers_words_stay_off_the_disk(misaki):
    assert misaki.get("/me").headers["Cache-Control"] == "no-store"


def test_a_static_file_asked_for_with_its_mark_is_kept(misaki):
    address = re.search(r'href="(/static/desk\.css\?v=\w+)"', misaki.get("/me").text)[1]
    assert "immutable" in misaki.get(address).headers["Cache-Control"]
    assert "immutable" not in misaki.get("/static/desk.css").headers["Cache-Control"]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_template_holds_script_or_style(path):
    """The policy would silently block them."""
    text = re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert not INLINE.search(text)
    assert "|safe" not in text.replace(" ", "")


def test_a_form_without_our_token_changes_nothing(misaki):
    response = misaki.post("/me/language", data={"locale": "en"})
    assert response.status_code == 400
    assert "開き直して" in response.text


def test_the_token_may_come_in_the_header_htmx_sends(misaki):
    token = re.search(r'"X-CSRFToken": "([^"]+)"', misaki.get("/me").text)[1]
    headers = {"X-CSRFToken": token}
    assert misaki.post("/me/language", data={"locale": "en"}, headers=headers).status_code == 303


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param({"Sec-Fetch-Site": "cross-site"}, 403, id="another site"),
        pytest.param({"Sec-Fetch-Site": "same-site"}, 403, id="a neighbour under our domain"),
        pytest.param({"Sec-Fetch-Site": "same-origin"}, 303, id="ourselves"),
        pytest.param({"Origin": "https://evil.example"}, 403, id="an old browser, another site"),
        pytest.param({"Origin": "null"}, 403, id="a sandboxed frame"),
        pytest.param({"Origin": "http://localhost"}, 303, id="an old browser, ourselves"),
    ],
)
def test_another_site_changes_nothing_even_with_a_token(misaki, headers, status):
    response = post(misaki, "/me/language", {"locale": "ja"}, headers=headers)
    assert response.status_code == status


def test_too_much_is_refused_calmly(misaki):
    response = post(misaki, "/me/language", {"locale": "x" * 1_100_000})
    assert response.status_code == 413
    assert "大きすぎます" in response.text
