"""What manners judge by is read from the rows: each fact stops what it should, in few queries."""

from datetime import timedelta

import pytest
from sqlalchemy import event

from support.agents.records import Agent
from support.conversations.records import Message
from support.inbox.receiving import receive
from support.inbox.records import PassedPost
from support.incidents.records import Incident
from support.lexicon.records import LexiconWord
from support.outreach import refusing, switching
from support.outreach.facts import gather
from support.outreach.policy import Policy
from support.outreach.reasons import Why
from support.outreach.records import Prospect
from tests.cast import HANAKO, YUUKI
from tests.cast import post as posted
from tests.fakes import snowflake
from tests.outreach.people import another_account, customer, found

WHO = "9100000001"


@pytest.fixture
def now(clock):
    return clock()


@pytest.fixture
def on(session, cast, now):
    return switching.switch_on(session, typed="読みました", by=cast.hikaru, now=now)


def whys(session, prospect, agent, now, **more):
    gathered = gather(session, [prospect], agent, now, **more)
    return [it.why for it in gathered[prospect.id].why_not(now)]


def test_a_stranger_in_trouble_may_be_offered_help(session, cast, now, on):
    assert whys(session, found(session, cast.account, now=now), cast.misaki, now) == []


def test_nobody_while_it_is_off_the_account_stopped_or_in_a_crisis(session, cast, now):
    prospect = found(session, cast.account, now=now)
    cast.account.stopped_at = now
    crisis = [cast.account.id]
    assert whys(session, prospect, cast.misaki, now, crisis=crisis) == [
        Why.CRISIS,
        Why.OFF,
        Why.STOPPED,
    ]


def unwanted(session, cast, now):
    refusing.never_again(session, WHO, "", by=cast.ryo, reason="x", now=now)


def muted(session, cast, now):
    customer(session, cast.account, WHO, now, muted_at=now)


def protected(session, cast, now):
    customer(session, cast.account, WHO, now, protected=True)


def suspended(session, cast, now):
    customer(session, cast.account, WHO, now, hidden_at=now, hidden_reason="suspended")


def under_way(session, cast, now):
    other = another_account(session, cast.account)
    found(session, other, now=now, author=WHO, state="handed", handed_at=now, body="x")


def contacted(session, cast, now):
    then = now - timedelta(days=29)
    found(session, cast.account, now=then, author=WHO, state="seen", handed_at=then, sent_at=then)


def given_up(session, cast, now):
    """Handed off, then skipped: whether it was posted nobody knows."""
    then = now - timedelta(days=2)
    found(session, cast.account, now=then, author=WHO, state="skipped", handed_at=then)


def own_word(session, cast, now):
    session.add(LexiconWord(purpose="sensitive", text="困って", made_at=now))


def their_answer(session, cast, now):
    session.add(
        PassedPost(
            x_id="5",
            account_id=cast.account.id,
            author_x_id="77",
            reason="nobody",
            in_reply_to_x_id="4000",
            posted_at=now,
            decided_at=now,
            raw={},
        )
    )


def our_answer(session, cast, now):
    session.add(
        PassedPost(
            x_id="5",
            account_id=cast.account.id,
            author_x_id=cast.account.x_id,
            reason="own",
            in_reply_to_x_id="4000",
            posted_at=now,
            decided_at=now,
            raw={},
        )
    )


def their_own_words(session, cast, now):
    """They go on under their own post."""
    found(session, cast.account, now=now, author=WHO, in_reply_to_x_id="4000", thread_x_id="4000")


def another_finds(session, cast, now):
    found(session, cast.account, now=now, author="88", in_reply_to_x_id="4000", thread_x_id="4000")


def incident(session, cast, now):
    session.add(
        Incident(
            account_id=cast.account.id,
            title="障害",
            words=["遅くて"],
            tags=[],
            begun_at=now,
            opened_at=now,
            opened_by_id=cast.ryo.id,
        )
    )


def incident_over(session, cast, now):
    session.add(
        Incident(
            account_id=cast.account.id,
            title="障害",
            words=["遅くて"],
            tags=[],
            begun_at=now,
            opened_at=now,
            opened_by_id=cast.ryo.id,
            closed_at=now,
        )
    )


def edited(session, cast, now):
    raw = {
        "id": "4001",
        "author_id": WHO,
        "text": "直った",
        "created_at": "2026-10-01T01:00:00Z",
        "edit_history_tweet_ids": ["4000", "4001"],
    }
    found(session, cast.account, now=now, author=WHO, post_x_id="4001", raw=raw)


CASES = {
    unwanted: Why.OPTED_OUT,
    muted: Why.MUTED,
    protected: Why.PROTECTED,
    suspended: Why.GONE,
    under_way: Why.UNDER_WAY,
    contacted: Why.COOL_DOWN,
    given_up: Why.COOL_DOWN,
    own_word: Why.OWN_WORD,
    their_answer: Why.ANSWERED,
    our_answer: Why.ANSWERED_BY_US,
    their_own_words: None,
    another_finds: Why.ANSWERED,
    incident: Why.INCIDENT,
    incident_over: None,
    edited: Why.EDITED,
}


@pytest.mark.parametrize("happened", CASES, ids=lambda it: it.__name__)
def test_what_happened_is_known(session, cast, now, on, happened):
    prospect = found(session, cast.account, now=now, author=WHO, post_x_id="4000")
    happened(session, cast, now)
    session.flush()
    if prospect.state == "skipped":
        prospect.state = "found"
    found_out = whys(session, prospect, cast.misaki, now)
    assert [it for it in found_out if it is not Why.COOL_DOWN or happened is not under_way] == (
        [CASES[happened]] if CASES[happened] else []
    )


def test_a_ticket_of_theirs_and_one_in_the_same_thread_are_known(session, cast, now, on):
    first = posted(at=now - timedelta(hours=2), by=YUUKI)
    other = posted("@hikari_care こちらも", at=now - timedelta(hours=2), by=HANAKO, number=1)
    receive(session, cast.account, [first, other], stream="mentions", now=now)
    session.flush()
    here = found(session, cast.account, now=now, author=YUUKI.x_id, thread_x_id=first.thread_x_id)
    message = session.query(Message).filter_by(x_id=first.x_id).one()
    assert whys(session, here, cast.misaki, now) == [Why.TICKET_OPEN]
    message.ticket.state = "resolved"
    session.flush()
    assert whys(session, here, cast.misaki, now) == [Why.TICKET_THERE]
    elsewhere = found(
        session, cast.account, now=now, author=YUUKI.x_id, text="別の話で困っています"
    )
    assert whys(session, elsewhere, cast.misaki, now) == []
    itself = found(session, cast.account, now=now, author="99", post_x_id=other.x_id)
    assert Why.TICKET_THERE in whys(session, itself, cast.misaki, now)


def test_the_caps_count_what_waits_and_what_went_of_the_agent_and_the_account(
    session, cast, now, on, clock
):
    policy = Policy(agent_day=3, account_day=5, account_hour=3, similar_hours=0)
    switching.save(session, policy, by=cast.hikaru, now=now)
    mine = found(session, cast.account, now=now)
    yesterday = now - timedelta(days=1)

    def other(number, **more):
        return found(session, cast.account, now=now, author=f"92000000{number:02}", **more)

    other(1, state="approved", decided_by_id=cast.misaki.id, decided_at=now)
    other(2, state="approved", decided_by_id=cast.misaki.id, decided_at=now - timedelta(hours=5))
    other(3, state="handed", handed_by_id=cast.misaki.id, handed_at=now)
    other(4, state="seen", handed_by_id=cast.misaki.id, handed_at=yesterday, sent_at=yesterday)
    other(5, state="seen", handed_by_id=cast.ken.id, handed_at=now, sent_at=now)
    facts = gather(session, [mine], cast.misaki, now)[mine.id].history
    assert (facts.agent_today, facts.account_today, len(facts.account_hour)) == (2, 3, 2)
    assert whys(session, mine, cast.misaki, now) == []
    other(6, state="seen", sent_at=now, handed_by_id=cast.misaki.id)
    assert set(whys(session, mine, cast.misaki, now)) == {Why.AGENT_DAY, Why.ACCOUNT_HOUR}
    other(7, state="approved", decided_by_id=cast.ken.id, decided_at=now)
    assert Why.ACCOUNT_DAY in whys(session, mine, cast.ken, now)
    tomorrow = clock.forward(days=1)
    facts = gather(session, [mine], cast.misaki, tomorrow)[mine.id].history
    assert (facts.agent_today, facts.account_today) == (0, 0)


def test_words_like_those_that_went_or_wait_are_known_without_names(session, cast, now, on):
    said = "{}さん、ひかりケアの佐藤です。ランプの色を教えてください。 ^佐藤"
    found(
        session,
        cast.account,
        now=now,
        author="92",
        name="架空はな＠在宅",
        state="seen",
        handed_at=now,
        sent_at=now,
        body="別の文",
        sent_text=said.format("架空はな"),
    )
    mine = found(session, cast.account, now=now, name="架空たろう", body=said.format("架空たろう"))
    assert whys(session, mine, cast.misaki, now) == [Why.SAME_WORDS]
    assert whys(session, mine, cast.misaki, now, texts={mine.id: "請求の件でお困りですか"}) == []


def test_how_x_lets_us_answer_is_read_from_what_x_showed(session, cast, now, on):
    def shown(text, number, **more):
        x_id = snowflake(now, number)
        raw = {"id": x_id, "author_id": f"93{number}", "text": text, **more}
        return found(session, cast.account, now=now, author=f"93{number}", post_x_id=x_id, raw=raw)

    limited = shown("困った", 50, reply_settings="following")
    asked = shown("@hikari_care に聞けばいいのかな", 51)
    plain = shown("困ったなあ", 52)
    assert whys(session, limited, cast.misaki, now) == [Why.LIMITED]
    switching.save(session, Policy(by_api=True), by=cast.hikaru, now=now)
    assert whys(session, asked, cast.misaki, now, by_api=True) == []
    assert whys(session, plain, cast.misaki, now, by_api=True) == [Why.NOT_BY_API]


@pytest.mark.parametrize("many", [1, 12])
def test_a_page_of_prospects_costs_no_more_queries_than_one(session, cast, now, on, many):
    other = another_account(session, cast.account)
    for number in range(many):
        found(session, (cast.account, other)[number % 2], now=now, author=f"94{number:08}")
        customer(session, other, f"94{number:08}", now)
    session.commit()
    prospects, agent = session.query(Prospect).all(), session.get_one(Agent, cast.misaki.id)
    asked = []

    def note(_connection, _cursor, statement, *_rest):
        asked.append(statement)

    event.listen(session.get_bind(), "before_cursor_execute", note)
    try:
        gathered = gather(session, prospects, agent, now)
    finally:
        event.remove(session.get_bind(), "before_cursor_execute", note)
    assert len(gathered) == many
    assert len(asked) == 16


def test_nothing_asked_is_nothing_read(session, cast, now):
    assert gather(session, [], cast.misaki, now) == {}
