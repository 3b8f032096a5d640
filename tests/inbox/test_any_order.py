"""Whatever the order, the repetition, the cuts and the crashes: the same messages and tickets."""

from contextlib import contextmanager
from random import Random

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from support.conversations.records import Message
from support.inbox.intake import Policy, rules_of
from support.inbox.receiving import receive
from support.inbox.records import IntakePolicy, IntakeRefusal, PassedPost
from support.search import rebuilding
from support.sla.records import pauses_of, promises_of
from support.tickets.records import Ticket
from support.x.records import Account
from tests.cast import MADE_AT
from tests.fakes import THURSDAY
from tests.inbox.world import CARE, HANDLES, LABO, World
from tests.machinery.memory import fresh_desk

EVENTS = 200
WITHOUT_EXPLAINING = [Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink]
POLICY = Policy(campaign_hashtags=("夏の福袋",))


def with_two_accounts(session: Session, care: Account) -> None:
    labo = Account(
        x_id=LABO,
        handle=HANDLES[LABO],
        name="ひかりラボ",
        calendar_id=care.calendar_id,
    )
    policy = IntakePolicy(made_at=MADE_AT, made_by_id=None, rules=rules_of(POLICY))
    session.add_all([labo, policy])
    session.commit()


@contextmanager
def desk():
    with fresh_desk() as (session, cast):
        with_two_accounts(session, cast.account)
        yield session


def bring(session: Session, us: str, posts, stream: str) -> None:
    account = session.scalars(select(Account).where(Account.x_id == us)).one()
    receive(session, account, posts, stream=stream, now=THURSDAY)


def one_clean_pass(session: Session, shown) -> None:
    for us, post in shown:
        bring(session, us, [post], "push")
        session.commit()


def anyhow(session: Session, shown, random: Random) -> None:
    """Shuffled, doubled, cut into pages of any size; a worker dies before it could commit."""
    left = [*shown, *random.sample(shown, len(shown) // 4)]
    random.shuffle(left)
    while left:
        size = random.choice([1, 1, 2, 5, 17, 40])
        page, left = left[:size], left[size:]
        for us in (CARE, LABO):
            posts = [post for whose, post in page if whose == us]
            bring(session, us, posts, random.choice(["push", "mentions"]))
        if random.random() < 0.15:
            session.rollback()
            session.expunge_all()  # what it held in memory died with it
            left += page
        else:
            session.commit()


def everything(session: Session) -> dict[str, object]:
    """All that was made, by value: no row ids, no moments of arrival."""
    session.expire_all()
    assert list(session.scalars(select(IntakeRefusal))) == []
    assert list(rebuilding.differences(session)) == [], "what is found is what was said"
    return {
        "messages": sorted(message_of(m) for m in session.scalars(select(Message))),
        "tickets": sorted(ticket_of(session, t) for t in session.scalars(select(Ticket))),
        "passed": sorted((p.x_id, p.reason) for p in session.scalars(select(PassedPost))),
    }


def message_of(message: Message) -> tuple[str, ...]:
    conversation = message.conversation
    versions = sorted((v.x_id, v.text, str(v.written_at)) for v in message.versions)
    said = (message.x_id, message.latest_x_id, message.text, message.thread_x_id)
    who = (
        conversation.account.handle,
        conversation.customer.x_id,
        message.author.x_id if message.author else "us",
        str(message.by_us),
    )
    when = (str(message.posted_at), str(message.edited_at))
    ticket = (message.ticket.thread_x_id, message.ticket.conversation.account.handle)
    return (*said, *who, *when, *ticket, message.in_reply_to_x_id, str(versions))


def ticket_of(session: Session, ticket: Ticket) -> tuple[str, ...]:
    promises = [
        (
            p.kind,
            p.message.x_id if p.message else "",
            str(p.started_at),
            str(p.kept_at),
            str(p.due_at),
        )
        for p in promises_of(session, ticket.id)
    ]
    pauses = [(str(p.started_at), str(p.ended_at)) for p in pauses_of(session, ticket.id)]
    latest = ticket.latest_message.x_id if ticket.latest_message else ""
    lead = ticket.leading_promise.kind if ticket.leading_promise else ""
    conversation = ticket.conversation
    whose = (conversation.account.handle, conversation.customer.x_id, conversation.channel)
    stands = (ticket.state, ticket.subject, str(ticket.opened_at), str(ticket.last_message_at))
    return (*whose, ticket.thread_x_id, *stands, latest, lead, str(sorted(promises)), str(pauses))


def compared(made: dict[str, object], clean: dict[str, object]) -> None:
    for what, expected in clean.items():
        found = made[what]
        assert [row for row in found if row not in expected] == [], what
        assert [row for row in expected if row not in found] == [], what


@settings(max_examples=3, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(seed=st.integers(0, 2**32), story=st.integers(0, 2**32))
def test_any_order_of_a_day_on_x_gives_what_one_clean_pass_gives(seed, story):
    world = World(Random(story)).happen(EVENTS)
    with desk() as session:
        one_clean_pass(session, world.shown)
        clean = everything(session)
    with desk() as session:
        anyhow(session, world.shown, Random(seed))
        compared(everything(session), clean)


@settings(max_examples=25, deadline=None, phases=WITHOUT_EXPLAINING)
@given(seed=st.integers(0, 2**32), story=st.integers(0, 2**32))
def test_so_does_any_order_of_a_few_posts(seed, story):
    world = World(Random(story)).happen(12)
    with desk() as session:
        one_clean_pass(session, world.shown)
        clean = everything(session)
    with desk() as session:
        anyhow(session, world.shown, Random(seed))
        compared(everything(session), clean)


def test_the_day_holds_every_kind_of_thing():
    with desk() as session:
        world = World(Random(7)).happen(EVENTS)
        one_clean_pass(session, world.shown)
        made = everything(session)
        reasons = {reason for _, reason in made["passed"]}
        assert reasons >= {"own", "repost", "carried", "campaign"}
        messages = list(session.scalars(select(Message)))
        assert {m.channel for m in messages} == {"public", "dm"}
        assert any(m.by_us for m in messages)
        assert any(len(m.versions) > 2 for m in messages)
        states = {t.state for t in session.scalars(select(Ticket))}
        assert states == {"open", "waiting"}


@pytest.mark.parametrize("seed", [3, 11])
def test_both_databases_agree(session, cast, seed):
    world = World(Random(seed)).happen(60)
    with desk() as beside:
        one_clean_pass(beside, world.shown)
        clean = everything(beside)
    with_two_accounts(session, cast.account)
    anyhow(session, world.shown, Random(seed))
    compared(everything(session), clean)
