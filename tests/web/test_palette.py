"""The palette leads everywhere one may go; the sheet of keys is complete and true."""

import re

import pytest

from tests.cast import HANAKO, YUUKI, customer_says, post
from tests.web.forms import PART, ROOT
from tests.web.forms import post as send

TEMPLATES = ROOT / "templates"


def links(page):
    return set(re.findall(r'(?:href|data-link)="(/(?!static/)[^"]*)"', page))


@pytest.mark.parametrize("who", ["misaki", "ryo", "hikaru"])
def test_it_leads_wherever_the_rail_and_the_settings_lead(cast, signed_in, who):
    browser = signed_in(getattr(cast, who))
    page = browser.get("/me").text
    rail = links(page[page.index('<nav class="rail"') : page.index('<header class="topbar"')])
    settings = browser.get("/settings", follow_redirects=True).text
    beside = re.search(r'<nav class="section-nav.*?</nav>', settings, re.DOTALL)
    offered = links(browser.get("/palette", headers=PART).text)
    assert rail | links(beside[0] if beside else "") <= offered | {"/palette"}
    assert {link for link in offered if browser.get(link).status_code not in (200, 303)} == set()


def test_nobody_is_offered_what_they_may_not_open(misaki):
    page = misaki.get("/palette").text
    assert "/reports" not in page
    assert "チーム" not in page[page.index('id="main"') :]


@pytest.mark.parametrize(
    "asked", ["じゅしん", "ジュシン", "ｼﾞｭｼﾝ", "jushin", "Ｉｎｂｏｘ", "未解決", "mikai"]
)
def test_width_kana_case_and_letters_do_not_matter(misaki, asked):
    page = misaki.get("/palette", query_string={"q": asked}).text
    main = page[page.index('id="main"') :]
    assert "すべての未解決" in main
    assert "定型回答" not in main[: main.index("</main>")]


def test_it_is_found_by_its_english_name_too(misaki):
    send(misaki, "/me/language", {"locale": "en"})
    page = misaki.get("/palette", query_string={"q": "unassigned"}).text
    assert "view=unassigned" in page[page.index('id="main"') :]


@pytest.mark.parametrize("asked", ["12", "#12", "＃１２", " 12 "])
def test_a_number_leads_to_the_ticket(misaki, asked):
    answer = misaki.get("/palette", query_string={"q": asked})
    assert (answer.status_code, answer.location) == (303, "/tickets/12")


@pytest.mark.parametrize("recent", ["999999999999999999", "x,1,", "-1", "²", "1" * 5_000])
def test_numbers_that_are_none_are_left_alone(misaki, recent):
    assert misaki.get("/palette", query_string={"recent": recent, "q": recent}).status_code < 400


def test_tickets_opened_here_come_before_ones_own(session, cast, clock, misaki):
    mine = customer_says(session, cast, post(at=clock(), by=YUUKI))
    other = customer_says(session, cast, post(at=clock(), by=HANAKO, number=1))
    mine.assignee_id = cast.misaki.id
    session.commit()
    page = misaki.get(f"/palette?recent={other.id},4711", headers=PART).text
    assert 0 < page.index(f"#{other.id}<") < page.index(f"#{mine.id}<")
    assert "4711" not in page


def keys_on_the_sheet(page):
    sheet = page[page.index('id="shortcuts"') :]
    sheet = sheet[: sheet.index("data-keys-switch")]
    rows = [re.split("または", dd) for dd in re.findall(r"<dd>(.*?)</dd>", sheet)]
    return [re.findall(r"<kbd>([^<]+)</kbd>", part) for row in rows for part in row]


def keys_in_templates():
    found = set()
    for path in TEMPLATES.rglob("*.html"):
        found |= set(re.findall(r'data-key(?:-too)?="([^"{]+)"', path.read_text("utf-8")))
    return found


BY_SCRIPT = {"⌘/ctrl k", "⌘/ctrl enter", "?", "esc", "j", "k", "enter", "x"}
"""What keys.js and list.js answer to by themselves; tests/browser presses them."""


def test_every_key_of_the_pages_stands_on_the_sheet_and_nothing_else(misaki):
    rows = [" ".join(keys).lower() for keys in keys_on_the_sheet(misaki.get("/me").text)]
    told = set()
    for row in rows:  # J K and 1 2 3 are several keys, G I is one of two
        told |= {row} if row.startswith(("g ", "⌘")) else set(row.split())
    pressed = keys_in_templates() | {"1", "2", "3"} - {"escape"}
    assert pressed - told == set(), "a key nobody is told of"
    assert told - pressed - BY_SCRIPT == set(), "a key nothing answers to"
    assert told >= BY_SCRIPT
