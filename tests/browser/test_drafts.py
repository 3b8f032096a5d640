"""Drafts in a real browser: kept by themselves, back in another one, and through a lost line."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import sign_in
from tests.browser.test_side_by_side import kept
from tests.machinery.running import until

pytestmark = pytest.mark.one_database

DRAFTS_HERE = "Object.keys(localStorage).filter((it) => it.includes('draft'))"
KEPT_HERE = f"{DRAFTS_HERE}.map((it) => localStorage[it]).join()"


@pytest.fixture
def ticket(desk):
    desk.sandbox.post("@hikari_care 夜になると遅いです", by="kakuu_yuuki")
    number = desk.ticket_saying("遅いです")
    return f"/tickets/{number}"


def test_what_is_typed_is_back_in_another_browser_and_gone_once_sent(desk, ticket, open_window):
    one, two = open_window(desk.url), open_window(desk.url)
    for window in (one, two):
        sign_in(window.page, desk.cast.misaki.email)
    page = one.page
    page.goto(ticket)
    page.locator("#body").press_sequentially("確認いたし")
    expect(page.locator("#draft-reply")).to_contain_text(re.compile(r"下書き \d+:\d\d 保存"))
    page.locator("#body").press_sequentially("ます。")
    page.goto("/drafts")  # leaves before the pause is over; nothing asks whether to stay
    until(lambda: kept(desk) == ["確認いたします。"], "what was typed last")

    page = two.page
    page.goto(ticket)
    expect(page.locator("#body")).to_have_value("確認いたします。")
    page.locator("#body").press("Control+Enter")
    expect(page.locator("#body")).to_have_value("")
    until(lambda: kept(desk) == [], "no draft of what was sent")
    page.locator(".mode-tab[data-mode=note]").click()
    page.locator("#note").press_sequentially("あとで")
    expect(page.locator("#draft-note")).to_contain_text("保存")
    page.locator("#draft-note [data-discard]").click()
    expect(page.locator("#note")).to_have_value("")
    until(lambda: kept(desk) == [], "nothing once it was discarded")
    assert one.faults + two.faults == []


def test_nothing_typed_is_lost_while_the_line_is(desk, ticket, open_window):
    window = open_window(desk.url)
    page = window.page
    sign_in(page, desk.cast.misaki.email)
    page.goto(ticket)
    page.context.set_offline(True)
    page.locator("#body").press_sequentially("つながらない間の文章")
    line = page.locator("#draft-reply")
    expect(line).to_contain_text("この端末に控えました")
    page.locator("#body").press_sequentially("です")
    assert kept(desk) == []
    page.context.set_offline(False)
    expect(line).to_contain_text("保存")
    expect(line).not_to_contain_text("控えました")
    until(lambda: kept(desk) == ["つながらない間の文章です"], "all of it on the server")

    # The page is closed while the line is down: what it kept comes back with the page.
    page.context.set_offline(True)
    page.locator("#body").press_sequentially("、続き")
    expect(line).to_contain_text("この端末に控えました")
    until(lambda: "、続き" in page.evaluate(KEPT_HERE), "all of it in the browser")
    context = page.context
    page.close()
    context.set_offline(False)
    again = context.new_page()
    again.goto(ticket)
    expect(again.locator("#body")).to_have_value("つながらない間の文章です、続き")
    until(lambda: kept(desk) == ["つながらない間の文章です、続き"], "what only the browser had")
    # The browser lets go of its copy once it hears that the server has one: a moment later.
    until(lambda: not again.evaluate(DRAFTS_HERE), "no copy in the browser")
    lost = ("ERR_INTERNET_DISCONNECTED", "Failed to fetch")
    assert [it for it in window.faults if not any(said in it for said in lost)] == []
