"""What was to go out within a crisis is decided by a person, during it and after it."""

from datetime import timedelta

import pytest

from support.errors import Refused
from support.replies import holding, pressing, quieting
from support.sla.keeping import hours_of
from support.sla.records import Calendar
from tests.cast import make_cast, press
from tests.replies.crises import schedule
from tests.replies.watching import state


@pytest.fixture
def desk(session):
    return make_cast(session, undo_seconds=10)


def test_a_scheduled_reply_is_held_at_its_time_and_leaving_does_not_fire_it_off(
    session, desk, ticket, throw, leave, work, x, clock
):
    reply = schedule(session, ticket, desk.misaki, clock, hours=2)
    crisis = throw(at=clock.forward(minutes=5))
    assert quieting.held(session) == [reply], "seen before its time"
    clock.forward(hours=3)
    leave(crisis)  # no worker has looked since
    assert (work(reply), x.ours) == ("asking", [])
    assert quieting.held(session) == [reply]
    holding.send_on(session, reply, clock(), by=desk.ryo)
    session.commit()
    assert work(reply) == "posted"
    assert quieting.held(session) == []


def test_what_is_scheduled_for_after_the_crisis_goes_at_its_time(
    session, desk, ticket, throw, leave, work, clock
):
    reply = schedule(session, ticket, desk.misaki, clock, hours=4)
    crisis = throw(at=clock.forward(minutes=5))
    clock.forward(hours=1)
    leave(crisis)
    assert quieting.held(session) == []
    clock.forward(hours=3)
    assert work(reply) == "posted"


def test_what_should_have_gone_before_asks_after_a_short_crisis_that_no_worker_saw(
    session, desk, ticket, throw, leave, work, x, clock
):
    reply = press(session, ticket, desk.misaki, now=clock())
    clock.forward(seconds=11)
    holding.start(session, reply.id, clock())
    session.commit()
    crisis = throw(at=clock.forward(minutes=1))
    clock.forward(minutes=1)
    leave(crisis)
    assert (work(reply), x.ours) == ("asking", [])


def test_it_gets_another_time_or_is_given_up(session, desk, ticket, throw, leave, work, clock):
    hours = hours_of(session.get_one(Calendar, ticket.calendar_id))
    reply = schedule(session, ticket, desk.misaki, clock, hours=1)
    crisis = throw()
    clock.forward(hours=2)
    work(reply)
    with pytest.raises(Refused):
        holding.retime(session, reply, clock(), hours, clock(), by=desk.misaki)
    later = clock() + timedelta(hours=3)
    holding.retime(session, reply, later, hours, clock(), by=desk.misaki)
    session.commit()
    assert (state(session, reply), reply.held_until) == ("held", later)
    clock.forward(hours=1)
    leave(crisis)
    clock.forward(hours=2)
    assert work(reply) == "posted"


def test_no_time_after_what_its_words_promise(session, desk, ticket, throw, work, clock):
    reply = schedule(session, ticket, desk.misaki, clock, hours=1)
    reply.promised_until, reply.promised_words = clock() + timedelta(hours=3), "3時間以内に"
    throw()
    clock.forward(hours=2)
    work(reply)
    hours = hours_of(session.get_one(Calendar, ticket.calendar_id))
    with pytest.raises(Refused):
        holding.retime(session, reply, clock() + timedelta(hours=2), hours, clock(), by=desk.misaki)


def test_taken_back_it_never_goes(session, desk, ticket, throw, leave, work, x, clock):
    reply = press(session, ticket, desk.misaki, now=clock())
    crisis = throw()
    clock.forward(seconds=11)
    work(reply)
    assert pressing.undo(session, reply, clock())
    session.commit()
    leave(crisis)
    assert (work(reply), x.ours) == ("undone", [])
