"""The next ticket: the most pressing one nobody has, and never the same one for two."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import create_engine, event, select, text
from sqlalchemy.orm import Session

from support.agents.records import Agent
from support.db import engine_options, prepare
from support.terms import placing
from support.tickets import handling, marking
from support.tickets.filters import Filter, View, filter_from
from support.tickets.records import Ticket, TicketEvent
from support.tickets.taking import take_next
from support.x.posts import Person
from tests.cast import HANAKO, MADE_AT, customer_says, password_hash, post
from tests.fakes import THURSDAY
from tests.machinery.desks import engine_beside, let_go

NOW = THURSDAY + timedelta(minutes=50)
AGENTS, TICKETS = 50, 60


@pytest.fixture
def say(session, cast):
    def say(number, **how):
        how.setdefault("by", Person(str(9_100_000_000 + number), f"someone_{number}", "架空"))
        at = THURSDAY + timedelta(minutes=number)
        return customer_says(session, cast, post(at=at, number=number, **how))

    return say


def taken(session, cast, words=None):
    wanted = filter_from(words or {}, cast.misaki.id)
    return take_next(session, wanted, by=cast.misaki, now=NOW)


def test_what_is_due_first_comes_first_and_what_is_somebodys_is_passed_over(session, cast, say):
    first, second, third = say(1), say(2), say(3)
    handling.assign(session, first, cast.ken, by=cast.ken, now=NOW)
    assert [taken(session, cast), taken(session, cast)] == [second, third]
    assert taken(session, cast) is None
    assert (first.assignee, second.assignee, third.assignee) == (cast.ken, cast.misaki, cast.misaki)


def test_it_is_one_of_the_filter(session, cast, say):
    say(1)
    private = say(2, by=HANAKO, private=True)
    urgent, tagged = say(3), say(4)
    placing.set_priority(session, urgent, "urgent", by=cast.ryo, now=NOW)
    marking.tag(session, tagged, "請求", by=cast.ryo, now=NOW)
    session.flush()
    assert taken(session, cast, {"tag": "請求"}) is tagged
    assert taken(session, cast, {"priority": "urgent", "assignee": str(cast.ken.id)}) is urgent
    assert taken(session, cast, {"channel": "dm", "view": "mine"}) is private
    assert taken(session, cast, {"segment": "法人", "language": "en"}) is None


def test_what_waits_for_the_customer_or_was_put_aside_is_given_only_where_it_was_asked_for(
    session, cast, say
):
    held = say(1)
    handling.hold(session, held, until=None, by=cast.ken, now=NOW)
    session.flush()
    assert taken(session, cast) is None
    assert taken(session, cast, {"view": "held"}) is held


def test_what_is_resolved_is_given_to_nobody(session, cast, say):
    done = say(1)
    handling.resolve(session, done, by=cast.ken, now=NOW)
    done.assignee = None
    session.flush()
    assert taken(session, cast, {"view": "resolved"}) is None


def test_fifty_who_press_at_once_are_each_given_another_one(
    session, cast, say, database, database_url
):
    expected = [say(number).id for number in range(TICKETS)][:AGENTS]
    session.add_all(_agent(number) for number in range(AGENTS))
    session.commit()
    agents = list(session.scalars(select(Agent.id).where(Agent.email.like("press%"))))
    session.rollback()
    engine, at_once = _patient_engine(database_url), Barrier(AGENTS)

    def press(agent_id: int) -> int | None:
        at_once.wait()
        with Session(engine) as own:
            agent = own.get_one(Agent, agent_id)
            found = take_next(own, Filter(View.ALL, agent_id), by=agent, now=NOW)
            number = found.id if found else None
            own.commit()
            return number

    with ThreadPoolExecutor(AGENTS) as pool:
        given = list(pool.map(press, agents))
    engine.dispose()
    assert sorted(given) == expected, "each another one, and together the most pressing"
    _each_was_given_once(session, dict(zip(given, agents, strict=True)))


def _patient_engine(database_url):
    """Of fifty at once the last waits longer, on a busy machine, than anybody should at a desk."""
    engine = create_engine(database_url, **engine_options(database_url), pool_timeout=120)
    prepare(engine)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _wait_for_the_others)
    return engine


def _wait_for_the_others(connection, _record):
    connection.execute("PRAGMA busy_timeout=120000")


def _each_was_given_once(session, owners):
    told = session.scalars(select(TicketEvent).where(TicketEvent.kind == "assigned")).all()
    assert Counter(event.ticket_id for event in told) == Counter(owners.keys())
    assert {event.ticket_id: event.agent_id for event in told} == owners
    kept = session.execute(select(Ticket.id, Ticket.assignee_id).where(Ticket.id.in_(owners)))
    assert dict(kept.all()) == owners


def test_a_ticket_somebody_is_about_to_take_is_passed_over_not_waited_for(
    session, cast, say, database, database_url
):
    if database == "sqlite":
        return  # a writer is alone there
    first, second = say(1).id, say(2).id
    session.commit()
    engine = engine_beside(database_url)
    with Session(engine) as slow:
        slow.execute(text("SELECT 1 FROM tickets WHERE id = :id FOR UPDATE"), {"id": first})
        assert taken(session, cast).id == second
        session.rollback()
    let_go(engine)


def _agent(number):
    return Agent(
        email=f"press{number}@hikari-care.example",
        family_name=f"押す{number}",
        initials="P",
        role="agent",
        password_hash=password_hash(),
        created_at=MADE_AT,
    )
