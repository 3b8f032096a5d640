"""The suggestions in a real browser: by key, and what is typed outlives the page's news."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import sign_in

pytestmark = pytest.mark.one_database


def test_none_of_these_by_key_and_a_phrasing_that_is_being_typed(desk, open_window):
    window = open_window(desk.url)
    page = window.page
    sign_in(page, desk.cast.misaki.email)
    desk.sandbox.post("@hikari_care 夜になると通信がとても遅いです", by="kakuu_yuuki")
    expect(page.locator(".ticket-row").or_(page.locator(".new-arrivals")).first).to_be_visible()
    page.goto("/tickets/1")
    cards, folded = page.locator(".suggestion"), page.get_by_text("どれも違うと記録しました")
    expect(cards.first).to_be_visible()

    # Why it is suggested opens without putting the answer in.
    page.locator(".suggestion-why summary").first.click()
    expect(page.locator(".suggestion-why .facts").first).to_be_visible()
    expect(page.locator("#body")).to_have_value("")

    # 0 folds them away, also after a reload; 0 brings them back.
    page.keyboard.press("0")
    expect(folded).to_be_visible()
    expect(cards).to_have_count(0)
    page.reload()
    expect(folded).to_be_visible()
    page.keyboard.press("0")
    expect(cards.first).to_be_visible()

    # The answer goes out; the question is offered, and what is typed there stays when news comes.
    page.keyboard.press("1")
    page.locator("#body").press("Control+Enter")
    page.locator(".lesson summary").click()
    words = page.locator(".lesson [name=phrasing]")
    expect(words).to_have_value("夜になると通信がとても遅いです")
    words.fill("晩になると遅い")
    expect(page.locator(".delivery a", has_text="Xで見る")).to_be_visible()
    desk.sandbox.post("@hikari_care まだでしょうか", by="kakuu_yuuki", answers=_ours(desk))
    expect(page.locator("#thread")).to_contain_text("まだでしょうか")
    expect(words).to_have_value("晩になると遅い")
    assert window.faults == []


def _ours(desk):
    (ours,) = desk.sandbox.sent()["posts"]
    return ours["id"]
