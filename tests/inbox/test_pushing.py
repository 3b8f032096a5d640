"""What X pushed becomes messages: once, in order, and nothing that cannot be read is lost."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from support.conversations.records import Customer, Message
from support.inbox import pushing
from support.inbox.pushing import REVOKED, Asked
from support.inbox.receiving import receive
from support.inbox.records import Delivery, IntakeRefusal
from support.tickets.records import Ticket
from support.x.payloads import read_posts
from support.x.posts import Person
from support.x.records import Charge, XApp
from tests.fakes import THURSDAY, snowflake
from tests.x import pushed
from tests.x.pushed import DESK, YUUKI


class Emptied:
    """Keeps what was to be emptied."""

    def __init__(self) -> None:
        self.calls: list[tuple[list[str], dict[str, object]]] = []

    def __call__(self, session, x_ids, **told):
        self.calls.append((list(x_ids), told))
        return [4711]


@pytest.fixture
def empty():
    return Emptied()


def deliver(session, *values, app_id=None):
    """X pushed these, in this order; their ids."""
    made = [
        Delivery(
            app_id=app_id,
            received_at=THURSDAY,
            body=value if isinstance(value, bytes) else pushed.body(value),
        )
        for value in values
    ]
    session.add_all(made)
    session.flush()
    ids = [delivery.id for delivery in made]
    session.commit()
    return ids


def take_in(session, empty, ids=None, asked=None, now=THURSDAY):
    ids = pushing.in_line(session, now) if ids is None else ids
    taken = pushing.take_in(session, ids, asked or Asked(), empty, now)
    session.commit()
    return taken


def states(session):
    return [(d.state, d.event_type) for d in session.scalars(select(Delivery).order_by("id"))]


def texts(session):
    return list(session.scalars(select(Message.text).order_by(Message.posted_at, Message.id)))


def test_a_mention_becomes_a_ticket_and_its_body_is_emptied(session, cast, empty):
    deliver(session, pushed.mention())
    taken = take_in(session, empty)
    assert (taken.deliveries, taken.messages) == (1, 1)
    assert texts(session) == ["@hikari_care 夜になると遅いです"]
    assert session.scalar(select(Customer.username)) == "kakuu_yuuki"
    (delivery,) = session.scalars(select(Delivery))
    assert (delivery.state, delivery.body, delivery.reason) == ("read", b"", "")


def test_the_same_post_as_mention_as_reply_and_by_poll_is_one_message(session, cast, empty):
    item = pushed.post_item(answers="1973000000000000001", thread="1973000000000000001")
    polled = read_posts({"data": [item], "includes": {"users": [pushed.person(YUUKI)]}}).posts
    reply = pushed.activity("post.reply.create", item, includes={})
    named = pushed.activity("post.mention.create", item, includes={"users": [pushed.person(YUUKI)]})
    deliver(session, reply, named, reply)
    take_in(session, empty)
    receive(session, cast.account, polled, stream="mentions", now=THURSDAY)
    deliver(session, named)
    take_in(session, empty)
    assert len(texts(session)) == 1
    assert session.scalar(select(Customer.username)) == "kakuu_yuuki"
    assert states(session)[-1] == ("read", "post.mention.create")


def test_a_message_pushed_by_both_apis_is_one(session, cast, empty):
    older = pushed.account_activity(
        "direct_message_events",
        pushed.dm_event("住所はこちらです"),
        users={YUUKI["id"]: pushed.v1_user()},
    )
    deliver(session, pushed.dm(), older, pushed.dm())
    take_in(session, empty)
    assert texts(session) == ["住所はこちらです"]
    assert session.scalar(select(Message.channel)) == "dm"


def test_public_posts_and_messages_of_one_batch_go_to_their_own_conversations(session, cast, empty):
    deliver(session, pushed.mention(), pushed.dm(number=1))
    take_in(session, empty)
    assert sorted(session.scalars(select(Message.channel))) == ["dm", "public"]
    assert len(list(session.scalars(select(Ticket)))) == 2


def test_an_answer_of_the_older_api_joins_the_thread_of_what_it_answers(session, cast, empty):
    opened = pushed.status(number=1)
    answer = pushed.status("@hikari_care まだです", number=2, answers=opened["id_str"])
    later = pushed.status("@hikari_care 直りました", number=3, answers=answer["id_str"])
    kind = "tweet_create_events"
    deliver(session, pushed.account_activity(kind, answer, opened))
    take_in(session, empty)
    deliver(session, pushed.account_activity(kind, later))
    take_in(session, empty)
    assert set(session.scalars(select(Message.thread_x_id))) == {opened["id_str"]}


def test_deletions_go_to_who_empties_after_the_posts_of_the_batch(session, cast, empty):
    x_id = snowflake(THURSDAY)
    deliver(session, pushed.deletion(x_id), pushed.mention())
    taken = take_in(session, empty)
    assert taken.tickets >= {4711}
    ((gone, told),) = empty.calls
    assert gone == [x_id]
    assert (told["kind"], told["reason"], told["noticed_by"]) == ("post", "deleted", "webhook")


def test_a_consent_taken_back_stops_the_account(session, cast, empty):
    deliver(session, pushed.revocation())
    assert pushing.questions(session, pushing.in_line(session, THURSDAY)) == ([], [cast.account])
    take_in(session, empty, asked=Asked(revoked={DESK: True}))
    session.refresh(cast.account)
    assert (cast.account.stopped_at, cast.account.stopped_reason) == (THURSDAY, REVOKED)


def test_an_old_revocation_does_not_stop_an_account_that_was_connected_anew(session, cast, empty):
    deliver(session, pushed.revocation())
    take_in(session, empty, asked=Asked(revoked={DESK: False}))
    session.refresh(cast.account)
    assert cast.account.stopped_at is None
    assert states(session) == [("read", "oauth.revoke")]


def test_a_revocation_x_was_not_asked_about_waits_for_the_next_round(session, cast, empty):
    deliver(session, pushed.revocation())
    take_in(session, empty)
    assert states(session) == [("new", "oauth.revoke")]
    assert pushing.in_line(session, THURSDAY) == []
    assert len(pushing.in_line(session, THURSDAY + pushing.TRY_AGAIN)) == 1


@pytest.mark.parametrize(
    ("value", "state", "kind", "reason"),
    [
        (b"\xff", "unreadable", "", "not JSON"),
        (pushed.activity("post.create", {"id": "1"}), "unreadable", "post.create", "author_id"),
        (pushed.activity("post.hologram", {}), "unknown", "post.hologram", ""),
        (
            pushed.activity("post.create", pushed.post_item(), of="404"),
            "unknown",
            "post.create",
            pushing.FOR_NOBODY,
        ),
    ],
)
def test_what_the_desk_cannot_use_is_kept_whole_and_keeps_out_nobody(
    session, cast, empty, value, state, kind, reason
):
    deliver(session, value, pushed.mention())
    take_in(session, empty)
    assert states(session) == [(state, kind), ("read", "post.mention.create")]
    (kept, _) = session.scalars(select(Delivery).order_by(Delivery.id))
    assert kept.body == (value if isinstance(value, bytes) else pushed.body(value))
    assert reason in kept.reason
    assert len(texts(session)) == 1


def test_one_unreadable_item_of_several_is_kept_as_a_refusal(session, cast, empty):
    deliver(session, pushed.account_activity("tweet_create_events", {"id": 1}, pushed.status()))
    assert take_in(session, empty).refused == 1
    (refusal,) = session.scalars(select(IntakeRefusal))
    assert (refusal.stream, refusal.account_id) == ("push", cast.account.id)


def test_people_without_a_name_are_asked_for_once(session, cast, empty):
    nameless = pushed.activity("post.reply.create", pushed.post_item(), includes={})
    ours = pushed.activity("post.create", pushed.post_item(by=DESK, number=2), includes={})
    ids = deliver(session, nameless, ours)
    assert pushing.questions(session, ids) == ([YUUKI["id"]], [])
    named = Person(YUUKI["id"], "kakuu_yuuki", "ゆうき")
    take_in(session, empty, asked=Asked({YUUKI["id"]: named}))
    assert session.scalar(select(Customer.name)) == "ゆうき"
    ids = deliver(session, nameless)
    assert pushing.questions(session, ids) == ([], [])


def test_a_crash_before_the_commit_leaves_all_new_and_nothing_doubled(session, cast, empty):
    ids = deliver(session, pushed.mention(), pushed.dm(number=1))
    pushing.take_in(session, ids, Asked(), empty, THURSDAY)
    session.rollback()
    assert [state for state, _ in states(session)] == ["new", "new"]
    assert texts(session) == []
    take_in(session, empty)
    take_in(session, empty, ids)
    assert len(texts(session)) == 2


def test_one_that_cannot_be_stored_waits_and_is_shown_after_many_tries(session, cast, empty):
    (number,) = deliver(session, pushed.mention())
    now = THURSDAY
    for _ in range(pushing.MOST_TRIES):
        assert pushing.in_line(session, now) == [number]
        pushing.put_back(session, number, "the desk could not store it: X", now)
        session.commit()
        assert pushing.in_line(session, now) == []
        now += pushing.TRY_AGAIN
    assert states(session) == [("unreadable", "post.mention.create")]
    assert pushing.try_again(session, lambda delivery: delivery.id == number) == 1
    take_in(session, empty, now=now)
    assert len(texts(session)) == 1


def test_what_was_put_aside_is_out_of_the_list_and_can_still_be_tried(session, cast, empty):
    (number,) = deliver(session, pushed.activity("post.hologram", {}))
    take_in(session, empty)
    pushing.put_aside(session, session.get_one(Delivery, number))
    session.commit()
    assert states(session) == [("aside", "post.hologram")]
    assert pushing.try_again(session, lambda delivery: delivery.id == number) == 1


def test_rows_of_what_was_read_go_after_a_month_and_no_others(session, cast, empty):
    deliver(session, pushed.mention(), b"\xff", pushed.activity("post.hologram", {}))
    take_in(session, empty)
    deliver(session, pushed.dm(number=3))
    pushing.forget_old(session, THURSDAY + pushing.KEEP_READ)
    assert len(states(session)) == 4
    pushing.forget_old(session, THURSDAY + pushing.KEEP_READ + timedelta(seconds=1))
    session.commit()
    assert [state for state, _ in states(session)] == ["unreadable", "unknown", "new"]


def test_when_x_last_pushed_is_noted_by_the_app(session, cast, empty):
    app = XApp(name="窓口", made_at=THURSDAY)
    session.add(app)
    session.flush()
    deliver(session, pushed.mention(), app_id=app.id)
    take_in(session, empty)
    session.refresh(app)
    assert app.pushed_at == THURSDAY


def test_what_x_charges_for_pushing_is_written_to_the_account_s_ledger(session, cast, empty):
    deliver(
        session,
        pushed.mention(),
        pushed.mention(),
        pushed.dm(number=1),
        pushed.chat(),
        pushed.deletion("13"),
        pushed.activity("post.hologram", {}),
        pushed.account_activity("tweet_create_events", pushed.status(number=5)),
    )
    take_in(session, empty)
    charged = session.execute(select(Charge.kind, Charge.items, Charge.account_id))
    account = cast.account.id
    assert sorted(tuple(row) for row in charged) == [
        ("event_chat", 1, account),
        ("event_dm", 1, account),
        ("event_post", 2, account),
    ]
