"""Whoever writes out of hours is told once when we open, and nothing else changes by it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from support.replies import acknowledging, holding, sending
from support.replies.records import Acknowledgement, Reply
from support.sla.records import ServiceLevel, promises_of
from support.x.errors import Meaning, XError
from tests.cast import HANAKO, customer_says, hands, make_cast, post, press
from tests.fakes import THURSDAY
from tests.replies.watching import state

TEXT = "お問い合わせありがとうございます。担当者が{{next_opening}}順にお返事します。"
NIGHT = THURSDAY + timedelta(hours=10)
"""Eight in the evening; the desk closed at six."""
MINUTE = timedelta(minutes=1)


@pytest.fixture
def cast(session):
    cast = make_cast(session, undo_seconds=0)
    session.scalars(select(ServiceLevel)).one().acknowledgement = TEXT
    session.commit()
    return cast


@pytest.fixture
def night(clock):
    clock.now = NIGHT
    return clock


def written(session):
    """The texts of all acknowledgements, in order."""
    made = select(Reply).where(Reply.automatic).order_by(Reply.id)
    return [reply.parts[0].text for reply in session.scalars(made)]


def send_all(session, x, clock):
    for number in session.scalars(select(Reply.id).where(Reply.settled_at.is_(None))).all():
        sending.deliver(session, number, hands(x, clock))


def mention(text="@hikari_care 遅いです", at=NIGHT, **more):
    """With what X says of it: whether it may be answered is read from there."""
    said = post(text, at=at)
    raw = {"id": said.x_id, "author_id": said.author_x_id, "text": text, "entities": {}}
    return replace(said, raw={**raw, "created_at": at.isoformat(), **more})


def test_a_dm_at_night_is_told_when_we_open(session, cast, x, night):
    ticket = customer_says(session, cast, post("届きません", at=NIGHT, private=True))
    send_all(session, x, night)
    expected = "お問い合わせありがとうございます。担当者が明日9時から順にお返事します。"
    assert [it.text for it in x.ours] == [expected]
    (promise, *_) = promises_of(session, ticket.id)
    assert promise.is_open
    session.refresh(ticket)
    assert (ticket.state, ticket.assignee_id) == ("open", None)


def test_once_a_night_and_again_the_next(session, cast, x, night):
    for minutes in (0, 5):
        said = post("まだですか", at=NIGHT + minutes * MINUTE, private=True)
        night.now = said.posted_at
        customer_says(session, cast, said)
        send_all(session, x, night)
    assert len(x.ours) == 1
    night.forward(hours=24)
    customer_says(session, cast, post("もしもし", at=night(), private=True))
    send_all(session, x, night)
    assert len(x.ours) == 2
    assert "月曜日の9時から" in x.ours[-1].text


def test_a_public_mention_is_answered_with_its_time_of_receipt(session, cast, x, night):
    ticket = customer_says(session, cast, mention())
    send_all(session, x, night)
    assert x.ours[0].text.endswith("（受付 10月1日 20:00）")
    assert x.ours[0].in_reply_to_x_id == ticket.latest_message.x_id


def carried():
    """An answer to somebody else that takes our handle along."""
    return mention(
        "@hikari_care そうですよね",
        display_text_range=[13, 20],
        entities={
            "mentions": [{"start": 0, "end": 12, "username": "hikari_care", "id": "7000000001"}]
        },
    )


QUIET = {
    "in hours": lambda: (post(at=THURSDAY), THURSDAY),
    "a handle that is only carried": lambda: (carried(), NIGHT),
    "a backlog": lambda: (post(at=NIGHT, private=True), NIGHT + 16 * MINUTE),
    "written at night, read in hours": lambda: (
        post(at=NIGHT + timedelta(hours=12, minutes=59), private=True),
        NIGHT + timedelta(hours=13, minutes=1),
    ),
    "encrypted": lambda: (replace(post("", at=NIGHT, private=True), encrypted=True), NIGHT),
    "stop": lambda: (post("自動応答は不要です。", at=NIGHT, private=True), NIGHT),
}


@pytest.mark.parametrize("case", QUIET.values(), ids=QUIET)
def test_nothing_is_said_to(session, cast, case):
    said, seen = case()
    customer_says(session, cast, said, seen=seen)
    assert written(session) == []


def test_nothing_is_said_where_the_level_has_no_words(session):
    customer_says(session, make_cast(session), post(at=NIGHT, private=True))
    assert written(session) == []


def test_nothing_is_said_where_a_person_answers_tonight(session, cast, x, night):
    ticket = customer_says(session, cast, post(at=NIGHT - 3 * timedelta(hours=1), private=True))
    press(session, ticket, cast.misaki, now=NIGHT - MINUTE)
    customer_says(session, cast, post("はい", at=NIGHT, private=True))
    send_all(session, x, night)
    night.forward(minutes=4)
    customer_says(session, cast, post("ありがとう", at=night(), private=True))
    assert written(session) == []


def test_a_person_who_answers_right_after_is_not_held_up_and_keeps_the_promise(
    session, cast, x, night
):
    ticket = customer_says(session, cast, post(at=NIGHT, private=True))
    reply = press(session, ticket, cast.misaki, now=night(), seen=None)
    sending.deliver(session, reply.id, hands(x, night))
    send_all(session, x, night)
    assert [it.text for it in x.ours] == ["確認いたします。 ^佐藤"]
    session.expire_all()
    assert promises_of(session, ticket.id)[0].kept_by_id == cast.misaki.id
    (automatic,) = session.scalars(select(Reply).where(Reply.automatic))
    assert state(session, automatic) == "undone"


def test_an_agent_whose_page_is_older_than_the_acknowledgement_may_answer(
    session, cast, x, night
):
    ticket = customer_says(session, cast, post(at=NIGHT, private=True))
    send_all(session, x, night)
    reply = press(session, ticket, cast.misaki, now=night.forward(minutes=1), seen=0)
    sending.deliver(session, reply.id, hands(x, night))
    session.expire_all()
    assert promises_of(session, ticket.id)[0].kept_by_id == cast.misaki.id


@pytest.mark.parametrize("wait", [timedelta(minutes=16), timedelta(hours=13)])
def test_what_waited_too_long_is_dropped(session, cast, x, night, wait):
    ticket = customer_says(session, cast, post(at=NIGHT, private=True))
    night.now += wait
    assert holding.drop_outdated(session, night()) == [ticket.id]
    session.commit()
    send_all(session, x, night)
    assert x.ours == []


def test_what_x_refuses_is_handed_to_nobody(session, cast, x, night):
    customer_says(session, cast, mention())
    x.answers.append(XError(Meaning.REFUSED, 403, "You are not permitted to reply"))
    send_all(session, x, night)
    (automatic,) = session.scalars(select(Reply).where(Reply.automatic))
    assert state(session, automatic) == "rejected"
    assert automatic.settled_at is not None


def test_two_customers_are_told_each(session, cast, night):
    customer_says(session, cast, post(at=NIGHT, private=True))
    customer_says(session, cast, post(at=NIGHT, private=True, by=HANAKO, number=1))
    assert len(written(session)) == 2
    assert len(session.scalars(select(Acknowledgement)).all()) == 2


def test_somebody_who_is_muted_is_told_nothing(session, cast, x, night):
    ticket = customer_says(session, cast, post(at=THURSDAY, private=True))
    ticket.conversation.customer.muted_at = THURSDAY
    ticket.latest_message.posted_at = ticket.latest_message.received_at = NIGHT
    session.commit()
    assert acknowledging.acknowledge(session, [ticket.id], NIGHT) == []
    ticket.conversation.customer.muted_at = None
    assert len(acknowledging.acknowledge(session, [ticket.id], NIGHT)) == 1
