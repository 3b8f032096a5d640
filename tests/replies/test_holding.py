"""A reply that waits is overtaken by what happens meanwhile: then it asks a person first."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from support.errors import DeskError, Refused
from support.inbox.receiving import receive
from support.replies import holding, pressing, sending
from support.replies.pressing import Draft
from support.replies.records import Attempt
from tests.cast import HANAKO, customer_says, hands, make_cast, post, press
from tests.fakes import THURSDAY
from tests.replies.watching import state, waiting

TOMORROW = THURSDAY + timedelta(days=1)
"""Friday 10:00 in Tokyo, an hour after opening."""
SATURDAY = THURSDAY + timedelta(days=2)


@pytest.fixture
def desk(session):
    return make_cast(session, undo_seconds=10)


def schedule(session, ticket, agent, at, clock, **more):
    draft = Draft("明日ご連絡します。", f"scheduled-{at.isoformat()}", None, send_at=at, **more)
    reply = pressing.press(session, ticket, ticket.latest_message, agent, draft, clock())
    session.commit()
    return reply


@pytest.fixture
def scheduled(session, desk, ticket, clock):
    return schedule(session, ticket, desk.misaki, TOMORROW, clock)


def writes(session, desk, ticket, clock, text="やっぱり直りました"):
    again = post(text, at=clock.forward(minutes=1), thread=ticket.thread_x_id, number=3)
    return customer_says(session, desk, again)


def test_a_scheduled_reply_goes_out_at_its_time_and_not_before(session, scheduled, x, clock):
    clock.forward(hours=23)
    assert waiting(session, clock) == []
    clock.forward(hours=1)
    assert waiting(session, clock) == [scheduled.id]
    sending.deliver(session, scheduled.id, hands(x, clock))
    assert state(session, scheduled) == "posted"


@pytest.mark.parametrize(
    "at", [THURSDAY, THURSDAY + timedelta(days=31), SATURDAY], ids=["past", "far", "closed"]
)
def test_a_time_that_cannot_be_meant_is_refused_beside_the_field(session, desk, ticket, clock, at):
    with pytest.raises(Refused) as refused:
        schedule(session, ticket, desk.misaki, at, clock)
    assert refused.value.field == "send_at"


def test_out_of_hours_only_where_it_is_said(session, desk, ticket, clock):
    reply = schedule(session, ticket, desk.misaki, SATURDAY, clock, out_of_hours=True)
    assert (reply.held_until, reply.scheduled) == (SATURDAY, True)


def test_the_one_live_answer_may_wait_for_tomorrow_and_others_go_out_before(
    session, desk, ticket, scheduled, x, clock
):
    writes(session, desk, ticket, clock)
    answer = press(session, ticket, desk.misaki, "承知しました。", now=clock())
    clock.forward(seconds=11)
    assert waiting(session, clock) == [answer.id]


def test_when_the_customer_writes_again_the_held_reply_asks(
    session, desk, ticket, scheduled, x, clock
):
    writes(session, desk, ticket, clock)
    assert holding.stop_overtaken(session, clock()) == [ticket.id]
    assert holding.stop_overtaken(session, clock()) == [], "it asks once"
    session.commit()
    assert state(session, scheduled) == "asking"
    assert scheduled.parts[0].reason == holding.CUSTOMER_WROTE
    clock.forward(days=2)
    assert waiting(session, clock) == []
    assert session.scalar(select(Attempt.outcome)) == "overtaken"


def test_overtaken_in_the_very_moment_it_starts_it_asks_too(
    session, desk, ticket, scheduled, x, clock
):
    clock.now = TOMORROW
    writes(session, desk, ticket, clock)
    sending.deliver(session, scheduled.id, hands(x, clock))
    assert (state(session, scheduled), x.ours) == ("asking", [])


def test_within_the_time_to_take_it_back_too(session, desk, ticket, x, clock):
    reply = press(session, ticket, desk.misaki, now=clock())
    again = post("待って", at=clock.forward(seconds=4), thread=ticket.thread_x_id, number=3)
    customer_says(session, desk, again)
    holding.stop_overtaken(session, clock())
    session.commit()
    assert state(session, reply) == "asking"


def test_what_the_agent_had_seen_does_not_overtake(session, desk, ticket, x, clock):
    writes(session, desk, ticket, clock)
    reply = press(session, ticket, desk.misaki, now=clock())
    assert holding.stop_overtaken(session, clock()) == []
    clock.forward(seconds=11)
    sending.deliver(session, reply.id, hands(x, clock))
    assert len(x.ours) == 1


def test_somebody_elses_customer_does_not_overtake(session, desk, ticket, scheduled, clock):
    customer_says(session, desk, post("別件です", at=clock.forward(minutes=1), by=HANAKO))
    assert holding.stop_overtaken(session, clock()) == []


def test_a_colleagues_answer_overtakes_and_ones_own_does_not(session, desk, ticket, x, clock):
    mine = schedule(session, ticket, desk.misaki, TOMORROW, clock)
    writes(session, desk, ticket, clock)
    scheduled_again = press(session, ticket, desk.misaki, "先にこちらを", now=clock())
    mine.seen_message_id = scheduled_again.seen_message_id  # she has read what was new
    session.commit()
    assert holding.stop_overtaken(session, clock()) == []
    writes(session, desk, ticket, clock, "まだです")
    press(session, ticket, desk.ken, "田中です", now=clock())
    mine.seen_message_id = None
    session.commit()
    assert holding.stop_overtaken(session, clock()) == [ticket.id]
    assert mine.parts[0].reason == holding.COLLEAGUE_ANSWERED


def test_an_answer_typed_on_x_overtakes_and_what_the_desk_sent_does_not(
    session, desk, ticket, scheduled, x, clock
):
    writes(session, desk, ticket, clock)
    scheduled.seen_message_id = ticket.latest_message_id
    session.commit()
    answer = press(session, ticket, desk.misaki, "承知しました。", now=clock())
    clock.forward(seconds=11)
    sending.deliver(session, answer.id, hands(x, clock))
    receive(session, desk.account, x.ours, stream="own", now=clock())
    session.commit()
    assert holding.stop_overtaken(session, clock()) == [], "our own answer came back"
    at, target = clock.forward(minutes=1), ticket.latest_message.x_id
    typed = replace(post("手で", at=at, answers=target, number=9), author_x_id="7000000001")
    receive(session, desk.account, [replace(typed, author=None)], stream="own", now=clock())
    session.commit()
    assert holding.stop_overtaken(session, clock()) == [ticket.id]
    assert scheduled.parts[0].reason == holding.ANSWERED_ON_X


def test_a_person_sends_it_on_or_takes_it_back(session, desk, ticket, scheduled, x, clock):
    writes(session, desk, ticket, clock)
    holding.stop_overtaken(session, clock())
    session.commit()
    clock.now = TOMORROW
    holding.send_on(session, scheduled, clock(), by=desk.ryo)
    session.commit()
    sending.deliver(session, scheduled.id, hands(x, clock))
    assert state(session, scheduled) == "posted"
    said = session.scalars(select(Attempt).where(Attempt.outcome == "sent_on")).one()
    assert said.agent_id == desk.ryo.id
    with pytest.raises(DeskError):
        holding.send_on(session, scheduled, clock(), by=desk.ryo)


def test_taken_back_while_it_asks_it_never_goes(session, desk, ticket, scheduled, x, clock):
    writes(session, desk, ticket, clock)
    holding.stop_overtaken(session, clock())
    assert pressing.undo(session, scheduled, clock()) is True
    session.commit()
    clock.now = TOMORROW
    sending.deliver(session, scheduled.id, hands(x, clock))
    assert (state(session, scheduled), x.ours) == ("undone", [])


def test_sent_on_before_its_time_it_goes_at_once(session, desk, ticket, scheduled, x, clock):
    writes(session, desk, ticket, clock)
    holding.stop_overtaken(session, clock())
    holding.send_on(session, scheduled, clock(), by=desk.misaki)
    session.commit()
    assert waiting(session, clock) == [scheduled.id]
