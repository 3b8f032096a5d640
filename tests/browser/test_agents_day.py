"""The main job in a real browser: nothing is reloaded, nothing typed is lost, no rule is bent."""

import re
from itertools import product

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import sign_in, undo_within
from tests.machinery.running import until

UNDO_SECONDS = 6
"""Seconds to take a reply back: a busy machine needs some of them to draw the button and press."""

pytestmark = pytest.mark.one_database


def test_the_whole_journey_of_a_mention(desk, open_window):
    window = open_window(desk.url)
    page = window.page
    sign_in(page, desk.cast.misaki.email)
    expect(page.locator("#ticket-list")).to_be_visible()

    # A post on X shows in the open queue without a reload.
    page.evaluate("window.stillHere = true")
    desk.sandbox.post("@hikari_care 夜になると通信がとても遅いです", by="kakuu_yuuki")
    row = page.locator(".ticket-row", has_text="通信がとても遅い")
    arrivals = page.locator(".new-arrivals")
    expect(row.or_(arrivals).first).to_be_visible()
    if not row.is_visible():
        arrivals.click()
    expect(row).to_be_visible()
    assert page.evaluate("window.stillHere") is True

    # The ticket shows the words, the customer, the running promise and prepared answers.
    row.locator(".row-name").click()
    expect(page.locator("#thread")).to_contain_text("夜になると通信がとても遅いです")
    expect(page.locator("#customer-card")).to_contain_text("kakuu_yuuki")
    expect(page.locator("#sla-timers .sla").first).to_be_visible()
    suggestion = page.locator(".suggestion").first
    expect(suggestion.locator(".why mark")).not_to_be_empty()
    page.wait_for_load_state("load")  # keys act once the page's scripts are there

    # Inserted by its key, edited, counted as X counts, shown with the signature.
    page.locator("#thread").click()
    page.keyboard.press("1")
    body = page.locator("#body")
    expect(body).not_to_have_value("")
    body.fill("ご不便をおかけしております。状況を確認いたします。")
    expect(page.locator("#counter")).to_contain_text(re.compile(r"\d+"))
    expect(page.locator("#split-preview")).to_contain_text("^佐藤")

    # Enter while an input method composes sends nothing.
    body.dispatch_event("keydown", {"key": "Enter", "ctrlKey": True, "isComposing": True})
    assert desk.sandbox.sent()["posts"] == []
    page.keyboard.press("Control+Enter")
    expect(page.locator(".delivery [data-countdown]")).to_be_visible()
    expect(body).to_have_value("")

    # Posted by a worker, with its link, without a reload; the promise is kept.
    link = page.locator(".delivery a", has_text="Xで見る")
    expect(link).to_be_visible()
    (ours,) = desk.sandbox.sent()["posts"]
    assert ours["id"] in (link.get_attribute("href") or "")
    expect(page.locator("#sla-timers .sla[data-state=met]")).to_be_visible()

    # The customer answers; the open page shows it, a half-typed draft stays.
    body.fill("書きかけの文")
    desk.sandbox.post("ありがとうございます、直りました", by="kakuu_yuuki", answers=ours["id"])
    expect(page.locator("#thread")).to_contain_text("直りました")
    expect(body).to_have_value("書きかけの文")

    page.locator("form[action*=resolution] button:visible").first.click()
    expect(page.locator("body")).to_contain_text("解決済み")
    assert window.faults == []


def test_an_undone_reply_never_leaves_and_its_words_come_back(desk, open_window):
    window = open_window(desk.url)
    page = window.page
    sign_in(page, desk.cast.misaki.email)
    desk.sandbox.message("契約番号をお送りします", by="kakuu_hanako")
    page.goto(f"/tickets/{desk.ticket_saying('契約番号')}")
    expect(page.locator(".mode-tab", has_text="公開返信")).to_have_count(0)
    page.fill("#body", "確認いたします。")
    page.keyboard.press("Control+Enter")
    page.locator("button", has_text="取り消す").click()
    expect(page.locator("#body")).to_have_value("確認いたします。")

    # What is sent after it leaves after it: once that is out, the undone one would be as well.
    page.fill("#body", "担当から折り返します。")
    page.keyboard.press("Control+Enter")
    until(lambda: desk.sandbox.sent()["dms"], "the second answer on X")
    (sent,) = desk.sandbox.sent()["dms"]
    assert "折り返します" in sent["text"]
    assert desk.sandbox.sent()["posts"] == []
    assert window.faults == []


def test_the_second_agent_is_told_who_was_first_and_keeps_the_draft(desk, open_window):
    desk.sandbox.post("@hikari_care 請求額が高いです", by="mihon_mikan")
    number = desk.ticket_saying("請求額")
    undo_within(desk, 1)
    first, second = open_window(desk.url), open_window(desk.url)
    sign_in(first.page, desk.cast.misaki.email)
    sign_in(second.page, desk.cast.ken.email)
    for window in (first, second):
        window.page.goto(f"/tickets/{number}")
    second.page.fill("#body", "田中の下書き")
    first.page.fill("#body", "佐藤が先に答えます。")
    first.page.keyboard.press("Control+Enter")
    until(lambda: desk.sandbox.sent()["posts"], "the first answer on X")
    second.page.locator("#body").focus()
    second.page.keyboard.press("Control+Enter")
    expect(second.page.locator("#reply-fault")).to_contain_text("佐藤")
    expect(second.page.locator("#body")).to_have_value("田中の下書き")
    assert len(desk.sandbox.sent()["posts"]) == 1


def test_pages_are_accessible_fit_a_phone_and_keep_the_security_policy(desk, open_window):
    desk.sandbox.post("@hikari_care " + "とても長い投稿です。" * 40, by="sample_radio")
    number = desk.ticket_saying("とても長い")
    paths = ["/", f"/tickets/{number}"]  # what every page keeps to is walked elsewhere
    for scheme, width in product(("light", "dark"), (1440, 390, 320)):
        window = open_window(desk.url, scheme=scheme, width=width)
        sign_in(window.page, desk.cast.ryo.email)
        for path in paths:
            window.page.goto(path)
            sideways = window.page.evaluate("document.documentElement.scrollWidth")
            assert sideways <= width, f"{path} scrolls sideways at {width}: {sideways}"
            if width != 320:
                _no_barriers(window.page, path)
        assert window.faults == []


def _no_barriers(page, path):
    found = Axe().run(page).response["violations"]
    told = [(v["id"], [n["html"][:160] for n in v["nodes"]][:3]) for v in found]
    assert told == [], f"{path}: {told}"
