"""Two matters in one ticket become two: what is owed moves along, and nothing is owed twice."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from support.compliance.emptying import empty_posts
from support.conversations.records import Message
from support.errors import Refused
from support.inbox.receiving import receive
from support.inbox.retelling import rebuild
from support.inbox.splitting import movable, split
from support.replies import sending
from support.sla.records import Promise, promises_of
from support.terms.choosing import terms_for
from support.tickets import handling, marking, merging
from support.tickets.records import Ticket, TicketEvent
from tests.cast import customer_says, hands, post, press
from tests.fakes import THURSDAY


def in_minutes(n):
    return THURSDAY + timedelta(minutes=n)


@pytest.fixture
def said(session, cast):
    """One thread: the line is slow, then a bill, then more about the bill."""
    ticket = customer_says(session, cast, post(at=THURSDAY))
    return [
        ticket.latest_message,
        *(more(session, cast, ticket, n, f"請求の件{n}") for n in (5, 9)),
    ]


def more(session, cast, ticket, minutes, text="まだですか", **where):
    said = post(text, at=in_minutes(minutes), thread=ticket.thread_x_id, number=minutes, **where)
    customer_says(session, cast, said)
    return session.scalars(select(type(ticket.latest_message)).filter_by(x_id=said.x_id)).one()


def parted(session, cast, *messages, minutes=20):
    new = split(
        session,
        messages[0].ticket,
        [message.id for message in messages],
        by=cast.ken,
        now=in_minutes(minutes),
    )
    session.commit()
    return new


def owed(session, ticket):
    return {
        (p.kind, p.message_id, p.started_at) for p in promises_of(session, ticket.id) if p.is_open
    }


def answers(session, message, cast, minutes):
    """Somebody of ours did, on x.com."""
    ours = post(
        "確認します",
        at=in_minutes(minutes),
        thread=message.thread_x_id,
        answers=message.x_id,
        number=minutes,
    )
    ours = replace(ours, author_x_id=cast.account.x_id, author=None)
    receive(session, cast.account, [ours], stream="own", now=in_minutes(minutes))
    session.commit()


def test_what_is_owed_to_the_messages_moved_is_owed_in_the_new_ticket(session, cast, said):
    slow, bill, again = said
    old = slow.ticket
    new = parted(session, cast, bill, again)
    assert owed(session, old) == {
        ("first_reply", slow.id, THURSDAY),
        ("resolution", None, THURSDAY),
    }
    assert owed(session, new) == {
        ("first_reply", bill.id, in_minutes(5)),
        ("resolution", None, in_minutes(5)),
    }
    assert (new.subject, new.opened_at, new.state) == ("請求の件5", in_minutes(5), "open")
    assert (new.latest_message, old.latest_message) == (again, slow)
    assert (new.due_at, old.due_at) == (in_minutes(65), in_minutes(60))


def test_what_was_answered_stays_and_the_promise_moves_as_it_was(session, cast, clock, x):
    """The same row, so that its alerts and its page go along."""
    ticket = customer_says(session, cast, post(at=clock()))
    clock.forward(minutes=1)
    cast.account.undo_seconds = 0
    sending.deliver(session, press(session, ticket, cast.misaki, now=clock()).id, hands(x, clock))
    slow, bill = more(session, cast, ticket, 5), more(session, cast, ticket, 9, "請求の件")
    promise = next(p for p in promises_of(session, ticket.id) if p.is_open and p.message_id)
    assert (promise.kind, promise.message_id) == ("next_reply", slow.id)
    before = (promise.id, promise.due_at, promise.target_seconds)
    new = parted(session, cast, slow)
    (moved,) = [p for p in promises_of(session, new.id) if p.message_id]
    assert (moved.id, moved.due_at, moved.target_seconds) == before
    assert {(p.kind, p.message_id) for p in promises_of(session, ticket.id) if p.is_open} == {
        ("next_reply", bill.id),
        ("resolution", None),
    }
    kept = [p for p in session.scalars(select(Promise)) if p.kept_at]
    assert [(p.kind, p.ticket_id) for p in kept] == [("first_reply", ticket.id)]


def test_a_ticket_that_was_answered_waits_for_the_customer_again(session, cast, said):
    slow, bill, again = said
    old = slow.ticket
    answers(session, slow, cast, 12)
    new = parted(session, cast, bill, again)
    session.refresh(old)
    assert (old.state, old.due_at) == ("waiting", None)
    assert owed(session, new) == {
        ("next_reply", bill.id, in_minutes(5)),
        ("resolution", None, in_minutes(5)),
    }


def test_both_say_what_was_done_and_share_what_colleagues_decided(session, cast, said):
    old = said[0].ticket
    handling.assign(session, old, cast.misaki, by=cast.ken, now=in_minutes(10))
    marking.tag(session, old, "至急", by=cast.ken, now=in_minutes(10))
    new = parted(session, cast, said[1])
    told = session.scalars(select(TicketEvent).where(TicketEvent.kind.like("split%")))
    assert {(e.kind, e.ticket_id, e.data.get("into", e.data.get("of"))) for e in told} == {
        ("split", old.id, new.id),
        ("split_off", new.id, old.id),
    }
    assert (new.assignee, [tag.name for tag in new.tags]) == (cast.misaki, ["至急"])
    assert (new.split_from_id, new.thread_x_id) == (old.id, old.thread_x_id)


def test_merging_back_undoes_it(session, cast, said):
    slow, bill, again = said
    old, before = slow.ticket, owed(session, slow.ticket)
    new = parted(session, cast, bill, again)
    merging.merge(session, new, old, terms_for(session, old), by=cast.ken, now=in_minutes(21))
    session.commit()
    assert owed(session, old) == before
    assert owed(session, new) == set()
    answers(session, again, cast, 30)
    assert owed(session, old) == {("resolution", None, THURSDAY)}


@pytest.mark.parametrize("which", ["none", "all", "answered", "foreign"])
def test_what_cannot_be_split_is_refused(session, cast, said, which):
    slow, bill, _again = said
    ticket = slow.ticket
    if which == "answered":
        answers(session, slow, cast, 12)
    ids = {
        "none": [],
        "all": [message.id for message in said],
        "answered": [slow.id, bill.id],
        "foreign": [bill.id, 99_999],
    }[which]
    with pytest.raises(Refused) as refused:
        split(session, ticket, ids, by=cast.ken, now=in_minutes(20))
    assert refused.value.field == "split"
    session.rollback()
    assert session.scalars(select(Ticket)).all() == [ticket]


def test_what_is_being_answered_is_not_taken_away_under_the_answer(session, cast, said):
    press(session, said[0].ticket, cast.misaki, now=in_minutes(12))
    assert len(movable(session, said[0].ticket)) == 3
    with pytest.raises(Refused):
        parted(session, cast, said[2])


def test_a_resolved_or_merged_ticket_has_nothing_to_split(session, cast, said):
    ticket = said[0].ticket
    handling.resolve(session, ticket, by=cast.ken, now=in_minutes(15))
    session.commit()
    assert movable(session, ticket) == []
    with pytest.raises(Refused):
        parted(session, cast, said[1])


def test_later_posts_follow_what_they_answer(session, cast, clock, x, said):
    slow, bill, again = said
    old = slow.ticket
    new = parted(session, cast, bill, again)
    assert more(session, cast, old, 30, "遅い件です", answers=slow.x_id).ticket_id == old.id
    to_bill = more(session, cast, old, 31, "請求です", answers=bill.x_id)
    assert to_bill.ticket_id == new.id
    assert more(session, cast, old, 32, "続きです", answers=to_bill.x_id).ticket_id == new.id
    assert more(session, cast, old, 33, "別の人に", answers="1234567890").ticket_id == new.id
    clock.forward(minutes=40)
    cast.account.undo_seconds = 0
    session.commit()
    reply = press(session, old, cast.misaki, now=clock())
    sending.deliver(session, reply.id, hands(x, clock))
    ours = reply.parts[0].x_id
    assert more(session, cast, old, 50, "ありがとう", answers=ours).ticket_id == old.id


def test_beside_a_ticket_that_is_opened_just_then_a_post_still_follows_what_it_answers(
    session, cast, said
):
    slow, bill, _ = said
    old = slow.ticket
    new = parted(session, cast, bill)
    handling.resolve(session, old, by=cast.ken, now=in_minutes(25))
    session.commit()
    late = 40 * 24 * 60
    posts = [
        post("また遅い", at=in_minutes(late), thread=old.thread_x_id, answers=slow.x_id, number=1),
        post(
            "請求は", at=in_minutes(late + 1), thread=old.thread_x_id, answers=bill.x_id, number=2
        ),
    ]
    receive(session, cast.account, posts, stream="mentions", now=in_minutes(late + 2))
    session.commit()
    slow_again, billed = (
        session.scalars(select(Message).filter_by(x_id=it.x_id)).one() for it in posts
    )
    assert slow_again.ticket_id not in (old.id, new.id)
    assert billed.ticket_id == new.id


def test_direct_messages_go_on_with_the_newest_part(session, cast):
    ticket = customer_says(session, cast, post("遅いです", at=THURSDAY, private=True))
    bill = more(session, cast, ticket, 5, "請求の件", private=True)
    new = parted(session, cast, bill)
    assert more(session, cast, ticket, 30, "どうですか", private=True).ticket_id == new.id


def test_after_the_new_ticket_was_merged_back_posts_come_to_the_old(session, cast, said):
    slow, bill, again = said
    old = slow.ticket
    new = parted(session, cast, bill, again)
    merging.merge(session, new, old, terms_for(session, old), by=cast.ken, now=in_minutes(21))
    session.commit()
    assert more(session, cast, old, 30, "請求は", answers=bill.x_id).ticket_id == old.id


def test_rebuilding_changes_nothing_and_what_is_taken_back_is_owed_no_more(session, cast, said):
    slow, bill, again = said
    new = parted(session, cast, bill, again)
    for ticket in (slow.ticket, new):
        before = owed(session, ticket)
        rebuild(session, ticket)
        assert owed(session, ticket) == before
    gone = {"reason": "deleted", "noticed_by": "webhook", "noticed_at": in_minutes(25)}
    empty_posts(session, [bill.x_id], now=in_minutes(25), **gone)
    assert owed(session, new) == {
        ("first_reply", again.id, in_minutes(9)),
        ("resolution", None, in_minutes(5)),
    }
