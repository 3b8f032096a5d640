"""The bell may be lost or rung twice: the row is the truth, the sweep rings again."""

from dataclasses import replace
from datetime import timedelta

import pytest
import redis
from rq import Queue

from support.jobs import bell, reading, upkeep
from support.jobs import sending as jobs_of_sending
from support.jobs.leasing import Lease
from support.replies import losing
from support.replies.records import Reply
from support.sla import keeping
from support.sla.records import ServiceLevel, promises_of
from support.x.errors import RECONNECT, Meaning, XError
from support.x.posts import Person
from tests.cast import customer_says, hands, make_cast, post, press
from tests.fakes import THURSDAY
from tests.machinery.running import until
from tests.machinery.valkey import valkey_server
from tests.replies.watching import take


@pytest.fixture
def at_work(app, session):
    """Runs a job as a worker does; the test's own look at the database ends before it."""

    def run(job, *args):
        session.commit()
        with app.app_context():
            return job(*args)

    return run


def test_the_sweep_rings_when_the_undo_time_is_over_until_somebody_came(
    session, at_work, later, clock, news, x
):
    cast = make_cast(session, undo_seconds=10)
    ticket = customer_says(session, cast, post(at=THURSDAY))
    press(session, ticket, cast.misaki, now=clock())
    at_work(upkeep.sweep)
    assert later.rung == []
    clock.forward(seconds=11)
    at_work(upkeep.sweep)
    at_work(upkeep.sweep)
    assert later.rung == 2 * [("send", str(cast.account.id))], "the first ring may be lost"
    at_work(jobs_of_sending.send, cast.account.id)
    assert len(x.ours) == 1
    assert news.told[-1] == ("ticket", ticket.id)
    clock.forward(minutes=10)
    at_work(upkeep.sweep)
    assert len(later.rung) == 2, "nothing waits any more"


def test_a_worker_that_died_is_noticed_by_the_sweep(session, at_work, later, clock, x):
    cast = make_cast(session, undo_seconds=0)
    ticket = customer_says(session, cast, post(at=THURSDAY))
    reply = press(session, ticket, cast.misaki, now=clock())
    take(session, reply, hands(x, clock))
    session.commit()
    clock.forward(seconds=26)
    at_work(upkeep.sweep)
    session.expire_all()
    assert reply.parts[0].state == "unknown"
    assert ("send", str(cast.account.id)) in later.rung


@pytest.fixture
def queue(session, clock):
    """A desk without undo, and five people who were answered."""
    cast = make_cast(session, undo_seconds=0)
    for number in range(5):
        who = Person(f"900000010{number}", f"kakuu_{number}", f"架空{number}")
        ticket = customer_says(session, cast, post(at=THURSDAY, by=who, number=number))
        press(session, ticket, cast.misaki, f"{number}番です", now=clock())
    return cast


def test_one_ring_sends_all_an_account_has_ready(queue, at_work, later, x):
    at_work(jobs_of_sending.send, queue.account.id)
    assert len(x.ours) == 5
    assert later.rung == []


def test_what_is_pressed_while_a_job_runs_does_not_wait_for_all_that_job_found(
    queue, session, at_work, x, clock
):
    late = customer_says(session, queue, post(at=THURSDAY - timedelta(hours=1), number=50))
    create = x.create_post

    def pressed_meanwhile(text, **more):
        if not x.ours:
            press(session, late, queue.ken, "割り込みます", now=clock())
            session.commit()
        return create(text, **more)

    x.create_post = pressed_meanwhile
    at_work(jobs_of_sending.send, queue.account.id)
    said = [it.text for it in x.ours]
    assert len(said) == 6
    assert "割り込みます" not in said[-1], said


def test_a_slow_account_lets_others_have_their_turn_and_goes_on_after_them(
    queue, at_work, later, x, clock
):
    create = x.create_post

    def slow(text, **more):
        clock.forward(seconds=3)
        return create(text, **more)

    x.create_post = slow
    at_work(jobs_of_sending.send, queue.account.id)
    assert len(x.ours) == 2
    assert later.rung == [("send", str(queue.account.id))]


def test_a_reply_that_cannot_go_on_holds_up_no_other_and_ends_the_job(
    queue, session, at_work, later, x
):
    queue.account.monthly_cap_micros = 0
    session.commit()
    at_work(jobs_of_sending.send, queue.account.id)
    assert (x.ours, later.rung) == ([], [])


def test_a_worker_that_waits_for_x_keeps_what_it_is_posting(app, queue, session, x, clock):
    reply = session.get_one(Reply, 1)
    mine = replace(hands(x, clock, "slow"), lease=timedelta(seconds=0.2))
    take(session, reply, mine)
    session.commit()
    clock.forward(minutes=9)

    def renewed():
        until = reply.parts[0].lease_until
        session.rollback()  # a look must not keep the thread waiting
        return until == clock() + mine.lease

    with Lease(app, mine):
        until(renewed, "the lease to be renewed")
    assert losing.lose_dead_workers(session, clock(), mine.lease) == 0
    clock.forward(seconds=1)
    assert losing.lose_dead_workers(session, clock(), mine.lease) == 1, "and no longer"


def test_a_promise_that_begins_to_be_due_soon_is_told_once_and_again_when_it_moves(
    session, at_work, news, clock
):
    cast = make_cast(session)
    ticket = customer_says(session, cast, post(at=THURSDAY))
    first = promises_of(session, ticket.id)[0]
    at_work(upkeep.sweep)
    assert news.told == []
    clock.now = first.warn_at
    for _ in range(2):
        at_work(upkeep.sweep)
    assert news.told == [("ticket", ticket.id)]
    session.expire_all()
    first.started_at = clock.now  # what it is owed to turned out to be later
    keeping.rederive(first, session.get_one(ServiceLevel, first.service_level_id), ())
    assert first.warned_at is None


def test_a_held_reply_that_was_overtaken_is_stopped_by_the_sweep(session, at_work, news, clock):
    cast = make_cast(session, undo_seconds=10)
    ticket = customer_says(session, cast, post(at=THURSDAY))
    reply = press(session, ticket, cast.misaki, now=clock())
    again = post("待って", at=clock.forward(seconds=3), thread=ticket.thread_x_id, number=1)
    customer_says(session, cast, again)
    at_work(upkeep.sweep)
    session.expire_all()
    assert reply.parts[0].state == "asking"
    assert ("ticket", ticket.id) in news.told


def test_a_held_ticket_is_woken_by_the_sweep(session, at_work, clock):
    from support.tickets import handling

    cast = make_cast(session)
    ticket = customer_says(session, cast, post(at=THURSDAY))
    handling.hold(session, ticket, until=clock.forward(minutes=5), by=cast.ken, now=THURSDAY)
    session.commit()
    at_work(upkeep.sweep)
    session.expire_all()
    assert ticket.state == "open"


def test_an_account_x_refuses_is_stopped_and_no_longer_read(session, at_work, x):
    cast = make_cast(session)
    x.mentions = _refuse
    account_id = cast.account.id
    assert (account_id, "mentions") in at_work(reading.due_reads)
    at_work(reading.read_mentions, account_id)
    session.expire_all()
    assert cast.account.stopped_reason == RECONNECT
    assert at_work(reading.due_reads) == []


def _refuse(**_asked):
    raise XError(Meaning.ACCOUNT, 401, "Unauthorized")


def test_a_job_for_something_that_is_gone_does_nothing(session, at_work):
    at_work(jobs_of_sending.send, 12345)
    at_work(reading.read_mentions, 12345)
    assert session.query(Reply).count() == 0


def test_the_same_ring_within_a_slot_is_one_job(clock):
    url = valkey_server().url
    connection = redis.Redis.from_url(url)
    connection.flushall()
    rings = bell.RqLater(url, clock)
    for _ in range(3):
        rings.ring("send", 7)
    queue = Queue(bell.SEND, connection=connection, serializer="json")
    assert len(queue) == 1
    clock.forward(seconds=bell.SLOT_SECONDS)
    rings.ring("send", 7)
    assert len(queue) == 2


def test_a_ring_for_what_a_running_job_may_have_missed_is_a_job_of_its_own(clock):
    url = valkey_server().url
    connection = redis.Redis.from_url(url)
    connection.flushall()
    rings = bell.RqLater(url, clock)
    rings.ring("send", 7)
    rings.heard("send", 7)  # it runs now, and looked at the rows before the next press
    for _ in range(2):
        rings.ring("send", 7)
    assert len(Queue(bell.SEND, connection=connection, serializer="json")) == 2


def test_a_bell_that_cannot_be_rung_stops_nobody(clock):
    bell.RqLater("redis://127.0.0.1:1/0", clock).ring("send", 7)
