"""A time for a reply in a real browser: chosen, shown, counted down, taken back, asked about."""

import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from sqlalchemy import select

from support.replies.records import ReplyPart
from tests.browser.conftest import sign_in
from tests.machinery.running import until

pytestmark = pytest.mark.one_database
UNDO_SECONDS = 60
"""Seconds to take a reply back: long enough to look at the countdown, and to reload; none of these
tests waits for their end."""


def left(page):
    """Seconds the countdown shows."""
    words = page.locator("[data-countdown]").first.text_content()
    return int("".join(sign for sign in words if sign.isdigit()))


def test_a_reply_is_scheduled_counted_down_and_taken_back(desk, open_window):
    window = open_window(desk.url)
    page = window.page
    sign_in(page, desk.cast.misaki.email)
    asked = desk.sandbox.post("@hikari_care 料金の内訳を教えてください", by="mihon_mikan")
    page.goto(f"/tickets/{desk.ticket_saying('料金の内訳')}")

    # The countdown runs, goes on after a reload, and taking back returns the words.
    page.fill("#body", "内訳をお送りします。")
    begun = time.monotonic()
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-countdown]")).to_have_count(1)
    shown = left(page)
    assert UNDO_SECONDS - 1 - (time.monotonic() - begun) <= shown <= UNDO_SECONDS
    until(lambda: left(page) < shown, "the next second")
    page.reload()
    assert 0 < left(page) < shown
    page.locator(".delivery button", has_text="取り消す").click()
    expect(page.locator("#body")).to_have_value("内訳をお送りします。")

    # A time of one's own: the button says what it does, Enter in the field does the same.
    send = page.locator("#reply-form .send-group > [type=submit]")
    expect(send).to_contain_text("公開で送信")
    page.locator("[popovertarget=schedule-menu]").click()
    page.locator("#when-at").check()
    expect(send).to_contain_text("日時を決めて予約")
    expect(send).not_to_contain_text("公開で送信", use_inner_text=True)
    tokyo = datetime.now(UTC).astimezone(ZoneInfo("Asia/Tokyo"))
    page.fill("#at", f"{tokyo + timedelta(hours=2):%Y-%m-%dT%H:%M}")
    page.locator("[name=out_of_hours]").check()
    assert Axe().run(page).response["violations"] == []
    page.locator("#at").press("Enter")
    expect(page.locator(".delivery")).to_contain_text("予約済み")
    expect(page.locator("#waiting")).to_contain_text("佐藤さんの返信が予約されています")
    expect(page.locator("[data-countdown]")).to_have_count(0)

    # The customer writes again: it stops and asks, in the open page and without a reload.
    desk.sandbox.post("@hikari_care やはり電話で聞きます", by="mihon_mikan", answers=asked)
    expect(page.locator(".delivery")).to_contain_text("送信前に確認が必要です")
    expect(page.locator("#waiting")).to_contain_text("送信前の確認を待っています")
    page.locator(".delivery button", has_text="取りやめる").click()
    expect(page.locator("#body")).to_have_value("内訳をお送りします。")
    assert desk.sandbox.sent()["posts"] == []
    assert window.faults == []


def test_a_stopped_reply_is_sent_on_with_a_reason_and_its_log_stays_open(desk, open_window):
    window = open_window(desk.url)
    page = window.page
    sign_in(page, desk.cast.misaki.email)
    desk.sandbox.post("@hikari_care 工事の日程は", by="sample_radio")
    page.goto(f"/tickets/{desk.ticket_saying('工事の日程')}")
    page.fill("#body", "日程をお調べします。")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-countdown]")).to_have_count(1)
    with desk.session() as session:  # as X would refuse it
        part = session.scalars(select(ReplyPart)).one()
        part.state, part.reason = "rejected", "Xに断られました。"
        part.reply.settled_at = datetime.now(UTC)
        session.commit()
    page.reload()  # nobody tells the page of it
    expect(page.locator(".delivery")).to_contain_text("送信できませんでした")
    page.locator("[popovertarget^=why-retry]").click()
    menu = page.locator(".reason-menu:popover-open")
    menu.locator("[name=reason]").press("Enter")  # without a word nothing is sent
    expect(menu).to_be_visible()
    menu.locator("[name=offered]").first.click()
    log = page.locator("details.attempts")
    log.locator("summary").click()
    expect(log).to_contain_text("佐藤が再送（理由：原因が解消したため）")
    until(lambda: desk.sandbox.sent()["posts"], "the answer on X")
    expect(page.locator(".delivery")).to_contain_text("送信済み")
    assert log.get_attribute("open") is not None, "news draws the thread again around it"
    assert window.faults == []
