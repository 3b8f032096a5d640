"""Short sentences that say what was done."""

import json

import pytest
from flask import redirect

from support.web import toasts


@pytest.fixture
def app(app_of_its_own):
    return app_of_its_own


@pytest.fixture(autouse=True)
def deed(app):
    def page():
        toasts.say("2件を解決にしました", undo="/undo/7")
        return "part"

    def moved():
        toasts.say("担当を変えました")
        return redirect("/me", 303)

    app.add_url_rule("/deed", "deed", page)
    app.add_url_rule("/moved", "moved", moved)


def test_htmx_gets_them_in_a_header_of_ascii_only(misaki):
    header = misaki.get("/deed", headers={"HX-Request": "true"}).headers["HX-Trigger"]
    assert header.isascii()
    assert json.loads(header) == {
        "toasts": {"all": [{"text": "2件を解決にしました", "undo": "/undo/7"}]}
    }


def test_over_a_redirect_they_wait_for_the_page_and_are_shown_once(misaki):
    page = misaki.get("/moved", follow_redirects=True)
    assert "担当を変えました" in page.text
    assert "担当を変えました" not in misaki.get("/me").text


def test_htmx_sent_elsewhere_hears_it_from_the_answer_it_comes_to(misaki):
    page = misaki.get("/moved", headers={"HX-Request": "true"}, follow_redirects=True)
    assert "担当を変えました" in page.text


def test_without_a_script_the_way_back_is_a_form(misaki):
    misaki.get("/deed")
    page = misaki.get("/me").text
    assert 'action="/undo/7"' in page
