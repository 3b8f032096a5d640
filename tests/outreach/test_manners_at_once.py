"""Two at once: what one has decided and not committed yet, the other waits for and then knows."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from support.agents.records import Agent
from support.conversations.records import ContactWish, Customer
from support.inbox.receiving import receive
from support.outreach import refusing, switching
from support.outreach.policy import Policy
from support.outreach.reasons import Why
from support.outreach.records import Prospect
from tests.cast import YUUKI, post
from tests.outreach import acts
from tests.outreach.people import another_account, found

WHO = YUUKI.x_id


@pytest.fixture
def now(clock):
    return clock()


@pytest.fixture
def two(session, cast, now):
    """Two posts of one person, found by two accounts of ours."""
    switching.switch_on(session, typed="読みました", by=cast.hikaru, now=now)
    other = another_account(session, cast.account)
    made = [found(session, account, now=now, author=WHO) for account in (cast.account, other)]
    session.commit()
    return made


def approve(prospect, agent, now):
    prospect_id, agent_id = prospect.id, agent.id

    def deed(other):
        it, by = other.get_one(Prospect, prospect_id), other.get_one(Agent, agent_id)
        return [refusal.why for refusal in acts.approve(other, it, by, now, "別の言葉です")]

    return deed


def test_two_agents_do_not_approve_two_posts_of_one_person(session, cast, two, now, beside):
    deed = approve(two[1], cast.ken, now)
    assert acts.approve(session, two[0], cast.misaki, now, "お困りですか") == ()
    assert beside(deed) == [Why.UNDER_WAY]
    session.expire_all()
    assert [it.state for it in two] == ["approved", "found"]


def test_two_agents_do_not_pass_the_cap_of_the_account_together(session, cast, two, now, beside):
    policy = Policy(account_hour=1, account_day=1)
    switching.save(session, policy, by=cast.hikaru, now=now)
    third = found(session, cast.account, now=now, author="9300000003")
    session.commit()
    deed = approve(third, cast.ken, now)
    assert acts.approve(session, two[0], cast.misaki, now, "お困りですか") == ()
    assert beside(deed) == [Why.ACCOUNT_DAY]


def test_who_refuses_while_they_are_approved_is_not_contacted(session, cast, two, now, beside):
    def deed(other):
        refusing.never_again(other, WHO, "yuuki", by=None, reason="不要です", now=now)

    assert acts.approve(session, two[0], cast.misaki, now, "お困りですか") == ()
    beside(lambda other: (deed(other),))
    session.expire_all()
    assert [(it.state, it.skip_reason) for it in two] == [("skipped", "opted_out")] * 2


def test_who_is_approved_while_they_refuse_is_not_contacted(session, cast, two, now, beside):
    deed = approve(two[1], cast.ken, now)
    refusing.never_again(session, WHO, "yuuki", by=None, reason="不要です", now=now)
    assert Why.OPTED_OUT in beside(deed)
    session.expire_all()
    assert {it.state for it in two} == {"skipped"}


def test_switched_off_while_somebody_approves_nothing_is_approved(session, cast, two, now, beside):
    deed = approve(two[0], cast.misaki, now)
    switching.switch_off(session, reason="様子見", by=cast.ryo, now=now)
    assert beside(deed) == [Why.OFF]


def test_refused_twice_at_once_is_one_wish_of_one_person(session, cast, two, now, beside):
    refusing.never_again(session, WHO, "yuuki", by=None, reason="不要です", now=now)
    again = beside(
        lambda other: (
            refusing.never_again(other, WHO, "yuuki", by=None, reason="不要です", now=now).is_new
        )
    )
    assert again is False
    assert session.scalar(select(func.count(ContactWish.id))) == 1


def test_whoever_writes_to_us_at_the_moment_they_refuse_is_one_person(
    session, cast, two, now, beside
):
    said = post(at=now - timedelta(minutes=1))
    receive(session, cast.account, [said], stream="mentions", now=now)
    session.flush()
    beside(
        lambda other: (
            refusing.never_again(other, WHO, "yuuki", by=None, reason="不要です", now=now).is_new
        )
    )
    assert len(session.scalars(select(Customer.id)).all()) == 1
    session.expire_all()
    assert session.scalars(select(Customer)).one().unwanted_at == now
