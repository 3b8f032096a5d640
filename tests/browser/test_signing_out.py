"""Signing out leaves no words in a browser that others use; of what would be lost one is told."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import sign_in
from tests.browser.test_drafts_elsewhere import COPIES, SAVE, lose_what_is_saved, write
from tests.browser.test_side_by_side import kept
from tests.machinery.running import until

pytestmark = pytest.mark.one_database
OTHERS = "desk-draft:999:1:reply"


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


def sign_out(page):
    if not page.locator("#menu-me").is_visible():
        page.locator("button.me").click()
    page.get_by_role("button", name="サインアウト").click()


def test_what_is_being_written_is_kept_on_the_server_and_leaves_the_browser(desk, page):
    page.evaluate(f"localStorage.setItem('{OTHERS}', '{{}}')")
    write(page, "途中まで書いた文")
    sign_out(page)
    page.wait_for_url("**/sign-in")
    assert kept(desk) == ["途中まで書いた文"]
    assert page.evaluate(COPIES) == [OTHERS], "what a colleague could not save yet stays theirs"
    assert page.evaluate("sessionStorage.length") == 0


def test_a_copy_the_server_has_as_well_goes_without_a_word(desk, ticket, page):
    # Set, not typed: a pause in typing that ends before the page is left would save it.
    page.locator("#body").evaluate("(box) => { box.value = '離れるときの文'; }")
    page.goto("/tickets")
    until(lambda: kept(desk) == ["離れるときの文"], "the draft")
    assert len(page.evaluate(COPIES)) == 1
    sign_out(page)
    page.wait_for_url("**/sign-in")
    assert page.evaluate(COPIES) == []


def test_words_that_are_on_their_way_are_waited_for(desk, page):
    on_their_way = []
    page.route(SAVE, lambda route: on_their_way.append(route))
    page.locator("#body").fill("届く途中の文")
    page.evaluate("dispatchEvent(new Event('online'))")
    until(lambda: page.evaluate("1") and on_their_way, "the words on their way")
    sign_out(page)
    page.evaluate("fetch('/healthz').then(() => 1)")
    on_their_way[0].continue_()
    page.wait_for_url("**/sign-in")
    assert kept(desk) == ["届く途中の文"]
    assert page.evaluate(COPIES) == []


def test_words_the_server_has_not_are_told_before_they_are_lost(desk, ticket, page):
    lose_what_is_saved(page)
    write(page, "まだ届いていない文")
    sign_out(page)
    toast = page.locator(".toast", has_text="サーバーに保存できていない下書き")
    expect(toast).to_contain_text(f"#{ticket.rpartition('/')[2]}")
    assert page.locator("#body").input_value() == "まだ届いていない文"
    assert len(page.evaluate(COPIES)) == 1
    page.once("dialog", lambda dialog: dialog.accept())
    page.unroute(SAVE)
    page.route(SAVE, lambda route: route.abort())
    sign_out(page)
    page.wait_for_url("**/sign-in")
    assert page.evaluate(COPIES) == []
