"""A reply an agent pressed is posted exactly once, or visibly stopped with a reason."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from support.errors import Refused, SomeoneWasFirst
from support.replies import pressing, sending
from support.replies.records import Reply, ReplyPart
from support.sla.records import promises_of
from support.tickets import handling
from support.x.errors import Meaning, XError
from support.x.snowflakes import accepted_at
from tests.cast import HANAKO, customer_says, hands, make_cast, post, press
from tests.fakes import THURSDAY
from tests.replies.watching import state, take, waiting

CUT = XError(Meaning.NO_ANSWER, 0, "no answer from X: ReadTimeout")
AWAY = XError(Meaning.NOT_SENT, 0, "X cannot be reached")
LONG = "ご不便をおかけし申し訳ございません。状況を確認いたします。" * 8


def test_a_reply_is_posted_once_with_its_signature_and_keeps_the_promise_at_xs_time(
    session, desk, ticket, x, clock
):
    reply = press(session, ticket, desk.misaki, now=clock.forward(minutes=5))
    sending.deliver(session, reply.id, hands(x, clock))
    sending.deliver(session, reply.id, hands(x, clock))
    assert [p.text for p in x.ours] == ["確認いたします。 ^佐藤"]
    assert x.ours[0].in_reply_to_x_id == ticket.latest_message.x_id
    session.expire_all()
    first = promises_of(session, ticket.id)[0]
    assert first.kept_at == accepted_at(x.ours[0].x_id)
    assert first.kept_by_id == desk.misaki.id
    assert ticket.state == "waiting"
    assert ticket.assignee is desk.misaki
    assert reply.settled_at is not None


def test_nothing_leaves_before_the_undo_time_is_over_and_undone_never_leaves(session, x, clock):
    cast = make_cast(session, undo_seconds=10)
    ticket = customer_says(session, cast, post(at=THURSDAY))
    reply = press(session, ticket, cast.misaki, now=clock())
    clock.forward(seconds=9)
    sending.deliver(session, reply.id, hands(x, clock))
    assert x.ours == []
    assert pressing.undo(session, reply, clock()) is True
    session.commit()
    clock.forward(seconds=60)
    sending.deliver(session, reply.id, hands(x, clock))
    assert x.ours == []
    assert state(session, reply) == "undone"


def test_undo_after_the_start_is_too_late(session, x, clock):
    cast = make_cast(session, undo_seconds=10)
    ticket = customer_says(session, cast, post(at=THURSDAY))
    reply = press(session, ticket, cast.misaki, now=clock())
    clock.forward(seconds=10)
    sending.deliver(session, reply.id, hands(x, clock))
    assert pressing.undo(session, reply, clock()) is False
    assert len(x.ours) == 1


def test_pressing_twice_is_one_reply(session, desk, ticket, clock):
    one = press(session, ticket, desk.misaki, now=clock(), key="form-1")
    two = press(session, ticket, desk.misaki, now=clock(), key="form-1")
    assert one is two


def test_two_agents_cannot_both_answer_one_message(session, desk, ticket, clock):
    press(session, ticket, desk.misaki, now=clock())
    with pytest.raises(SomeoneWasFirst) as refused:
        press(session, ticket, desk.ken, "私も", now=clock(), key="other", seen=-1)
    assert "佐藤" in str(refused.value)


def test_even_the_database_refuses_a_second_live_answer(session, desk, ticket, clock):
    reply = press(session, ticket, desk.misaki, now=clock())
    second = Reply(
        ticket_id=ticket.id,
        conversation_id=ticket.conversation_id,
        agent=desk.ken,
        answers=reply.answers,
        body="x",
        key="second",
        pressed_at=clock(),
        held_until=clock(),
    )
    session.add(second)
    with pytest.raises(IntegrityError):
        session.flush()
    session.rollback()


def test_a_long_reply_goes_out_in_order_each_part_answering_the_one_before(
    session, desk, ticket, x, clock
):
    reply = press(session, ticket, desk.misaki, LONG, now=clock())
    sending.deliver(session, reply.id, hands(x, clock))
    assert len(x.ours) == len(reply.parts) >= 2
    assert [p.in_reply_to_x_id for p in x.ours] == [
        ticket.latest_message.x_id,
        *[p.x_id for p in x.ours[:-1]],
    ]
    assert all(p.text.endswith("^佐藤") for p in x.ours)


def test_the_first_part_keeps_the_promise_though_a_later_one_is_refused(
    session, desk, ticket, x, clock
):
    reply = press(session, ticket, desk.misaki, LONG, now=clock())
    refused = XError(Meaning.REFUSED, 403, "You are not permitted to reply to this conversation.")
    accept, x_create = [], x.create_post

    def refuse_second(text, *, in_reply_to):
        accept.append(text)
        if len(accept) == 2:
            raise refused
        return x_create(text, in_reply_to=in_reply_to)

    x.create_post = refuse_second
    sending.deliver(session, reply.id, hands(x, clock))
    assert state(session, reply) == "rejected"
    assert promises_of(session, ticket.id)[0].kept_at is not None
    x.create_post = x_create
    pressing.retry(session, reply, clock(), by=reply.agent)
    session.commit()
    sending.deliver(session, reply.id, hands(x, clock))
    assert [p.text for p in x.ours] == [part.text for part in reply.parts], "no part twice"
    assert state(session, reply) == "posted"


def test_a_direct_message_goes_to_the_person_and_never_becomes_a_post(session, desk, x, clock):
    ticket = customer_says(session, desk, post("番号です", at=THURSDAY, private=True))
    reply = press(session, ticket, desk.misaki, LONG * 3, now=clock())
    sending.deliver(session, reply.id, hands(x, clock))
    assert [(p.private, p.recipient_x_id) for p in x.ours] == [(True, "9000000001")]


def test_what_surely_did_not_arrive_is_tried_again_after_a_wait(session, desk, ticket, x, clock):
    x.answers = [AWAY, AWAY]
    reply = press(session, ticket, desk.misaki, now=clock())
    sending.deliver(session, reply.id, hands(x, clock))
    assert state(session, reply) == "queued"
    assert x.calls == 1, "not before its time"
    for _ in range(3):
        clock.forward(minutes=1)
        sending.deliver(session, reply.id, hands(x, clock))
    assert len(x.ours) == 1


def test_a_rate_limit_is_waited_for_as_long_as_x_says(session, desk, ticket, x, clock):
    until = clock() + timedelta(minutes=9)
    x.answers = [XError(Meaning.NOT_SENT, 429, "Too Many Requests", until)]
    reply = press(session, ticket, desk.misaki, now=clock())
    sending.deliver(session, reply.id, hands(x, clock))
    assert reply.parts[0].not_before == until


def test_an_unknown_refusal_stops_that_reply_alone(session, desk, ticket, x, clock):
    x.answers = [XError(Meaning.REFUSED, 403, "Something new")]
    reply = press(session, ticket, desk.misaki, now=clock())
    other = customer_says(session, desk, post(at=clock.forward(seconds=1), by=HANAKO))
    second = press(session, other, desk.ken, "はい", now=clock())
    for pressed in (reply, second):
        sending.deliver(session, pressed.id, hands(x, clock))
    assert state(session, reply) == "rejected"
    assert "Something new" in reply.parts[0].reason
    assert state(session, second) == "posted"


def test_a_stopped_account_keeps_its_queue(session, desk, ticket, x, clock):
    x.answers = [XError(Meaning.ACCOUNT, 401, "Unauthorized")]
    reply = press(session, ticket, desk.misaki, now=clock())
    sending.deliver(session, reply.id, hands(x, clock))
    clock.forward(minutes=5)
    sending.deliver(session, reply.id, hands(x, clock))
    assert x.calls == 1
    assert state(session, reply) == "queued"
    assert desk.account.stopped_reason
    desk.account.stopped_at = None
    session.commit()
    sending.deliver(session, reply.id, hands(x, clock))
    assert len(x.ours) == 1


def test_replies_of_one_conversation_leave_in_the_order_they_were_pressed(
    session, desk, ticket, x, clock
):
    x.answers = [AWAY]
    first = press(session, ticket, desk.misaki, "先", now=clock())
    sending.deliver(session, first.id, hands(x, clock))
    thread = ticket.thread_x_id
    again = post("もう一度", at=clock.forward(seconds=1), thread=thread)
    customer_says(session, desk, again)
    second = press(session, ticket, desk.misaki, "後", now=clock())
    sending.deliver(session, second.id, hands(x, clock))
    assert x.ours == []
    clock.forward(minutes=1)
    sending.deliver(session, first.id, hands(x, clock))
    sending.deliver(session, second.id, hands(x, clock))
    assert [p.text[0] for p in x.ours] == ["先", "後"]


def test_a_worker_that_slept_between_claim_and_call_lets_go(session, desk, ticket, x, clock):
    reply = press(session, ticket, desk.misaki, now=clock())
    errand = take(session, reply, hands(x, clock))
    session.commit()
    clock.forward(minutes=1)
    sending._post(session, errand, x, hands(x, clock))
    assert x.calls == 0
    assert state(session, reply) == "queued"


def test_a_message_that_came_while_we_were_answering_is_still_owed_a_reply(
    session, desk, ticket, x, clock
):
    reply = press(session, ticket, desk.misaki, now=clock.forward(minutes=2))
    meanwhile = post("あと、もう一つ", at=clock(), thread=ticket.thread_x_id, number=9)
    customer_says(session, desk, meanwhile)
    sending.deliver(session, reply.id, hands(x, clock))
    session.expire_all()
    owed = [p for p in promises_of(session, ticket.id) if p.is_open and p.kind == "next_reply"]
    assert [p.started_at for p in owed] == [meanwhile.posted_at]
    assert ticket.state == "open"


def test_the_sweep_names_what_waits_and_only_what_waits(session, x, clock):
    cast = make_cast(session, undo_seconds=10)
    ticket = customer_says(session, cast, post(at=THURSDAY))
    reply = press(session, ticket, cast.misaki, now=clock())
    assert waiting(session, clock) == []
    clock.forward(seconds=11)
    assert waiting(session, clock) == [reply.id]
    assert waiting(session, clock) == [reply.id], "a ring may be lost: it is named again"
    sending.deliver(session, reply.id, hands(x, clock))
    clock.forward(minutes=5)
    assert waiting(session, clock) == []


@pytest.mark.parametrize("text", ["", " \u3000\n", "あ" * 2000])
def test_a_text_that_cannot_be_sent_is_refused_beside_the_field(session, desk, ticket, clock, text):
    with pytest.raises(Refused) as refused:
        press(session, ticket, desk.misaki, text, now=clock())
    assert refused.value.field == "body"


def test_a_resolved_ticket_stays_resolved_when_the_last_word_goes_out(
    session, desk, ticket, x, clock
):
    reply = press(session, ticket, desk.misaki, "ありがとうございました。", now=clock())
    handling.resolve(session, ticket, by=desk.misaki, now=clock())
    session.commit()
    sending.deliver(session, reply.id, hands(x, clock))
    session.expire_all()
    assert ticket.state == "resolved"
    assert session.scalar(select(ReplyPart.state)) == "posted"


def test_a_token_that_cannot_be_read_stops_the_account_and_keeps_its_queue(
    session, desk, ticket, x, clock
):
    reply = press(session, ticket, desk.misaki, now=clock())

    def unreadable(account):
        raise XError(Meaning.ACCOUNT, 0, "cannot be read with this DESK_SECRET_KEY")

    x.for_account = unreadable
    sending.deliver(session, reply.id, hands(x, clock))
    session.expire_all()
    assert "DESK_SECRET_KEY" in desk.account.stopped_reason
    assert state(session, reply) == "queued"
