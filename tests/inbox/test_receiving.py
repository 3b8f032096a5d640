"""One post is one message, whatever the order, repetition or shape."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from support.conversations.records import Conversation, Customer, Message
from support.inbox.receiving import receive
from support.inbox.records import IntakeRefusal
from support.inbox.threading import REOPEN_WITHIN
from support.sla.records import Promise, promises_of
from support.tickets import handling
from support.tickets.records import Ticket
from support.x.payloads import read_posts
from tests.cast import HANAKO, YUUKI, customer_says, post
from tests.fakes import THURSDAY, snowflake


def count(session, record):
    return session.scalar(select(func.count()).select_from(record))


def test_a_mention_becomes_ticket_message_and_promises_in_one_commit(session, cast):
    ticket = customer_says(session, cast, post(at=THURSDAY))
    promises = {p.kind: p for p in promises_of(session, ticket.id)}
    assert ticket.state == "open"
    assert ticket.conversation.customer.username == "kakuu_yuuki"
    assert ticket.latest_message.text == "@hikari_care 夜になると遅いです"
    assert set(promises) == {"first_reply", "resolution"}
    assert promises["first_reply"].due_at == THURSDAY + timedelta(hours=1)
    assert ticket.leading_promise is promises["first_reply"]


def test_the_same_post_twice_is_one_message(session, cast):
    said = post(at=THURSDAY)
    customer_says(session, cast, said)
    again = receive(session, cast.account, [said, said], stream="mentions", now=THURSDAY)
    assert (again.messages, again.known) == (0, 2)
    assert count(session, Message) == 1


def test_posts_of_one_customer_in_one_thread_are_one_ticket(session, cast):
    first = post(at=THURSDAY)
    second = post("まだ遅いです", at=THURSDAY + timedelta(minutes=5), thread=first.x_id)
    assert customer_says(session, cast, first) is customer_says(session, cast, second)


def test_another_thread_of_the_same_customer_is_another_ticket_in_one_conversation(session, cast):
    one = customer_says(session, cast, post(at=THURSDAY))
    two = customer_says(session, cast, post("別件です", at=THURSDAY + timedelta(minutes=1)))
    assert one is not two
    assert one.conversation is two.conversation


def test_another_customer_in_the_same_thread_has_a_ticket_of_their_own(session, cast):
    first = post(at=THURSDAY)
    theirs = post("うちもです", at=THURSDAY + timedelta(minutes=1), by=HANAKO, thread=first.x_id)
    assert customer_says(session, cast, first) is not customer_says(session, cast, theirs)
    assert count(session, Customer) == 2


def test_a_direct_message_never_joins_a_public_conversation(session, cast):
    public = customer_says(session, cast, post(at=THURSDAY))
    private = customer_says(
        session, cast, post("契約番号です", at=THURSDAY + timedelta(minutes=1), private=True)
    )
    assert private.conversation.is_private
    assert private.conversation is not public.conversation
    assert private.conversation.customer is public.conversation.customer


@settings(max_examples=25, deadline=None)
@given(order=st.permutations(range(6)), cuts=st.lists(st.integers(0, 6), max_size=3))
def test_any_order_and_split_gives_the_same_messages_and_tickets(order, cuts):
    from tests.machinery.memory import fresh_desk

    posts = [post(at=THURSDAY)]
    posts += [
        post(f"続き{n}", at=THURSDAY + timedelta(minutes=n), thread=posts[0].x_id) for n in (1, 2)
    ]
    posts += [post("別件", at=THURSDAY + timedelta(minutes=9), by=HANAKO)]
    posts += [post("DM", at=THURSDAY + timedelta(minutes=9), private=True, number=7)]
    posts += [posts[1]]
    with fresh_desk() as (session, cast):
        edges = sorted({0, *cuts, len(order)})
        for start, end in pairwise(edges):
            for private in (False, True):
                chunk = [posts[i] for i in order[start:end] if posts[i].private is private]
                receive(session, cast.account, chunk, stream="x", now=THURSDAY)
                session.commit()
        assert count(session, Message) == 5
        assert count(session, Ticket) == 3
        ticket = session.scalars(select(Ticket).order_by(Ticket.id)).all()
        owed = select(Promise).where(Promise.kind != "resolution", Promise.kept_at.is_(None))
        per_ticket = [p.ticket_id for p in session.scalars(owed)]
        assert sorted(per_ticket) == sorted(t.id for t in ticket), "one open reply promise each"


def test_an_older_post_that_arrives_late_is_what_the_promise_is_owed_to(session, cast):
    first = post(at=THURSDAY)
    ticket = customer_says(session, cast, first)
    handling.resolve(session, ticket, by=cast.misaki, now=THURSDAY + timedelta(minutes=1))
    later = post("後", at=THURSDAY + timedelta(minutes=20), thread=first.x_id)
    earlier = post("先", at=THURSDAY + timedelta(minutes=10), thread=first.x_id)
    customer_says(session, cast, later)
    customer_says(session, cast, earlier)
    owed = [p for p in promises_of(session, ticket.id) if p.is_open and p.kind == "next_reply"]
    assert [p.started_at for p in owed] == [THURSDAY + timedelta(minutes=10)]
    assert ticket.latest_message.text == "後"


def test_a_resolved_thread_is_reopened_and_promised_anew(session, cast):
    first = post(at=THURSDAY)
    ticket = customer_says(session, cast, first)
    handling.resolve(session, ticket, by=cast.misaki, now=THURSDAY + timedelta(minutes=1))
    back = post("まだ直りません", at=THURSDAY + timedelta(hours=1), thread=first.x_id)
    assert customer_says(session, cast, back) is ticket
    assert ticket.state == "open"
    kinds = sorted(p.kind for p in promises_of(session, ticket.id) if p.is_open)
    assert kinds == ["next_reply", "resolution"]


def test_a_thread_resolved_long_ago_begins_a_new_ticket(session, cast):
    first = post(at=THURSDAY)
    ticket = customer_says(session, cast, first)
    handling.resolve(session, ticket, by=cast.misaki, now=THURSDAY)
    late = THURSDAY + REOPEN_WITHIN + timedelta(days=1)
    back = customer_says(session, cast, post("久しぶりです", at=late, thread=first.x_id))
    assert back is not ticket
    assert back.conversation is ticket.conversation


ODD = {
    "empty after trimming": " \u3000\n ",
    "25,000 characters": "あ" * 25_000,
    "right to left": "\u202eevil\u202c مرحبا",
    "an emoji family": "👨‍👩‍👧‍👦🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    "a NUL": "a\x00b",
    "a lone surrogate": "a\ud800b",
    "HTML": "<script>alert(1)</script>&amp;",
}


@pytest.mark.parametrize("text", ODD.values(), ids=ODD.keys())
def test_odd_text_is_stored_and_can_be_read_back(session, cast, text):
    ticket = customer_says(session, cast, post(text, at=THURSDAY))
    session.expire_all()
    stored = ticket.latest_message.text
    assert stored == text.replace("\x00", "\ufffd").replace("\ud800", "\ufffd")


def test_an_item_without_a_required_field_is_kept_with_its_reason_and_the_others_go_on(
    session, cast
):
    good = {"id": snowflake(THURSDAY), "text": "はい", "author_id": "9000000001", "novelty": 1}
    page = read_posts({"data": [{"id": "5", "text": "誰の？"}, good, 7]})
    for _ in range(2):
        taken = receive(
            session, cast.account, page.posts, page.unread, stream="mentions", now=THURSDAY
        )
        session.commit()
    assert taken.refused == 2
    assert count(session, Message) == 1
    reasons = sorted(session.scalars(select(IntakeRefusal.reason)))
    assert reasons == ["author_id is missing or is not an id of X", "the item is not a JSON object"]


def test_what_the_database_refuses_is_kept_alone_and_the_others_go_on(session, cast):
    endless = replace(YUUKI, followers=10**30)
    impossible = post("x", at=THURSDAY, by=endless, number=3)
    good = post(at=THURSDAY + timedelta(seconds=1), by=HANAKO)
    taken = receive(session, cast.account, [impossible, good], stream="mentions", now=THURSDAY)
    session.commit()
    assert (taken.messages, taken.refused) == (1, 1)
    assert count(session, Message) == 1


def test_our_own_post_typed_on_x_answers_the_customer_and_makes_no_ticket(session, cast):
    first = post(at=THURSDAY)
    ticket = customer_says(session, cast, first)
    ours = post("お調べします", at=THURSDAY + timedelta(minutes=3), thread=first.x_id)
    ours = replace(ours, author_x_id="7000000001", in_reply_to_x_id=first.x_id)
    receive(session, cast.account, [ours], stream="own", now=THURSDAY + timedelta(minutes=4))
    session.commit()
    assert count(session, Ticket) == 1
    assert ticket.state == "waiting"
    first_reply = promises_of(session, ticket.id)[0]
    assert first_reply.kept_at == THURSDAY + timedelta(minutes=3)
    assert first_reply.kept_by_id is None


def test_our_own_post_to_nobody_is_left_alone(session, cast):
    ours = post("本日の営業時間", at=THURSDAY)
    ours = replace(ours, author_x_id="7000000001")
    receive(session, cast.account, [ours], stream="own", now=THURSDAY)
    assert count(session, Message) == count(session, Conversation) == 0
