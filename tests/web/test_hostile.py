"""Names and words made to move, hide or imitate come onto the pages without what does it."""

from dataclasses import replace

import pytest

from support.conversations.records import Customer
from support.db import storable
from support.tickets import marking
from tests.cast import YUUKI, customer_says, post
from tests.conversations.test_plain import TAGS, TURNING, UNSEEN

NASTY = "".join([*TURNING, *UNSEEN, *TAGS])


@pytest.fixture
def ticket(session, cast, clock):
    """Of a customer who tries everything; colleagues have pasted it on."""
    nasty = replace(YUUKI, name=f"✔ ひかりケア公式{NASTY}", bio=f"自己紹介{NASTY}<b>太字</b>")
    said = post(f"@hikari_care 届きません{NASTY}", at=clock(), by=nasty)
    ticket = customer_says(session, cast, said)
    marking.add_note(session, ticket, f"メモ{NASTY}です", by=cast.ken, now=clock())
    ticket.conversation.customer.memo = f"お客様メモ{NASTY}"
    session.commit()
    return ticket


@pytest.mark.parametrize(
    "path", ["/tickets", "/tickets/1", "/search?q=届きません", f"/search?q={NASTY}"]
)
def test_no_page_shows_what_moves_or_hides_words(ticket, misaki, path):
    page = misaki.get(path).text
    assert {sign for sign in NASTY if sign in page} == set()
    assert "<b>太字" not in page


def test_a_seal_in_a_name_is_not_shown(ticket, misaki):
    page = misaki.get("/tickets").text
    assert "<bdi>ひかりケア公式</bdi>" in page
    assert "✔" not in page


@pytest.mark.parametrize("name", ["\u3164", "\u200b\u2060", "\u2800 \u00a0"])
def test_whoever_has_a_name_nobody_sees_is_called_by_their_handle(session, ticket, misaki, name):
    """Also one that came before names were cleaned."""
    raw = Customer.__table__.update().values(name=storable(name))
    session.rollback()
    session.connection(execution_options={"readonly": False}).execute(raw)
    session.commit()
    assert f"<bdi>{YUUKI.username}</bdi>" in misaki.get("/tickets").text
    assert f"<bdi>{YUUKI.username}</bdi>" in misaki.get("/tickets/1").text
