"""What X may or may not have is looked for, and sent again only when proved absent."""

import pytest
from sqlalchemy import select

from support.errors import DeskError
from support.replies import losing, pressing, reconciling, sending
from support.replies.records import Attempt
from support.replies.retries import after_error
from support.replies.states import PartState
from support.sla.records import promises_of
from support.x.errors import Meaning, XError
from support.x.posts import Page
from tests.cast import hands, post, press
from tests.replies.watching import LEASE, look_until_settled, state, take

CUT = XError(Meaning.NO_ANSWER, 0, "no answer from X: ReadTimeout")
AWAY = XError(Meaning.NOT_SENT, 0, "X cannot be reached")
LONG = "ご不便をおかけし申し訳ございません。状況を確認いたします。" * 8


def test_accepted_without_an_answer_is_found_and_not_sent_again(session, desk, ticket, x, clock):
    x.accept_then = [CUT]
    reply = press(session, ticket, desk.misaki, now=clock())
    sending.deliver(session, reply.id, hands(x, clock))
    assert state(session, reply) == "unknown"
    look_until_settled(session, reply, x, clock)
    assert len(x.ours) == 1
    assert state(session, reply) == "posted"
    assert reply.parts[0].x_id == x.ours[0].x_id
    assert promises_of(session, ticket.id)[0].kept_at == x.ours[0].posted_at


def test_a_worker_that_died_while_posting_leaves_an_unknown_that_is_found(
    session, desk, ticket, x, clock
):
    reply = press(session, ticket, desk.misaki, now=clock())
    errand = take(session, reply, hands(x, clock))
    session.commit()
    x.create_post(errand.text, in_reply_to=errand.target_x_id)  # and then the worker died
    clock.forward(seconds=30)
    assert losing.lose_dead_workers(session, clock(), LEASE) == 1
    session.commit()
    look_until_settled(session, reply, x, clock)
    assert len(x.ours) == 1
    assert state(session, reply) == "posted"


def test_proved_absent_twice_with_time_between_it_is_sent_again(session, desk, ticket, x, clock):
    x.answers = [CUT]
    reply = press(session, ticket, desk.misaki, now=clock())
    sending.deliver(session, reply.id, hands(x, clock))
    clock.forward(seconds=5)
    reconciling.look(session, reply.id, hands(x, clock))
    assert state(session, reply) == "unknown", "one look proves nothing yet"
    reconciling.look(session, reply.id, hands(x, clock))
    assert state(session, reply) == "unknown", "a second look at once does not count"
    look_until_settled(session, reply, x, clock)
    assert len(x.ours) == 1
    outcomes = list(session.scalars(select(Attempt.outcome).order_by(Attempt.id)))
    assert outcomes == ["no_answer", "absent", "absent", "posted"]


def test_a_post_that_shows_late_is_found_by_the_second_look(session, desk, ticket, x, clock):
    x.accept_then, x.hidden = [CUT], True
    reply = press(session, ticket, desk.misaki, now=clock())
    sending.deliver(session, reply.id, hands(x, clock))
    clock.forward(seconds=5)
    reconciling.look(session, reply.id, hands(x, clock))
    x.hidden = False
    look_until_settled(session, reply, x, clock)
    assert len(x.ours) == 1
    assert state(session, reply) == "posted"


def test_the_duplicate_refusal_of_our_own_earlier_attempt_means_posted(
    session, desk, ticket, x, clock
):
    x.accept_then, x.hidden = [CUT], True
    reply = press(session, ticket, desk.misaki, now=clock())
    sending.deliver(session, reply.id, hands(x, clock))
    for _ in range(3):  # X hid it long enough for two proofs of absence
        clock.forward(seconds=60)
        reconciling.look(session, reply.id, hands(x, clock))
    x.answers = [XError(Meaning.DUPLICATE, 403, "duplicate content")]
    sending.deliver(session, reply.id, hands(x, clock))
    x.hidden = False
    look_until_settled(session, reply, x, clock)
    assert len(x.ours) == 1
    assert state(session, reply) == "posted"


def test_the_duplicate_refusal_without_our_post_stops_the_reply(session, desk, ticket, x, clock):
    x.answers = [XError(Meaning.DUPLICATE, 403, "duplicate content")]
    reply = press(session, ticket, desk.misaki, now=clock())
    sending.deliver(session, reply.id, hands(x, clock))
    look_until_settled(session, reply, x, clock)
    assert state(session, reply) == "rejected"
    assert "同じ文面" in reply.parts[0].reason
    assert x.ours == []


def test_our_own_posts_coming_back_while_unknown_do_not_become_messages(
    session, desk, ticket, x, clock
):
    from support.inbox.receiving import receive

    x.accept_then = [CUT]
    reply = press(session, ticket, desk.misaki, now=clock())
    sending.deliver(session, reply.id, hands(x, clock))
    back = receive(session, desk.account, x.ours, stream="own", now=clock())
    session.commit()
    assert back.tickets == set()
    look_until_settled(session, reply, x, clock)
    receive(session, desk.account, x.ours, stream="own", now=clock())
    session.commit()
    assert [part.state for part in reply.parts] == ["posted"]


def test_what_may_be_on_x_is_not_given_up_blindly(session, desk, ticket, x, clock):
    x.accept_then = [CUT]
    reply = press(session, ticket, desk.misaki, now=clock())
    sending.deliver(session, reply.id, hands(x, clock))
    session.expire_all()
    with pytest.raises(Exception, match="確認中"):
        pressing.discard(session, reply, clock(), by=reply.agent)


def test_a_worker_thought_dead_cannot_undo_what_was_found_out_since(
    session, desk, ticket, x, clock
):
    reply = press(session, ticket, desk.misaki, now=clock())
    slow = hands(x, clock, "slow")
    errand = take(session, reply, slow)
    session.commit()
    x.create_post(errand.text, in_reply_to=errand.target_x_id)
    clock.forward(seconds=30)
    losing.lose_dead_workers(session, clock(), LEASE)
    session.commit()
    look_until_settled(session, reply, x, clock)
    follows = after_error(CUT, 0, clock())
    sending.note_next(
        session, errand.part_id, follows, clock(), was=PartState.POSTING, by=slow.worker
    )
    session.commit()
    assert state(session, reply) == "posted"
    assert len(x.ours) == 1


def test_two_people_who_send_on_at_once_send_once(session, desk, ticket, x, clock):
    x.answers = [XError(Meaning.REFUSED, 403, "Something new")]
    reply = press(session, ticket, desk.misaki, now=clock())
    sending.deliver(session, reply.id, hands(x, clock))
    pressing.retry(session, reply, clock(), by=reply.agent)
    session.commit()
    errand = take(session, reply, hands(x, clock))
    session.commit()
    with pytest.raises(DeskError):
        pressing.retry(session, reply, clock(), by=reply.agent)
    session.rollback()
    sending._post(session, errand, x, hands(x, clock))
    sending.deliver(session, reply.id, hands(x, clock))
    assert len(x.ours) == 1


def test_a_timeline_x_cuts_off_proves_nothing(session, desk, ticket, x, clock):
    x.answers = [CUT]
    reply = press(session, ticket, desk.misaki, now=clock())
    sending.deliver(session, reply.id, hands(x, clock))
    clock.forward(seconds=5)
    others = [post(f"{n}", at=clock(), number=n) for n in range(reconciling.MOST_SHOWN)]
    x.own_posts = lambda **asked: Page(tuple(others), (), None, len(others))
    for _ in range(3):
        clock.forward(minutes=1)
        reconciling.look(session, reply.id, hands(x, clock))
    assert state(session, reply) == "unknown"
    assert session.scalars(select(Attempt.outcome).order_by(Attempt.id.desc())).first() == "unclear"
