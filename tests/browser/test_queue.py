"""The queue in a real browser, by keyboard: filter, view, several at once, the next one, live."""

import re

import pytest
from playwright.sync_api import expect
from sqlalchemy import func, select

from support.tickets.records import Ticket
from tests.browser.conftest import press_pair, sign_in
from tests.browser.test_agents_day import _no_barriers
from tests.machinery.running import running_desk, until

pytestmark = pytest.mark.one_database
POSTS = {
    "kakuu_yuuki": "夜になると遅いです",
    "mihon_mikan": "請求額が高いです",
    "sample_radio": "ランプが赤いままです",
}


@pytest.fixture
def desk(database_url, tmp_path):
    with running_desk(database_url, tmp_path) as running:
        for name, words in POSTS.items():
            running.sandbox.post(f"@hikari_care {words}", by=name)
        running.sandbox.message("契約番号をお送りします", by="kakuu_hanako")
        until(lambda: _tickets(running) == 4, "the tickets")
        yield running


def _tickets(desk):
    with desk.session() as session:
        return session.scalar(select(func.count()).select_from(Ticket))


def row(page, words):
    return page.locator(".ticket-row", has_text=words)


def tick_two(page):
    """By keyboard: the cursor goes down, X ticks."""
    for key in ("j", "x", "j", "x"):
        page.keyboard.press(key)
    expect(page.locator("#bulk strong")).to_have_text("2件を選択中")


def test_several_by_keyboard_with_a_way_back(desk, open_window):
    window = open_window(desk.url)
    page = window.page
    sign_in(page, desk.cast.misaki.email)
    page.goto("/tickets")
    tick_two(page)

    # A opens the colleagues, Enter takes the first: oneself. Z takes it back.
    page.keyboard.press("a")
    expect(page.locator("#menu-assign")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text("2件を自分の担当にしました")
    expect(page.locator(".row-people", has_text="佐藤")).to_have_count(2)
    page.wait_for_load_state("load")  # keys act once the page's scripts are there
    page.keyboard.press("z")
    expect(page.locator(".toast")).to_contain_text("2件を元に戻しました")
    expect(page.locator(".row-people", has_text="佐藤")).to_have_count(0)
    page.wait_for_load_state("load")

    # L, a word, Enter: a tag, and nothing else.
    tick_two(page)
    page.keyboard.press("l")
    expect(page.locator("#menu-tag input")).to_be_focused()
    page.keyboard.type("急ぎ")
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text("2件にタグ「急ぎ」を付けました")
    expect(page.locator(".row-tags .tag", has_text="急ぎ")).to_have_count(2)
    expect(page.locator(".row-people", has_text="未割当")).to_have_count(4)
    page.wait_for_load_state("load")

    # Escape closes the menu first and lets the ticks go only then; E resolves.
    tick_two(page)
    page.keyboard.press("a")
    page.keyboard.press("Escape")
    expect(page.locator("#menu-assign")).to_be_hidden()
    expect(page.locator("#bulk strong")).to_have_text("2件を選択中")
    page.keyboard.press("e")
    expect(page.locator(".toast")).to_contain_text("2件を解決にしました")
    expect(page.locator(".ticket-row")).to_have_count(2)
    assert window.faults == []


def test_a_filter_is_set_kept_opened_and_the_next_ticket_comes_from_it(desk, open_window):
    window = open_window(desk.url)
    page = window.page
    sign_in(page, desk.cast.ryo.email)
    page.goto("/tickets")
    page.keyboard.press("f")
    expect(page.locator("#menu-filter")).to_be_visible()
    page.select_option("#by-channel", "dm")
    page.locator("#menu-filter [type=submit]").click()
    page.wait_for_url("**/tickets?channel=dm")
    expect(page.locator(".ticket-row")).to_have_count(1)
    _no_barriers(page, "/tickets?channel=dm")

    page.get_by_role("button", name="今の絞り込みを保存").click()
    page.fill("#view-name", "DMの件")
    page.check("#menu-save [name=shared]")
    page.press("#view-name", "Enter")
    kept = page.locator("#rail-inbox .rail-link", has_text="DMの件")
    expect(kept).to_have_attribute("aria-current", "page")
    expect(kept.locator(".count")).to_have_text("1")
    expect(page.locator("h1")).to_contain_text("DMの件")
    page.goto("/tickets/views")
    _no_barriers(page, "/tickets/views")

    other = open_window(desk.url)
    sign_in(other.page, desk.cast.misaki.email)
    other.page.locator("#rail-inbox .rail-link", has_text="DMの件").click()
    expect(other.page.locator(".ticket-row")).to_have_count(1)
    other.page.wait_for_load_state("load")
    press_pair(other.page, "g", "n")
    other.page.wait_for_url(re.compile(r"/tickets/\d+\?channel=dm"))
    expect(other.page.locator("#thread")).to_contain_text("契約番号をお送りします")
    expect(other.page.locator("#assignee option:checked")).to_have_text("佐藤 美咲")
    other.page.wait_for_load_state("load")
    press_pair(other.page, "g", "n")
    expect(other.page.locator(".toast")).to_contain_text("もうありません")
    assert window.faults == other.faults == []


def test_live_changes_leave_ticks_scroll_and_half_typed_words_alone(desk, open_window):
    window = open_window(desk.url, height=420)
    page = window.page
    sign_in(page, desk.cast.misaki.email)
    page.goto("/tickets")
    chosen = row(page, "ランプが赤いまま")
    chosen.locator("[type=checkbox]").check()
    page.keyboard.press("l")
    expect(page.locator("#menu-tag input")).to_be_focused()
    page.keyboard.type("書きか")
    page.locator("#ticket-list").evaluate("it => { it.scrollTop = 60; window.stillHere = true; }")
    scrolled = page.locator("#ticket-list").evaluate("it => it.scrollTop")
    assert scrolled > 0

    # A colleague takes the ticked ticket, and somebody new writes.
    number = desk.ticket_saying("ランプが赤いまま")
    other = open_window(desk.url)
    sign_in(other.page, desk.cast.ken.email)
    other.page.goto(f"/tickets/{number}")
    other.page.select_option("#assignee", label="田中 健")
    expect(chosen.locator(".row-people")).to_contain_text("田中")
    desk.sandbox.post("@hikari_care 解約したいです", by="kakuu_natsu")
    expect(page.locator(".new-arrivals")).to_be_visible()

    expect(chosen.locator("[type=checkbox]")).to_be_checked()
    expect(page.locator("#bulk strong")).to_have_text("1件を選択中")
    expect(page.locator("#menu-tag input")).to_have_value("書きか")
    expect(page.locator("#menu-tag input")).to_be_focused()
    assert page.locator("#ticket-list").evaluate("it => it.scrollTop") >= scrolled

    # The whole list drawn anew keeps the tick too.
    page.keyboard.press("Escape")
    page.locator(".new-arrivals").click()
    expect(row(page, "解約したい")).to_be_visible()
    expect(chosen.locator("[type=checkbox]")).to_be_checked()

    # Escape that closes the palette closes nothing else.
    page.keyboard.press("Control+k")
    expect(page.locator(".palette")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".palette")).to_be_hidden()
    expect(chosen.locator("[type=checkbox]")).to_be_checked()
    assert page.evaluate("window.stillHere") is True
    assert window.faults == other.faults == []
