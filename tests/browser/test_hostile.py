"""A hostile name or text takes no more room, and no other place, than an honest one; and print."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import func, select, update

from support.conversations.records import Customer, Message
from support.tickets.records import Ticket
from tests.browser.conftest import sign_in
from tests.conversations.test_plain import TAGS, TURNING, UNSEEN
from tests.machinery.running import running_desk, until

pytestmark = pytest.mark.one_database
HONEST = ("架空の人", "ふつうの投稿です")
NASTY = "".join([*TURNING, *UNSEEN, *TAGS])
HOSTILE = {
    "turned and unseen": ("\u202e架空の人" + NASTY, "\u202eふつうの投稿です" + NASTY),
    "piles": ("架空の人" + "\u0336\u0301\u035c" * 60, "ふつうの投稿です" + "\u0301" * 200),
    "markup": ("<script>alert(1)</script></bdi><h1>", "</p></div><style>*{}</style>"),
    "very long": ("W" * 200, "あ" + "w" * 900),
    "written from the right": ("משפחה של אבא", "שלום 123 (abc) <"),
    "wide signs": ("\U0001f468\u200d" * 40, "﷽" * 40),
}
PARTS = ".rail, .topbar, .row-clock, .row-people, .row-avatar, .ticket-head .sla, .ticket-head form"
PARTS += ", .ticket-head > .button, .reply-zone, .side-pane, #customer-card .stats-row dt"


@pytest.fixture
def desk(database_url, tmp_path):
    with running_desk(database_url, tmp_path) as running:
        running.sandbox.post("@hikari_care 一件目", by="kakuu_yuuki")
        running.sandbox.post("@hikari_care 二件目", by="mihon_mikan")
        until(lambda: _count(running) == 2, "two tickets")
        yield running


def _count(desk):
    with desk.session() as session:
        return session.scalar(select(func.count()).select_from(Ticket))


def rename(desk, name, text):
    """As X could have said it, past everything that cleans on the way in."""
    with desk.session() as session:
        table = Customer.__table__
        session.execute(update(table).where(table.c.id == 1).values(name=name[:200]))
        session.execute(update(Message).where(Message.id == 1).values(text=text))
        session.commit()


def places(page):
    """Where the parts of the page stand: left and right edges, and what lies over them."""
    return page.evaluate(
        """(parts) => {
            const all = [...document.querySelectorAll(parts)];
            return all.filter((it) => it.checkVisibility()).map((it) => {
                const { left, right } = it.getBoundingClientRect();
                return [it.className || it.tagName, Math.round(left), Math.round(right)];
            });
        }""",
        PARTS,
    )


def test_no_name_or_text_moves_what_is_the_pages_own(desk, open_window):
    window = open_window(desk.url, width=1280)
    page = window.page
    sign_in(page, desk.cast.ryo.email)
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 800})
        for path in ("/tickets", "/tickets/1"):
            rename(desk, *HONEST)
            page.goto(path)
            expect(page.locator("#ticket-list, #thread").first).to_be_attached()
            honest = places(page)
            assert len(honest) >= 3
            for case, words in HOSTILE.items():
                rename(desk, *words)
                page.goto(path)
                assert places(page) == honest, f"{case} on {path} at {width}"
                assert page.evaluate("document.documentElement.scrollWidth") <= width, case
                assert NASTY[0] not in page.title()
    assert window.faults == []


def test_paper_has_the_story_and_nothing_to_press(desk, open_window):
    page = open_window(desk.url, scheme="dark").page
    sign_in(page, desk.cast.ryo.email)
    page.goto("/tickets/1")
    page.emulate_media(media="print")
    expect(page.locator("#thread")).to_be_visible()
    expect(page.locator(".print-line")).to_contain_text("/tickets/1")
    expect(page.locator(".print-line")).to_contain_text("高橋 亮")
    pressed = page.locator("button, .rail, .tabbar, .reply-zone, .topbar, textarea")
    assert [it for it in pressed.all() if it.is_visible()] == []
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    ink = page.locator("#thread .message-text").first
    light = ink.evaluate("it => getComputedStyle(it).colorScheme || ''")
    assert "dark" not in light
    page.goto("/tickets")
    expect(page.locator(".ticket-row")).to_have_count(2)
    assert [it for it in pressed.all() if it.is_visible()] == []
