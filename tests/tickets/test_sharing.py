"""New tickets find an agent by themselves only where that was switched on, and only one agent."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from support.agents.records import Agent, SignIn
from support.errors import Refused
from support.tickets import handling, sharing
from support.tickets.filters import Filter, View
from support.tickets.records import Ticket, TicketEvent
from support.tickets.taking import take_next
from support.x.posts import Person
from tests.cast import customer_says, post
from tests.fakes import THURSDAY
from tests.machinery.desks import engine_beside, let_go

NOW = THURSDAY + timedelta(minutes=30)


@pytest.fixture
def say(session, cast):
    def say(number):
        who = Person(str(9_100_000_000 + number), f"someone_{number}", "架空")
        at = THURSDAY + timedelta(minutes=number)
        return customer_says(session, cast, post(at=at, number=number, by=who))

    return say


@pytest.fixture
def here(session):
    """Signs people in; they were seen so many minutes ago."""

    def here(*agents, ago=1, ended=False):
        for agent in agents:
            seen = NOW - timedelta(minutes=ago)
            session.add(
                SignIn(
                    token_digest=f"{agent.id}-{ago}-{ended}",
                    agent_id=agent.id,
                    started_at=seen,
                    seen_at=seen,
                    ended_at=seen if ended else None,
                )
            )
        session.commit()

    return here


@pytest.fixture
def switched_on(session, cast):
    def switch(ceiling="10", on=True, now=THURSDAY):
        rule = sharing.set_rule(session, on=on, ceiling=ceiling, by=cast.hikaru, now=now)
        session.commit()
        return rule

    return switch


def share(session, now=NOW):
    given = sharing.share_new(session, now=now)
    session.commit()
    return given


def owners(session):
    session.expire_all()
    return [t.assignee_id for t in session.scalars(select(Ticket).order_by(Ticket.id))]


def test_it_is_off_until_somebody_switches_it_on(session, cast, say, here):
    here(cast.misaki)
    say(1)
    assert share(session) == []
    assert owners(session) == [None]


def test_new_tickets_go_round_among_those_who_are_there(session, cast, say, here, switched_on):
    switched_on()
    here(cast.misaki, cast.ken)
    tickets = [say(n) for n in range(1, 5)]
    assert share(session) == [ticket.id for ticket in tickets]
    assert owners(session) == [cast.misaki.id, cast.ken.id] * 2
    assert share(session) == [], "nothing is left to do"


def test_the_story_says_that_it_happened_by_itself_and_why(session, cast, say, here, switched_on):
    switched_on("7")
    here(cast.misaki)
    say(1)
    share(session)
    (event,) = session.scalars(select(TicketEvent))
    assert (event.kind, event.agent_id) == ("shared", None)
    assert event.data == {"to": "佐藤", "agent": cast.misaki.id, "had": 0, "ceiling": 7}


def test_whoever_has_the_fewest_open_tickets_is_given_the_next(
    session, cast, say, here, switched_on
):
    switched_on()
    here(cast.misaki, cast.ken)
    for n in (1, 2):
        handling.assign(session, say(n), cast.misaki, by=cast.misaki, now=NOW)
    session.commit()
    new = [say(n).id for n in (3, 4)]
    assert share(session) == new
    assert owners(session) == [cast.misaki.id] * 2 + [cast.ken.id] * 2


def test_nobody_is_given_more_than_the_ceiling(session, cast, say, here, switched_on):
    switched_on("1")
    here(cast.misaki, cast.ken)
    for n in range(3):
        say(n)
    assert len(share(session)) == 2
    assert sorted(owners(session), key=bool)[0] is None


def test_only_those_who_are_signed_in_seen_lately_and_at_work_are_given_any(
    session, cast, say, here, switched_on
):
    switched_on()
    cast.ryo.suspended_at = THURSDAY
    here(cast.misaki, ended=True)
    here(cast.ken, ago=16)
    here(cast.ryo, cast.hikaru)  # suspended; an administrator
    say(1)
    assert share(session) == []
    here(cast.ken, ago=14)
    assert len(share(session)) == 1
    assert owners(session) == [cast.ken.id]


def test_what_was_there_before_it_was_switched_on_stays_as_it_is(
    session, cast, say, here, switched_on
):
    here(cast.misaki)
    say(1)
    switched_on(now=THURSDAY + timedelta(minutes=2))
    new = say(3)
    switched_on("5", now=THURSDAY + timedelta(minutes=4))  # another ceiling, on without a break
    assert share(session) == [new.id]


def test_a_ticket_that_was_let_go_by_hand_is_not_given_again(session, cast, say, here, switched_on):
    switched_on()
    here(cast.misaki)
    ticket = say(1)
    share(session)
    handling.assign(session, session.get_one(Ticket, ticket.id), None, by=cast.misaki, now=NOW)
    session.commit()
    assert share(session) == []


def test_it_can_be_switched_off_again(session, cast, say, here, switched_on):
    switched_on()
    switched_on("", on=False)
    here(cast.misaki)
    say(1)
    assert share(session) == []
    assert sharing.rule_in_force(session).ceiling == 10, "the ceiling is kept for the next time"


@pytest.mark.parametrize("ceiling", ["", "0", "-1", "201", "x", "²", "1.5"])
def test_a_ceiling_that_is_none_is_refused(session, cast, ceiling):
    with pytest.raises(Refused, match="1から200"):
        sharing.set_rule(session, on=True, ceiling=ceiling, by=cast.hikaru, now=NOW)


def test_a_ticket_an_agent_is_taking_in_this_moment_stays_theirs(
    session, cast, say, here, switched_on, database, database_url
):
    switched_on()
    here(cast.misaki)
    ticket_id, ken_id = say(1).id, cast.ken.id
    session.commit()
    engine = engine_beside(database_url)
    with Session(engine) as other:
        ken = other.get_one(Agent, ken_id)
        assert take_next(other, Filter(View.ALL, ken.id), by=ken, now=NOW).id == ticket_id
        if database == "postgresql":  # on SQLite the sweep waits its turn
            assert sharing.share_new(session, now=NOW) == []
            session.rollback()
        other.commit()
    let_go(engine)
    assert share(session) == []
    assert owners(session) == [cast.ken.id]
