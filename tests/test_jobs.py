"""The bell may be lost or rung twice: the row is the truth, the sweep rings again."""

import pytest
import redis
from rq import Queue

from support.jobs import bell, reading, upkeep
from support.jobs import sending as jobs_of_sending
from support.replies.records import Reply
from support.x.errors import RECONNECT, Meaning, XError
from tests.cast import customer_says, make_cast, post, press
from tests.fakes import THURSDAY
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
    from tests.cast import hands

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
