"""Every page of the demo desk, walked in Chromium: nothing bars the way in either theme, nothing
breaks the security policy, nothing scrolls sideways or is cut off, no script fails."""

import pytest

from support.demo.loading import PASSWORD
from tests.browser.conftest import ADMIN, AGENT, sign_in
from tests.browser.walk import TELL_VIOLATIONS, faults_on
from tests.machinery.running import running_empty

SHARES = 6
"""The walk is done in so many parts, side by side where there are processes for it."""


@pytest.fixture
def walker(open_window):
    """A window that tells what breaks the security policy."""

    def open_one(url):
        window = open_window(url)
        window.page.add_init_script(TELL_VIOLATIONS)
        return window

    return open_one


@pytest.mark.parametrize("share", range(SHARES))
def test_every_page_is_without_fault(demo, paths, walker, share):
    window = walker(demo.url)
    sign_in(window.page, ADMIN, PASSWORD)
    faults = [
        fault for path in sorted(paths.values())[share::SHARES] for fault in faults_on(window, path)
    ]
    assert not faults, "\n".join(faults)


def test_what_an_agent_sees_is_without_fault(demo, paths, walker):
    """Fewer buttons stand on the pages of somebody who may do less."""
    window = walker(demo.url)
    sign_in(window.page, AGENT, PASSWORD)
    names = ("queue", "ticket", "ticket-dm", "canned-answer")
    faults = [fault for name in names for fault in faults_on(window, paths[name])]
    assert not faults, "\n".join(faults)


def test_pages_before_the_sign_in_are_without_fault(demo, walker, tmp_path):
    faults = faults_on(walker(demo.url), "/sign-in")
    with running_empty(tmp_path) as url:
        faults += faults_on(walker(url), "/set-up")
    assert not faults, "\n".join(faults)


def test_the_walk_sees_what_is_wrong(demo, walker):
    """A page made wrong on purpose: were a look blind, no page would ever fail."""
    window = walker(demo.url)
    sign_in(window.page, ADMIN, PASSWORD)
    window.page.add_init_script("""
        addEventListener("DOMContentLoaded", () => {
            const box = document.createElement("div");
            box.style.cssText = "height:100px;overflow:hidden;min-width:1500px;flex:none";
            box.innerHTML = '<p class="tall">some words</p><button></button>';
            for (const one of box.children) one.style.height = "200px";
            document.body.append(box);
            const one = document.createElement("script");
            one.textContent = "0";
            document.body.append(one);
            const pale = new CSSStyleSheet();
            const faint = "{ color: #333 !important; background: #222 !important; }";
            pale.replaceSync(`@media (prefers-color-scheme: dark) {
                @media (width > 1000px) { .tall ${faint} }
                @media (width < 1000px) { main * ${faint} }
            }`);
            document.adoptedStyleSheets = [pale];
        });
    """)
    faults = "\n".join(faults_on(window, "/me"))
    for what in (
        "button-name", "sideways at 1440", "cut off at 1440", "CSP script-src",
        "color-contrast (dark, narrow)", "color-contrast (dark, wide): ['<p class",
    ):  # fmt: skip
        assert what in faults, what
    assert "color-contrast (light" not in faults
