"""Installable, honest when the server is away, and times that stay true in an open page."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import httpx
import pytest
from playwright.sync_api import expect

from support.web import words
from tests.browser.conftest import sign_in
from tests.machinery.running import until
from tests.machinery.sandbox import PLAIN_HTTP

pytestmark = pytest.mark.one_database
NOW = datetime(2026, 10, 1, 3, 0, tzinfo=UTC)


def test_a_browser_finds_everything_it_needs_to_install_it(desk, open_window):
    page = open_window(desk.url).page
    sign_in(page, desk.cast.misaki.email)
    devtools = page.context.new_cdp_session(page)
    manifest = devtools.send("Page.getAppManifest")
    assert manifest["errors"] == []
    found = devtools.send("Page.getInstallabilityErrors")["installabilityErrors"]
    # A window of a test is a private one, which installs nothing; nothing else may be in the way.
    assert {error["errorId"] for error in found} <= {"in-incognito"}
    sizes = page.evaluate("""async () => {
        const link = document.querySelector("link[rel=manifest]");
        const { icons } = await (await fetch(link.href)).json();
        return Promise.all(icons.map(async (icon) => {
            const image = new Image();
            image.src = icon.src;
            await image.decode();
            return [icon.sizes, `${image.naturalWidth}x${image.naturalHeight}`];
        }));
    }""")
    assert [told for told, _ in sizes] == [real if told != "any" else "any" for told, real in sizes]


def test_without_the_server_a_page_says_so_and_a_form_stays_as_it_was_typed(desk, open_window):
    desk.sandbox.post("@hikari_care 夜になると遅いです", by="kakuu_yuuki")
    page = open_window(desk.url).page
    sign_in(page, desk.cast.misaki.email)
    row = page.locator(".ticket-row .row-name, .new-arrivals")
    expect(row.first).to_be_visible()
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()  # from here on the worker looks after it
    page.goto("/tickets/1")
    until(lambda: page.evaluate("navigator.serviceWorker.controller !== null"), "the worker")
    page.locator("#customer-card summary").first.click()
    page.fill("#memo", "書きかけのメモ")

    page.context.set_offline(True)
    page.locator(".memo-form button").click()
    expect(page.locator(".toast")).to_contain_text("書きかけの文章はこの画面に残っています")
    expect(page.locator("#memo")).to_have_value("書きかけのメモ")

    other = page.context.new_page()
    other.goto("/tickets")
    expect(other.locator("h1")).to_have_text("サーバーにつながりません")
    kept = other.evaluate("""async () => {
        const all = [];
        for (const name of await caches.keys()) {
            const cache = await caches.open(name);
            for (const it of await cache.keys()) {
                all.push([it.url, await (await cache.match(it)).text()]);
            }
        }
        return all;
    }""")
    assert [url for url, _ in kept] == [f"{desk.url}/offline"]
    assert "佐藤" not in kept[0][1], "nothing of anyone is kept"

    page.context.set_offline(False)
    other.get_by_role("link", name="もう一度開く").click()
    expect(other.locator("#ticket-list")).to_be_visible()
    page.locator(".memo-form button").click()
    expect(page.locator("#customer-card .message-text")).to_have_text("書きかけのメモ")


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_script_says_how_long_ago_in_the_words_of_the_server(desk, open_window, lang):
    page = open_window(desk.url).page
    sign_in(page, desk.cast.misaki.email)
    spans = sorted({0, *(edge + off for edge in (60, 3600, 86400) for off in (-1, 0, 1))})
    spans += [edge * many for edge in (60, 3600, 86400) for many in (2, 5)] + [7 * 86400 - 1]
    said = page.evaluate(
        """async ([spans, lang]) => {
            const { ago } = await import("/static/times.js");
            return spans.map((span) => ago(span, lang));
        }""",
        [spans, lang],
    )
    zone = ZoneInfo("Asia/Tokyo")
    assert said == [words.ago(NOW - timedelta(seconds=it), NOW, zone, lang) for it in spans]


def test_a_page_that_stays_open_keeps_its_times_true(desk, open_window):
    page = open_window(desk.url).page
    page.clock.install()
    sign_in(page, desk.cast.misaki.email)
    page.goto("/me")
    time = page.locator("time[data-ago]").first
    expect(time).to_have_text("たった今")
    page.clock.run_for(5 * 60 * 1000 + 30_000)
    expect(time).to_have_text("5分前")


def test_a_body_that_is_too_large_gets_its_answer(desk):
    """Not a line that is cut while the browser is still sending."""
    with httpx.Client(base_url=desk.url, verify=PLAIN_HTTP, timeout=30) as client:
        page = client.get("/sign-in").text
        token = page.split('name="csrf_token" value="')[1].split('"')[0]
        answer = client.post("/sign-in", data={"email": "x" * 8_000_000, "csrf_token": token})
    assert answer.status_code == 413
    assert "大きすぎます" in answer.text
