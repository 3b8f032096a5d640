"""What of an account may go out now, and which of it first."""

from dataclasses import replace
from datetime import timedelta

from support.replies import choosing, losing, pressing, sending
from support.replies.records import Reply
from support.tickets.records import Ticket
from support.x.connecting import stop
from support.x.errors import RECONNECT, Meaning, XError
from support.x.posts import Person
from support.x.records import Account
from tests.cast import HANAKO, YUUKI, customer_says, hands, make_cast, post, press
from tests.fakes import THURSDAY
from tests.replies.watching import state, take, waiting

AWAY = XError(Meaning.NOT_SENT, 0, "X cannot be reached")


def test_the_promise_that_is_due_first_goes_first_whoever_was_pressed_first(
    session, desk, x, clock
):
    third = Person("9000000003", "kakuu_ichiro", "架空いちろう")
    late = customer_says(session, desk, post(at=THURSDAY, by=HANAKO, number=1))
    early = customer_says(session, desk, post(at=THURSDAY - timedelta(minutes=9), by=YUUKI))
    not_due = customer_says(session, desk, post(at=THURSDAY, by=third, number=2))
    not_due.due_at = None
    pressed = [press(session, it, desk.misaki, now=clock()) for it in (not_due, late, early)]
    assert waiting(session, clock) == [reply.id for reply in reversed(pressed)]


def test_what_is_begun_goes_before_what_is_due(session, desk, ticket, x, clock):
    """A kept promise must not send the rest of its reply behind everybody who still waits."""
    begun = press(session, ticket, desk.misaki, "長い返信です。" * 60, now=clock())
    x.answers = [AWAY]
    create = x.create_post

    def then_away(text, **more):
        x.create_post = create
        x.answers, later = [], x.answers
        x_id = create(text, **more)
        x.answers = later
        return x_id

    x.create_post = then_away
    sending.deliver(session, begun.id, hands(x, clock))
    assert [part.state for part in begun.parts][:2] == ["posted", "queued"]
    other = customer_says(session, desk, post(at=THURSDAY, by=HANAKO, number=51))
    urgent = press(session, other, desk.ken, "はい", now=clock())
    clock.forward(minutes=1)
    assert ticket.due_at is None
    assert waiting(session, clock) == [begun.id, urgent.id]
    third = Person("9000000003", "kakuu_ichiro", "架空いちろう")
    x.answers = [XError(Meaning.NO_ANSWER, 0, "ReadTimeout")]
    last = customer_says(session, desk, post(at=clock(), by=third, number=52))
    doubtful = press(session, last, desk.ken, "三", now=clock())
    sending.deliver(session, doubtful.id, hands(x, clock))
    clock.forward(seconds=5)
    assert waiting(session, clock) == [doubtful.id, begun.id, urgent.id]


def test_of_a_conversation_only_the_earlier_reply_may_go(session, desk, ticket, x, clock):
    first = press(session, ticket, desk.misaki, now=clock())
    again = post("もう一度", at=clock.forward(seconds=1), thread=ticket.thread_x_id)
    customer_says(session, desk, again)
    second = press(session, ticket, desk.misaki, "後", now=clock())
    assert waiting(session, clock) == [first.id]
    sending.deliver(session, second.id, hands(x, clock))
    assert x.ours == [], "asked for by name it still waits for the one before"
    sending.deliver(session, first.id, hands(x, clock))
    assert waiting(session, clock) == [second.id]


def test_what_rests_is_in_nobodys_way_and_comes_back_at_its_time(session, desk, ticket, x, clock):
    other = customer_says(session, desk, post(at=THURSDAY, by=HANAKO, number=1))
    x.answers = [XError(Meaning.NOT_SENT, 429, "Too Many Requests", THURSDAY + timedelta(hours=1))]
    first = press(session, ticket, desk.misaki, now=clock())
    second = press(session, other, desk.ken, "はい", now=clock())
    sending.deliver(session, first.id, hands(x, clock))
    assert waiting(session, clock) == [second.id]
    clock.forward(hours=1)
    assert set(waiting(session, clock)) == {first.id, second.id}


def test_what_is_being_posted_or_waits_behind_a_refused_part_is_not_ready(
    session, desk, ticket, x, clock
):
    reply = press(session, ticket, desk.misaki, "長い返信です。" * 60, now=clock())
    take(session, reply, hands(x, clock))
    session.commit()
    assert waiting(session, clock) == []
    reply.parts[0].state = "rejected"
    session.commit()
    assert waiting(session, clock) == []


def test_an_account_that_stands_still_is_not_rung_for_and_the_other_is(session, desk, clock):
    first = desk.account
    other = Account(
        x_id="7000000002",
        handle="hikari_shop",
        name="ひかり商店",
        undo_seconds=0,
        calendar_id=first.calendar_id,
    )
    session.add(other)
    session.commit()
    for account in (first, other):
        desk.account = account
        said = post(at=THURSDAY, by=YUUKI if account is first else HANAKO, number=account.id)
        ticket = customer_says(session, desk, replace(said, named_ids=(account.x_id,)))
        assert ticket.conversation.account is account
        press(session, ticket, desk.misaki, now=clock())
    stop(first, RECONNECT, clock())
    session.commit()
    assert choosing.accounts_waiting(session, clock()) == [other.id]


def test_set_back_by_an_hour_the_clock_delays_no_reply_and_no_look(session, x, clock):
    cast = make_cast(session, undo_seconds=10)
    one, two = (
        customer_says(session, cast, post(at=THURSDAY, by=by, number=int(by.x_id) % 10))
        for by in (YUUKI, HANAKO)
    )
    held = press(session, one, cast.misaki, now=clock())
    doubtful = press(session, two, cast.misaki, "はい", now=clock())
    clock.forward(seconds=11)
    x.answers = [XError(Meaning.NO_ANSWER, 0, "ReadTimeout")]
    sending.deliver(session, doubtful.id, hands(x, clock))
    assert state(session, doubtful) == "unknown"
    clock.forward(hours=-1)
    assert set(waiting(session, clock)) == {held.id, doubtful.id}
    sending.deliver(session, held.id, hands(x, clock))
    assert state(session, held) == "posted"


def test_a_rest_that_was_begun_before_the_clock_was_set_back_is_over(
    session, desk, ticket, x, clock
):
    x.answers = [AWAY]
    reply = press(session, ticket, desk.misaki, now=clock())
    clock.forward(hours=1)
    sending.deliver(session, reply.id, hands(x, clock))
    assert (state(session, reply), waiting(session, clock)) == ("queued", [])
    clock.forward(hours=-1)
    assert waiting(session, clock) == [reply.id]
    sending.deliver(session, reply.id, hands(x, clock))
    assert state(session, reply) == "posted"


def test_a_worker_that_died_before_the_clock_was_set_back_is_noticed(
    session, desk, ticket, x, clock
):
    reply = press(session, ticket, desk.misaki, now=clock())
    take(session, reply, hands(x, clock))
    session.commit()
    clock.forward(hours=-1)
    assert losing.lose_dead_workers(session, clock(), hands(x, clock).lease) == 1
    assert state(session, reply) == "unknown"


def test_what_a_worker_left_posted_but_untold_is_told(session, desk, ticket, x, clock):
    reply = press(session, ticket, desk.misaki, now=clock())
    errand = take(session, reply, hands(x, clock))
    x_id = x.create_post(errand.text, in_reply_to=errand.target_x_id)
    sending.note_posted(session, errand.part_id, x_id=x_id, at=clock(), now=clock())
    session.commit()  # and here it died
    assert session.get(Ticket, ticket.id).state == "open"
    assert waiting(session, clock) == [reply.id]
    sending.deliver(session, reply.id, hands(x, clock))
    session.expire_all()
    assert (ticket.state, reply.settled_at) == ("waiting", clock())
    assert len(x.ours) == 1


def test_a_given_up_reply_waits_for_nothing(session, desk, ticket, x, clock):
    reply = press(session, ticket, desk.misaki, now=clock())
    pressing.discard(session, reply, clock(), by=desk.misaki, reason="電話で解決")
    session.commit()
    assert waiting(session, clock) == []
    assert session.get(Reply, reply.id).settled_at is not None
