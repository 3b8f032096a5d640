"""Shares and voices are counted over people, on both databases, and as a slow count would."""

from datetime import date, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from support.reports import talking, ticket_cells
from support.reports.periods import Period
from support.reports.shares import Part, permille
from support.reports.ticket_cells import Wanted
from support.tickets.records import TicketTag
from tests.fakes import THURSDAY
from tests.reports.history import History

PERIOD = Period(date(2026, 9, 24), date(2026, 9, 30), ZoneInfo("Asia/Tokyo"))
DAY = timedelta(days=1)
LONG = "遅" * 3_000


@pytest.fixture
def messages(session, cast):
    """Forty tickets of two weeks; some people write twice, some in a direct message."""
    history, random, found = History(session, cast), Random(7), []
    for n in range(40):
        at = THURSDAY - DAY * random.uniform(0.5, 13.5)
        channel = "dm" if n % 4 == 0 else "public"
        ticket = history.ticket(at, channel=channel)
        customer = ticket.conversation.customer
        customer.followers = (None, 40, 100, 20_000)[n % 4]
        ticket.tags = [TicketTag(name=name) for name in ("請求", "回線")[: n % 3]]
        said = [ticket.latest_message]
        if n % 3 == 0:
            said.append(history.message(ticket, at + timedelta(minutes=5)))
        history.message(ticket, at, by_us=True)
        found += [(it, ticket, customer) for it in said]
    session.flush()
    return found


def part(messages, period, keep=lambda message, ticket, customer: True):
    rows = [it for it in messages if period.start <= it[0].posted_at < period.end and keep(*it)]
    return Part(len({it[2].id for it in rows}), len(rows), len({it[1].id for it in rows}))


def test_shares_are_those_of_a_slow_count(session, messages):
    talk = talking.talk(session, PERIOD)
    assert talk.all == part(messages, PERIOD)
    assert talk.before == part(messages, PERIOD.previous)
    keeps = {
        "channel": lambda key: lambda message, *_: message.channel == key,
        "tag": lambda key: lambda _m, ticket, _c: key in {tag.name for tag in ticket.tags},
        "account": lambda key: lambda *_: True,
        "reach": lambda key: lambda m, _t, c: m.channel == "public" and reach(c) == key,
    }
    for facet, keep in keeps.items():
        assert talk.parts[facet]
        for share in talk.parts[facet]:
            assert share.here == part(messages, PERIOD, keep(share.key)), (facet, share.key)
            assert share.before == part(messages, PERIOD.previous, keep(share.key))
            assert share.permille == permille(share.here.people, talk.all.people)


def reach(customer):
    return max(least for least in talking.REACHES if least <= (customer.followers or 0))


def test_each_share_opens_as_many_tickets(session, messages):
    talk = talking.talk(session, PERIOD)
    for facet, parts in talk.parts.items():
        for share in parts:
            wanted = Wanted("wrote", by=facet, key=share.key)
            assert ticket_cells.count(session, PERIOD, wanted) == share.here.tickets
    for voice in talk.voices:
        wanted = Wanted("wrote", by="customer", key=voice.customer)
        assert ticket_cells.count(session, PERIOD, wanted) == voice.tickets


def test_voices_are_public_the_furthest_first_and_not_of_who_is_out_of_sight(session, messages):
    hidden = next(
        c for m, _t, c in messages if c.followers == 20_000 and m.posted_at > PERIOD.start
    )
    hidden.hidden_at = THURSDAY
    session.flush()
    voices = talking.talk(session, PERIOD).voices
    followers = [it.followers for it in voices]
    assert followers == sorted(followers, reverse=True)
    assert len(voices) == talking.VOICES
    assert hidden.id not in {it.customer for it in voices}
    private = {c.id for m, _t, c in messages if m.channel == "dm"}
    assert not private & {it.customer for it in voices}


def test_of_too_many_a_spread_sample_is_read_also_where_we_answer_each(monkeypatch, session, cast):
    """Every other message is ours: a step through the numbers would hear nobody, or only us."""
    monkeypatch.setattr(talking, "SAMPLE", 70)
    history = History(session, cast)
    ticket = history.ticket(PERIOD.start)
    for n in range(240):
        history.message(ticket, PERIOD.start + timedelta(seconds=n), by_us=bool(n % 2)).text = LONG
    session.commit()
    said = talking.said(session, PERIOD)
    assert 40 < len(said) < 100
    assert max(len(it.text) for it in said) == talking.LONGEST_READ


def test_words_of_the_period_are_read_without_ours_and_without_what_was_taken_back(
    session, messages
):
    gone = next(m for m, *_ in messages if PERIOD.start <= m.posted_at < PERIOD.end)
    gone.emptied_at = THURSDAY
    session.flush()
    said = talking.said(session, PERIOD)
    assert len(said) == part(messages, PERIOD).messages - 1
    assert gone.id not in {it.message for it in said}
    assert {it.private for it in said} == {True, False}
