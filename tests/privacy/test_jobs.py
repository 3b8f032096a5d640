"""The scheduler rings for what was cut off and for tonight's run; the jobs do it."""

import pytest
from sqlalchemy import select

from support.audit.records import AuditEntry
from support.jobs import privacy
from support.privacy import erasing, retaining
from support.privacy.records import Erasure, RetentionRun
from support.privacy.terms import Rules
from support.replies.records import Reply
from tests.privacy.life import MARKER, found_in

pytestmark = pytest.mark.one_database
NONE = Rules(prospects=0)
"""The one rule a desk begins with switched off."""


def test_what_was_asked_for_and_the_rules_are_rung_for_and_done(
    app, session, cast, customer, clock, later
):
    clock.forward(days=100)
    erasure = erasing.begin(session, customer, by=cast.ryo, now=clock())
    retaining.set_rules(session, Rules(words=2, payloads=7), by=cast.hikaru, now=clock())
    session.commit()
    number = erasure.id
    session.rollback()
    with app.app_context():
        assert privacy.ring() == 2
    session.rollback()
    run = session.scalars(select(RetentionRun)).one()
    assert later.rung == [("erase", str(number)), ("retain", str(run.id))]
    run_id = run.id
    session.rollback()
    with app.app_context():
        assert privacy.erase(number)
        assert privacy.retain(run_id)
        clock.forward(minutes=1)
        assert privacy.ring() == 0
    session.rollback()
    assert session.get_one(Erasure, number).finished_at is not None
    assert found_in(session, MARKER) == []
    noted = set(session.scalars(select(AuditEntry.deed)))
    assert {"data_erased", "retention_run"} <= noted


def test_what_waits_for_a_person_is_rung_for_by_the_sweep_and_not_by_itself(
    app, session, cast, customer, clock, later
):
    retaining.set_rules(session, NONE, by=cast.hikaru, now=clock())
    erasure = erasing.begin(session, customer, by=cast.ryo, now=clock())
    reply = session.scalars(select(Reply).order_by(Reply.id)).first()
    reply.settled_at, reply.parts[0].state = None, "waiting"
    session.commit()
    number, reply_id = erasure.id, reply.id
    session.rollback()
    with app.app_context():
        assert not privacy.erase(number)
        assert later.rung == []
        assert privacy.ring() == 1
    assert later.rung == [("erase", str(number))]
    session.get_one(Reply, reply_id).settled_at = clock()
    session.commit()
    with app.app_context():
        assert privacy.erase(number)
    session.rollback()
    assert found_in(session, MARKER) == []


def test_a_night_without_rules_rings_for_nothing(app, session, cast, customer, clock, later):
    retaining.set_rules(session, NONE, by=cast.hikaru, now=clock())
    session.commit()
    with app.app_context():
        clock.forward(days=1)
        assert privacy.ring() == 0
    assert later.rung == []
