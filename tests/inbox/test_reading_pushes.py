"""The job that reads what X pushed: one bad delivery, a second worker or a crash do no harm."""

import threading

import pytest
from sqlalchemy import func, select

from support.conversations.records import Customer, Message
from support.db import db
from support.inbox import pushing
from support.inbox.records import Delivery
from support.jobs import pushes, upkeep
from support.x.posts import Person
from tests.fakes import THURSDAY
from tests.inbox.test_pushing import deliver, states
from tests.x import pushed
from tests.x.pushed import YUUKI


@pytest.fixture
def read(app, session):
    """Runs the job as a worker does; the test's own look at the database ends before it."""

    def run(empty=None):
        session.commit()
        with app.app_context():
            if empty is None:
                pushes.read_pushes()
            else:
                pushes.read_waiting(app.extensions["desk"], db.session(), empty)
        session.rollback()

    return run


def count(session):
    return session.scalar(select(func.count()).select_from(Message))


def test_all_that_waits_is_read_in_batches_and_the_pages_are_told(session, cast, read, news):
    total = 2 * pushing.MOST_AT_ONCE + 1
    deliver(session, *(pushed.mention(number=n) for n in range(total)))
    read()
    assert count(session) == total
    assert {state for state, _ in states(session)} == {"read"}
    assert len({number for topic, number in news.told if topic == "ticket"}) == total


def test_a_long_line_is_left_to_the_next_ring_in_time(session, cast, read, later, clock):
    deliver(session, *(pushed.deletion(str(n)) for n in range(pushing.MOST_AT_ONCE + 1)))

    def slow(session, x_ids, **told):
        clock.forward(seconds=20)
        return []

    read(slow)
    assert [state for state, _ in states(session)].count("new") >= 1
    assert later.rung == [("read_pushes",)]


def test_a_delivery_that_breaks_the_batch_waits_and_the_others_go_on(session, cast, read):
    """Whatever it is about one delivery: here emptying fails for one post."""

    def empty(session, x_ids, **told):
        if "13" in x_ids:
            raise RuntimeError("this one")
        return []

    deliver(session, pushed.mention(), pushed.deletion("13"), pushed.dm(number=2))
    read(empty)
    assert [state for state, _ in states(session)] == ["read", "new", "read"]
    assert count(session) == 2
    waiting = session.scalar(select(Delivery).where(Delivery.state == "new"))
    assert (waiting.tries, waiting.tried_at) == (1, THURSDAY)
    assert "RuntimeError" in waiting.reason
    assert "this one" not in waiting.reason


def test_nameless_people_are_asked_for_before_they_are_stored(session, cast, read, x):
    x.shown = {YUUKI["id"]: Person(YUUKI["id"], "kakuu_yuuki", "ゆうき")}
    deliver(session, pushed.activity("post.reply.create", pushed.post_item(), includes={}))
    read()
    assert x.asked == [[YUUKI["id"]]]
    assert session.scalar(select(Customer.username)) == "kakuu_yuuki"


@pytest.mark.parametrize("revoked", [True, False])
def test_a_revocation_counts_only_while_x_refuses_the_token(session, cast, read, x, revoked):
    x.revoked = revoked
    deliver(session, pushed.revocation())
    read()
    session.refresh(cast.account)
    assert (cast.account.stopped_at is not None) is revoked
    assert states(session) == [("read", "oauth.revoke")]


def test_two_workers_at_once_make_each_message_once(session, cast, app, news):
    deliver(session, *(pushed.mention(number=n) for n in range(60)))
    deliver(session, *(pushed.mention(number=n) for n in range(60)))
    session.commit()
    faults: list[BaseException] = []

    def work():
        try:
            with app.app_context():
                pushes.read_pushes()
        except BaseException as error:
            faults.append(error)

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    session.rollback()
    assert faults == []
    assert count(session) == 60
    assert {state for state, _ in states(session)} == {"read"}


def test_the_sweep_rings_for_what_a_lost_bell_left_waiting(session, cast, app, read, later, clock):
    deliver(session, pushed.mention())
    with app.app_context():
        upkeep.sweep()
    assert later.rung == [("read_pushes",)]
    read()
    with app.app_context():
        upkeep.sweep()
    assert len(later.rung) == 1
