"""Linked tickets: each leads to the other, once, and both stories tell it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from support.errors import Refused
from support.tickets import gathering, linking
from support.tickets.records import TicketEvent, TicketLink
from tests.cast import HANAKO, YUUKI, customer_says, post
from tests.fakes import THURSDAY


@pytest.fixture
def pair(session, cast):
    one = customer_says(session, cast, post(at=THURSDAY))
    other = customer_says(session, cast, post("DMです", at=THURSDAY, by=HANAKO, private=True))
    return one, other


def linked(session, ticket):
    return [it.id for it in gathering.tickets_around(session, ticket)[0]]


@pytest.mark.parametrize("turned", [False, True])
def test_a_link_leads_both_ways_whichever_was_named_first(session, cast, pair, turned):
    one, other = reversed(pair) if turned else pair
    linking.link(session, one, other, by=cast.misaki, now=THURSDAY)
    assert (linked(session, one), linked(session, other)) == ([other.id], [one.id])
    told = session.execute(select(TicketEvent.ticket_id, TicketEvent.data)).all()
    assert {(row[0], row[1]["other"]) for row in told} == {(one.id, other.id), (other.id, one.id)}


def test_linking_twice_or_to_itself_is_refused(session, cast, pair):
    one, other = pair
    linking.link(session, one, other, by=cast.misaki, now=THURSDAY)
    with pytest.raises(Refused, match="すでに"):
        linking.link(session, other, one, by=cast.ken, now=THURSDAY)
    with pytest.raises(Refused, match="別のチケット"):
        linking.link(session, one, one, by=cast.ken, now=THURSDAY)
    assert len(list(session.scalars(select(TicketLink)))) == 1


def test_unlinking_from_either_side_ends_it(session, cast, pair):
    one, other = pair
    linking.link(session, one, other, by=cast.misaki, now=THURSDAY)
    assert linking.unlink(session, other, one, by=cast.ken, now=THURSDAY)
    assert not linking.unlink(session, one, other, by=cast.ken, now=THURSDAY)
    assert linked(session, one) == []


@pytest.mark.parametrize("words", ["", "x", "＃", "99999999999", "²", "-1", "77"])
def test_a_number_that_is_no_ticket_is_refused(session, pair, words):
    with pytest.raises(Refused):
        linking.named(session, words)


def test_a_number_may_be_written_with_its_sign(session, pair):
    assert linking.named(session, f" ＃{pair[0].id}") is pair[0]


def test_a_customers_other_tickets_stay_among_them_when_linked(session, cast, pair):
    one, _ = pair
    later = THURSDAY + timedelta(minutes=1)
    again = customer_says(session, cast, post("別件です", at=later, by=YUUKI, number=1))
    linking.link(session, one, again, by=cast.misaki, now=THURSDAY)
    by_hand, others = gathering.tickets_around(session, one)
    assert (by_hand, others) == ([again], [again])
