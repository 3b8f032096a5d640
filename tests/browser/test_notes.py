"""Words among colleagues and to customers in a real browser: @ by keyboard, a promise, a hold."""

from datetime import UTC, datetime, timedelta
from urllib.parse import unquote_plus
from zoneinfo import ZoneInfo

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from sqlalchemy import select

from support.replies.records import Reply
from support.tickets.records import Note, Ticket
from tests.browser.conftest import sign_in

UNDO_SECONDS = 20

pytestmark = pytest.mark.one_database


def composing(page, name, **data):
    """What an IME tells the page while kanji are chosen."""
    page.evaluate(
        """([name, data]) => document.getElementById("note").dispatchEvent(
            name === "keydown"
              ? new KeyboardEvent(name, { bubbles: true, cancelable: true, ...data })
              : new CompositionEvent(name, { bubbles: true, ...data }))""",
        [name, data],
    )


def _previews(answer, words):
    """Whether it is of all that was typed: one that comes later would draw the promise again."""
    sent = answer.request.post_data or ""
    return answer.url.endswith("/preview") and words in unquote_plus(sent)


def test_a_colleague_is_named_a_promise_is_seen_and_a_ticket_is_held(desk, open_window):
    window = open_window(desk.url)
    page = window.page
    sign_in(page, desk.cast.misaki.email)
    desk.sandbox.post("@hikari_care 機器のランプが赤いです", by="mihon_mikan")
    number = desk.ticket_saying("ランプが赤い")
    page.goto(f"/tickets/{number}")

    # @ offers everybody, letters narrow it, arrows and Enter choose; Enter of an IME does not.
    page.keyboard.press("n")
    note, offered = page.locator("#note"), page.locator("#mention-list li:visible")
    note.press_sequentially("@")
    expect(offered).to_have_count(4)
    composing(page, "keydown", key="Enter", isComposing=True)
    composing(page, "keydown", key="Enter", keyCode=229)  # as Safari says it
    expect(note).to_have_value("@")
    expect(offered).to_have_count(4)
    assert Axe().run(page).response["violations"] == []
    note.press("ArrowDown")
    expect(page.locator("#mention-list [aria-selected=true]")).to_have_count(1)
    note.press_sequentially("田")
    expect(offered).to_have_text(["田中 健"])
    note.press("Enter")
    expect(note).to_have_value("@田中 ")
    expect(page.locator("#mention-list")).to_be_hidden()
    note.press_sequentially("ランプの件、見てもらえますか a@")
    expect(page.locator("#mention-list")).to_be_hidden()
    note.press_sequentially(" @")
    expect(offered).to_have_count(4)
    note.press("Escape")
    expect(page.locator("#mention-list")).to_be_hidden()
    note.press("Backspace")
    note.press("Control+Enter")
    expect(page.locator(".internal-note .at-name")).to_have_text("@田中")
    with desk.session() as session:
        assert session.scalar(select(Note.text)).startswith("@田中 ランプの件")

    # The colleague's bell says so, and leads to the note.
    other = open_window(desk.url).page
    sign_in(other, desk.cast.ken.email)
    other.goto("/alerts")
    other.locator("form", has_text="を開く").locator("button").click()
    other.wait_for_url(lambda url: "#note-" in url)
    expect(other.locator(".internal-note .at-name")).to_be_visible()

    # What the draft promises is said beside it; taking it off stays while one types on.
    page.keyboard.press("Escape")
    page.locator("[data-mode=public][role=tab]").click()
    page.fill("#body", "確認し、明日までにご連絡いたします。")
    line = page.locator("#promised")
    expect(line).to_contain_text("「明日までに」→")
    expect(line.locator("[name=promise]")).to_be_checked()
    assert Axe().run(page).response["violations"] == []
    line.locator("[name=promise]").uncheck()
    with page.expect_response(lambda answer: _previews(answer, "お願いします。")):
        page.locator("#body").press_sequentially("よろしくお願いします。")
    expect(line.locator("[name=promise]")).not_to_be_checked()
    line.locator("[name=promise]").check()
    page.locator("#body").press("Control+Enter")
    expect(page.locator(".delivery")).to_contain_text("送信待ち")
    with desk.session() as session:
        assert session.scalar(select(Reply.promised_words)) == "明日までに"

    # A time of one's own in the menu of holds: Enter in the field means that time.
    tokyo = datetime.now(UTC).astimezone(ZoneInfo("Asia/Tokyo")) + timedelta(days=2)
    page.locator("[popovertarget=menu-hold]").click()
    page.fill("#hold-at", f"{tokyo:%Y-%m-%dT%H:%M}")
    assert Axe().run(page).response["violations"] == []
    page.locator("#hold-at").press("Enter")
    expect(page.locator("#ticket-fields")).to_contain_text(f"{tokyo:%-m}月{tokyo:%-d}日")
    with desk.session() as session:
        held = session.get_one(Ticket, number)
        assert held.state == "held"
        assert f"{held.snoozed_until.astimezone(tokyo.tzinfo):%H:%M}" == f"{tokyo:%H:%M}"
    assert window.faults == []
