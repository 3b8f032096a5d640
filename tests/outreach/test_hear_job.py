"""The job and the sweep: a bell may be lost or rung twice."""

import pytest
from sqlalchemy import select

from support.jobs import listening as jobs
from support.jobs import upkeep
from support.outreach.records import Prospect
from support.x.errors import Meaning, XError
from tests.outreach.hearing_aids import Searched, make, stranger, switch


@pytest.fixture
def at_work(app, session):
    def run(job, *args):
        session.commit()
        with app.app_context():
            return job(*args)

    return run


@pytest.fixture
def searched(x):
    found = Searched([stranger(1)])
    x.search = found.search
    return found


def test_the_sweep_rings_until_it_was_read_and_then_when_its_turn_comes(
    session, cast, at_work, later, clock, searched
):
    it = make(session, cast)
    at_work(upkeep.sweep)
    assert later.rung == [], "outreach is off"
    switch(session, cast)
    at_work(upkeep.sweep)
    at_work(upkeep.sweep)
    assert later.rung == 2 * [("hear", str(it.id))], "the first ring may be lost"
    at_work(jobs.hear, it.id)
    at_work(jobs.hear, it.id)
    assert len(searched.asked) == 1, "rung twice, asked once"
    assert len(session.scalars(select(Prospect)).all()) == 1
    at_work(upkeep.sweep)
    assert len(later.rung) == 2
    clock.forward(minutes=15)
    at_work(upkeep.sweep)
    assert len(later.rung) == 3


def test_what_x_says_is_noted_and_the_job_ends_calmly(session, cast, at_work, clock, searched):
    switch(session, cast)
    it = make(session, cast)
    searched.error = XError(Meaning.REFUSED, 400, "Reference to invalid operator")
    at_work(jobs.hear, it.id)
    session.refresh(it)
    assert it.problem == "Reference to invalid operator"
    assert it.leased_until is None
