"""An input method at work: Enter chooses a word, and neither sends a reply nor picks an answer."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import sign_in
from tests.machinery.running import until

pytestmark = pytest.mark.one_database


class InputMethod:
    """Composes in the focused field as Chromium's own input methods do."""

    def __init__(self, page):
        self._page = page
        self._line = page.context.new_cdp_session(page)

    def compose(self, text):
        place = {"selectionStart": len(text), "selectionEnd": len(text)}
        self._line.send("Input.imeSetComposition", {"text": text, **place})

    def enter(self, *, ctrl=False):
        """The key that chooses a word, as the page hears it: the input method keeps its text."""
        for kind in ("rawKeyDown", "keyUp"):
            key = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 229}
            self._line.send(
                "Input.dispatchKeyEvent", {"type": kind, "modifiers": 2 if ctrl else 0, **key}
            )

    def commit(self, text):
        self._line.send("Input.insertText", {"text": text})


def test_enter_during_conversion_neither_sends_nor_picks(desk, open_window):
    desk.sandbox.post("@hikari_care 夜になると遅いです", by="kakuu_yuuki")
    number = desk.ticket_saying("遅いです")
    window = open_window(desk.url)
    page = window.page
    sign_in(page, desk.cast.misaki.email)
    page.goto(f"/tickets/{number}")
    page.evaluate(
        """() => {
          window.heard = [];
          const hear = (it) => window.heard.push([it.key, it.isComposing]);
          document.addEventListener("keydown", hear, true);
          document.addEventListener("submit", () => window.heard.push(["sent", false]), true);
        }"""
    )
    heard = lambda: page.evaluate("window.heard.splice(0)")  # noqa: E731
    method, body = InputMethod(page), page.locator("#body")

    # In the reply: while a word is converted no Enter sends, with Ctrl or without.
    body.focus()
    method.compose("かくにん")
    method.enter()
    assert heard() == [["Enter", True]]
    method.compose("確認")
    method.enter(ctrl=True)
    assert heard() == [["Enter", True]]
    method.commit("確認いたします。")
    expect(body).to_have_value("確認いたします。")

    # In the search of answers: Enter takes the first one only once the word stands.
    page.locator("#reply-title").evaluate("() => document.activeElement.blur()")
    page.keyboard.press("t")
    search, first = page.locator("#answers-q"), page.locator("#answers-list [data-insert]").first
    expect(search).to_be_focused()
    expect(first).to_be_visible()
    method.compose("そくど")
    method.enter()
    expect(search).to_be_focused()
    expect(body).to_have_value("確認いたします。")
    method.commit("速度")
    expect(page.locator("#answers-list")).to_contain_text("速度")
    heard()

    # A single letter acts nowhere while composing; committed, Ctrl+Enter sends.
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    body.focus()
    method.compose("えーじぇんと")
    method.enter(ctrl=True)
    assert ["sent", False] not in heard()
    method.commit("")
    expect(body).to_have_value("確認いたします。")
    assert desk.sandbox.sent()["posts"] == []
    page.keyboard.press("Control+Enter")
    until(lambda: desk.sandbox.sent()["posts"], "the reply on X")
    (sent,) = desk.sandbox.sent()["posts"]
    assert "確認いたします。" in sent["text"]
    assert window.faults == []
