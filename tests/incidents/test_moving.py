"""The promises of an incident's tickets go with its next update; many leave a few at a time."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from support.db import engine_for
from support.inbox import retelling
from support.incidents import linking, moving, running
from support.incidents.records import IncidentEvent
from support.sla.records import promises_of
from support.tickets.records import Ticket
from tests.cast import YUUKI, customer_says, post
from tests.fakes import THURSDAY
from tests.incidents import scene
from tests.incidents.world import incident

SOON = THURSDAY + timedelta(minutes=10)
NOON = THURSDAY + timedelta(hours=2)


def news_of(session, ticket):
    session.expire_all()
    return [p for p in promises_of(session, ticket.id) if p.is_open and p.kind == "update"]


def catch_up(session, it, now):
    done = []
    while some := moving.step(session, it.id, now):
        session.commit()
        done += some
    session.commit()
    return done


@pytest.fixture
def it(session, cast):
    made = incident(session, cast)
    running.say_next(session, made, NOON, by=cast.ryo, now=THURSDAY)
    session.commit()
    return made


@pytest.fixture
def ticket(session, cast, it):
    made = customer_says(session, cast, post("ネットが遅いです", by=YUUKI, at=THURSDAY))
    linking.link(session, it, [made.id], by=cast.misaki, now=SOON)
    session.commit()
    return made


def say(session, cast, it, until, now=SOON):
    running.say_next(session, it, until, by=cast.ryo, now=now)
    session.commit()


def test_what_is_owed_goes_with_the_incidents_word(session, cast, it, ticket):
    (before,) = news_of(session, ticket)
    assert before.told_until == NOON
    assert moving.due(session, SOON) == []
    later = NOON + timedelta(hours=1)
    say(session, cast, it, later)
    assert moving.due(session, SOON) == [it.id]
    assert catch_up(session, it, SOON) == [ticket.id]
    (after,) = news_of(session, ticket)
    assert (after.id, after.told_until, after.due_at) == (before.id, later, later)
    assert session.get_one(Ticket, ticket.id).due_at == later
    assert moving.due(session, SOON) == []


def test_what_is_broken_stays_broken(session, cast, it, ticket):
    late = NOON + timedelta(minutes=1)
    say(session, cast, it, NOON + timedelta(hours=1), now=late)
    assert catch_up(session, it, late) == [ticket.id]
    (owed,) = news_of(session, ticket)
    assert owed.told_until == NOON
    assert owed.breach_at <= late


def test_no_word_moves_nothing(session, cast, it, ticket):
    say(session, cast, it, None)
    assert moving.due(session, SOON) == []
    (owed,) = news_of(session, ticket)
    assert owed.told_until == NOON


def promises(session, ticket):
    session.expire_all()
    rows = promises_of(session, ticket.id)
    return sorted(
        (p.kind, p.started_at, p.due_at, str(p.kept_at), str(p.withdrawn_at), str(p.told_until))
        for p in rows
    )


moments = st.lists(st.one_of(st.none(), st.integers(11, 700)), max_size=4)


@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(moments)
def test_whatever_was_moved_taken_off_it_is_as_if_it_had_never_been_linked(
    session, cast, database_url, minutes
):
    engine = engine_for(database_url)
    with Session(engine) as other:
        desk = type(cast)(*(other.merge(person) for person in vars(cast).values()))
        made = incident(other, desk)
        number = other.scalar(select(IncidentEvent.id).order_by(IncidentEvent.id.desc()).limit(1))
        ticket = customer_says(
            other, desk, post("遅いです", at=THURSDAY, by=scene.people(1, first=number)[0],
                              number=number)
        )  # fmt: skip
        before = promises(other, ticket)
        linking.link(other, made, [ticket.id], by=desk.misaki, now=SOON)
        for minute in minutes:
            until = THURSDAY + timedelta(minutes=minute) if minute else None
            running.say_next(other, made, until, by=desk.ryo, now=SOON)
            catch_up(other, made, SOON)
            shown = promises(other, ticket)
            retelling.rebuild(other, ticket)
            assert promises(other, ticket) == shown, "worked out anew it is the same"
        linking.unlink(other, made, [ticket.id], by=desk.misaki, now=SOON)
        other.commit()
        assert promises(other, ticket) == before
    engine.dispose()


def test_many_leave_a_few_at_a_time_and_stand_in_one_line(session, cast, it, clock):
    tickets = [
        customer_says(session, cast, post("遅いです", at=THURSDAY, by=who, number=n))
        for n, who in enumerate(scene.people(moving.A_SLICE + 3))
    ]
    outcome = linking.link(session, it, [one.id for one in tickets], by=cast.ryo, now=SOON)
    session.commit()
    assert moving.leave(session, it, outcome.batch, by=cast.ryo, now=SOON) == len(tickets)
    session.commit()
    assert moving.leave(session, it, outcome.batch, by=cast.ryo, now=SOON) == 0, "once"
    assert moving.due(session, SOON) == [it.id]
    assert len(moving.step(session, it.id, SOON)) == moving.A_SLICE
    session.commit()
    assert moving.leaving(session, it.id) == 3
    catch_up(session, it, SOON)
    assert moving.leaving(session, it.id) == 0
    kinds = {p.kind for one in tickets for p in promises_of(session, one.id) if p.is_open}
    assert kinds == {"first_reply", "resolution"}
    told = select(IncidentEvent.data).where(IncidentEvent.kind == "unlinked")
    assert [data["number"] for data in session.scalars(told)] == [len(tickets)]
