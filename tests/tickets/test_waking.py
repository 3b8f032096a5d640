"""A ticket held for an event wakes when it happens, and at once when it never can."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from support.db import engine_for
from support.errors import Refused
from support.inbox.retelling import rebuild
from support.sla.records import Promise
from support.terms.choosing import terms_for
from support.tickets import handling, marking, merging, noting, waking
from support.tickets.records import TicketEvent
from tests.cast import customer_says, post
from tests.fakes import THURSDAY


@pytest.fixture
def ticket(session, cast):
    return customer_says(session, cast, post(at=THURSDAY))


@pytest.fixture
def other(session, cast):
    return customer_says(session, cast, post("別の件です", at=THURSDAY, number=50))


def at(minutes):
    return THURSDAY + timedelta(minutes=minutes)


def why(session, ticket):
    """Why it woke by itself, as its story has it."""
    session.flush()
    woken = select(TicketEvent).where(
        TicketEvent.ticket_id == ticket.id, TicketEvent.kind == "woken"
    )
    return [event.data.get("why") for event in session.scalars(woken)]


def hold_for_other(session, cast, ticket, other):
    waking.hold_for(session, ticket, "ticket", other=other, by=cast.ken, now=at(1))
    session.commit()


def test_the_resolution_of_another_ticket_wakes_it_in_the_same_breath(session, cast, ticket, other):
    hold_for_other(session, cast, ticket, other)
    assert waking.wake_due(session, at(2)) == []
    assert handling.resolve(session, other, by=cast.misaki, now=at(3)) == [ticket.id]
    assert (ticket.state, ticket.held_for, ticket.held_for_ticket_id) == ("open", "", None)
    assert why(session, ticket) == ["ticket"]


def test_a_merge_of_the_other_ticket_wakes_it_for_it_will_never_be_resolved(
    session, cast, ticket, other
):
    third = customer_says(session, cast, post("三件目です", at=THURSDAY, number=60))
    hold_for_other(session, cast, ticket, other)
    merging.merge(session, other, third, terms_for(session, third), by=cast.ken, now=at(2))
    assert ticket.state == "open"
    assert why(session, ticket) == ["gone"]


def test_what_two_transactions_missed_the_sweep_finds(session, cast, ticket, other):
    hold_for_other(session, cast, ticket, other)
    other.state, other.resolved_at = "resolved", at(2)
    session.commit()
    assert waking.wake_due(session, at(3)) == [ticket.id]
    assert waking.wake_due(session, at(4)) == []
    assert why(session, ticket) == ["ticket"]


@pytest.mark.parametrize("event", ["time", "promise"])
def test_what_a_colleague_has_in_hand_is_left_to_the_next_sweep(
    session, cast, ticket, database_url, event
):
    """Woken over their resolution it would be open, and resolved as well."""
    if session.get_bind().dialect.name == "sqlite":
        return  # one writer at a time, by itself
    if event == "time":
        handling.hold(session, ticket, until=at(5), by=cast.ken, now=at(1))
    else:
        waking.hold_for(session, ticket, "promise", by=cast.ken, now=at(1))
    session.commit()
    late = max(at(6), ticket.warn_at)
    handling.resolve(session, ticket, by=cast.misaki, now=late)
    session.flush()
    engine = engine_for(database_url)
    with Session(engine) as sweep:
        sweep.execute(text("SET LOCAL lock_timeout = '2s'"))
        assert waking.wake_due(sweep, late) == []
    engine.dispose()
    session.commit()
    assert waking.wake_due(session, late) == []
    assert ticket.state == "resolved"


def test_a_hold_survives_the_reopening_of_what_it_does_not_wait_for(session, cast, ticket, other):
    third = customer_says(session, cast, post("三件目です", at=THURSDAY, number=60))
    hold_for_other(session, cast, ticket, other)
    handling.resolve(session, third, by=cast.ken, now=at(2))
    handling.reopen(session, third, terms_for(session, third), by=cast.ken, now=at(3))
    rebuild(session, ticket)
    assert (ticket.state, ticket.held_for_ticket_id) == ("held", other.id)


def test_a_merge_into_a_held_ticket_leaves_its_hold(session, cast, ticket, other):
    third = customer_says(session, cast, post("三件目です", at=THURSDAY, number=60))
    hold_for_other(session, cast, ticket, other)
    third_message = third.latest_message
    noting.note_reply_accepted(
        session, third, third_message, terms_for(session, third), at=at(2), agent=cast.ken
    )
    merging.merge(session, third, ticket, terms_for(session, ticket), by=cast.ken, now=at(3))
    assert (ticket.state, ticket.held_for) == ("held", "ticket")


@pytest.mark.parametrize("case", ["none", "itself", "resolved", "merged", "each other"])
def test_what_cannot_happen_is_not_waited_for(session, cast, ticket, other, case):
    awaited = {"none": None, "itself": ticket}.get(case, other)
    if case == "resolved":
        handling.resolve(session, other, by=cast.ken, now=at(1))
    if case == "merged":
        third = customer_says(session, cast, post("三件目です", at=THURSDAY, number=60))
        merging.merge(session, other, third, terms_for(session, third), by=cast.ken, now=at(1))
    if case == "each other":
        hold_for_other(session, cast, other, ticket)
    with pytest.raises(Refused) as refused:
        waking.hold_for(session, ticket, "ticket", other=awaited, by=cast.ken, now=at(2))
    assert refused.value.field == "other"
    assert ticket.state == "open"


def test_a_colleagues_note_wakes_it_and_ones_own_does_not(session, cast, ticket):
    waking.hold_for(session, ticket, "note", by=cast.ken, now=at(1))
    marking.add_note(session, ticket, "待っています", by=cast.ken, now=at(2))
    assert not waking.note_written(session, ticket, by=cast.ken, now=at(2))
    assert waking.note_written(session, ticket, by=cast.misaki, now=at(3))
    assert (ticket.state, why(session, ticket)) == ("open", ["note"])


def test_it_wakes_when_its_promise_warns_wherever_that_has_moved(session, cast, ticket):
    warns = ticket.warn_at
    waking.hold_for(session, ticket, "promise", by=cast.ken, now=at(1))
    session.commit()
    assert waking.wake_due(session, warns - timedelta(seconds=1)) == []
    ticket.warn_at = warns + timedelta(minutes=10)
    session.commit()
    assert waking.wake_due(session, warns) == []
    assert waking.wake_due(session, warns + timedelta(minutes=10)) == [ticket.id]
    assert why(session, ticket) == ["promise"]


def test_it_wakes_at_once_when_nothing_is_promised_any_more(session, cast, ticket):
    waking.hold_for(session, ticket, "promise", by=cast.ken, now=at(1))
    session.commit()
    for promise in session.scalars(select(Promise)):
        promise.withdrawn_at = at(2)
    ticket.warn_at = None
    session.commit()
    assert waking.wake_due(session, at(3)) == [ticket.id]
    assert why(session, ticket) == ["gone"]


def test_without_a_promise_that_will_warn_there_is_nothing_to_wait_for(session, cast, ticket):
    with pytest.raises(Refused):
        waking.hold_for(session, ticket, "promise", by=cast.ken, now=ticket.warn_at)


@pytest.mark.parametrize("event", ["note", "promise"])
def test_the_customer_wakes_it_whatever_it_waits_for(session, cast, ticket, event):
    waking.hold_for(session, ticket, event, by=cast.ken, now=at(1))
    session.commit()
    customer_says(session, cast, post("急ぎです", at=at(5), thread=ticket.thread_x_id))
    assert ticket.state == "open"
    assert waking.wake_due(session, at(10_000)) == []


def test_a_new_hold_takes_the_place_of_the_one_before(session, cast, ticket, other):
    hold_for_other(session, cast, ticket, other)
    handling.hold(session, ticket, until=at(60), by=cast.ken, now=at(2))
    session.commit()
    assert handling.resolve(session, other, by=cast.misaki, now=at(3)) == []
    assert waking.wake_due(session, at(59)) == []
    assert waking.wake_due(session, at(60)) == [ticket.id]
