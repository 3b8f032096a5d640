"""What listening may spend is spent once, whoever is slow; and what it may not do stops nobody."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from support.outreach import hearing
from support.outreach.hearing import Heard
from support.outreach.records import Listening, ListeningRead
from support.x.errors import Meaning, XError, meaning_of
from support.x.ledger import charge
from support.x.pricing import POST_READ
from tests.fakes import THURSDAY
from tests.outreach.hearing_aids import (
    PRICES,
    Searched,
    found,
    later,
    make,
    paid,
    stranger,
    switch,
    turn,
)


@pytest.fixture
def made(session, cast):
    switch(session, cast)
    return make(session, cast)


def test_the_searches_of_an_account_ask_one_after_another(session, cast, made):
    """Each is told what the month still bears: two at once would spend that twice."""
    other = make(session, cast, name="落ちた", query="ひかり回線 落ちた")
    cast.account.monthly_cap_micros = 1_000_000
    charge(session, cast.account.id, POST_READ, 160, now=THURSDAY)
    session.commit()
    first = hearing.begin(session, made.id, THURSDAY, PRICES)
    assert first.most == 10
    assert hearing.begin(session, other.id, THURSDAY, PRICES) is None
    hearing.hear(session, first, Searched([stranger(n) for n in range(20)]), THURSDAY, PRICES)
    assert paid(session) == 170
    assert turn(session, other, Searched([stranger(n) for n in range(30, 60)])) is None
    assert paid(session) == 170


def test_a_search_whose_worker_died_keeps_the_others_waiting_for_minutes_only(session, cast, made):
    other = make(session, cast, name="落ちた", query="ひかり回線 落ちた")
    assert hearing.begin(session, made.id, THURSDAY, PRICES)
    assert hearing.begin(session, other.id, later(minutes=4), PRICES)


def test_who_was_too_slow_leaves_it_to_who_took_over(session, made):
    slow = hearing.begin(session, made.id, THURSDAY, PRICES)
    quick = hearing.begin(session, made.id, later(minutes=4), PRICES)
    x = Searched([stranger(1), stranger(2)])
    assert hearing.hear(session, slow, x, THURSDAY, PRICES) == Heard(0, 0)
    session.refresh(made)
    assert made.leased_until == later(minutes=7), "it is the other one's"
    assert hearing.hear(session, quick, x, later(minutes=4), PRICES) == Heard(2, 2)
    assert paid(session) == 2
    assert session.scalars(select(ListeningRead.shown)).all() == [2]
    assert len(found(session)) == 2


AWAY = XError(Meaning.NOT_SENT, 503, "Service Unavailable")


def test_a_refusal_that_comes_late_leaves_the_turn_of_who_took_over(session, made):
    slow = hearing.begin(session, made.id, THURSDAY, PRICES)
    quick = hearing.begin(session, made.id, later(minutes=4), PRICES)
    hearing.refused(session, slow, AWAY, later(minutes=5))
    session.refresh(made)
    assert (made.leased_until, made.not_before) == (quick.until, None)
    assert hearing.begin(session, made.id, later(minutes=5), PRICES) is None, (
        "X would be paid twice"
    )
    hearing.refused(session, quick, AWAY, later(minutes=5))
    session.refresh(made)
    assert made.leased_until is None
    assert made.not_before is not None


def test_a_token_x_ended_stops_the_account_however_late_it_is_told(session, cast, made):
    slow = hearing.begin(session, made.id, THURSDAY, PRICES)
    quick = hearing.begin(session, made.id, later(minutes=4), PRICES)
    gone = XError(Meaning.ACCOUNT, 401, "Unauthorized")
    hearing.refused(session, slow, gone, later(minutes=5))
    session.refresh(cast.account)
    session.refresh(made)
    assert cast.account.stopped_at == later(minutes=5)
    assert made.leased_until == quick.until


@pytest.mark.parametrize("late", ["kept", "refused"])
def test_who_takes_over_at_this_very_moment_keeps_the_turn(session, made, beside, late):
    slow = hearing.begin(session, made.id, THURSDAY, PRICES)
    session.execute(update(Listening).values(leased_until=later(minutes=7)))  # as `begin` does

    def answer(other):
        if late == "refused":
            return hearing.refused(other, slow, AWAY, later(minutes=4))
        return hearing.hear(other, slow, Searched([stranger(1)]), THURSDAY, PRICES)

    came = beside(answer)
    session.refresh(made)
    assert made.leased_until == later(minutes=7)
    assert (came, made.not_before) == (Heard(0, 0) if late == "kept" else None, None)


@pytest.mark.parametrize("said", ["client-not-enrolled", "You are not permitted to access this"])
def test_a_plan_without_search_stops_no_reply(session, cast, made, said):
    refused = XError(meaning_of(403, said), 403, said)
    taken = hearing.begin(session, made.id, THURSDAY, PRICES)
    hearing.refused(session, taken, refused, THURSDAY)
    session.refresh(cast.account)
    assert cast.account.stopped_at is None
    assert made.problem == said
    assert hearing.due(session, THURSDAY + timedelta(minutes=59)) == []


def test_a_token_x_ended_stops_the_account(session, cast, made):
    taken = hearing.begin(session, made.id, THURSDAY, PRICES)
    hearing.refused(session, taken, XError(Meaning.ACCOUNT, 401, "Unauthorized"), THURSDAY)
    session.refresh(cast.account)
    assert cast.account.stopped_at == THURSDAY
