"""What a ticket shows follows from what happened, whatever the order of events."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from support.conversations.records import Message
from support.errors import DeskError, Refused
from support.replies import sending
from support.sla.levels import NO_REPLY_NEEDED
from support.sla.records import pauses_of, promises_of
from support.terms.choosing import policy_in_force
from support.tickets import handling, marking, noting, waking
from support.tickets.records import Ticket, TicketEvent
from support.tickets.states import MOVES, Move, State, after
from tests.cast import customer_says, hands, post, press
from tests.fakes import THURSDAY, SmallX, StandingClock


@pytest.fixture
def ticket(session, cast):
    return customer_says(session, cast, post(at=THURSDAY))


def in_minutes(n):
    return THURSDAY + timedelta(minutes=n)


def kinds(session, ticket):
    return {p.kind: p for p in promises_of(session, ticket.id)}


def test_resolving_keeps_the_resolution_and_withdraws_the_reply_nobody_needs(session, cast, ticket):
    handling.resolve(session, ticket, by=cast.misaki, now=in_minutes(5))
    promises = kinds(session, ticket)
    assert promises["resolution"].kept_at == in_minutes(5)
    assert promises["first_reply"].withdrawn_reason == NO_REPLY_NEEDED
    assert (ticket.state, ticket.due_at, ticket.leading_promise) == ("resolved", None, None)
    assert ticket.assignee is cast.misaki


def test_waiting_for_the_customer_stops_the_clock_until_they_write(session, cast, ticket):
    terms = policy_in_force(session).terms_of(ticket)
    message = ticket.latest_message
    noting.note_reply_accepted(
        session, ticket, message, terms, at=in_minutes(30), agent=cast.misaki
    )
    assert ticket.state == "waiting"
    assert ticket.due_at is None, "nothing is due while it is their turn"
    back = post("だめでした", at=in_minutes(90), thread=ticket.thread_x_id)
    customer_says(session, cast, back)
    (pause,) = pauses_of(session, ticket.id)
    assert (pause.started_at, pause.ended_at) == (in_minutes(30), in_minutes(90))
    resolution = kinds(session, ticket)["resolution"]
    # Eight business hours from Thursday 10:00 with one of them paused: Friday 10:00 in Tokyo.
    assert resolution.due_at == THURSDAY + timedelta(days=1)


def test_a_held_ticket_wakes_when_the_customer_writes(session, cast, ticket):
    handling.hold(session, ticket, until=in_minutes(600), by=cast.misaki, now=in_minutes(1))
    assert ticket.state == "held"
    customer_says(session, cast, post("急ぎです", at=in_minutes(5), thread=ticket.thread_x_id))
    assert (ticket.state, ticket.snoozed_until) == ("open", None)


def test_a_held_ticket_is_named_when_its_time_has_come(session, cast, ticket):
    handling.hold(session, ticket, until=in_minutes(60), by=cast.misaki, now=in_minutes(1))
    session.flush()
    assert waking.wake_due(session, in_minutes(59)) == []
    assert waking.wake_due(session, in_minutes(60)) == [ticket.id]


def test_holding_into_the_past_is_refused(session, cast, ticket):
    with pytest.raises(Refused) as refused:
        handling.hold(session, ticket, until=in_minutes(0), by=cast.misaki, now=in_minutes(1))
    assert refused.value.field == "until"


def test_reopening_promises_a_resolution_anew_and_leaves_the_old_verdict(session, cast, ticket):
    terms = policy_in_force(session).terms_of(ticket)
    handling.resolve(session, ticket, by=cast.misaki, now=in_minutes(5))
    handling.reopen(session, ticket, terms, by=cast.ken, now=in_minutes(30))
    resolutions = [p for p in promises_of(session, ticket.id) if p.kind == "resolution"]
    assert [p.kept_at for p in resolutions] == [in_minutes(5), None]
    assert ticket.state == "open"


def test_resolving_twice_is_refused_with_a_sentence(session, cast, ticket):
    handling.resolve(session, ticket, by=cast.misaki, now=in_minutes(5))
    with pytest.raises(DeskError, match="状態が変わっています"):
        handling.resolve(session, ticket, by=cast.ken, now=in_minutes(6))


def test_who_did_what_is_on_record(session, cast, ticket):
    handling.assign(session, ticket, cast.ken, by=cast.misaki, now=in_minutes(1))
    handling.assign(session, ticket, cast.ken, by=cast.misaki, now=in_minutes(2))
    marking.tag(session, ticket, " #速度 ", by=cast.ken, now=in_minutes(3))
    marking.tag(session, ticket, "速度", by=cast.ken, now=in_minutes(4))
    session.flush()
    events = [(e.kind, e.agent_id) for e in session.scalars(select(TicketEvent))]
    assert events == [("assigned", cast.misaki.id), ("tagged", cast.ken.id)]
    assert [tag.name for tag in ticket.tags] == ["速度"]


@pytest.mark.parametrize("text", ["", "  \n", "あ" * 5001])
def test_a_note_that_says_nothing_or_too_much_is_refused(session, cast, ticket, text):
    with pytest.raises(Refused):
        marking.add_note(session, ticket, text, by=cast.misaki, now=THURSDAY)


def test_every_state_and_move_is_either_in_the_table_or_refused():
    for state in State:
        for move in Move:
            assert after(state, move) == MOVES.get((state, move))
    assert all(after(state, Move.CUSTOMER_WROTE) is State.OPEN for state in State)


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("@hikari_care 夜に遅い", "夜に遅い"),
        ("@hikari_care @other  まだ\nです", "まだ です"),
        ("@hikari_care", ""),
        ("あ" * 99, "あ" * 60),
    ],
)
def test_a_subject_is_the_first_words_without_handles(text, subject):
    assert noting.subject_from(text) == subject


ACTS = ("says", "answers", "resolves", "reopens", "holds", "wakes")


@settings(max_examples=30, deadline=None)
@given(acts=st.lists(st.tuples(st.sampled_from(ACTS), st.integers(1, 400)), max_size=9))
def test_derived_columns_equal_the_rule_over_any_history(acts):
    from tests.machinery.memory import fresh_desk

    with fresh_desk() as (session, cast):
        cast.account.undo_seconds = 0
        clock = StandingClock()
        x = SmallX(clock)
        ticket = customer_says(session, cast, post(at=clock()))
        terms = policy_in_force(session).terms_of(ticket)
        for number, (act, minutes) in enumerate(acts):
            now = clock.forward(minutes=minutes)
            _do(session, cast, ticket, act, number, now, terms, x, clock)
            session.commit()
            _holds(session, ticket)


def _do(session, cast, ticket, act, number, now, terms, x, clock):
    try:
        if act == "says":
            said = post(f"{number}", at=now, thread=ticket.thread_x_id, number=number)
            customer_says(session, cast, said)
        elif act == "answers":
            reply = press(session, ticket, cast.misaki, f"はい{number}", now=now)
            sending.deliver(session, reply.id, hands(x, clock))
        elif act == "resolves":
            handling.resolve(session, ticket, by=cast.misaki, now=now)
        elif act == "reopens":
            handling.reopen(session, ticket, terms, by=cast.misaki, now=now)
        elif act == "holds":
            handling.hold(session, ticket, until=None, by=cast.misaki, now=now)
        else:
            waking.wake(session, ticket, by=None, now=now)
    except DeskError:
        session.rollback()


def _holds(session, ticket: Ticket) -> None:
    promises = promises_of(session, ticket.id)
    running = [p for p in promises if p.is_open and p.due_at is not None]
    leading = min(running, key=lambda p: (p.due_at, p.id), default=None)
    assert ticket.leading_promise is leading
    assert ticket.due_at == (leading.due_at if leading else None)
    assert ticket.warn_at == (leading.warn_at if leading else None)
    messages = list(session.scalars(select(Message).where(Message.ticket_id == ticket.id)))
    newest = max(messages, key=lambda m: (m.posted_at, m.id))
    assert ticket.latest_message is newest
    assert ticket.last_message_at == newest.posted_at
    owed = [p for p in promises if p.is_open and p.kind != "resolution"]
    assert len(owed) <= 1, "one reply promise at a time"
    if ticket.state == "resolved":
        assert not any(p.is_open for p in promises)
    if ticket.state == "waiting":
        assert owed == []
        assert any(pause.ended_at is None for pause in pauses_of(session, ticket.id))
