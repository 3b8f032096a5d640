"""The switch against a worker, both at once: what is claimed after the throw never goes."""

import threading

import pytest
from sqlalchemy.orm import Session

from support.agents.records import Agent
from support.crisis import calming
from support.db import engine_for
from support.errors import SomeoneWasFirst
from support.replies import claiming, holding, sending
from support.replies.records import Reply
from tests.cast import hands, make_cast, press
from tests.machinery.postgres import somebody_waits
from tests.machinery.running import until
from tests.replies.watching import state


@pytest.fixture
def desk(session):
    return make_cast(session, undo_seconds=0)


@pytest.fixture
def reply(session, desk, ticket, clock):
    made = press(session, ticket, desk.misaki, now=clock())
    clock.forward(seconds=1)
    return made


def test_a_switch_that_is_not_committed_holds_nothing_and_a_committed_one_all(
    session, desk, reply, x, clock, database_url
):
    """A worker that claims while the lead's transaction is open neither waits for it for ever nor
    claims what it holds once it is done."""
    reply_id, said = reply.id, []
    calming.begin(session, [desk.account.id], "批判", by=desk.ryo, now=clock())

    def work():
        engine = engine_for(database_url)
        with Session(engine) as other:
            rows = claiming.facts(other, reply_id, clock())
            said.append(claiming.claim(other, rows, hands(x, clock)))
            other.commit()
        engine.dispose()

    thread = threading.Thread(target=work)
    if session.get_bind().dialect.name == "sqlite":
        session.commit()  # one writer at a time: the worker comes before it or after it
    thread.start()
    thread.join(timeout=60)
    assert not thread.is_alive()
    session.commit()
    claimed = said[0] is not None
    assert claimed is (session.get_bind().dialect.name == "postgresql")
    assert state(session, reply) == ("posting" if claimed else "asking")
    sending.deliver(session, reply.id, hands(x, clock))
    assert x.ours == [], "and nobody else sends what was claimed, nor what is held"


def test_two_who_throw_it_at_once_make_one(session, desk, clock, database_url):
    ids, made = (desk.account.id, desk.hikaru.id), []
    calming.begin(session, [ids[0]], "批判", by=desk.ryo, now=clock())

    def second():
        engine = engine_for(database_url)
        with Session(engine) as other:
            try:
                by = other.get_one(Agent, ids[1])
                made.append(calming.begin(other, [ids[0]], "同じ時に", by=by, now=clock()))
                other.commit()
            except SomeoneWasFirst as first:
                other.rollback()
                made.append(str(first))
        engine.dispose()

    thread = threading.Thread(target=second)
    thread.start()
    if session.get_bind().dialect.name == "postgresql":
        until(lambda: somebody_waits(database_url) or not thread.is_alive(), "the other")
    session.commit()
    thread.join(timeout=60)
    assert made == ["高橋さんが先に炎上対応を始めました。"]


def test_sent_on_after_the_crisis_it_goes_once(session, desk, reply, throw, leave, work, x, clock):
    crisis = throw()
    assert work(reply) == "asking"
    leave(crisis)
    holding.send_on(
        session, session.get_one(Reply, reply.id), clock.forward(seconds=1), by=desk.ryo
    )
    session.commit()
    assert work(reply) == "posted"
    assert work(reply) == "posted"
    assert len(x.ours) == 1
