"""An agent's whole day: by keys alone from sign-in to sign-out, and a short one by touch."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PATIENCE, sign_in, undo_within
from tests.cast import PASSWORD
from tests.machinery.running import until

UNDO_SECONDS = 20
"""Seconds to take a reply back: a busy machine needs some of them to draw the page and press."""

pytestmark = pytest.mark.one_database
NO_MOUSE = """
window.pointed = [];
for (const kind of ["pointerdown", "mousedown", "touchstart"])
  addEventListener(kind, (event) => window.pointed.push(kind), true);
"""


def tab_to(page, selector):
    """Tab until the focus is there, as somebody without a mouse does."""
    for _ in range(80):
        if page.evaluate("(selector) => document.activeElement?.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never leads to {selector}")


def test_a_day_by_keys_alone(desk, open_window):
    for name, words in (("kakuu_yuuki", "通信が遅いです"), ("mihon_mikan", "請求の内訳は")):
        desk.sandbox.post(f"@hikari_care {words}", by=name)
        desk.ticket_saying(words)
    window = open_window(desk.url)
    page, keys = window.page, window.page.keyboard
    page.add_init_script(NO_MOUSE)

    # Signs in: the first field is ready to be typed into.
    page.goto("/sign-in")
    tab_to(page, "input[name=email]")
    keys.type(desk.cast.misaki.email)
    tab_to(page, "input[name=password]")
    keys.type(PASSWORD)
    keys.press("Enter")
    expect(page.locator(".ticket-row")).to_have_count(2)
    page.wait_for_load_state("load")  # keys act once the page's scripts are there

    # Walks the queue and opens the one about the slow connection.
    keys.press("j")
    chosen = page.locator(".ticket-row[data-cursor]")
    expect(chosen).to_have_count(1)
    if "通信が遅い" not in chosen.inner_text():
        keys.press("j")
    expect(chosen).to_contain_text("通信が遅い")
    keys.press("k")
    expect(chosen).to_have_count(1)
    while "通信が遅い" not in chosen.inner_text():
        keys.press("j")
    keys.press("Enter")
    expect(page.locator("#thread")).to_contain_text("通信が遅いです")
    page.wait_for_load_state("load")

    # Puts a prepared answer in, sends it, takes it back, and sends it again.
    keys.press("1")
    body = page.locator("#body")
    expect(body).not_to_have_value("")
    prepared = body.input_value()
    body.focus()
    keys.press("Control+A")
    keys.type("状況を確認いたします。")
    keys.press("Control+Enter")
    expect(page.locator(".delivery [data-countdown]")).to_be_visible()
    keys.press("Escape")
    keys.press("z")
    expect(body).to_have_value("状況を確認いたします。")
    assert desk.sandbox.sent()["posts"] == []
    assert prepared
    undo_within(desk, 1)
    keys.press("r")
    expect(body).to_be_focused()
    keys.press("Control+Enter")
    expect(body).to_have_value("")
    until(lambda: desk.sandbox.sent()["posts"], "the answer on X")
    keys.press("Escape")

    # A note for colleagues, a tag, and on hold for an hour.
    keys.press("n")
    expect(page.locator("#note-panel textarea")).to_be_focused()
    keys.type("機器の再起動を案内済み")
    keys.press("Control+Enter")
    expect(page.locator("#thread")).to_contain_text("機器の再起動を案内済み")
    keys.press("Escape")
    keys.press("l")
    tab_to(page, "input[name=tag], input[name=name]")
    keys.type("回線")
    keys.press("Enter")
    expect(page.locator("#customer-card, .side-pane").first).to_be_visible()
    expect(page.locator(".side-pane")).to_contain_text("回線")
    keys.press("Escape")
    keys.press("h")
    expect(page.locator("#menu-hold")).to_be_visible()
    tab_to(page, "#menu-hold button[value=hour]")
    keys.press("Enter")
    expect(page.locator("#ticket-head [data-key=h]")).to_contain_text("保留を解除")
    keys.press("h")
    expect(page.locator("#ticket-head [data-key=h]")).to_contain_text(re.compile(r"^\s*保留 "))

    # Done; the other is found by searching, and the day is over.
    keys.press("e")
    expect(page.locator("#ticket-head [data-key=e]")).to_contain_text("再開")
    keys.press("/")
    keys.type("請求")
    keys.press("Enter")
    page.wait_for_url("**/search?**")
    expect(page.locator("#search-found")).to_contain_text("請求の内訳は")
    tab_to(page, "[popovertarget=menu-me]")
    keys.press("Enter")
    tab_to(page, "form[action$=sign-out] button")
    keys.press("Enter")
    page.wait_for_url("**/sign-in**")
    assert page.evaluate("window.pointed") == []
    assert window.faults == []


def test_a_short_day_by_touch_on_a_phone(desk, chromium):
    desk.sandbox.post("@hikari_care 解約したいです", by="mihon_mikan")
    desk.ticket_saying("解約したい")
    undo_within(desk, 6)
    context = chromium.new_context(
        base_url=desk.url,
        viewport={"width": 390, "height": 844},
        has_touch=True,
        is_mobile=True,
        locale="ja-JP",
        timezone_id="Asia/Tokyo",
    )
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    sign_in(page, desk.cast.misaki.email)
    page.locator(".ticket-row .row-name").first.tap()
    expect(page.locator("#thread")).to_contain_text("解約したいです")
    page.locator("#body").tap()
    page.locator("#body").fill("手続きをご案内いたします。")
    page.locator("#reply-panel [type=submit]:visible").first.tap()
    expect(page.locator(".delivery [data-countdown]")).to_be_visible()
    until(lambda: desk.sandbox.sent()["posts"], "the answer on X")
    page.locator("form[action*=resolution] button:visible").first.tap()
    expect(page.locator("#ticket-head")).to_contain_text("再開")
    page.locator(".ticket-head .only-narrow").tap()
    expect(page.locator(".tabbar")).to_be_visible()
    sideways = page.evaluate("document.documentElement.scrollWidth")
    assert sideways <= 390
    context.close()
