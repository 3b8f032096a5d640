"""Candidates are gone through by keys, and one is offered help on X in a new tab, by hand."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from support.agents.records import Agent
from support.outreach import switching
from support.outreach.policy import Policy
from support.outreach.records import Prospect
from support.x.records import Account
from tests.browser.conftest import sign_in
from tests.machinery.running import until
from tests.outreach import prospecting

pytestmark = pytest.mark.one_database
ALL_DAY = {day: [("00:00", "24:00")] for day in range(7)}
"""These tests run at any hour."""


def test_by_keys_to_the_post_that_is_seen(desk, open_window):
    numbers = _found(desk)
    window = open_window(desk.url)
    page = window.page
    sign_in(page, desk.cast.misaki.email)
    page.goto("/outreach")
    opened = page.locator("[data-cursor]")
    expect(opened).to_contain_text("遅い 0")

    page.keyboard.press("s")
    expect(opened).to_contain_text("遅い 1")
    until(lambda: _state(desk, numbers[0]) == "skipped", "the skip")

    page.wait_for_load_state()
    page.keyboard.press("e")
    words = page.locator("textarea[name=text]")
    expect(words).to_be_focused()
    words.fill("ひかりケアの佐藤と申します。お手伝いできます。 ^佐藤")
    expect(page.locator("#counter")).to_contain_text("あと114字")
    page.keyboard.press("Escape")
    with page.context.expect_page() as caught:
        page.keyboard.press("o")
    on_x = caught.value
    on_x.wait_for_url(lambda url: "/intent/" in url)
    expect(on_x.locator("textarea[name=text]")).to_have_value(
        "ひかりケアの佐藤と申します。お手伝いできます。 ^佐藤"
    )
    expect(page.locator("#to-post")).to_contain_text("佐藤がXで開いた")

    on_x.locator("form button").first.click()
    until(lambda: _state(desk, numbers[1]) == "seen", "our post on X")
    on_x.close()
    expect(page.locator("#to-post")).not_to_contain_text("遅い 1")
    page.goto("/outreach")
    page.wait_for_load_state()
    page.keyboard.press("n")
    until(lambda: _state(desk, numbers[2]) == "skipped", "never again")
    assert window.faults == []


def _found(desk):
    """Three who wrote on X, found by a search."""
    now = datetime.now(UTC)
    with desk.session() as session:
        account = session.get_one(Account, desk.cast.account.id)
        hikaru = session.get_one(Agent, desk.cast.hikaru.id)
        lists = prospecting.lists(session, account, hikaru, now)
        switching.save(session, Policy(own_hours=ALL_DAY), by=hikaru, now=now)
        made = []
        for number in range(3):
            words, by = f"ひかり回線が遅い {number}", prospecting.person(number)
            x_id = desk.sandbox.post(words, by=by.username)
            it = prospecting.found(session, lists, now, number, text=words, score=90 - number)
            it.post_x_id = it.thread_x_id = x_id
            made.append(it)
        session.commit()
        return [it.id for it in made]


def _state(desk, number):
    with desk.session() as session:
        return session.get_one(Prospect, number).state
