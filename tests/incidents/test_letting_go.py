"""A closed incident lets go of its tickets: another may have them, and nothing owed goes astray."""

from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from support.inbox import retelling
from support.inbox.receiving import receive
from support.incidents import finding, linking, moving, running
from support.incidents.linking import LINKED_ALREADY
from support.incidents.records import IncidentEvent, IncidentTicket
from support.incidents.releasing import Elsewhere
from support.sla.records import promises_of
from support.x.posts import Person
from tests.cast import HANAKO, YUUKI, customer_says, post
from tests.fakes import THURSDAY
from tests.incidents.world import incident

SOON = THURSDAY + timedelta(minutes=10)
LATER = SOON + timedelta(minutes=10)
NOON = THURSDAY + timedelta(hours=2)
OURS = Person("7000000001", "hikari_care", "ひかりケア")


@pytest.fixture
def ticket(session, cast):
    return customer_says(session, cast, post("遅いです", by=YUUKI, at=THURSDAY))


def link(session, cast, it, *tickets, at=SOON):
    ids = [one.id for one in tickets]
    outcome = linking.link(session, it, ids, by=cast.misaki, now=at)
    session.commit()
    return outcome


def close(session, cast, it, at=SOON):
    running.close(session, it, by=cast.ryo, now=at)
    session.commit()


def reopen(session, cast, it, at=LATER):
    stay = running.reopen(session, it, by=cast.ryo, now=at)
    session.commit()
    return stay


def unlink(session, cast, it, ticket, at=LATER):
    done = linking.unlink(session, it, [ticket.id], by=cast.misaki, now=at)
    session.commit()
    return done


def held(session):
    """Which tickets which incident holds."""
    session.expire_all()
    live = select(IncidentTicket.incident_id, IncidentTicket.ticket_id).where(
        IncidentTicket.unlinked_at.is_(None), IncidentTicket.let_go_at.is_(None)
    )
    return sorted(map(tuple, session.execute(live)))


def owed(session, ticket):
    session.expire_all()
    rows = promises_of(session, ticket.id)
    return sorted(
        (
            p.kind, (p.message.text if p.message else ""), p.started_at, p.due_at, p.breach_at,
            str(p.kept_at), str(p.withdrawn_at), p.withdrawn_reason, str(p.told_until),
        )
        for p in rows
    )  # fmt: skip


def news(session, ticket):
    session.expire_all()
    return [
        p.told_until for p in promises_of(session, ticket.id) if p.is_open and p.kind == "update"
    ]


def test_a_ticket_of_a_closed_incident_joins_another(session, cast, ticket):
    first, second = incident(session, cast), incident(session, cast)
    link(session, cast, first, ticket)
    assert link(session, cast, second, ticket).left == {LINKED_ALREADY: [ticket.id]}
    assert finding.alike(session, second) == []
    close(session, cast, first)
    assert held(session) == []
    assert [it.ticket.id for it in finding.alike(session, second)] == [ticket.id]
    assert link(session, cast, second, ticket).done == [ticket.id]
    assert held(session) == [(second.id, ticket.id)]


def test_the_news_of_the_second_stand_in_for_those_of_the_first(session, cast, ticket):
    first, second = incident(session, cast), incident(session, cast)
    link(session, cast, first, ticket)
    close(session, cast, first)
    running.say_next(session, second, NOON, by=cast.ryo, now=SOON)
    link(session, cast, second, ticket, at=LATER)
    assert news(session, ticket) == [NOON]
    running.say_next(session, second, NOON + timedelta(hours=1), by=cast.ryo, now=LATER)
    moving.step(session, second.id, LATER)
    session.commit()
    assert news(session, ticket) == [NOON + timedelta(hours=1)]


def test_opened_again_it_has_back_what_is_free_and_names_what_is_not(session, cast, ticket):
    first, second = incident(session, cast), incident(session, cast)
    free = customer_says(session, cast, post("遅いです", by=HANAKO, at=THURSDAY, number=1))
    link(session, cast, first, ticket, free)
    close(session, cast, first)
    link(session, cast, second, ticket)
    assert reopen(session, cast, first) == [Elsewhere(ticket.id, second.id)]
    assert held(session) == [(first.id, free.id), (second.id, ticket.id)]
    said = select(IncidentEvent.data).where(IncidentEvent.kind == "reopened")
    assert session.scalars(said).all() == [{"elsewhere": 1}]
    unlink(session, cast, second, ticket)
    assert link(session, cast, first, ticket).done == [ticket.id], "by hand it may come back"
    rows = select(IncidentTicket.id).where(IncidentTicket.incident_id == first.id)
    assert len(session.scalars(rows).all()) == 2, "and is counted once"


def test_the_news_of_an_incident_move_no_ticket_that_stays_with_another(session, cast, ticket):
    first, second = incident(session, cast), incident(session, cast)
    link(session, cast, first, ticket)
    close(session, cast, first)
    link(session, cast, second, ticket)
    reopen(session, cast, first)
    running.say_next(session, first, NOON, by=cast.ryo, now=LATER)
    session.commit()
    assert moving.due(session, LATER) == []


STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["wrote", "answered", "link 0", "link 1", "close 0", "close 1", "reopen 0", "reopen 1",
             "unlink 0", "unlink 1"]
        ),
        st.integers(5, 50),
    ),
    max_size=10,
)  # fmt: skip
_people = count(1)


class Life:
    """A ticket and two incidents; `only`: of those incidents alone it is linked to any."""

    def __init__(self, session, cast, only):
        self.session, self.cast, self.only, self.at = session, cast, only, THURSDAY
        number = next(_people)
        self.number = number * 64
        self.who = replace(YUUKI, x_id=str(9_100_000_000 + number), username=f"kakuu_{number}")
        self.incidents = [incident(session, cast), incident(session, cast)]
        self.ticket = customer_says(session, cast, self.says(by=self.who))

    def says(self, **more):
        self.number += 1
        return post("遅いです", at=self.at, number=self.number, **more)

    def holds(self, number):
        return (self.incidents[number].id, self.ticket.id) in held(self.session)

    def take(self, step, minutes, *, meant=True):
        """Whether it linked; `meant`: whether it did in the life this is likened to."""
        self.at += timedelta(minutes=minutes)
        verb, _, which = step.partition(" ")
        session, cast, ticket, at = self.session, self.cast, self.ticket, self.at
        if verb == "wrote":
            customer_says(session, cast, self.says(by=self.who, thread=ticket.thread_x_id))
        elif verb == "answered":
            asked = {"thread": ticket.thread_x_id, "answers": ticket.latest_message.x_id}
            receive(session, cast.account, [self.says(by=OURS, **asked)], stream="own", now=at)
        elif int(which) in self.only:
            return self._act(verb, self.incidents[int(which)], meant)
        session.commit()
        return False

    def _act(self, verb, it, meant):
        session, cast, ticket, at = self.session, self.cast, self.ticket, self.at
        if verb == "link" and meant and it.closed_at is None:
            return bool(link(session, cast, it, ticket, at=at).done)
        if verb == "close" and it.closed_at is None:
            close(session, cast, it, at)
        elif verb == "reopen":
            reopen(session, cast, it, at)
        elif verb == "unlink":
            unlink(session, cast, it, ticket, at)
        return False


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS)
@example(steps=[("link 0", 10), ("close 0", 10), ("link 1", 50), ("answered", 5), ("wrote", 5)])
@example(steps=[("link 0", 50), ("close 0", 20), ("link 1", 20)])  # late without the first's news
@example(steps=[("link 0", 10), ("close 0", 40), ("link 1", 50), ("reopen 0", 5), ("close 1", 5)])
@pytest.mark.one_database
def test_taken_off_one_it_was_only_ever_the_others_and_off_both_nobodys(session, cast, steps):
    both, second = Life(session, cast, {0, 1}), Life(session, cast, {1})
    never = Life(session, cast, set())
    for step, minutes in steps:
        linked = both.take(step, minutes)
        second.take(step, minutes, meant=linked)
        never.take(step, minutes)
        told = owed(session, both.ticket)
        retelling.rebuild(session, both.ticket)
        session.commit()
        assert owed(session, both.ticket) == told, "worked out anew it is the same"
        assert not (both.holds(0) and both.holds(1))
    unlink(session, cast, both.incidents[0], both.ticket, both.at)
    assert owed(session, both.ticket) == owed(session, second.ticket)
    unlink(session, cast, both.incidents[1], both.ticket, both.at)
    assert owed(session, both.ticket) == owed(session, never.ticket)
    assert both.ticket.due_at == never.ticket.due_at
