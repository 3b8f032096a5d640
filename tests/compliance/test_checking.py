"""The nightly look finds over HTTP what X shows no more, and keeps its place whatever happens."""

from dataclasses import replace
from datetime import time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from support.compliance import checking
from support.compliance.records import ComplianceCheck, ComplianceEntry
from support.conversations.records import Customer, Message, SeenPost
from support.inbox import reading
from support.inbox.reading import MENTIONS, read_stream
from support.inbox.records import PassedPost
from support.tickets.records import Ticket
from support.x.errors import Meaning, XError
from support.x.posts import Missing

TOKYO = ZoneInfo("Asia/Tokyo")
DAYS = timedelta(days=90)


class Slips:
    """An X that leaves everything out the first time it is asked."""

    def __init__(self, client):
        self.client = client
        self.asked = 0

    def posts(self, x_ids):
        self.asked += 1
        page = self.client.posts(x_ids)
        if self.asked > 1:
            return page
        return replace(page, posts=(), missing=tuple(Missing(x, "tweet", "deleted") for x in x_ids))

    def look_for_people(self, x_ids):
        return self.client.look_for_people(x_ids)


@pytest.fixture
def account(cast, session, client, clock):
    reading.begin(session, cast.account, after_id="0")
    session.commit()
    return cast.account


@pytest.fixture
def night(session, account, client, clock):
    """Lets one whole night pass; the look as it stands after it."""

    def passes(calls=30, since=None):
        (check,) = due(session, account, clock)
        for _ in range(calls):
            looked = checking.look(
                session, account, check, client, since=since or clock() - DAYS, now=clock()
            )
            if looked.done:
                break
        return check

    return passes


def due(session, account, clock):
    found = checking.due(session, clock(), at=time(3), zone=TOKYO, accounts=[account])
    session.commit()
    return found


def read(session, account, client, clock):
    read_stream(session, account, MENTIONS, client, clock())


def reasons(session):
    return {m.x_id: m.emptied_reason for m in session.scalars(select(Message).order_by(Message.id))}


def test_each_kind_of_disappearance_is_told_apart(
    session, account, client, sandbox, world, clock, night
):
    ids = {
        who: sandbox.post(f"@hikari_care {who}です", by=who)
        for who in ("kept", "deleted", "protected", "suspended", "deactivated")
    }
    read(session, account, client, clock)
    world.delete(f"/posts/{ids['deleted']}")
    world.post("/users", json={"username": "protected", "protected": True})
    world.post("/users", json={"username": "suspended", "state": "suspended"})
    world.post("/users", json={"username": "deactivated", "state": "deactivated"})
    check = night()
    assert reasons(session) == {
        ids["kept"]: "",
        ids["deleted"]: "deleted",
        ids["protected"]: "protected",
        ids["suspended"]: "suspended",
        ids["deactivated"]: "gone",
    }
    assert (check.gone, check.posts, check.finished_at) == (4, 1, clock())
    by = select(ComplianceEntry.noticed_by).distinct()
    assert session.scalars(by).all() == ["check"]
    hidden = select(Customer.username).where(Customer.hidden_at.is_not(None))
    assert set(session.scalars(hidden)) == {"protected", "suspended", "deactivated"}


def test_what_x_leaves_out_only_once_is_kept(session, account, client, sandbox, clock, night):
    x_id = sandbox.post("@hikari_care まだあります", by="kept")
    read(session, account, client, clock)

    (check,) = due(session, account, clock)
    slips = Slips(client)
    checking.look(session, account, check, slips, since=clock() - DAYS, now=clock())
    assert slips.asked == 2
    assert reasons(session) == {x_id: ""}


def test_posts_that_are_no_messages_are_looked_at_too(
    session, account, client, sandbox, world, clock, night
):
    passed, seen = (sandbox.post(f"@hikari_care {who}", by=who) for who in ("one", "two"))
    session.add_all(
        [
            PassedPost(
                x_id=passed,
                account_id=account.id,
                author_x_id="1",
                reason="hashtag",
                posted_at=clock(),
                decided_at=clock(),
                raw={"text": "one"},
            ),
            SeenPost(x_id=seen, author_x_id="2", text="two", posted_at=clock(), seen_at=clock()),
        ]
    )
    session.commit()
    for x_id in (passed, seen):
        world.delete(f"/posts/{x_id}")
    night()
    assert session.scalars(select(PassedPost.raw)).one() == {}
    assert session.scalars(select(SeenPost.text)).one() == ""


def test_old_posts_are_looked_at_only_while_their_ticket_is_open(
    session, account, client, sandbox, world, clock, night
):
    closed, open_ = (sandbox.post(f"@hikari_care {who}", by=who) for who in ("one", "two"))
    read(session, account, client, clock)
    old = clock() - timedelta(days=91)
    session.execute(update(Message).values(posted_at=old))
    resolved = select(Message.ticket_id).where(Message.x_id == closed).scalar_subquery()
    session.execute(update(Ticket).where(Ticket.id == resolved).values(state="resolved"))
    session.commit()
    for x_id in (closed, open_):
        world.delete(f"/posts/{x_id}")
    night()
    assert reasons(session) == {closed: "", open_: "deleted"}


def test_the_newest_words_of_an_edited_post_reach_the_desk(
    session, account, client, sandbox, world, clock, night
):
    first = sandbox.post("@hikari_care おそい", by="kept")
    read(session, account, client, clock)
    world.patch(f"/posts/{first}", json={"text": "@hikari_care 遅いです"}).raise_for_status()
    night()
    assert "@hikari_care 遅いです" in session.scalars(select(Message.text)).all()


def test_a_look_that_is_cut_off_goes_on_where_it_was(
    session, account, client, sandbox, world, clock, night
):
    ids = [sandbox.post(f"@hikari_care {n}", by=f"writer_{n}") for n in range(130)]
    read(session, account, client, clock)
    world.delete(f"/posts/{ids[-1]}")
    check = night(calls=1)
    assert (check.posts, check.finished_at) == (100, None)
    assert due(session, account, clock) == [], "its worker counts as alive"
    clock.forward(minutes=4)
    (again,) = due(session, account, clock)
    assert again.id == check.id
    sandbox.fails("refuse_503", "tweets")
    with pytest.raises(XError) as refused:
        checking.look(session, account, again, client, since=clock() - DAYS, now=clock())
    session.rollback()
    assert refused.value.meaning is Meaning.NOT_SENT
    checking.put_off(again, clock() + timedelta(minutes=15), str(refused.value))
    session.commit()
    assert due(session, account, clock) == [], "X asked to be left alone"
    clock.forward(minutes=15)
    night()
    assert reasons(session)[ids[-1]] == "deleted"
    assert session.get_one(ComplianceCheck, check.id).posts == 129


def test_a_night_has_one_look_and_a_missed_one_is_made_up_for(session, account, clock, night):
    first = night()
    assert due(session, account, clock) == []
    clock.forward(hours=17)  # three in the morning in Tokyo
    (second,) = due(session, account, clock)
    assert second.id != first.id
    clock.forward(days=3)
    assert [check.id for check in due(session, account, clock)] == [second.id]


def test_two_workers_do_not_make_the_same_look(session, account, clock):
    (check,) = due(session, account, clock)
    assert checking.claim(session, check.id, clock()) is not None
    session.commit()
    assert checking.claim(session, check.id, clock()) is None
    assert due(session, account, clock) == []
    clock.forward(minutes=4)
    assert checking.claim(session, check.id, clock()) is not None, "the first one died"
