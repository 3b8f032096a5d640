"""What a browser may say aloud of one's own tickets: which, never whose words or name."""

import pytest

from support.tickets import handling
from tests.cast import YUUKI, customer_says, post


@pytest.fixture
def ticket(session, cast, clock):
    return customer_says(session, cast, post("@hikari_care 秘密の言葉", at=clock()))


def asked(browser, ticket, kinds="assigned,message"):
    return browser.get(f"/alerts/tickets/{ticket.id}?kinds={kinds}")


def give(session, ticket, to, by, clock):
    handling.assign(session, ticket, to, by=by, now=clock())
    session.commit()


def test_a_ticket_that_was_given_to_me_is_said(session, ticket, cast, clock, misaki):
    give(session, ticket, cast.misaki, cast.ryo, clock)
    told = asked(misaki, ticket).json
    assert told["text"] == f"チケットの担当になりました #{ticket.id}"
    assert told["link"] == f"/tickets/{ticket.id}"


def test_what_a_customer_wrote_in_mine_is_said_without_a_word_of_it(
    session, ticket, cast, clock, misaki
):
    give(session, ticket, cast.misaki, cast.misaki, clock)
    told = asked(misaki, ticket)
    assert told.json["id"] == f"message-{ticket.id}", "that I took it myself is no news"
    assert "秘密" not in told.text
    assert YUUKI.username not in told.text


@pytest.mark.parametrize("kinds", ["", "message,x"])
def test_only_what_was_asked_for_is_said(session, ticket, cast, clock, misaki, kinds):
    clock.forward(minutes=5)
    give(session, ticket, cast.misaki, cast.ryo, clock)
    assert asked(misaki, ticket, kinds).status_code == 204


def test_what_is_long_ago_or_not_mine_is_not_said(session, ticket, cast, clock, misaki):
    assert asked(misaki, ticket).status_code == 204, "nobody's"
    give(session, ticket, cast.ken, cast.ryo, clock)
    assert asked(misaki, ticket).status_code == 204, "a colleague's"
    give(session, ticket, cast.misaki, cast.ryo, clock)
    clock.forward(minutes=2)
    assert asked(misaki, ticket).status_code == 204, "said then"
    assert misaki.get("/alerts/tickets/2147483647?kinds=message").status_code == 204
