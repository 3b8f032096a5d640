"""A desk that sends at once."""

import pytest

from support.crisis import calming
from support.replies import sending
from tests.cast import customer_says, hands, make_cast, post
from tests.fakes import THURSDAY
from tests.replies.watching import state


@pytest.fixture
def desk(session):
    return make_cast(session, undo_seconds=0)


@pytest.fixture
def ticket(session, desk):
    return customer_says(session, desk, post(at=THURSDAY))


@pytest.fixture
def throw(session, desk, clock):
    """The desk's account falls quiet."""

    def thrown(at=None):
        made = calming.begin(session, [desk.account.id], "批判", by=desk.ryo, now=at or clock())
        session.commit()
        return made[0]

    return thrown


@pytest.fixture
def leave(session, desk, clock):
    """It speaks again."""

    def left(crisis):
        calming.leave(session, crisis, "収まった", by=desk.ryo, now=clock())
        session.commit()

    return left


@pytest.fixture
def work(session, x, clock):
    """A worker sees to a reply; what became of that."""

    def worked(reply):
        sending.deliver(session, reply.id, hands(x, clock))
        return state(session, reply)

    return worked
