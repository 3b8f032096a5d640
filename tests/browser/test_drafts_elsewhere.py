"""Drafts in two windows, and what a browser keeps: nothing typed is lost, nothing sent returns."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import sign_in
from tests.browser.test_side_by_side import kept
from tests.machinery.running import until

pytestmark = pytest.mark.one_database
COPIES = "Object.keys(localStorage).filter((it) => it.startsWith('desk-draft:'))"
SAVE = "**/drafts/reply"


@pytest.fixture
def ticket(desk):
    desk.sandbox.post("@hikari_care 夜になると遅いです", by="kakuu_yuuki")
    return f"/tickets/{desk.ticket_saying('遅いです')}"


@pytest.fixture
def page(desk, ticket, open_window):
    page = open_window(desk.url).page
    sign_in(page, desk.cast.misaki.email)
    page.goto(ticket)
    return page


def write(page, words):
    with page.expect_response("**/preview"):
        page.locator("#body").press_sequentially(words)


def lose_what_is_saved(page):
    page.route(SAVE, lambda route: route.abort())


def test_what_another_window_left_behind_is_not_put_into_a_box_in_use(desk, ticket, page):
    write(page, "一つめの窓")
    until(lambda: kept(desk) == ["一つめの窓"], "the draft")
    expect(page.locator("#draft-reply")).to_contain_text("保存")
    other = page.context.new_page()
    other.goto(ticket)
    # Set, not typed: a pause in typing that ends before the window is closed would save it.
    other.locator("#body").evaluate("(box) => { box.value = '二つめの窓'; }")
    other.close(run_before_unload=True)
    until(lambda: page.evaluate(COPIES), "what the other window left in the browser")
    until(lambda: kept(desk) == ["二つめの窓"], "what it said last to the server")
    write(page, "で続ける")
    expect(page.locator("#body")).to_have_value("一つめの窓で続ける")
    until(lambda: kept(desk) == ["一つめの窓で続ける"], "what is typed now")


def test_what_was_sent_does_not_come_back_from_the_browser(desk, ticket, page, open_window):
    lose_what_is_saved(page)
    write(page, "確認いたします。")
    expect(page.locator("#draft-reply")).to_contain_text("この端末に控えました")
    page.locator("#body").press("Control+Enter")
    expect(page.locator("#thread")).to_contain_text("確認いたします。")
    expect(page.locator("#body")).to_have_value("")
    until(lambda: page.evaluate(COPIES) == [], "no copy in the browser")
    page.unroute(SAVE)
    expect(page.locator("#thread")).to_contain_text("送信済み")  # nothing is answered twice at once

    # Left here, sent from elsewhere.
    page.locator("#body").press_sequentially("続きです。")
    page.goto("/drafts")
    until(lambda: kept(desk) == ["続きです。"], "what was typed last")
    other = open_window(desk.url).page
    sign_in(other, desk.cast.misaki.email)
    other.goto(ticket)
    other.locator("#body").press("Control+Enter")
    expect(other.locator("#body")).to_have_value("")
    page.goto(ticket)
    expect(page.locator("#body")).to_have_value("")
    assert page.evaluate(COPIES) == []
    assert kept(desk) == []


def test_a_browser_whose_clock_is_behind_loses_nothing(desk, ticket, open_window):
    """Without the service worker, whose requests no test can lose."""
    page = open_window(desk.url, service_workers="block").page
    sign_in(page, desk.cast.misaki.email)
    page.add_init_script("const real = Date.now; Date.now = () => real() - 600_000;")
    page.goto(ticket)
    write(page, "保存した分")
    until(lambda: kept(desk) == ["保存した分"], "the draft")
    expect(page.locator("#draft-reply [data-discard]")).to_be_visible()
    lose_what_is_saved(page)
    write(page, "とその続き")
    expect(page.locator("#draft-reply")).to_contain_text("この端末に控えました")
    page.goto("/drafts")
    page.unroute(SAVE)
    page.goto(ticket)
    expect(page.locator("#body")).to_have_value("保存した分とその続き")
    until(lambda: kept(desk) == ["保存した分とその続き"], "all of it on the server")


def test_words_never_overtake_those_on_their_way_before_them(desk, page):
    asked = []

    def hold_the_first(route):
        asked.append(route)
        if len(asked) > 1:
            route.continue_()

    page.route(SAVE, hold_the_first)
    at_once = "dispatchEvent(new Event('online'))"
    page.locator("#body").fill("一")
    page.evaluate(at_once)
    until(lambda: page.evaluate("1") and asked, "the first words on their way")
    page.locator("#body").fill("一二")
    page.evaluate(at_once)
    page.evaluate("fetch('/healthz').then(() => 1)")
    assert len(asked) == 1
    asked[0].continue_()
    until(lambda: page.evaluate("1") and kept(desk) == ["一二"], "all of it on the server")


def test_another_form_of_the_page_takes_nothing_along(desk, ticket, page):
    page.locator("#body").fill("書いたところ")
    page.evaluate("document.querySelector('form[action$=\"/sign-out\"]').requestSubmit()")
    page.wait_for_url("**/sign-in")
    sign_in(page, desk.cast.misaki.email)
    page.goto(ticket)
    expect(page.locator("#body")).to_have_value("書いたところ")


def test_what_is_too_long_can_be_made_shorter(desk, page):
    long = "長" * 20_001
    page.locator("#body").fill(long)
    line = page.locator("#draft-reply")
    expect(line).to_contain_text("20,000文字まで")
    with page.expect_response("**/preview"):
        page.locator("#body").press("Backspace")
    expect(line).to_contain_text("下書き")
    expect(page.locator("#body")).to_have_value(long[1:])


def test_a_copy_goes_when_the_server_would_have_let_go_of_it(ticket, page):
    page.evaluate(
        """() => [29, 31].forEach((days) => localStorage.setItem(`desk-draft:1:9${days}:reply`,
          JSON.stringify({ text: "前の文章", at: Date.now() - days * 86_400_000 })))"""
    )
    page.goto(ticket)
    until(lambda: len(page.evaluate(COPIES)) == 1, "the older one gone")
    assert page.evaluate(COPIES) == ["desk-draft:1:929:reply"]
