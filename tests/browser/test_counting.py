"""The counter in the browser says what the server says, on ten thousand texts in real Chromium."""

from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from support.db import storable
from support.replies.signature import signed
from support.web.replies.composer import preview
from support.x.count_rules import FILE, written
from support.x.text import weighted_length
from tests.browser import texts

HOW_MANY = 10_000
COUNT = """async (all) => {
  const { rulesAt, weightedLength } = await import("/counting.js");
  const rules = await rulesAt("/counting.json");
  return all.map((text) => weightedLength(rules, text));
}"""
WEIGH = """async ([drafts, signature, direct]) => {
  const { rulesAt, weigh } = await import("/counting.js");
  const rules = await rulesAt("/counting.json");
  return drafts.map((draft) => weigh(rules, draft, signature, direct));
}"""


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def page(chromium):
    """A blank page beside our static files."""

    def handler(*args):
        return _Quiet(*args, directory=str(FILE.parent))

    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    Thread(target=server.serve_forever, daemon=True).start()
    page = chromium.new_page(base_url=f"http://127.0.0.1:{server.server_port}")
    page.goto("/favicon.svg")
    yield page
    page.close()
    server.shutdown()


def test_the_rules_that_browsers_are_given_are_those_the_desk_counts_with():
    assert FILE.read_text("utf-8") == written(), "python -m support.x.count_rules"


def test_browser_and_server_count_alike(page):
    real = texts.real()
    drafts = real + texts.made(HOW_MANY - min(len(real), HOW_MANY // 2))
    assert len(drafts) >= HOW_MANY
    handfuls = [drafts[at : at + 500] for at in range(0, len(drafts), 500)]
    counted = [number for some in handfuls for number in page.evaluate(COUNT, some)]
    wrong = [
        (text, ours, theirs)
        for text, theirs in zip(drafts, counted, strict=True)
        if (ours := weighted_length(text)) != theirs
    ]
    assert wrong == [], f"{len(wrong)} of {len(drafts)}"
    assert sum("." in text and weighted_length(text) != len(text) for text in drafts) > 2_000


@pytest.mark.parametrize("signature", ["", "^佐藤", "（佐藤）", "ひかりケア https://x.com"])
@pytest.mark.parametrize("private", [False, True])
def test_a_draft_weighs_the_same_with_its_signature(page, signature, private):
    drafts = [it for it in texts.made(400) if it.strip()]
    weighed = page.evaluate(WEIGH, [drafts, signature, private])
    for draft, theirs in zip(drafts, weighed, strict=True):
        ours = preview(storable(draft), signature, private=private)
        if len(ours.parts) == 1:
            assert theirs == ours.parts[0].weight == ours.used, repr(draft)
        elif not private and ours.fault is None:
            assert theirs > 280, repr(draft)
            assert theirs == weighted_length(signed(draft.strip(), signature)), repr(draft)
