"""One deed on several tickets by two at once: to each ticket once, and nobody waits for ever."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from support.agents.records import Agent
from support.terms import batching
from support.terms.batching import LINK, RESOLVE, RESOLVED, TAG, Wish
from support.tickets import gathering
from support.tickets.records import Ticket, TicketEvent, TicketTag
from support.x.posts import Person
from tests.cast import customer_says, post
from tests.fakes import THURSDAY
from tests.machinery.desks import engine_beside, let_go

NOW = THURSDAY + timedelta(minutes=50)
HOW_MANY = 12


@pytest.fixture
def agents(session, cast, ids):
    """Whom the two are; nothing is left open that would keep them waiting."""
    two = [cast.misaki.id, cast.ken.id]
    session.rollback()
    return two


@pytest.fixture
def ids(session, cast):
    """Tickets of as many customers."""
    made = []
    for number in range(HOW_MANY):
        who = Person(str(9_200_000_000 + number), f"someone_{number}", "架空")
        said = post(at=THURSDAY + timedelta(minutes=number), number=number, by=who)
        made.append(customer_says(session, cast, said).id)
    session.commit()
    return made


def both_do(database_url, agents, wishes, ids):
    """What two come to who have read the same tickets and press at the same moment."""
    engine, start = engine_beside(database_url), Barrier(2)

    def press(number):
        with Session(engine) as mine:
            if mine.bind.dialect.name == "sqlite":
                start.wait(30)  # there whoever reads first writes first
            order = ids if number == 0 else ids[::-1]
            found = {it.id: it for it in gathering.tickets_with_everyone(mine, order)}
            wish = wishes[number](mine)
            if mine.bind.dialect.name != "sqlite":
                start.wait(30)
            by = mine.get_one(Agent, agents[number])
            outcome = batching.do(mine, wish, [found[it] for it in order], by=by, now=NOW)
            mine.commit()
            return outcome.done, outcome.left

    with ThreadPoolExecutor(2) as pool:
        told = list(pool.map(press, range(2)))
    let_go(engine)
    return told


def test_each_ticket_is_resolved_by_one_of_two(session, database_url, agents, ids):
    told = both_do(database_url, agents, [lambda _: Wish(RESOLVE)] * 2, ids)
    assert Counter(done for outcome, _ in told for done in outcome) == Counter(ids)
    assert sum(len(left.get(RESOLVED, ())) for _, left in told) == HOW_MANY
    session.rollback()
    events = session.scalars(select(TicketEvent.ticket_id).where(TicketEvent.kind == "resolved"))
    assert Counter(events) == Counter(ids)


def test_the_same_tag_is_put_on_once(session, database_url, agents, ids):
    told = both_do(database_url, agents, [lambda _: Wish(TAG, tag="回線")] * 2, ids)
    assert Counter(done for outcome, _ in told for done in outcome) == Counter(ids)
    session.rollback()
    assert Counter(session.scalars(select(TicketTag.ticket_id))) == Counter(ids)


def test_two_who_link_the_same_tickets_crosswise_both_come_through(database_url, agents, ids):
    first, last = ids[0], ids[-1]
    wishes = [
        lambda mine: Wish(LINK, other=mine.get_one(Ticket, first)),
        lambda mine: Wish(LINK, other=mine.get_one(Ticket, last)),
    ]
    told = both_do(database_url, agents, wishes, ids)
    assert sum(len(done) for done, _ in told) == 2 * (HOW_MANY - 1) - 1, "one pair is the same"
