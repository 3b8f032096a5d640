"""「次の1件」 on the pages, linked tickets on a ticket's page, sharing out in the settings."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from support.tickets import linking
from support.tickets.records import Ticket, TicketLink
from tests.cast import HANAKO, YUUKI, customer_says, post
from tests.web import forms
from tests.web.forms import Browser

pytestmark = pytest.mark.both_databases


@pytest.fixture
def pair(session, cast, clock):
    """A public ticket, and a private one of somebody else."""
    at = clock() - timedelta(minutes=5)
    one = customer_says(session, cast, post(at=at, by=YUUKI))
    words = post("口座番号は内緒です", at=at, by=HANAKO, private=True, number=1)
    return one, customer_says(session, cast, words)


def test_one_press_opens_the_next_ticket_and_it_is_ones_own(pair, session, cast, misaki, news):
    one, _ = pair
    answer = forms.post(misaki, "/tickets/next?channel=public")
    assert (answer.status_code, answer.location) == (303, f"/tickets/{one.id}?channel=public")
    session.rollback()
    assert session.get_one(Ticket, one.id).assignee_id == cast.misaki.id
    assert ("ticket", one.id) in news.told
    page = Browser(misaki).post("/tickets/next?channel=public")
    assert "この絞り込みには、担当が決まっていないチケットはもうありません。" in page


def test_nothing_left_anywhere_is_said(misaki):
    assert "担当が決まっていないチケットはもうありません。" in Browser(misaki).post("/tickets/next")


def test_both_pages_have_the_button_and_its_key(pair, misaki):
    for address in ("/", f"/tickets/{pair[0].id}"):
        assert 'data-key="g n"' in misaki.get(address).text


def links(page):
    return re.search(r'<section[^>]+id="ticket-links".*?</section>', page, re.S)[0]


def test_a_ticket_is_linked_by_number_and_let_go_with_a_way_back(pair, session, misaki):
    one, other = pair
    browser = Browser(misaki)
    page = browser.post(f"/tickets/{one.id}/links", link=f"#{other.id}")
    assert f"/tickets/{other.id}" in links(page)
    assert f"#{other.id} と関連づけた" in page
    assert f"/tickets/{one.id}" in links(browser.get(f"/tickets/{other.id}"))
    page = browser.post(f"/tickets/{one.id}/links/{other.id}/removal")
    assert f"/tickets/{other.id}/" not in links(page)
    undo = re.search(rf'action="(/tickets/{one.id}/links/{other.id})"', page)[1]
    assert f"#{other.id}" in links(browser.post(undo))
    session.rollback()
    assert len(list(session.scalars(select(TicketLink)))) == 1


def test_a_direct_messages_words_never_stand_on_another_page(pair, session, cast, clock, misaki):
    one, other = pair
    linking.link(session, one, other, by=cast.ken, now=clock())
    session.commit()
    page = misaki.get(f"/tickets/{one.id}").text
    beside = page.replace(re.search(r'id="ticket-list".*?</section>\s*<div', page, re.S)[0], "")
    assert "内緒" not in beside
    assert "DM" in links(page)


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        ("", "番号を入力してください"),
        ("999", "#999 というチケットはありません"),
        ("1", "別のチケット"),
    ],
)
def test_a_number_that_cannot_be_linked_is_said_and_stays(pair, misaki, number, sentence):
    page = Browser(misaki).post(f"/tickets/{pair[0].id}/links", 422, link=number)
    assert sentence in links(page)
    assert f'value="{number}"' in links(page)


def test_htmx_gets_the_links_beside_the_thread(pair, misaki):
    one, other = pair
    answer = forms.post(
        misaki, f"/tickets/{one.id}/links", {"link": other.id}, headers={"HX-Request": "true"}
    )
    assert 'id="ticket-links" hx-swap-oob' in answer.text


def test_an_administrator_switches_sharing_on_and_off(cast, signed_in):
    browser = Browser(signed_in(cast.hikaru))
    assert "自動割り当てを始めました" in browser.post("/settings/sharing", on="on", ceiling="5")
    page = browser.get("/settings/sharing")
    assert 'name="on" checked' in page
    assert 'value="5"' in page
    assert "1から200までの数" in browser.post("/settings/sharing", 422, on="on", ceiling="0")
    assert "自動割り当てを止めました" in browser.post("/settings/sharing", ceiling="5")


def test_agents_and_leads_do_not(misaki, ryo):
    for client in (misaki, ryo):
        assert client.get("/settings/sharing").status_code == 403
