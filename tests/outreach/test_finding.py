"""Whom a search found: who is kept, who is not; on both databases."""

import threading
from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from support.conversations.records import Customer, NoContact
from support.db import engine_for
from support.lexicon import naming
from support.lexicon.words import Purpose
from support.outreach import hearing
from support.outreach.records import Listening
from support.x.posts import Person
from support.x.records import Account
from tests.cast import customer_says, post
from tests.fakes import THURSDAY
from tests.outreach.hearing_aids import (
    PRICES,
    Searched,
    found,
    later,
    make,
    stranger,
    switch,
    turn,
)


@pytest.fixture
def made(session, cast):
    switch(session, cast)
    return make(session, cast)


def test_a_post_two_listenings_find_is_one_prospect(session, cast, made):
    other = make(session, cast, "別の条件")
    x = Searched([stranger(1)])
    assert turn(session, made, x).new == 1
    assert turn(session, other, x).new == 0
    assert len(found(session)) == 1


def test_also_when_both_find_it_at_once(session, cast, made, database_url):
    """The second writes after the first has looked and before it has written. For two accounts:
    the searches of one ask one after another."""
    second = Account(
        x_id="7000000009", handle="other", name="別", calendar_id=cast.account.calendar_id
    )
    session.add(second)
    session.commit()
    other = make(session, cast, "別の条件", account_id=second.id)
    engine = engine_for(database_url)
    number = other.id

    def other_worker():
        with Session(engine) as its:
            turn(its, its.get_one(Listening, number), Searched([stranger(1)]))

    def first():
        worker = threading.Thread(target=other_worker)
        worker.start()
        worker.join()

    taken = hearing.begin(session, made.id, THURSDAY, PRICES)
    heard = hearing.hear(
        session, taken, Searched([stranger(1)], meanwhile=[first]), THURSDAY, PRICES
    )
    engine.dispose()
    assert heard.new == 0
    assert len(found(session)) == 1


def test_messages_of_the_desk_are_not(session, cast, made):
    said = post("ひかり回線が遅い", at=THURSDAY)
    customer_says(session, cast, said)
    session.commit()
    assert turn(session, made, Searched([said])).new == 0


def test_who_wants_no_words_of_ours_is_not(session, cast, made):
    first, second, third = stranger(1), stranger(2), stranger(3)
    session.add(
        Customer(
            x_id=first.author_x_id,
            username="kakuu_1",
            name="架空1",
            first_seen_at=THURSDAY,
            unwanted_at=THURSDAY,
        )
    )
    session.add(NoContact(x_id=second.author_x_id, at=THURSDAY))
    session.commit()
    turn(session, made, Searched([first, second, third]))
    assert [it.author_x_id for it in found(session)] == [third.author_x_id]


def test_competitors_are_not(session, cast, made):
    naming.add_word(session, Purpose.COMPETITOR, "@kakuu_1", "", None, by=cast.ryo, now=THURSDAY)
    session.commit()
    turn(session, made, Searched([stranger(1), stranger(2)]))
    assert [it.username for it in found(session)] == ["kakuu_2"]


def test_an_edit_is_the_same_prospect_with_its_new_words(session, made):
    first = stranger(1)
    turn(session, made, Searched([first]))
    edited = replace(
        stranger(1, "直りました", at=later(minutes=5)),
        history=(first.x_id, stranger(1, at=later(minutes=5)).x_id),
    )
    turn(session, made, Searched([edited]), later(minutes=20))
    (only,) = found(session)
    session.refresh(only)
    assert (only.text, only.post_x_id) == ("直りました", edited.x_id)


def test_an_edit_does_not_change_what_somebody_has_decided_about(session, made):
    first = stranger(1)
    turn(session, made, Searched([first]))
    found(session)[0].state = "skipped"
    session.commit()
    edited = replace(
        stranger(1, "直りました", at=later(minutes=5)),
        history=(first.x_id, stranger(1, at=later(minutes=5)).x_id),
    )
    turn(session, made, Searched([edited]), later(minutes=20))
    (only,) = found(session)
    assert only.text == first.text


def test_what_no_database_can_hold_is_kept_as_far_as_it_can_be(session, made):
    odd = replace(stranger(1, "遅い\x00"), author=Person("8800000001", "kakuu_1", "\x00名" * 200))
    assert turn(session, made, Searched([odd])).new == 1
