"""From an empty desk to the first answer, as somebody does it who has never seen the desk."""

import shutil

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.cast import PASSWORD
from tests.machinery.running import ROOT, running_desk, until

pytestmark = pytest.mark.one_database
OWN_ANSWERS = "質問,回答\n定休日はいつですか,土日と祝日はお休みです。\n".encode()


@pytest.fixture
def desk(database_url, tmp_path):
    shelf = shutil.copytree(ROOT / "canned_replies", tmp_path / "shelf")
    with running_desk(
        database_url, tmp_path, unset=True, undo_seconds=1, DESK_SHELF_DIR=str(shelf)
    ) as running:
        yield running


@pytest.mark.parametrize("width", [1440, 390])
def test_the_first_run_ends_with_an_answer(desk, open_window, width):
    window = open_window(desk.url, width=width)
    page = window.page
    page.goto("/")
    expect(page).to_have_url(f"{desk.url}/set-up")

    page.fill("[name=family_name]", "佐藤")
    page.fill("[name=email]", "sato@desk.example")
    page.fill("[name=password]", PASSWORD)
    _fits_and_is_accessible(page, width)
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{desk.url}/set-up/hours")

    # Leaving in the middle loses nothing: signed out and in again, it goes on here.
    page.context.clear_cookies()
    page.goto("/sign-in")
    page.fill("[name=email]", "sato@desk.example")
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{desk.url}/set-up/hours")
    page.locator(".option-card", has_text="24時間").click()
    page.select_option("[name=first_reply]", "30")
    _fits_and_is_accessible(page, width)
    page.get_by_role("button", name="次へ").click()

    expect(page).to_have_url(f"{desk.url}/set-up/x")
    _fits_and_is_accessible(page, width)
    page.get_by_role("link", name="戻る").click()
    expect(page.locator(".body")).to_contain_text("決まっています")
    page.get_by_role("button", name="次へ").click()
    page.get_by_role("button", name="練習用のXにつなぐ").click()

    # The answers that come with the desk, and one of our own.
    expect(page).to_have_url(f"{desk.url}/set-up/answers")
    expect(page.locator(".body")).to_contain_text("すぐに使える回答")
    _fits_and_is_accessible(page, width)
    own = {"name": "qa.csv", "mimeType": "text/csv", "buffer": OWN_ANSWERS}
    page.set_input_files("[name=file]", own)
    page.get_by_role("button", name="内容を確かめる").click()
    page.get_by_role("button", name="1件を取り込む").click()
    expect(page).to_have_url(f"{desk.url}/set-up/answers")
    page.get_by_role("link", name="この回答で始める").click()

    # A customer writes; the ticket comes by itself, and is answered.
    page.get_by_role("button", name="練習の投稿を届ける").click()
    page.get_by_role("link", name="チケットを開く").click()
    expect(page.locator("#thread")).to_contain_text("これは練習の投稿です")
    _fits_and_is_accessible(page, width)
    page.fill("#body", "はじめての返信です。")
    page.keyboard.press("Control+Enter")
    until(lambda: desk.sandbox.sent()["posts"], "the answer on the sandbox's X")
    assert "はじめての返信です。" in desk.sandbox.sent()["posts"][0]["text"]
    page.goto("/set-up")
    expect(page).to_have_url(f"{desk.url}/tickets")
    assert window.faults == []


def _fits_and_is_accessible(page, width):
    page.wait_for_load_state()
    expect(page.locator("main h1")).to_be_visible()  # a page that has begun may still be empty
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = [(v["id"], v["nodes"][0]["html"]) for v in Axe().run(page).response["violations"]]
    assert found == []
