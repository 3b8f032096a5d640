"""A first look costs little: what the wire carries until a page stands, with an empty cache."""

import pytest

from support.demo.loading import PASSWORD
from tests.browser.conftest import AGENT, sign_in
from tests.machinery.running import until

MOST = 100_000
"""Bytes, with headers."""


@pytest.fixture
def weigh(demo, open_window):
    """Bytes by address of everything the browser was sent for a page."""
    window = open_window(demo.url)
    sign_in(window.page, AGENT, PASSWORD)
    wire = window.page.context.new_cdp_session(window.page)
    wire.send("Network.enable")

    def weighed(path, *, empty=True):
        asked, sent, failed = {}, {}, set()
        wire.on("Network.requestWillBeSent", lambda it: asked.update({it["requestId"]: it}))
        wire.on("Network.loadingFinished", lambda it: sent.update({it["requestId"]: it}))
        wire.on("Network.loadingFailed", lambda it: failed.add(it["requestId"]))
        window.page.goto("about:blank")
        if empty:
            wire.send("Network.clearBrowserCache")
        asked.clear()
        window.page.goto(path)
        window.page.wait_for_load_state("load")

        def is_quiet():
            """What scripts fetch at once counts as well; the stream of news never ends."""
            before = len(asked)
            window.page.wait_for_timeout(300)
            going = asked.keys() - sent.keys() - failed
            urls = [asked[number]["request"]["url"] for number in going]
            return len(asked) == before and all("/live?" in url for url in urls)

        until(is_quiet, "all that belongs to the page")
        return {
            asked[number]["request"]["url"]: it["encodedDataLength"]
            for number, it in sent.items()
            if number in asked
        }

    return weighed


@pytest.mark.parametrize("name", ["queue", "ticket"])
def test_a_first_look_is_light(weigh, paths, name):
    first = weigh(paths[name])
    assert len(first) > 8, first
    assert sum(first.values()) < MOST, sorted(first.items(), key=lambda it: -it[1])
    again = weigh(paths[name], empty=False)
    assert sum(again.values()) < sum(first.values()) / 2, "what is kept is not fetched again"
    print(name, sum(first.values()), sum(again.values()))
