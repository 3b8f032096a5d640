"""A worker that surely died is known at once; what only may have died is left to its lease."""

import os
import subprocess
import sys
from itertools import pairwise

import pytest
from sqlalchemy import select

from support.jobs.at_work import is_gone, me
from support.replies import losing, reconciling, sending
from support.replies.records import Attempt
from support.replies.retries import LANDS, LOOK_AGAIN, UNCLEAR_WAIT, until_next_look
from support.x.errors import Meaning, XError
from tests.cast import hands, press
from tests.replies.watching import LEASE, look_until_settled, state, take

CUT = XError(Meaning.NO_ANSWER, 0, "no answer from X: ReadTimeout")
AWAY = XError(Meaning.NOT_SENT, 0, "X cannot be reached")
DEAD = "dead"


def lose(session, clock):
    lost = losing.lose_dead_workers(session, clock(), LEASE, lambda worker: worker == DEAD)
    session.commit()
    return lost


@pytest.fixture
def reply(session, desk, ticket, clock):
    return press(session, ticket, desk.misaki, now=clock())


def named(number):
    """A process of this machine with that number."""
    host, _, life, kernel = me().split(":")
    return f"{host}:{number}:{life}:{kernel}"


def test_a_process_is_gone_when_nothing_has_its_number_any_more():
    alive = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        assert not is_gone(named(alive.pid))
    finally:
        alive.kill()
        alive.communicate()
    assert is_gone(named(alive.pid)) == bool(named(1).split(":")[3])
    assert not is_gone(me())
    assert not is_gone(named(1)), "it belongs to somebody else, and is there"


@pytest.mark.parametrize(
    "name",
    [
        "desk:999999999:abcdef",
        "desk:999999999:abcdef:",
        "desk:999999999:abcdef:0123abcd",
        "",
        "worker-1",
        ":::",
        f"desk:{10**40}:abcdef:",
        f"desk:x{os.getpid()}:abcdef:",
    ],
    ids=["older", "silent", "elsewhere", "empty", "a word", "nothing", "too large", "no number"],
)
def test_what_another_kernel_numbered_is_never_told_by_its_number(name):
    assert not is_gone(name)


@pytest.mark.parametrize("number", ["x1", str(10**40), "-1", ""])
def test_a_number_that_is_none_is_nobodys_death(number):
    assert not is_gone(named(number))


def test_what_a_dead_worker_was_posting_is_looked_for_seconds_later(session, reply, x, clock):
    errand = take(session, reply, hands(x, clock, DEAD))
    session.commit()
    x.create_post(errand.text, in_reply_to=errand.target_x_id)  # and then it died
    assert lose(session, clock) == 1
    assert state(session, reply) == "unknown"
    reconciling.look(session, reply.id, hands(x, clock))
    assert state(session, reply) == "unknown", "what it said last may still be on its way"
    clock.forward(seconds=LANDS.total_seconds())
    reconciling.look(session, reply.id, hands(x, clock))
    assert state(session, reply) == "posted"
    assert len(x.ours) == 1


def test_a_dead_worker_proves_no_absence_any_sooner(session, reply, x, clock):
    take(session, reply, hands(x, clock, DEAD))
    session.commit()
    died = clock()
    lose(session, clock)
    for _ in range(60):
        clock.forward(seconds=1)
        reconciling.look(session, reply.id, hands(x, clock))
        sending.deliver(session, reply.id, hands(x, clock))
        if x.ours:
            break
    assert clock() - died >= LANDS + LOOK_AGAIN
    assert (clock() - died).total_seconds() <= 20
    assert len(x.ours) == 1


def test_a_living_worker_keeps_what_it_is_posting(session, reply, x, clock):
    take(session, reply, hands(x, clock, "alive"))
    session.commit()
    assert lose(session, clock) == 0
    assert state(session, reply) == "posting"


def test_a_look_whose_worker_died_is_taken_up_at_once(session, reply, x, clock):
    x.accept_then = [CUT]
    sending.deliver(session, reply.id, hands(x, clock))
    clock.forward(seconds=5)

    def dies(**asked):
        raise KeyboardInterrupt

    look, x.own_posts = x.own_posts, dies
    with pytest.raises(KeyboardInterrupt):
        reconciling.look(session, reply.id, hands(x, clock, DEAD))
    session.rollback()
    x.own_posts = look
    reconciling.look(session, reply.id, hands(x, clock))
    assert state(session, reply) == "unknown", "nobody else looks meanwhile"
    lose(session, clock)
    reconciling.look(session, reply.id, hands(x, clock))
    assert state(session, reply) == "posted"


def test_a_worker_looks_for_what_a_job_of_its_own_left(session, reply, x, clock):
    mine = hands(x, clock, "mine")
    errand = take(session, reply, mine)
    session.commit()
    x.create_post(errand.text, in_reply_to=errand.target_x_id)  # and the database went away
    assert losing.lose_own(session, "another", clock()) == 0
    assert losing.lose_own(session, mine.worker, clock()) == 1
    reconciling.look(session, reply.id, mine)
    assert state(session, reply) == "posted"
    assert losing.lose_own(session, mine.worker, clock()) == 0


def test_what_a_sleeper_saw_says_nothing_of_what_was_sent_since(session, reply, x, clock):
    """It looked, slept until others had proved the part absent and sent it again, and woke."""
    x.answers = [CUT]
    sending.deliver(session, reply.id, hands(x, clock))
    clock.forward(seconds=5)
    look = x.own_posts

    def slept(**asked):
        saw, x.own_posts = look(**asked), look
        for _ in range(2):
            clock.forward(seconds=30)
            reconciling.look(session, reply.id, hands(x, clock, "awake"))
        x.accept_then, x.hidden = [CUT], True  # X has it, and shows it only after a moment
        sending.deliver(session, reply.id, hands(x, clock, "awake"))
        assert len(x.ours) == 1
        return saw

    x.own_posts = slept
    reconciling.look(session, reply.id, hands(x, clock, "sleeper"))
    clock.forward(seconds=20)
    reconciling.look(session, reply.id, hands(x, clock, "awake"))
    assert state(session, reply) == "unknown", "one look since it was sent proves nothing"
    x.hidden = False
    look_until_settled(session, reply, x, clock)
    assert state(session, reply) == "posted"
    assert len(x.ours) == 1


def test_looks_x_does_not_answer_are_repeated_soon_and_then_less_often(session, reply, x, clock):
    x.accept_then = [CUT]
    sending.deliver(session, reply.id, hands(x, clock))
    looked = []

    def away(**asked):
        looked.append(clock())
        raise AWAY

    look, x.own_posts = x.own_posts, away
    for _ in range(80):
        clock.forward(seconds=1)
        reconciling.look(session, reply.id, hands(x, clock))
    between = [(b - a).total_seconds() for a, b in pairwise(looked)]
    assert between[:4] == [4, 8, 16, UNCLEAR_WAIT.total_seconds()]
    assert until_next_look(1000) == UNCLEAR_WAIT
    x.own_posts = look
    look_until_settled(session, reply, x, clock)
    outcomes = session.scalars(select(Attempt.outcome)).all()
    assert "absent" not in outcomes
    assert len(x.ours) == 1
