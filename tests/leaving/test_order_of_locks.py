"""Somebody is suspended while others work: one waits for the other, never each for the other."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from support.agents import appointing
from support.agents.records import Agent, SignIn
from support.db import engine_for
from support.leaving.parting import Wish, part
from support.replies.records import Reply
from support.sla.records import Promise
from support.tickets import handling, sharing
from support.tickets.records import Ticket
from tests.cast import customer_says, post, press
from tests.fakes import THURSDAY
from tests.machinery.postgres import somebody_waits
from tests.machinery.running import until

TOLD = THURSDAY + timedelta(hours=5)


@pytest.fixture
def beside(session, database_url):
    """Does it in a session of its own, as far as it comes while ours is not through; `end` lets
    ours be through, and gives what the other did or what went wrong."""
    engine, done = engine_for(database_url), []

    def one(deed):
        with Session(engine) as own:
            try:
                done.append(deed(own))
                own.commit()
            except Exception as error:
                done.append(error)

    def start(deed):
        thread = threading.Thread(target=one, args=[deed])
        thread.start()
        if session.get_bind().dialect.name == "postgresql":
            until(lambda: somebody_waits(database_url) or not thread.is_alive(), "the other")

        def end():
            session.commit()
            thread.join(timeout=60)
            assert not thread.is_alive()
            return done[0]

        return end

    yield start
    engine.dispose()


@pytest.fixture
def ticket(session, cast):
    """Nobody's and never anybody's; Misaki, who is at the desk, promised something in it."""
    ticket = customer_says(session, cast, post(at=THURSDAY))
    sharing.set_rule(session, on=True, ceiling="10", by=cast.hikaru, now=THURSDAY)
    session.add(SignIn(token_digest="m", agent_id=cast.misaki.id, started_at=THURSDAY,
                       seen_at=THURSDAY))  # fmt: skip
    press(session, ticket, cast.misaki, now=THURSDAY)
    session.query(Reply).one().promised_until = TOLD
    first = session.query(Promise).filter_by(ticket_id=ticket.id).first()
    session.add(Promise(
        ticket_id=ticket.id, kind="update", started_at=THURSDAY, received_at=THURSDAY,
        target_seconds=60, calendar_id=first.calendar_id, told_until=TOLD,
        service_level_id=first.service_level_id,
    ))  # fmt: skip
    ticket.assignee = None
    session.commit()
    return ticket


def test_a_ticket_is_shared_out_just_as_a_promise_in_it_is_handed_on(session, cast, ticket, beside):
    session.rollback()
    appointing.suspend(session, cast.misaki, now=THURSDAY)
    end = beside(lambda own: sharing.share_new(own, now=THURSDAY + timedelta(minutes=1)))
    part(session, cast.misaki, Wish(cast.ken), by=cast.hikaru, now=THURSDAY)
    assert end() == [], "it was handed on by then"
    session.expire_all()
    assert ticket.assignee is cast.ken


def test_a_ticket_that_is_just_shared_out_to_them_is_handed_on(session, cast, ticket, beside):
    misaki, ken, hikaru = cast.misaki.id, cast.ken.id, cast.hikaru.id
    session.rollback()
    assert sharing.share_new(session, now=THURSDAY + timedelta(minutes=1)) == [ticket.id]

    def suspension(own):
        people = [own.get_one(Agent, it) for it in (misaki, ken, hikaru)]
        handed = part(own, people[0], Wish(people[1]), by=people[2], now=THURSDAY)
        return [it.id for it in handed.tickets]

    number = ticket.id
    end = beside(suspension)
    assert end() == [number]
    session.expire_all()
    assert ticket.assignee is cast.ken


def test_leads_are_locked_before_who_leaves_and_what_points_at_them_does_not_wait(
    session, cast, beside
):
    """Somebody is just giving an administrator a ticket; who suspends that one meanwhile has all
    leaders locked and waits. The story of the ticket, which names one of them, is written all the
    same."""
    ticket = customer_says(session, cast, post(at=THURSDAY))
    cast.ryo.role = "admin"
    session.commit()
    ryo, hikaru = cast.ryo.id, cast.hikaru.id
    assert ryo < hikaru, "locked first"
    handling.assign(session, ticket, cast.hikaru, by=cast.ryo, now=THURSDAY)

    def suspension(own):
        by = own.get_one(Agent, ryo)
        handed = part(own, own.get_one(Agent, hikaru), Wish(), by=by, now=THURSDAY)
        return [it.id for it in handed.tickets]

    number = ticket.id
    end = beside(suspension)
    session.flush()
    assert end() == [number]
    session.expire_all()
    assert session.get_one(Ticket, number).assignee_id is None


def test_two_who_suspend_crosswise_go_one_after_the_other(session, cast, beside):
    """Each hands on to who the other suspends: the second is told, and nothing is half done."""
    misaki, ken, hikaru = cast.misaki.id, cast.ken.id, cast.hikaru.id
    session.rollback()
    part(session, cast.misaki, Wish(cast.ken), by=cast.hikaru, now=THURSDAY)

    def suspension(own):
        people = [own.get_one(Agent, it) for it in (ken, misaki, hikaru)]
        return part(own, people[0], Wish(people[1]), by=people[2], now=THURSDAY)

    end = beside(suspension)
    assert "引き継ぐ方" in str(end())
    session.expire_all()
    assert (cast.misaki.suspended_at, cast.ken.suspended_at) == (THURSDAY, None)
