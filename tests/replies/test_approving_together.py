"""Two at one reply that waits: one of them wins, and the other hears of it."""

import threading

import pytest
from sqlalchemy.orm import Session

from support.agents.records import Agent
from support.db import engine_for
from support.errors import SomeoneWasFirst
from support.replies import approving, awaiting, pressing, sending
from support.replies.approving import Wording
from support.replies.records import Reply
from tests.cast import hands, make_cast, press
from tests.machinery.postgres import somebody_waits
from tests.machinery.running import until
from tests.replies.approvals import rule
from tests.replies.watching import state


@pytest.fixture
def desk(session):
    return make_cast(session, undo_seconds=10)


@pytest.fixture
def reply(session, desk, ticket, clock):
    rule(session, desk, "account", now=clock())
    return press(session, ticket, desk.misaki, now=clock())


def beside(session, database_url, reply, agent, deed):
    """Does it in a session of its own, while ours has decided and not committed yet."""
    reply_id, agent_id, said = reply.id, agent.id, []
    look = awaiting.newest(session, reply)

    def act():
        engine = engine_for(database_url)
        with Session(engine) as other:
            try:
                said.append(
                    deed(
                        other, other.get_one(Reply, reply_id), other.get_one(Agent, agent_id), look
                    )
                )
                other.commit()
            except SomeoneWasFirst as first:
                other.rollback()
                said.append(str(first))
        engine.dispose()

    thread = threading.Thread(target=act)

    def end():
        thread.start()
        if session.get_bind().dialect.name == "postgresql":
            until(lambda: somebody_waits(database_url) or not thread.is_alive(), "the other")
        session.commit()
        thread.join(timeout=60)
        assert not thread.is_alive()
        return said

    return look, end


def test_of_two_who_approve_at_once_one_wins_and_the_other_hears_who(
    session, desk, reply, clock, x, database_url
):
    now = clock()

    def second(other, it, by, look):
        wording = Wording("別の言い方にしました。")
        return approving.approve(other, it, look, by=by, now=now, wording=wording).outcome

    look, end = beside(session, database_url, reply, desk.hikaru, second)
    session.commit()
    approving.approve(session, reply, look, by=desk.ryo, now=now)
    assert end() == ["高橋さんが先に承認しました。"]
    session.expire_all()
    assert (reply.approval.decided_by_id, reply.body) == (desk.ryo.id, "確認いたします。")
    clock.forward(seconds=11)
    sending.deliver(session, reply.id, hands(x, clock))
    assert [it.text for it in x.ours] == ["確認いたします。 ^佐藤"]


def test_of_approving_and_sending_back_at_once_one_wins(session, desk, reply, clock, database_url):
    now = clock()

    def second(other, it, by, look):
        return approving.approve(other, it, look, by=by, now=now).outcome

    _, end = beside(session, database_url, reply, desk.hikaru, second)
    session.commit()
    approving.send_back(session, reply, by=desk.ryo, word="直して", now=now)
    assert end() == ["高橋さんが先に差し戻しました。"]
    assert (state(session, reply), reply.approval.outcome) == ("undone", "sent_back")


def test_taken_back_while_it_is_approved_it_does_not_go(
    session, desk, reply, clock, x, database_url
):
    """Approved and changed into more posts: the agent's undo takes back all of them."""
    now = clock()

    def undo(other, it, by, look):
        return pressing.undo(other, it, now)

    look, end = beside(session, database_url, reply, desk.misaki, undo)
    session.commit()
    wording = Wording("長くしました。" * 40)
    approving.approve(session, reply, look, by=desk.ryo, now=now, wording=wording)
    assert end() == [True]
    session.expire_all()
    assert {part.state for part in reply.parts} == {"undone"}
    assert (len(reply.parts), reply.approval.outcome) == (3, "changed")
    clock.forward(minutes=5)
    sending.deliver(session, reply.id, hands(x, clock))
    assert x.ours == []


def test_approved_while_it_is_taken_back_nobody_approves(session, desk, reply, clock, database_url):
    now = clock()

    def second(other, it, by, look):
        return approving.approve(other, it, look, by=by, now=now).outcome

    _, end = beside(session, database_url, reply, desk.ryo, second)
    session.commit()
    assert pressing.undo(session, reply, now)
    assert end() == ["承認を待っていた返信は、取り下げられました。"]
    assert (state(session, reply), reply.approval.outcome) == ("undone", "taken_back")
