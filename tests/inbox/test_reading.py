"""Streams are read to their end over HTTP, and the cursor moves only with what was read."""

from dataclasses import replace

import httpx
import pytest
from sqlalchemy import func, select

from support.conversations.records import Customer, Message
from support.inbox import reading
from support.inbox.reading import DMS, MENTIONS, OWN, read_stream
from support.inbox.records import Cursor, Hole
from support.tickets.records import Ticket
from support.x.door import XDoor
from support.x.errors import Meaning, XError
from support.x.wire import BearerAuth, Wire
from tests.cast import SECRET
from tests.fakes import THURSDAY
from tests.machinery.sandbox import running_sandbox


@pytest.fixture
def sandbox(tmp_path):
    with running_sandbox(tmp_path) as running:
        yield running


@pytest.fixture
def client(app, cast, session, sandbox):
    from support.settings import load_settings

    door = XDoor(load_settings({"DESK_X_BASE_URL": sandbox.url, "DESK_SECRET_KEY": SECRET}))
    client = door.for_account(cast.account)
    cast.account.x_id = client.me().x_id
    session.commit()
    return door.for_account(cast.account)


def count(session, record):
    return session.scalar(select(func.count()).select_from(record))


def test_several_pages_are_read_once_oldest_first(session, cast, client, sandbox):
    for n in range(130):
        sandbox.post(f"@hikari_care {n}件目", by=f"sample_{n % 7}")
    taken = read_stream(session, cast.account, MENTIONS, client, THURSDAY)
    assert taken.messages == 130
    again = read_stream(session, cast.account, MENTIONS, client, THURSDAY)
    assert (again.messages, again.known) == (0, 0)
    order = list(session.scalars(select(Message.text).order_by(Message.id)))
    assert order == [f"@hikari_care {n}件目" for n in range(130)]


def test_direct_messages_are_read_with_overlap_and_taken_once(session, cast, client, sandbox):
    for n in range(3):
        sandbox.message(f"DM {n}", by="kakuu_hanako")
        read_stream(session, cast.account, DMS, client, THURSDAY)
    assert count(session, Message) == 3
    assert count(session, Ticket) == 1


def test_what_was_there_before_we_began_is_not_turned_into_tickets(session, cast, client, sandbox):
    old = sandbox.post("@hikari_care 前の話", by="sample_old")
    reading.begin(session, cast.account, after_id=old)
    session.commit()
    sandbox.post("@hikari_care 今の話", by="sample_new")
    read_stream(session, cast.account, MENTIONS, client, THURSDAY)
    assert list(session.scalars(select(Message.text))) == ["@hikari_care 今の話"]


def test_more_than_x_shows_is_a_hole_that_is_named(session, cast, client, sandbox):
    first = sandbox.post("@hikari_care 最初", by="sample_0")
    reading.begin(session, cast.account, after_id=first)
    session.commit()
    for n in range(805):
        sandbox.post(f"@hikari_care {n}", by=f"sample_{n}")
    taken = read_stream(session, cast.account, MENTIONS, client, THURSDAY)
    assert taken.messages == 800
    (hole,) = session.scalars(select(Hole))
    assert (hole.stream, hole.reason) == (MENTIONS, "mentions_window")
    assert hole.from_at < hole.until_at


def test_a_profile_x_left_out_is_asked_for(session, cast, client, sandbox):
    sandbox.post("@hikari_care こんにちは", by="sample_x")
    page = client.mentions()
    client.mentions = lambda **_: replace(
        page, posts=tuple(replace(post, author=None) for post in page.posts)
    )
    read_stream(session, cast.account, MENTIONS, client, THURSDAY)
    assert session.scalar(select(Customer.username)) == "sample_x"


def test_a_refused_token_reads_nothing_and_moves_nothing(session, cast, client, sandbox):
    sandbox.post("@hikari_care こんにちは", by="sample_x")
    line = Wire(httpx.Client(base_url=sandbox.url), BearerAuth("wrong"))
    wrong = type(client)(line, cast.account.x_id)
    with pytest.raises(XError) as refused:
        read_stream(session, cast.account, MENTIONS, wrong, THURSDAY)
    assert refused.value.meaning is Meaning.ACCOUNT
    session.rollback()
    assert session.get(Cursor, (cast.account.id, MENTIONS)) is None


def test_x_that_cannot_be_reached_has_surely_taken_nothing(cast):
    nowhere = httpx.Client(base_url="http://127.0.0.1:1")
    from support.x.client import XClient

    with pytest.raises(XError) as refused:
        XClient(Wire(nowhere, BearerAuth("t")), "1").create_post("x", in_reply_to="1")
    assert refused.value.meaning is Meaning.NOT_SENT


def test_a_post_whose_answer_is_cut_off_may_or_may_not_be_there(cast, client, sandbox):
    target = sandbox.post("@hikari_care あれ", by="sample_x")
    sandbox.fails("accept_then_cut")
    with pytest.raises(XError) as refused:
        client.create_post("はい", in_reply_to=target)
    assert refused.value.meaning is Meaning.NO_ANSWER
    assert len(sandbox.sent()["posts"]) == 1
    (ours,) = client.own_posts().posts
    assert (ours.text, ours.in_reply_to_x_id) == ("はい", target)


def test_503_before_the_body_was_taken_can_be_tried_again(client, sandbox):
    target = sandbox.post("@hikari_care あれ", by="sample_x")
    sandbox.fails("refuse_503")
    with pytest.raises(XError) as refused:
        client.create_post("はい", in_reply_to=target)
    assert refused.value.meaning is Meaning.NOT_SENT
    assert sandbox.sent()["posts"] == []


def test_the_summoned_rule_leaves_it_to_a_person_and_has_a_reason(client, sandbox):
    target = sandbox.post("ひかりケア遅い", by="sample_x")
    with pytest.raises(XError) as refused:
        client.create_post("お困りですか", in_reply_to=target)
    assert refused.value.meaning is Meaning.BY_HAND


def test_our_own_reply_typed_on_x_joins_the_ticket(session, cast, client, sandbox):
    post = sandbox.post("@hikari_care 質問です", by="sample_x")
    read_stream(session, cast.account, MENTIONS, client, THURSDAY)
    sandbox.post("お答えします", by="hikari_care", answers=post)
    read_stream(session, cast.account, OWN, client, THURSDAY)
    (ticket,) = session.scalars(select(Ticket))
    assert ticket.state == "waiting"
    ours = session.scalar(select(Message).where(Message.by_us))
    assert ours.text == "お答えします"
