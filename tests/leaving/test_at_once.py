"""Two people act at the same moment: nothing is left with somebody who is out."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy.orm import Session

from support.agents.records import Agent
from support.db import engine_for
from support.errors import Refused
from support.leaving.parting import Wish, part
from support.tickets import handling
from support.tickets.records import Ticket
from tests.cast import customer_says, post
from tests.fakes import THURSDAY


@pytest.fixture
def at_once(database_url):
    """Does both at the same time, each in a transaction of its own; what was refused is None."""
    engine, ready = engine_for(database_url), Barrier(2)

    def one(deed):
        ready.wait()
        with Session(engine) as own:
            try:
                done = deed(own)
            except Refused:
                return None
            own.commit()
            return done

    def both(*deeds):
        with ThreadPoolExecutor(2) as pool:
            return list(pool.map(one, deeds))

    yield both
    engine.dispose()


def suspension(agent, by):
    ids = agent.id, by.id
    return lambda own: part(
        own, own.get_one(Agent, ids[0]), Wish(), by=own.get_one(Agent, ids[1]), now=THURSDAY
    )


@pytest.mark.parametrize("there_is_a_third", [False, True])
def test_two_administrators_cannot_suspend_each_other(session, cast, at_once, there_is_a_third):
    cast.ryo.role = "admin"
    cast.ken.role = "admin" if there_is_a_third else "agent"
    session.commit()
    deeds = suspension(cast.ryo, cast.hikaru), suspension(cast.hikaru, cast.ryo)
    session.rollback()
    done = at_once(*deeds)
    assert [it is None for it in done].count(True) == 1, "whoever was out first suspends nobody"
    session.expire_all()
    assert [cast.ryo.suspended_at, cast.hikaru.suspended_at].count(None) == 1


def test_a_ticket_given_at_that_moment_is_refused_or_handed_on(session, cast, at_once):
    tickets = [
        customer_says(session, cast, post(f"@hikari_care {n}", at=THURSDAY, number=n)).id
        for n in range(5)
    ]
    misaki, ryo = cast.misaki.id, cast.ryo.id
    leaves = suspension(cast.misaki, cast.hikaru)
    session.rollback()

    def give(own):
        for number in tickets:
            handling.assign(
                own, own.get_one(Ticket, number), own.get_one(Agent, misaki),
                by=own.get_one(Agent, ryo), now=THURSDAY,
            )  # fmt: skip
        return True

    gone, _ = at_once(leaves, give)
    assert gone is not None
    session.expire_all()
    assert session.query(Ticket).filter_by(assignee_id=misaki).count() == 0


def test_who_suspends_waits_for_whoever_is_giving_them_a_ticket(session, cast, database_url):
    """One has given it and not committed; the other comes meanwhile and finds it."""
    ticket = customer_says(session, cast, post(at=THURSDAY)).id
    leaves, misaki, ryo = suspension(cast.misaki, cast.hikaru), cast.misaki.id, cast.ryo.id
    session.rollback()
    engine = engine_for(database_url)

    def suspend():
        with Session(engine) as own:
            leaves(own)
            own.commit()

    with Session(engine) as own, ThreadPoolExecutor(1) as pool:
        ryo, misaki_there = own.get_one(Agent, ryo), own.get_one(Agent, misaki)
        handling.assign(own, own.get_one(Ticket, ticket), misaki_there, by=ryo, now=THURSDAY)
        own.flush()
        going = pool.submit(suspend)
        own.commit()
        going.result()
    engine.dispose()
    session.expire_all()
    assert session.get_one(Agent, misaki).suspended_at is not None
    assert session.get_one(Ticket, ticket).assignee_id is None
