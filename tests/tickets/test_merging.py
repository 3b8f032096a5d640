"""Two tickets become one: what was owed in the first is owed in the other, and nothing twice."""

from datetime import timedelta

import pytest

from support.errors import Refused
from support.inbox.retelling import rebuild
from support.sla.records import promises_of
from support.terms.choosing import terms_for
from support.tickets import handling, merging, noting
from tests.cast import HANAKO, customer_says, post
from tests.fakes import THURSDAY


def in_minutes(n):
    return THURSDAY + timedelta(minutes=n)


@pytest.fixture
def two(session, cast):
    """The second was asked earlier than what waits in the first."""
    second = customer_says(session, cast, post("別の件です", at=THURSDAY, number=2))
    first = customer_says(session, cast, post(at=in_minutes(10)))
    return first, second


def merge(session, cast, ticket, into, now):
    merging.merge(session, ticket, into, terms_for(session, into), by=cast.ken, now=now)
    session.commit()


def open_ones(session, ticket):
    return {p.kind: p for p in promises_of(session, ticket.id) if p.is_open}


def test_the_earliest_unanswered_message_wins(session, cast, two):
    first, second = two
    merge(session, cast, second, first, in_minutes(20))
    owed = open_ones(session, first)["first_reply"]
    assert (owed.started_at, owed.message_id) == (THURSDAY, second.latest_message_id)
    assert first.due_at == in_minutes(60)


def test_the_ticket_taken_over_has_no_live_promise(session, cast, two):
    first, second = two
    merge(session, cast, second, first, in_minutes(20))
    assert open_ones(session, second) == {}
    assert {p.withdrawn_reason for p in promises_of(session, second.id)} == {"merged"}
    assert (second.state, second.due_at, second.merged_into_id) == ("resolved", None, first.id)


def test_an_answer_in_the_other_ticket_keeps_what_was_taken_over(session, cast, two):
    first, second = two
    merge(session, cast, second, first, in_minutes(20))
    newest = first.latest_message
    noting.note_reply_accepted(
        session, first, newest, terms_for(session, first), at=in_minutes(30), agent=cast.ken
    )
    session.commit()
    assert first.state == "waiting"
    assert "first_reply" not in open_ones(session, first)


def test_what_the_customer_writes_in_the_old_thread_comes_to_the_other_ticket(session, cast, two):
    first, second = two
    merge(session, cast, second, first, in_minutes(20))
    more = post("まだですか", at=in_minutes(40), thread=second.thread_x_id, number=3)
    assert customer_says(session, cast, more) is first
    assert first.latest_message.text == "まだですか"


def test_one_taken_over_twice_belongs_to_the_last(session, cast, two):
    first, second = two
    third = customer_says(session, cast, post("もう一件", at=in_minutes(12), number=4))
    merge(session, cast, second, first, in_minutes(20))
    merge(session, cast, first, third, in_minutes(21))
    session.expire_all()
    assert (second.merged_into_id, first.merged_into_id) == (third.id, third.id)
    assert open_ones(session, third)["first_reply"].started_at == THURSDAY
    for ticket in (first, second, third):
        before = [(p.kind, p.started_at, p.due_at) for p in promises_of(session, ticket.id)]
        rebuild(session, ticket)
        assert before == [(p.kind, p.started_at, p.due_at) for p in promises_of(session, ticket.id)]


def test_only_one_customers_tickets_are_merged(session, cast, two):
    other = customer_says(session, cast, post(at=in_minutes(1), by=HANAKO, number=9))
    private = customer_says(session, cast, post(at=in_minutes(2), private=True, number=10))
    for ticket in (other, private):
        with pytest.raises(Refused) as refused:
            merge(session, cast, ticket, two[0], in_minutes(20))
        assert refused.value.field == "into"


def test_a_resolved_one_is_reopened_first(session, cast, two):
    first, second = two
    handling.resolve(session, second, by=cast.ken, now=in_minutes(15))
    with pytest.raises(Refused):
        merge(session, cast, second, first, in_minutes(20))
    with pytest.raises(Refused):
        merge(session, cast, first, first, in_minutes(20))


def test_an_update_that_was_promised_is_given_by_the_next_answer(session, cast, two):
    ticket, _ = two
    terms = terms_for(session, ticket)
    with pytest.raises(Refused):
        handling.promise_update(session, ticket, terms, by=cast.ken, now=in_minutes(20))
    terms.level.update_seconds = 7200
    handling.promise_update(session, ticket, terms, by=cast.ken, now=in_minutes(20))
    assert open_ones(session, ticket)["update"].due_at == in_minutes(140)
    noting.note_reply_accepted(
        session, ticket, ticket.latest_message, terms, at=in_minutes(30), agent=cast.ken
    )
    assert "update" not in open_ones(session, ticket)
