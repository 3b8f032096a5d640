"""Connecting a second account in a real browser, by keyboard, against the sandbox's own page; and
the pages a lead looks after keep to the rules of accessibility."""

from datetime import UTC, datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from support.demo.loading import APP
from support.x.connecting import stop
from support.x.errors import RECONNECT
from support.x.records import Account
from support.x.registering import register
from tests.browser.conftest import sign_in
from tests.canned.school import School
from tests.cast import SECRET
from tests.fakes import THURSDAY
from tests.machinery.running import running_desk

pytestmark = pytest.mark.one_database
PAGES = ("settings/accounts", "settings/apps/1", "canned/learned?answer=slow-evening")
"""As the walk of every page never sees them: an account that stopped, an app, something learnt."""


@pytest.fixture
def desk(database_url, tmp_path):
    with running_desk(database_url, tmp_path) as running:
        with running.session() as session:
            register(session, APP, secret_key=SECRET, now=THURSDAY)
            session.commit()
        running.sandbox._ask("accounts", {"username": "hikari_shop", "name": "ひかり商店"})
        yield running


def test_an_account_is_connected_by_keyboard_on_the_page_of_x(desk, open_window):
    window = open_window(desk.url)
    page = window.page
    sign_in(page, desk.cast.hikaru.email)
    page.goto("/settings/accounts")
    page.get_by_role("link", name="Xの許可画面を開く").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/i/oauth2/authorize**")
    page.locator("#account").select_option("hikari_shop")
    page.get_by_role("button", name="許可する").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/settings/accounts")
    expect(page.locator(".toast")).to_contain_text("@hikari_shop を接続しました")
    expect(page.locator("#accounts")).to_contain_text("ひかり商店")
    assert window.faults == []


def test_the_pages_and_the_banner_keep_to_the_rules_of_accessibility(desk, open_window):
    with desk.session() as session:
        account = session.get_one(Account, desk.cast.account.id)
        school = School(session, None, desk.cast, lambda: datetime.now(UTC), account)
        school.picks(2, "slow-evening")
        school.none_fits("slow-evening", "thanks")
        stop(account, RECONNECT, THURSDAY)
        session.commit()
    for scheme, width in (("light", 1440), ("dark", 1440), ("light", 390)):
        window = open_window(desk.url, scheme=scheme, width=width)
        page = window.page
        sign_in(page, desk.cast.hikaru.email)
        for path in PAGES:
            page.goto(f"/{path}")
            expect(page.locator("#stopped")).to_contain_text("止まっています")
            found = Axe().run(page).response["violations"]
            told = [(rule["id"], rule["nodes"][0]["html"]) for rule in found]
            assert told == [], f"{path}, {scheme}, {width}"
            sideways = page.evaluate("document.documentElement.scrollWidth")
            assert sideways <= width, f"{path} scrolls sideways at {width}"
        assert window.faults == []
