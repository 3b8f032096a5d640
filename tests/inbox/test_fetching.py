"""What others said is asked for once, for what was said it costs, and is context only."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from support.agents.records import Agent
from support.compliance.records import ComplianceEntry
from support.conversations.records import Message, SeenPost
from support.db import engine_for
from support.errors import Refused
from support.inbox import fetching
from support.inbox.records import ThreadFetch
from support.inbox.surrounding import asides
from support.tickets import gathering
from support.tickets.records import Ticket
from support.x.errors import Meaning, XError
from support.x.posts import Page, Person
from support.x.pricing import X_PRICES
from support.x.records import Charge
from tests.cast import HANAKO, YUUKI, customer_says, post
from tests.fakes import THURSDAY, snowflake

FAKE = Person("9000000099", "hikari__care", "ひかりケア公式")


@dataclass
class Threads:
    """An X that shows a thread and posts by id."""

    thread_posts: list = field(default_factory=list)
    fails: Exception | None = None
    asked: list = field(default_factory=list)
    meanwhile: Callable = lambda: None

    def posts(self, x_ids):
        self.asked.append(("posts", x_ids))
        return Page((), (), None, 0)

    def thread(self, thread_x_id, *, most):
        self.asked.append(("thread", thread_x_id, most))
        self.meanwhile()
        if self.fails:
            raise self.fails
        return Page(tuple(self.thread_posts), (), "more", len(self.thread_posts))


def at(minutes):
    return THURSDAY + timedelta(minutes=minutes)


@pytest.fixture
def ticket(session, cast):
    return customer_says(session, cast, post(at=THURSDAY))


def looks(session, cast, ticket, x, now=None):
    now = now or at(30)
    fetch = fetching.ask(session, ticket, by=cast.misaki, now=now)
    session.commit()
    fetching.look(session, fetch, x, now=now, prices=X_PRICES)
    return fetch


def other(text, number, ticket, by=HANAKO):
    said = post(text, at=at(number), by=by, thread=ticket.thread_x_id, number=number)
    return replace(said, mentions=(), mention_ids=(), named_ids=())


def test_others_are_drawn_in_the_thread_and_become_no_ticket(session, cast, ticket):
    ours = replace(other("当社です", 3, ticket), author_x_id=cast.account.x_id, author=None)
    own = other("独り言です", 4, ticket, by=YUUKI)
    known = post(at=THURSDAY)
    x = Threads([other("私も遅いです", 2, ticket), ours, own, known])
    fetch = looks(session, cast, ticket, x)
    assert (fetch.found, fetch.more, fetch.problem) == (2, True, "")
    drawn = asides(session, ticket, gathering.messages_of(session, ticket.id))
    assert [(it.text, it.is_customer) for it in drawn] == [
        ("私も遅いです", False),
        ("独り言です", True),
    ]
    assert session.scalars(select(Ticket)).all() == [ticket]
    assert len(session.scalars(select(Message)).all()) == 1


def test_nobody_beside_a_ticket_carries_a_seal_they_gave_themselves(session, cast, ticket):
    sealed = replace(other("ご案内です", 2, ticket), author=replace(FAKE, name="ひかりケア\u2705"))
    looks(session, cast, ticket, Threads([replace(sealed, author_x_id=FAKE.x_id)]))
    (drawn,) = asides(session, ticket, gathering.messages_of(session, ticket.id))
    assert drawn.name == "ひかりケア"


def test_asking_twice_keeps_each_once_and_costs_what_x_showed(session, cast, ticket):
    x = Threads([other("私も遅いです", 2, ticket), other("同じく", 3, ticket)])
    looks(session, cast, ticket, x)
    again = looks(session, cast, ticket, x, at(40))
    assert again.found == 0
    assert len(session.scalars(select(SeenPost)).all()) == 2
    charges = session.scalars(select(Charge)).all()
    assert [(it.kind, it.items, it.micros) for it in charges] == [("post_read", 2, 10_000)] * 2


def test_what_x_took_back_does_not_come_back_as_context(session, cast, ticket):
    gone = other("消しました", 2, ticket)
    session.add(
        ComplianceEntry(
            kind="post",
            x_id=gone.x_id,
            reason="deleted",
            noticed_by="webhook",
            noticed_at=at(5),
            emptied_at=at(5),
            items=0,
        )
    )
    session.commit()
    assert looks(session, cast, ticket, Threads([gone])).found == 0


def test_while_one_look_is_under_way_nobody_asks_again(session, cast, ticket):
    first = fetching.ask(session, ticket, by=cast.misaki, now=at(30))
    assert fetching.ask(session, ticket, by=cast.ken, now=at(31)) is first
    assert fetching.waiting(session, at(31)) == [first.id]
    assert fetching.waiting(session, at(60)) == []
    assert fetching.ask(session, ticket, by=cast.ken, now=at(60)) is not first


def test_two_who_ask_in_the_same_moment_ask_once(session, cast, ticket, database_url):
    number, agent = ticket.id, cast.misaki.id
    session.commit()
    start = threading.Barrier(8)

    def press() -> None:
        engine = engine_for(database_url)
        with Session(engine) as mine:
            it, by = mine.get_one(Ticket, number), mine.get_one(Agent, agent)
            mine.rollback()  # connected, and holding nothing
            start.wait(timeout=20)
            fetching.ask(mine, it, by=by, now=at(30))
            mine.commit()
        engine.dispose()

    agents = [threading.Thread(target=press) for _ in range(8)]
    for one in agents:
        one.start()
    for one in agents:
        one.join(timeout=60)
    assert len(session.scalars(select(ThreadFetch)).all()) == 1


def test_a_thread_older_than_the_search_is_refused_with_a_sentence(session, cast, ticket):
    with pytest.raises(Refused) as refused:
        fetching.plan(session, ticket, THURSDAY + timedelta(days=8))
    assert "7日間" in refused.value.sentence


def test_of_an_old_thread_the_posts_it_answers_are_still_shown(session, cast):
    parent = snowflake(THURSDAY - timedelta(days=20), 1)
    said = post(at=THURSDAY, thread=parent, answers=parent)
    ticket = customer_says(session, cast, said)
    young = fetching.plan(session, ticket, at(30))
    assert (young.parents, young.searched, young.began_earlier) == ((parent,), True, True)
    old = fetching.plan(session, ticket, THURSDAY + timedelta(days=8))
    assert (old.parents, old.searched, old.most) == ((parent,), False, 1)


def test_it_is_refused_near_the_cap_when_stopped_and_in_private(session, cast, ticket):
    cast.account.monthly_cap_micros = 100
    session.add(
        Charge(
            account_id=cast.account.id,
            day=THURSDAY.date(),
            happened_at=THURSDAY,
            kind="post",
            items=1,
            micros=96,
        )
    )
    session.commit()
    with pytest.raises(Refused, match="上限"):
        fetching.ask(session, ticket, by=cast.misaki, now=at(30))
    cast.account.monthly_cap_micros = None
    cast.account.stopped_at = THURSDAY
    with pytest.raises(Refused, match="止まって"):
        fetching.ask(session, ticket, by=cast.misaki, now=at(30))
    cast.account.stopped_at = None
    private = customer_says(session, cast, post(at=at(1), private=True, number=7))
    with pytest.raises(Refused, match="DM"):
        fetching.ask(session, private, by=cast.misaki, now=at(30))
    assert session.scalars(select(ThreadFetch)).all() == []


def test_with_x_away_nothing_is_kept_and_it_can_be_asked_again(session, cast, ticket):
    x = Threads(fails=XError(Meaning.NOT_SENT, 503, "Service Unavailable"))
    with pytest.raises(XError):
        looks(session, cast, ticket, x)
    session.rollback()
    (fetch,) = session.scalars(select(ThreadFetch))
    fetching.fail(session, fetch, "away", at(31))
    session.commit()
    assert (fetch.done_at, fetch.problem) == (at(31), "away")
    assert fetching.ask(session, ticket, by=cast.misaki, now=at(32)) is not fetch


def test_x_is_asked_once_for_one_look_whoever_else_hears_the_bell(session, cast, ticket):
    x, rung = Threads([other("私も遅いです", 2, ticket)]), []
    fetch = fetching.ask(session, ticket, by=cast.misaki, now=at(30))
    session.commit()

    def another_worker():
        x.meanwhile = lambda: None
        rung.extend(fetching.waiting(session, at(31)))
        fetching.look(session, fetch, x, now=at(31), prices=X_PRICES)

    x.meanwhile = another_worker
    fetching.look(session, fetch, x, now=at(30), prices=X_PRICES)
    assert rung == []
    assert len(x.asked) == 1
    assert (fetch.found, fetch.problem, fetch.done_at) == (1, "", at(30))


def test_what_came_beside_a_mention_at_this_very_moment_costs_no_look_its_answer(
    session, cast, ticket, beside
):
    """Whoever reads the inbox keeps the same post: the look keeps the others all the same."""
    both = [other("私も遅いです", 2, ticket), other("うちもです", 3, ticket)]
    fetch = fetching.ask(session, ticket, by=cast.misaki, now=at(30))
    session.commit()
    number, first = fetch.id, both[0]
    session.add(
        SeenPost(x_id=first.x_id, author_x_id=first.author_x_id, text=first.text,
                 posted_at=first.posted_at, seen_at=at(30))
    )  # fmt: skip
    session.flush()

    def look(worker):
        its = worker.get_one(ThreadFetch, number)
        fetching.look(worker, its, Threads(both), now=at(31), prices=X_PRICES)
        return its.found

    assert beside(look) == 1
    session.expire_all()
    assert (fetch.problem, fetch.done_at) == ("", at(31))
    kept = session.scalars(select(SeenPost)).all()
    assert {it.thread_x_id for it in kept} == {ticket.thread_x_id}
    assert len(kept) == 2


def test_a_look_that_broke_off_is_not_paid_for_again_and_again(session, cast, ticket):
    x = Threads(fails=RuntimeError("the worker is gone"))
    with pytest.raises(RuntimeError):
        looks(session, cast, ticket, x)
    session.rollback()
    assert fetching.waiting(session, at(31)) == []
    assert fetching.is_under_way(fetching.newest(session, ticket.id), at(31))
    assert not fetching.is_under_way(fetching.newest(session, ticket.id), at(60))
