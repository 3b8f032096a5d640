"""An incident that answers for a ticket changes what is owed, and taken off it never was."""

from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support.compliance.emptying import empty_posts
from support.inbox import retelling
from support.inbox.receiving import receive
from support.sla.levels import INCIDENT
from support.sla.records import promises_of
from support.terms.choosing import terms_for
from support.tickets import covering, handling
from support.tickets.noting import note_reply_accepted
from support.tickets.records import alone_with
from support.tickets.states import State
from support.x.posts import Person
from tests.cast import YUUKI, customer_says, post
from tests.fakes import THURSDAY

HOUR = timedelta(hours=1)


def link(session, ticket, by, at, until=None):
    alone_with(session, ticket.id)
    covering.cover(session, ticket, incident_id=1, until=until, by=by, at=at)
    session.commit()


def unlink(session, ticket, by, at):
    covering.uncover(session, ticket, incident_id=1, by=by, at=at)
    retelling.rebuild(session, ticket)
    session.commit()


def owed(session, ticket):
    """All that is owed in a ticket, in values that say nothing of rows."""
    session.expire_all()
    rows = promises_of(session, ticket.id)
    texts = [(p.message.text if p.message else "") for p in rows]
    return sorted(
        (
            p.kind, text, p.started_at, p.received_at, p.target_seconds, p.due_at, p.warn_at,
            p.breach_at, p.kept_at, p.withdrawn_at, p.withdrawn_reason, p.told_until,
        )
        for p, text in zip(rows, texts, strict=True)
    )  # fmt: skip


def open_ones(session, ticket):
    return [p for p in promises_of(session, ticket.id) if p.is_open]


@pytest.fixture
def ticket(session, cast):
    return customer_says(session, cast, post(at=THURSDAY))


def test_the_first_reply_becomes_one_update_by_the_time_that_was_said(session, cast, ticket):
    until = THURSDAY + 3 * HOUR
    link(session, ticket, cast.misaki, THURSDAY + HOUR / 2, until)
    news = next(p for p in open_ones(session, ticket) if p.kind == "update")
    assert (news.due_at, news.message_id) == (until, ticket.latest_message_id)
    assert [p.kind for p in open_ones(session, ticket)] == ["resolution", "update"]
    first = next(p for p in promises_of(session, ticket.id) if p.kind == "first_reply")
    assert first.withdrawn_reason == INCIDENT
    assert ticket.due_at == until


def test_without_a_time_news_are_owed_within_an_open_hour(session, cast, ticket):
    link(session, ticket, cast.misaki, THURSDAY + HOUR / 2)
    assert ticket.due_at == THURSDAY + HOUR / 2 + covering.UNLESS_SAID


def test_a_broken_promise_stays_broken(session, cast, ticket):
    link(session, ticket, cast.misaki, THURSDAY + 2 * HOUR, THURSDAY + 4 * HOUR)
    kinds = {p.kind for p in open_ones(session, ticket)}
    assert kinds == {"first_reply", "resolution"}


def test_more_words_of_theirs_wait_for_the_same_news(session, cast, ticket):
    link(session, ticket, cast.misaki, THURSDAY + HOUR / 2, THURSDAY + 3 * HOUR)
    customer_says(session, cast, post("まだですか", at=THURSDAY + HOUR, thread=ticket.thread_x_id))
    assert sorted(p.kind for p in open_ones(session, ticket)) == ["resolution", "update"]


def test_our_answer_gives_the_news(session, cast, ticket):
    link(session, ticket, cast.misaki, THURSDAY + HOUR / 2, THURSDAY + 3 * HOUR)
    terms = terms_for(session, ticket)
    note_reply_accepted(
        session, ticket, ticket.latest_message, terms, at=THURSDAY + HOUR, agent=cast.misaki
    )
    session.commit()
    assert [p.kind for p in open_ones(session, ticket)] == ["resolution"]
    assert ticket.state == State.WAITING


def test_taken_back_words_are_owed_no_news(session, cast, ticket):
    link(session, ticket, cast.misaki, THURSDAY + HOUR / 2, THURSDAY + 3 * HOUR)
    x_id, at = ticket.latest_message.x_id, THURSDAY + HOUR
    empty_posts(session, [x_id], reason="deleted", noticed_by="check", noticed_at=at, now=at)
    session.commit()
    before = owed(session, ticket)
    retelling.rebuild(session, ticket)
    session.commit()
    assert owed(session, ticket) == before
    assert open_ones(session, ticket) == []


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["wrote", "answered", "link", "unlink", "hold", "resolve", "reopen"]),
        st.integers(5, 50),
    ),
    max_size=9,
)
OURS = Person("7000000001", "hikari_care", "ひかりケア")
_people = count(1)


class Day:
    """A day of one customer; the same steps make the same day, linked or not."""

    def __init__(self, session, cast):
        self.session, self.cast, self.at, self.linked = session, cast, THURSDAY, False
        number = next(_people)
        self.who = replace(YUUKI, x_id=str(9_100_000_000 + number), username=f"kakuu_{number}")
        self.number = number * 64
        self.ticket = customer_says(session, cast, self.says(by=self.who))

    def says(self, **more):
        self.number += 1
        return post("遅いです", at=self.at, number=self.number, **more)

    def take(self, step, minutes, *, links):
        self.at += timedelta(minutes=minutes)
        ticket, state, me = self.ticket, self.ticket.state, self.cast.misaki
        if step == "wrote":
            thread = ticket.thread_x_id
            customer_says(self.session, self.cast, self.says(by=self.who, thread=thread))
        elif step == "answered":
            asked = {"thread": ticket.thread_x_id, "answers": ticket.latest_message.x_id}
            said = self.says(by=OURS, **asked)
            receive(self.session, self.cast.account, [said], stream="own", now=self.at)
        elif step == "link" and links and not self.linked and state != State.RESOLVED:
            link(self.session, ticket, me, self.at, self.at + 2 * HOUR)
            self.linked = True
        elif step == "unlink" and self.linked:
            unlink(self.session, ticket, me, self.at)
            self.linked = False
        elif step == "hold" and state == State.OPEN:
            handling.hold(self.session, ticket, until=None, by=me, now=self.at)
        elif step == "resolve" and state != State.RESOLVED:
            handling.resolve(self.session, ticket, by=me, now=self.at)
        elif step == "reopen" and state == State.RESOLVED:
            terms = terms_for(self.session, ticket)
            handling.reopen(self.session, ticket, terms, by=me, now=self.at)
        self.session.commit()


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS)
@pytest.mark.one_database
def test_taken_off_again_all_is_as_if_it_had_never_been_linked(session, cast, steps):
    one, other = Day(session, cast), Day(session, cast)
    for step, minutes in steps:
        one.take(step, minutes, links=True)
        other.take(step, minutes, links=False)
    told = owed(session, one.ticket)
    retelling.rebuild(session, one.ticket)
    session.commit()
    assert owed(session, one.ticket) == told, "the steps say the same as the rule"
    if one.linked:
        unlink(session, one.ticket, cast.misaki, one.at)
    assert owed(session, one.ticket) == owed(session, other.ticket)
    here, there = one.ticket, other.ticket
    assert (here.state, here.due_at, here.warn_at) == (there.state, there.due_at, there.warn_at)
