"""Saved views on the pages: kept under a name, in the rail with their numbers, put in order."""

import re
from datetime import timedelta

import pytest

from support.tickets import marking, searching
from support.tickets.filters import filter_from
from tests.cast import HANAKO, customer_says, post
from tests.web import forms
from tests.web.forms import Browser

pytestmark = pytest.mark.both_databases


@pytest.fixture
def tagged(session, cast, clock):
    """A public ticket with a tag, and a private one without."""
    at = clock() - timedelta(minutes=5)
    ticket = customer_says(session, cast, post(at=at))
    marking.tag(session, ticket, "速度", by=cast.ken, now=clock())
    session.commit()
    customer_says(session, cast, post("DMです", at=at, by=HANAKO, private=True, number=1))
    return ticket


def in_rail(page):
    """Name and number of each view in the rail."""
    rail = re.search(r'id="rail-inbox".*?</div>', page, re.S)[0]
    after = rail.split("</a>")[7:]
    return [
        (re.search(r"<bdi>(.*?)</bdi>", link)[1], _count(link)) for link in after if "<bdi>" in link
    ]


def _count(link):
    found = re.search(r'class="count">(\d+)<', link)
    return int(found[1]) if found else None


def test_a_filter_is_kept_and_stands_in_the_rail_with_its_number(tagged, misaki):
    page = Browser(misaki).post("/tickets/views?tag=速度", name="速度の件")
    assert "ビュー「速度の件」を保存しました" in page
    assert "<h1>速度の件" in page
    assert in_rail(page) == [("速度の件", 1)]
    assert 'aria-current="page" title="速度の件"' in page
    assert "今の絞り込みを保存" not in page


def test_the_rail_alone_counts_too_and_other_pages_only_name(tagged, misaki):
    Browser(misaki).post("/tickets/views?channel=dm", name="DM")
    assert in_rail(misaki.get("/rail?channel=dm", headers=forms.PART).text) == [("DM", 1)]
    assert in_rail(misaki.get("/me").text) == [("DM", None)]


def test_only_a_lead_shares_a_view_and_everybody_sees_it(tagged, misaki, ryo):
    refused = forms.post(misaki, "/tickets/views?tag=速度", {"name": "みんなの", "shared": "on"})
    assert refused.status_code == 403
    assert "チーム全員のビューにする" not in misaki.get("/tickets?tag=速度").text
    assert "チーム全員のビューにする" in ryo.get("/tickets?tag=速度").text
    Browser(ryo).post("/tickets/views?tag=速度", name="みんなの", shared="on")
    assert in_rail(misaki.get("/").text) == [("みんなの", 1)]


def test_a_colleagues_own_view_does_not_exist_and_a_shared_one_is_not_theirs_to_change(
    tagged, misaki, ryo
):
    Browser(ryo).post("/tickets/views?tag=速度", name="亮の")
    Browser(ryo).post("/tickets/views?tag=速度", name="みんなの", shared="on")
    assert forms.post(misaki, "/tickets/views/1", {"do": "remove"}).status_code == 404
    assert forms.post(misaki, "/tickets/views/2", {"do": "remove"}).status_code == 403
    assert forms.post(misaki, "/tickets/views/999", {"do": "remove"}).status_code == 404


@pytest.mark.parametrize(
    ("address", "name", "sentence"),
    [
        ("tag=速度", "", "1〜30文字で入力してください"),
        ("channel=mail", "名前", "読み取れない条件があります"),
        ("", "名前", "条件を1つ以上選んでから"),
    ],
)
def test_what_cannot_be_kept_is_said_and_what_was_typed_stays(misaki, address, name, sentence):
    page = Browser(misaki).post(f"/tickets/views?{address}", 422, name=name)
    assert sentence in page
    if address:
        assert f'name="name" maxlength="30" value="{name}"' in page


def test_renaming_moving_and_removing_with_a_way_back(tagged, misaki):
    browser = Browser(misaki)
    browser.post("/tickets/views?tag=速度", name="一")
    browser.post("/tickets/views?channel=dm", name="二")
    browser.post("/tickets/views/1", name="壱")
    page = browser.post("/tickets/views/2", do="up")
    assert in_rail(page) == [("二", None), ("壱", None)]
    assert "経路: <bdi>DM</bdi>" in page
    page = browser.post("/tickets/views/2", do="remove")
    assert in_rail(page) == [("壱", None)]
    undo = re.search(r'action="(/tickets/views/2/restoration)"', page)[1]
    assert in_rail(browser.post(undo)) == [("二", None), ("壱", None)]
    assert "同じ名前のビュー" in browser.post("/tickets/views/1", 422, name="二")


def test_a_name_is_text_and_nothing_else(tagged, misaki):
    page = Browser(misaki).post("/tickets/views?tag=速度", name="<b>\u202e太字</b>")
    assert "<b>" not in page.replace("<bdi>", "")


def test_on_a_large_desk_only_what_an_index_answers_is_counted():
    in_index = filter_from({"view": "due", "assignee": "none"}, 1)
    joined = filter_from({"language": "en"}, 1)
    assert searching.is_cheap(in_index, 50_000)
    assert searching.is_cheap(joined, searching.COUNTED_UP_TO)
    assert not searching.is_cheap(joined, searching.COUNTED_UP_TO + 1)
    assert not searching.is_cheap(filter_from({"view": "resolved"}, 1), 10)
