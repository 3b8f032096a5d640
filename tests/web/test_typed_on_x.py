"""What was typed on x.com in our name is seen by leads, though the desk sent none of it."""

import re
from html import unescape

import pytest

from tests.cast import HANAKO
from tests.web.forms import Browser
from tests.web.talk import Talk

PAGE = "/review/x"


@pytest.fixture
def talk(session, cast, clock, x):
    return Talk(session, cast, clock, x)


@pytest.fixture
def ryo(ryo):
    return Browser(ryo)


def test_it_is_listed_and_what_the_desk_sent_is_not(talk, ryo, misaki):
    ticket = talk.says()
    part = talk.answers("窓口からの返信").parts[0]
    talk.types_on_x(part.text, x_id=part.x_id)  # X shows us what the desk sent as well
    talk.types_on_x("x.comで書いた返信", x_id="99")
    page = ryo.get(PAGE)
    assert page.count('<tr id="typed-') == 1
    assert "x.comで書いた返信" in page
    assert "窓口からの返信" not in page
    assert f'href="/tickets/{ticket.id}"' in page
    assert "https://x.com/hikari_care/status/99" in page
    assert f'href="{PAGE}"' in ryo.get("/review")
    Browser(misaki).get(PAGE, status=403)


def test_a_direct_message_has_no_address_on_x(talk, ryo):
    talk.says("契約番号はHK-0034です", by=HANAKO, private=True)
    talk.types_on_x("直接お返事します")
    page = ryo.get(PAGE)
    assert "直接お返事します" in page
    assert "/status/99" not in page


def test_older_ones_are_on_the_next_page_and_in_their_week(talk, ryo, clock):
    talk.says()
    for number in range(52):
        talk.types_on_x(f"返信その{number:02}", x_id=str(900 + number), later=number // 2)
    clock.forward(seconds=60)
    first = ryo.get(PAGE)
    rest = ryo.get(unescape(re.search(r'href="([^"]*after=[^"]*)"', first)[1]))
    seen = [f"返信その{number:02}" for number in range(52)]
    assert [it for it in seen if it in first] == seen[2:]
    assert [it for it in seen if it in rest] == seen[:2]
    assert "返信その" in ryo.get(f"{PAGE}?week=2026-W40")
    assert "返信その" not in ryo.get(f"{PAGE}?week=2026-W39")
    for strange in ("after=x", "after=2026-10-01~1", "week=9", "account=99999"):
        ryo.get(f"{PAGE}?{strange}")
