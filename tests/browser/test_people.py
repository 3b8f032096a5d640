"""The posts around a ticket come in without a reload, a false face is marked, a split is undone."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import sign_in

pytestmark = pytest.mark.one_database


def faultless(page):
    """Of the page that is meant: look for something of it first, or the one before is judged."""
    page.wait_for_load_state()
    found = Axe().run(page).response["violations"]
    assert [(it["id"], [node["html"] for node in it["nodes"]]) for it in found] == []


def test_context_a_false_face_and_two_matters(desk, open_window):
    window = open_window(desk.url)
    page = window.page
    sign_in(page, desk.cast.misaki.email)
    slow = desk.sandbox.post("@hikari_care 夜になると通信がとても遅いです", by="kakuu_yuuki")
    expect(page.locator(".ticket-row").or_(page.locator(".new-arrivals")).first).to_be_visible()
    page.goto("/tickets/1")

    # Somebody who is not us answers our customer; the desk does not know of it until it is asked.
    false = {"username": "hikari__care", "name": "ひかりケア公式"}
    desk.sandbox.post("DMで番号を教えてください", by="hikari__care", answers=slow, author=false)
    desk.sandbox.post("@hikari_care 請求の件も教えてください", by="kakuu_yuuki", answers=slow)
    thread = page.locator("#thread")
    expect(thread).to_contain_text("請求の件も")
    page.locator("#body").fill("書きかけの返信")
    page.get_by_text("前後の投稿を取り込む").click()
    expect(page.locator("#thread-context")).to_contain_text("$")
    page.get_by_role("button", name="取り込む").click()
    expect(thread).to_contain_text("DMで番号を教えてください")
    expect(thread).to_contain_text("公式アカウントに似た別人です")
    expect(page.locator("#ticket-head")).to_contain_text("公式に似た別人がいます")
    expect(page.locator("#thread-context")).to_contain_text("取り込みました")
    expect(page.locator("#body")).to_have_value("書きかけの返信")
    faultless(page)

    # The bill is another matter; taking that back is one press.
    page.get_by_role("link", name="別の用件を分ける").click()
    page.get_by_role("checkbox", name="請求の件も").check()
    faultless(page)
    page.get_by_role("button", name="新しいチケットに分ける").click()
    expect(page.locator("#thread")).to_contain_text("請求の件も")
    expect(page.locator("#thread .post[data-from=customer]")).to_have_count(1)
    page.get_by_role("button", name="元に戻す").click()
    expect(page.locator("#thread .post[data-from=customer]")).to_have_count(2)

    # The customer's page, and a wish that is said wherever one writes to them.
    page.locator("#customer-card a.text-link").first.click()
    page.get_by_label("理由").fill("DMでお申し出")
    page.get_by_role("button", name="「今後連絡しない」にする").click()
    expect(page.locator("#contact")).to_contain_text("DMでお申し出")
    faultless(page)
    page.set_viewport_size({"width": 320, "height": 700})
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 320
    page.goto("/tickets/1")
    expect(page.locator(".unwanted")).to_contain_text("お返事だけ")
    assert window.faults == []
