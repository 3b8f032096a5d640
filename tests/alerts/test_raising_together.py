"""Two schedulers at once raise each rung once, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from support.alerts import raising
from support.alerts.ladder import Level, Reached
from support.alerts.records import Alert, AlertNotice
from support.db import engine_for
from support.sla.records import Promise
from support.tickets.records import TicketEvent
from support.x.posts import Person
from tests.cast import customer_says, post
from tests.fakes import THURSDAY

TICKETS, SWEEPERS = 12, 4
LATER = THURSDAY + timedelta(hours=2)


@pytest.fixture
def owed(session, cast, ladder, rung):
    """A dozen broken promises, and a ladder that also changes tickets."""
    rung(1.0, "priority", priority="high")
    rung(1.0, "reassign", agent_id=cast.ken.id)
    for n in range(TICKETS):
        who = Person(f"90000002{n:02}", f"kakuu_{n}", f"架空{n}")
        customer_says(session, cast, post(at=THURSDAY, by=who, number=n))
    session.commit()


@pytest.fixture
def sweepers(database_url):
    """Several sessions on connections of their own."""
    engines = [engine_for(database_url) for _ in range(SWEEPERS)]
    yield engines
    for engine in engines:
        engine.dispose()


def test_two_sweepers_at_once_raise_each_rung_once(session, owed, sweepers):
    together = Barrier(SWEEPERS)

    def sweep(engine):
        together.wait()
        with Session(engine) as mine:
            while True:
                raising.raise_due(mine, LATER, limit=5)
                mine.commit()
                left = select(Promise.id).where(Promise.alert_at <= LATER).limit(1)
                waits = mine.scalar(left) is not None
                mine.rollback()
                if not waits:
                    return

    with ThreadPoolExecutor(SWEEPERS) as pool:
        list(pool.map(sweep, sweepers))
    raised = session.execute(
        select(Alert.promise_id, Alert.rule_id, func.count()).group_by(
            Alert.promise_id, Alert.rule_id
        )
    ).all()
    assert len(raised) == 5 * TICKETS
    assert {count for _, _, count in raised} == {1}
    events = session.execute(
        select(TicketEvent.ticket_id, TicketEvent.kind, func.count()).group_by(
            TicketEvent.ticket_id, TicketEvent.kind
        )
    ).all()
    assert len(events) == 2 * TICKETS
    assert {count for _, _, count in events} == {1}
    told = session.scalar(select(func.count()).select_from(AlertNotice))
    assert told == TICKETS * 2, "Ken, whose they are now, and who answers for the desk"


def test_whoever_did_not_see_the_other_does_nothing_twice(session, owed):
    """What a sweep writes is refused by the row of the other, not only by a look beforehand."""
    promise = session.scalars(select(Promise).limit(1)).one()
    raising.raise_due(session, LATER)
    session.flush()
    before = session.scalar(select(func.count()).select_from(Alert))
    (first, *_) = raising.ladder_in_force(session).rungs
    seen = Reached(first, Level.BROKEN)
    assert raising._note(session, promise, seen, LATER) is None
    assert session.scalar(select(func.count()).select_from(Alert)) == before
