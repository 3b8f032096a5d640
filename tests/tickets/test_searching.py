"""The queue: what is due first on top, every ticket once, at any size with the same few queries."""

from datetime import timedelta

import pytest

from support.terms.choosing import policy_in_force
from support.tickets import handling, marking, noting
from support.tickets.filters import Filter, View
from support.tickets.places import place_from
from support.tickets.searching import Counts, counts, queue
from tests.cast import HANAKO, customer_says, post
from tests.fakes import THURSDAY

NOW = THURSDAY + timedelta(minutes=50)


@pytest.fixture
def tickets(session, cast):
    """Twelve tickets a minute apart: four waiting, two held, one resolved, some assigned."""
    made = [
        customer_says(session, cast, post(at=THURSDAY + timedelta(minutes=n), number=n))
        for n in range(12)
    ]
    terms = policy_in_force(session).terms_of(made[0])
    for n, ticket in enumerate(made[:4]):
        at = THURSDAY + timedelta(minutes=20 + n)
        noting.note_reply_accepted(
            session, ticket, ticket.latest_message, terms, at=at, agent=cast.misaki
        )
    for ticket in made[4:6]:
        handling.hold(session, ticket, until=None, by=cast.ken, now=NOW)
    handling.resolve(session, made[6], by=cast.ken, now=NOW)
    handling.assign(session, made[7], cast.misaki, by=cast.misaki, now=NOW)
    session.commit()
    return made


def view(session, cast, name, **more):
    wanted = Filter(View(name), cast.misaki.id, **more)
    return queue(session, wanted, now=NOW).tickets


def test_what_is_due_first_is_on_top_and_what_is_not_due_comes_last(session, cast, tickets):
    expected = [*tickets[4:6], *tickets[7:12], *reversed(tickets[:4])]
    assert view(session, cast, "all") == expected


@pytest.mark.parametrize(
    ("name", "chosen"),
    [
        ("mine", [7, 3, 2, 1, 0]),
        ("unassigned", [4, 5, 8, 9, 10, 11]),
        ("due", [4, 5]),
        ("waiting", [3, 2, 1, 0]),
        ("held", [4, 5]),
        ("resolved", [6]),
    ],
)
def test_each_view_shows_its_tickets(session, cast, tickets, name, chosen):
    assert view(session, cast, name) == [tickets[n] for n in chosen]


def test_counts_are_those_of_the_views(session, cast, tickets):
    found = counts(session, cast.misaki.id, NOW)
    assert found == Counts(all=11, mine=5, unassigned=6, due=2, waiting=4, held=2)
    for name in ("all", "mine", "unassigned", "due", "waiting", "held"):
        assert len(view(session, cast, name)) == getattr(found, name)


@pytest.mark.parametrize("limit", [1, 3, 5, 11, 12])
@pytest.mark.parametrize("name", ["all", "resolved", "mine"])
def test_pages_hold_every_ticket_once_and_in_order(session, cast, tickets, limit, name):
    wanted, seen, after = Filter(View(name), cast.misaki.id), [], ""
    for _ in range(20):
        page = queue(session, wanted, now=NOW, after=after, limit=limit)
        seen += page.tickets
        if page.next is None:
            break
        after = page.next
    assert seen == view(session, cast, name)


def test_channel_and_tag_narrow_every_view(session, cast, tickets):
    private = customer_says(session, cast, post("DMです", at=NOW, by=HANAKO, private=True))
    marking.tag(session, private, "請求", by=cast.ken, now=NOW)
    session.commit()
    assert view(session, cast, "all", channel="dm") == [private]
    assert view(session, cast, "all", tag="請求") == [private]
    assert view(session, cast, "all", tag="ない") == []


@pytest.mark.parametrize("words", ["", "x", "ZHw=", "4pyT", "ZHwyMDI2LTEwLTAxfHg", "é"])
def test_a_page_link_that_was_tampered_with_shows_the_first_page(session, cast, tickets, words):
    assert place_from(words) is None
    first = queue(session, Filter(View.ALL, 1), now=NOW, after=words)
    assert first.tickets == view(session, cast, "all")
