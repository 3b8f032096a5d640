"""A real headless browser, and what every page must keep to in it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from sqlalchemy.orm import Session

from app import create_app
from support.db import engine_for
from support.x.records import Account
from tests.cast import PASSWORD
from tests.machinery import notes
from tests.machinery.browser import find_browser
from tests.machinery.desks import settings_of
from tests.machinery.pages import addresses
from tests.machinery.running import RunningDesk, running_demo, running_desk

PATIENCE = 40_000
"""Milliseconds for what a page does; it takes some tenths of a second, on a busy machine more. Less
than the minute after which a page looks by itself: what it should be told of, it must be told."""
expect.set_options(timeout=PATIENCE)
ADMIN, AGENT = "ito@hikari-care.example", "sato@hikari-care.example"
"""People of the demo desk."""


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    found = find_browser()
    if found is None:
        notes.skip_or_fail("Browser", "not found")
    assert found is not None
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found.path, args=found.args)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    """The demo desk, to look at: nobody changes anything on it."""
    with running_demo(tmp_path_factory.mktemp("demo"), now=datetime.now(UTC)) as desk:
        yield desk


@pytest.fixture(scope="session")
def paths(demo, tmp_path_factory):
    """Every page with its name."""
    app = create_app(settings_of(demo.database_url, tmp_path_factory.mktemp("aside")))
    engine = engine_for(demo.database_url)
    with Session(engine) as session:
        found = addresses(app, session)
    engine.dispose()
    return found


@pytest.fixture
def desk(request, database_url, tmp_path):
    """A desk of this test's own; `UNDO_SECONDS` of a module is the time to take a reply back."""
    undo = getattr(request.module, "UNDO_SECONDS", 1)
    with running_desk(database_url, tmp_path, undo_seconds=undo) as running:
        yield running


@dataclass
class Window:
    """One window; `faults` collects what its console and its security policy complain about."""

    page: Page
    faults: list[str] = field(default_factory=list)


@pytest.fixture
def open_window(chromium):
    """Opens windows, each with a session of its own; closes them in the end."""
    contexts = []

    def open_one(
        url: str, *, scheme: str = "light", width: int = 1440, height: int = 900, **more: Any
    ) -> Window:
        context = chromium.new_context(
            base_url=url,
            color_scheme=scheme,
            viewport={"width": width, "height": height},
            locale="ja-JP",
            timezone_id="Asia/Tokyo",
            **more,
        )
        contexts.append(context)
        window = Window(context.new_page())
        window.page.set_default_timeout(PATIENCE)
        window.page.on("pageerror", lambda error: window.faults.append(str(error)))
        window.page.on(
            "console",
            lambda message: window.faults.append(message.text) if message.type == "error" else None,
        )
        return window

    yield open_one
    for context in contexts:
        context.close()


def undo_within(desk: RunningDesk, seconds: int) -> None:
    """How long replies that are sent from now on can be taken back."""
    with desk.session() as session:
        session.get_one(Account, desk.cast.account.id).undo_seconds = seconds
        session.commit()


def press_pair(page: Page, first: str, second: str) -> None:
    """Two keys that mean one thing together; a busy machine may press them further apart than the
    page allows, so its clock stands still."""
    page.evaluate("performance.now = () => 1e6")
    page.keyboard.press(first)
    page.keyboard.press(second)


def sign_in(page: Page, email: str, password: str = PASSWORD) -> None:
    page.goto("/sign-in")
    page.fill("input[name=email]", email)
    page.fill("input[name=password]", password)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: "sign-in" not in url)
