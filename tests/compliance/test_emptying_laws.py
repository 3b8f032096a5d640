"""Whatever is heard, in whatever order: what is gone stays gone, and the rest stays whole."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from support.compliance.emptying import empty_posts, hide_person
from support.compliance.records import ComplianceEntry
from support.conversations.records import Message
from support.search import rebuilding
from support.sla.keeping import leading
from support.sla.records import promises_of
from support.tickets.records import Ticket
from tests.cast import HANAKO, YUUKI, customer_says, post
from tests.fakes import THURSDAY
from tests.machinery.memory import fresh_desk

WHO = (YUUKI, HANAKO)
MANY = 6
HEARD = st.lists(
    st.one_of(
        st.tuples(st.just("post"), st.integers(0, MANY - 1)),
        st.tuples(st.sampled_from(["protected", "suspended"]), st.integers(0, 1)),
    ),
    max_size=12,
)


@settings(max_examples=25, deadline=None)
@given(heard=HEARD)
def test_notices_in_any_order_and_number_come_to_the_same(heard):
    with fresh_desk() as (session, cast):
        posts = _said(session, cast)
        for step, (what, which) in enumerate(heard):
            now = THURSDAY + timedelta(hours=2, minutes=step)
            how = {"noticed_by": "webhook", "noticed_at": now, "now": now}
            if what == "post":
                empty_posts(session, [posts[which].x_id], reason="deleted", **how)
            else:
                hide_person(session, WHO[which].x_id, reason=what, **how)
            session.commit()
        _holds(session, posts, heard)


def _said(session, cast):
    """Three posts each of two people, in one thread each."""
    threads: dict[str, str] = {}
    posts = []
    for number in range(MANY):
        by = WHO[number % 2]
        said = post(
            f"{number}番の言葉",
            at=THURSDAY + timedelta(minutes=number),
            by=by,
            thread=threads.get(by.x_id, ""),
            number=number,
        )
        threads.setdefault(by.x_id, said.thread_x_id)
        customer_says(session, cast, said)
        posts.append(said)
    return posts


def _holds(session, posts, heard):
    deleted = {posts[which].x_id for what, which in heard if what == "post"}
    hidden = {WHO[which].x_id for what, which in heard if what != "post"}
    gone = {p.x_id for p in posts if p.x_id in deleted or p.author_x_id in hidden}
    messages = list(session.scalars(select(Message)))
    assert {m.x_id for m in messages if m.emptied_at} == gone
    assert all((m.text == "") == (m.x_id in gone) for m in messages)
    logged = select(ComplianceEntry.x_id).where(ComplianceEntry.kind == "post")
    assert sorted(session.scalars(logged)) == sorted(deleted), "each once"
    for ticket in session.scalars(select(Ticket)):
        _owes_the_oldest(session, ticket, gone)
    assert list(rebuilding.differences(session)) == [], "nothing that is gone is found"


def _owes_the_oldest(session, ticket, gone):
    """One promise for the oldest message that is left; nothing is owed where none is."""
    left = [
        m
        for m in session.scalars(
            select(Message).where(Message.ticket_id == ticket.id).order_by(Message.posted_at)
        )
        if m.x_id not in gone
    ]
    running = [p for p in promises_of(session, ticket.id) if p.is_open]
    owed = [p.message_id for p in running if p.kind != "resolution"]
    assert owed == [m.id for m in left[:1]]
    assert len(running) == (2 if left else 0)
    assert ticket.leading_promise is leading(running)
    if left:
        assert ticket.latest_message is left[-1]
