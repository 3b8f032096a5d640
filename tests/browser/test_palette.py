"""The palette and the keys in a real browser: found by a few letters, nothing but keys."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import press_pair, sign_in
from tests.machinery.running import until

pytestmark = pytest.mark.one_database


@pytest.fixture
def page(desk, open_window):
    window = open_window(desk.url)
    sign_in(window.page, desk.cast.ryo.email)
    yield window.page
    assert window.faults == []


def chosen(page):
    """What the field says is chosen, as assistive technology hears of it."""
    name = page.locator(".palette input").get_attribute("aria-activedescendant")
    option = page.locator(f"#{name}")
    expect(option).to_have_attribute("aria-selected", "true")
    return option


def test_everything_is_a_few_letters_away(desk, page):
    desk.sandbox.post("@hikari_care 夜になると遅いです", by="kakuu_yuuki")
    expect(page.locator(".ticket-row, .new-arrivals").first).to_be_visible()
    page.keyboard.press("Control+k")
    palette = page.locator("dialog.palette")
    expect(palette.locator("input")).to_be_focused()
    expect(palette.locator("[data-deeds]")).to_contain_text("検索")
    found = [(v["id"], v["nodes"][0]["html"]) for v in Axe().run(page).response["violations"]]
    assert found == []

    # Kana of either width and half a syllable find the page; Enter of a conversion does not act.
    palette.locator("input").fill("ﾃｲｹｲk")
    expect(chosen(page)).to_contain_text("定型回答")
    palette.locator("input").dispatch_event("keydown", {"key": "Enter", "isComposing": True})
    expect(palette).to_be_visible()
    page.keyboard.press("Enter")
    page.wait_for_url("**/canned")

    # Arrows go round; Escape closes and changes nothing.
    page.keyboard.press("Control+k")
    expect(palette.locator("input")).to_be_focused()
    first = chosen(page).get_attribute("id")
    page.keyboard.press("ArrowUp")
    assert chosen(page).get_attribute("id") != first
    page.keyboard.press("ArrowDown")
    assert chosen(page).get_attribute("id") == first
    page.keyboard.press("Escape")
    expect(palette).to_be_hidden()

    # A ticket by its number; and what cannot be found here is searched for.
    page.keyboard.press("Control+k")
    palette.locator("input").fill("＃１")
    page.keyboard.press("End")
    expect(palette.locator("#palette-search")).to_contain_text("#1 を開く")
    palette.locator("input").fill("請求 <b>")
    expect(chosen(page)).to_have_text("「請求 <b>」を検索")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=*")
    expect(page.locator("#q")).to_have_value("請求 <b>")


def test_the_deeds_of_a_ticket_are_done_from_it(desk, page):
    desk.sandbox.post("@hikari_care 夜になると遅いです", by="kakuu_yuuki")
    row = page.locator(".ticket-row .row-name")
    arrivals = page.locator(".new-arrivals")
    expect(row.or_(arrivals).first).to_be_visible()
    if arrivals.is_visible():
        arrivals.click()
    row.first.click()
    page.wait_for_url("**/tickets/*")
    page.wait_for_load_state()  # keys are heard from then on
    page.locator("#thread").click()
    page.keyboard.press("s")
    expect(page.locator("#menu-hold")).to_be_visible()
    page.keyboard.press("Control+k")  # also over an open menu
    page.locator("dialog.palette input").fill("解決")
    expect(chosen(page)).to_contain_text("解決")
    page.keyboard.press("Enter")
    expect(page.locator("#ticket-head")).to_contain_text("再開")
    page.locator("#thread").click()
    press_pair(page, "g", "q")
    page.wait_for_url("**/tickets")
    page.keyboard.press("Control+k")
    expect(page.locator("dialog.palette")).to_contain_text("最近のチケット")


def test_the_sheet_keeps_its_word(desk, page):
    """What it says of keys that no element carries: ?, j, k, x, Enter, Escape."""
    for number in range(2):
        desk.sandbox.post(
            f"@hikari_care {number}番目です", by=("kakuu_yuuki", "mihon_mikan")[number]
        )
    until(lambda: _count(desk) == 2, "two tickets")
    page.goto("/tickets")
    page.keyboard.press("?")
    expect(page.locator("#shortcuts")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#shortcuts")).to_be_hidden()
    rows = page.locator(".ticket-row")
    page.keyboard.press("j")
    expect(rows.nth(0)).to_have_attribute("data-cursor", "")
    page.keyboard.press("j")
    expect(rows.nth(1)).to_have_attribute("data-cursor", "")
    page.keyboard.press("k")
    expect(rows.nth(0)).to_have_attribute("data-cursor", "")
    page.keyboard.press("x")
    expect(rows.nth(0).locator("[type=checkbox]")).to_be_checked()
    page.keyboard.press("Escape")
    expect(rows.nth(0).locator("[type=checkbox]")).not_to_be_checked()
    page.keyboard.press("Enter")
    page.wait_for_url("**/tickets/*")


def _count(desk):
    from sqlalchemy import func, select

    from support.tickets.records import Ticket

    with desk.session() as session:
        return session.scalar(select(func.count()).select_from(Ticket))
