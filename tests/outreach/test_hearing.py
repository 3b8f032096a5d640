"""What a listening asks, pays, keeps, and how far it goes; on both databases."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from support.db import engine_for
from support.outreach import hearing, listening
from support.outreach.listening import Wanted
from support.outreach.records import Listening, ListeningRead
from support.x.errors import Meaning, XError
from support.x.ledger import charge
from support.x.pricing import POST_READ
from support.x.records import Charge
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
def on(session, cast):
    switch(session, cast)


@pytest.fixture
def made(session, cast, on):
    return make(session, cast)


def test_strangers_become_prospects_with_a_score_and_are_paid_for(session, made):
    heard = turn(session, made, Searched([stranger(1), stranger(2)]))
    assert (heard.shown, heard.new) == (2, 2)
    first = found(session)[0]
    assert (first.state, first.account_id, first.username) == ("found", made.account_id, "kakuu_1")
    assert 0 < first.score <= 100
    assert first.raw["text"] == first.text
    charged = session.scalars(select(Charge)).one()
    assert (charged.kind, charged.items) == (POST_READ, 2)
    assert charged.micros == 10_000
    read = session.scalars(select(ListeningRead)).one()
    assert (read.day, read.shown, read.new) == ("2026-10-01", 2, 2)


def test_it_goes_on_where_it_stopped(session, made):
    x = Searched([stranger(1)])
    turn(session, made, x)
    x.said.append(stranger(2))
    heard = turn(session, made, x, later(minutes=15))
    assert (heard.shown, heard.new) == (1, 1)
    assert x.asked[1]["since_id"] == stranger(1).x_id


def test_all_pages_are_read_as_far_as_the_day_bears(session, made):
    x = Searched([stranger(n) for n in range(150)])
    assert turn(session, made, x).new == 150
    assert [it["most"] for it in x.asked] == [100, 100]
    assert made.missed_from_at is None


def test_the_days_ration_ends_it_and_what_was_not_looked_at_is_said(session, cast, on):
    it = make(session, cast, most_per_day=20)
    turn(session, it, Searched([stranger(0)]))
    many = Searched([stranger(n, at=later(minutes=n)) for n in range(1, 31)])
    heard = turn(session, it, many, later(minutes=40))
    assert heard.shown == 19
    assert it.missed_why == "ration"
    assert it.missed_from_at == THURSDAY
    assert it.missed_until_at == later(minutes=12), "the newest are read first"
    assert turn(session, it, many, later(hours=1)) is None
    session.refresh(it)
    assert it.rests_until == THURSDAY.replace(hour=0) + timedelta(days=1)
    assert paid(session) == 20
    assert turn(session, it, many, it.rests_until) is not None, "the next day bears more"


def test_listening_rests_before_the_month_eats_what_answers_need(session, cast, made):
    cast.account.monthly_cap_micros = 1_000_000
    charge(session, cast.account.id, POST_READ, 160, now=THURSDAY)
    session.commit()
    x = Searched([stranger(n) for n in range(40)])
    heard = turn(session, made, x)
    assert heard.shown == 10, "to 85% of the cap and no further"
    assert turn(session, made, x, later(minutes=40)) is None
    session.refresh(made)
    assert made.rests_until == later(minutes=50)
    assert len(x.asked) == 1


def test_a_month_that_is_well_used_slows_it(session, cast, made):
    cast.account.monthly_cap_micros = 1_000_000
    charge(session, cast.account.id, POST_READ, 145, now=THURSDAY)
    session.commit()
    x = Searched()
    assert turn(session, made, x) is not None
    assert turn(session, made, x, later(minutes=20)) is None
    assert turn(session, made, x, later(minutes=31)) is not None


@pytest.mark.parametrize("why", ["off", "paused", "retired", "stopped"])
def test_nothing_is_asked_while(session, cast, made, why):
    if why == "off":
        switch(session, cast, on=False)
    elif why == "paused":
        listening.pause(made, THURSDAY)
    elif why == "retired":
        listening.retire(made, THURSDAY)
    else:
        cast.account.stopped_at = THURSDAY
    session.commit()
    assert hearing.due(session, THURSDAY) == []
    assert turn(session, made, Searched()) is None


def test_outreach_is_off_until_somebody_switched_it_on(session, cast):
    it = make(session, cast)
    assert hearing.due(session, THURSDAY) == []
    switch(session, cast)
    assert hearing.due(session, THURSDAY) == [it.id]


def test_two_workers_who_hear_one_bell_ask_once(session, made):
    assert hearing.begin(session, made.id, THURSDAY, PRICES) is not None
    assert hearing.begin(session, made.id, THURSDAY, PRICES) is None
    assert hearing.due(session, THURSDAY) == []
    assert hearing.begin(session, made.id, later(minutes=4), PRICES), "the first one died"


def test_who_dies_between_asking_and_keeping_pays_once(session, made):
    """X bills the same post of a day once, and so does the ledger."""
    taken = hearing.begin(session, made.id, THURSDAY, PRICES)
    x = Searched([stranger(1), stranger(2)])
    hearing._ask(x, taken)  # and the process is killed
    session.rollback()
    assert paid(session) == 0
    turn(session, made, x, later(minutes=4))
    assert paid(session) == 2
    assert len(found(session)) == 2


def test_what_cannot_be_kept_is_paid_for_and_read_again(session, made):
    taken = hearing.begin(session, made.id, THURSDAY, PRICES)
    broken = replace(stranger(1), posted_at=None)
    with pytest.raises(Exception, match=r"."):
        hearing.hear(session, taken, Searched([broken]), THURSDAY, PRICES)
    session.rollback()
    assert paid(session) == 1
    assert found(session) == []
    session.refresh(made)
    assert made.read_at is None


def test_a_page_that_x_refuses_leaves_the_cursor_and_keeps_what_came(session, made):
    since = made.since_id
    enough = XError(Meaning.NOT_SENT, 429, "Too Many Requests", later(minutes=9))
    x = Searched([stranger(n) for n in range(150)], error=enough, fails_on=1)
    taken = hearing.begin(session, made.id, THURSDAY, PRICES)
    with pytest.raises(XError):
        hearing.hear(session, taken, x, THURSDAY, PRICES)
    hearing.refused(session, taken, enough, THURSDAY)
    assert (made.since_id, made.not_before) == (since, later(minutes=9))
    assert len(found(session)) == 100
    assert hearing.due(session, later(minutes=8)) == []
    assert hearing.due(session, later(minutes=9)) == [made.id]


def test_what_x_says_against_a_query_is_kept_for_who_can_change_it(session, made):
    said = XError(Meaning.REFUSED, 400, "Reference to invalid operator 'near'")
    hearing.refused(session, hearing.begin(session, made.id, THURSDAY, PRICES), said, THURSDAY)
    assert made.problem == "Reference to invalid operator 'near'"
    assert hearing.due(session, later(minutes=59)) == []
    turn(session, made, Searched(), later(hours=1))
    assert made.problem == ""


def test_an_account_that_cannot_act_is_stopped(session, cast, made):
    gone = XError(Meaning.ACCOUNT, 402, "CreditsDepleted")
    hearing.refused(session, hearing.begin(session, made.id, THURSDAY, PRICES), gone, THURSDAY)
    session.refresh(cast.account)
    assert cast.account.stopped_at == THURSDAY


def test_after_a_week_away_what_x_no_longer_searches_is_said(session, made):
    x = Searched([stranger(1)])
    turn(session, made, x)
    back = THURSDAY + timedelta(days=9)
    turn(session, made, x, back)
    assert made.missed_why == "window"
    assert made.missed_from_at == THURSDAY
    assert made.missed_until_at == back - timedelta(days=7) + timedelta(minutes=5)
    listening.note_missed(made)
    assert made.missed_from_at is None


def test_a_search_that_found_nothing_for_long_has_lost_nothing(session, made):
    for day in range(10):
        turn(session, made, Searched(), THURSDAY + timedelta(days=day))
    assert made.missed_from_at is None


def test_a_query_that_is_changed_while_x_is_asked_begins_anew(session, cast, made, database_url):
    engine, number = engine_for(database_url), made.id

    def somebody():
        with Session(engine) as theirs:
            it = theirs.get_one(Listening, number)
            wanted = Wanted(it.account_id, it.name, "別の言葉", {}, None, 15, 200)
            listening.change(theirs, it, wanted, now=THURSDAY)
            theirs.commit()

    taken = hearing.begin(session, made.id, THURSDAY, PRICES)
    x = Searched([stranger(1)], meanwhile=[somebody])
    assert hearing.hear(session, taken, x, THURSDAY, PRICES).new == 0
    engine.dispose()
    session.refresh(made)
    assert (made.read_at, made.query) == (None, "別の言葉")
    assert paid(session) == 1
    assert found(session) == []
