"""What a lead sees of sending: what waits and since when, what is late, what went wrong."""

from datetime import timedelta

import pytest

from support.replies import sending, standing
from support.replies.states import PartState
from support.x.errors import Meaning, XError
from tests.cast import HANAKO, YUUKI, customer_says, hands, make_cast, post, press
from tests.fakes import THURSDAY
from tests.replies.watching import take


@pytest.fixture
def desk(session):
    return make_cast(session, undo_seconds=10)


@pytest.fixture
def replies(session, desk, clock):
    """Two replies to two people, pressed at ten and a minute later."""
    tickets = [
        customer_says(session, desk, post(at=THURSDAY, by=by, number=int(by.x_id) % 10))
        for by in (YUUKI, HANAKO)
    ]
    return [press(session, it, desk.misaki, now=clock.forward(minutes=1)) for it in tickets]


def seen(session, clock):
    session.expire_all()
    (told,) = standing.accounts(session, clock())
    return told


def test_an_idle_desk_has_nothing_to_tell(session, desk, clock):
    told = seen(session, clock)
    assert (told.waiting, told.aged, told.sent_last_hour) == ({}, {}, 0)
    assert (told.p50, told.p95, told.trouble) == (None, None, None)


def test_what_waits_is_counted_by_state_with_the_age_of_the_oldest(session, replies, x, clock):
    clock.forward(seconds=20)
    waits = seen(session, clock).waiting
    assert waits == {PartState.HELD: standing.Waiting(2, timedelta(seconds=80))}
    x.answers = [XError(Meaning.NO_ANSWER, 0, "ReadTimeout")]
    sending.deliver(session, replies[0].id, hands(x, clock))
    assert set(seen(session, clock).waiting) == {PartState.HELD, PartState.UNKNOWN}


def test_late_is_what_nothing_explains(session, replies, x, clock):
    clock.now = replies[0].held_until + timedelta(seconds=60)
    assert seen(session, clock).aged == {}
    clock.now = replies[1].held_until + timedelta(seconds=61)
    assert seen(session, clock).aged == {PartState.HELD: 2}
    x.answers = [XError(Meaning.NOT_SENT, 429, "Too Many", clock() + timedelta(minutes=9))]
    sending.deliver(session, replies[0].id, hands(x, clock))
    assert seen(session, clock).aged == {PartState.HELD: 1}, "X named a time for the other"


def test_a_doubt_and_a_dead_worker_are_late_after_a_while(session, replies, x, clock):
    clock.forward(seconds=20)
    x.answers = [XError(Meaning.NO_ANSWER, 0, "ReadTimeout")]
    sending.deliver(session, replies[0].id, hands(x, clock))
    for part in replies[1].parts:
        part.state = "queued"
    session.commit()
    take(session, replies[1], hands(x, clock))
    session.commit()
    assert seen(session, clock).aged == {}
    clock.forward(minutes=3)
    assert seen(session, clock).aged == {PartState.UNKNOWN: 1, PartState.POSTING: 1}


def test_sent_how_many_and_how_quickly(session, replies, x, clock):
    for seconds, reply in zip((10, 20), replies, strict=True):
        clock.now = reply.pressed_at + timedelta(seconds=seconds)
        sending.deliver(session, reply.id, hands(x, clock))
    told = seen(session, clock)
    assert told.sent_last_hour == 2
    assert (told.p50, told.p95) == (timedelta(seconds=20), timedelta(seconds=20))
    assert told.waiting == {}
    clock.forward(hours=2)
    assert seen(session, clock).sent_last_hour == 0


def test_the_last_trouble_is_told_and_what_a_person_must_see_to(session, desk, replies, x, clock):
    clock.forward(seconds=20)
    x.answers = [XError(Meaning.REFUSED, 403, "Something new")]
    sending.deliver(session, replies[0].id, hands(x, clock))
    trouble = seen(session, clock).trouble
    assert (trouble.outcome, trouble.at) == ("refused", clock())
    assert "Something new" in trouble.words
    assert [reply.id for reply in standing.attention(session, clock())] == [replies[0].id]
    tried = replies[0].parts[0].attempts
    assert [it.outcome for it in tried] == ["refused"]
    assert tried[0].begun_at == clock()
    assert replies[1].parts[0].attempts == []
    clock.forward(days=2)
    assert standing.attention(session, clock()) == [], "old refusals are history"
