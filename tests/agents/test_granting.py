"""An account is everybody's until it is limited; a limited one always has somebody to lead it."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from support.agents import granting
from support.agents.appointing import change_role, suspend
from support.agents.granting import Wish, settle
from support.agents.reach import EVERYWHERE, Limit, keeps, reach_from
from support.agents.records import Agent
from support.db import engine_for
from support.errors import Refused
from tests.fakes import THURSDAY


def settled(session, cast, closed=True, dms=False, **grants):
    """`misaki=True`: with direct messages; None takes it back."""
    wish = Wish(closed, dms, {getattr(cast, name).id: it for name, it in grants.items()})
    return settle(session, cast.account.id, wish, by=cast.hikaru.id, now=THURSDAY)


def sees(session, cast, name):
    reach = granting.reach_of(session, getattr(cast, name).id)
    return [reach.may_see(cast.account.id, private=private) for private in (False, True)]


@pytest.mark.parametrize(
    ("closed", "dms", "grant", "public", "private"),
    [
        (False, False, None, True, True),
        (True, False, None, False, False),
        (True, False, False, True, True),
        (False, True, None, True, False),
        (False, True, False, True, False),
        (False, True, True, True, True),
        (True, True, None, False, False),
        (True, True, False, True, False),
        (True, True, True, True, True),
    ],
)
def test_what_a_grant_opens(session, cast, closed, dms, grant, public, private):
    settled(session, cast, closed, dms, hikaru=True, misaki=grant)
    assert sees(session, cast, "misaki") == [public, private]
    assert sees(session, cast, "hikaru") == [True, True]


limits = st.builds(Limit, st.integers(1, 5), st.booleans(), st.booleans(), st.booleans(),
                   st.booleans())  # fmt: skip


@given(st.lists(limits, unique_by=lambda it: it.account_id))
def test_whoever_sees_direct_messages_sees_what_is_public_and_a_keeper_sees_all(limits):
    reach = reach_from(limits)
    for it in limits:
        private = reach.may_see(it.account_id, private=True)
        assert not private or reach.may_see(it.account_id, private=False)
        assert not keeps(it) or private
    assert reach.may_see(6, private=True)
    assert reach.is_whole is all(reach.may_see(it.account_id, private=True) for it in limits)


def test_nothing_is_limited_on_a_new_desk(session, cast):
    assert granting.reaches(session, [cast.ken.id]) == {cast.ken.id: EVERYWHERE}


@pytest.mark.parametrize("grants", [{}, {"misaki": True}, {"ryo": False}])
def test_an_account_is_not_limited_to_nobody_who_leads(session, cast, grants):
    with pytest.raises(Refused, match="管理者または責任者がいなくなる"):
        settled(session, cast, closed=True, dms=True, **grants)


def test_the_last_who_leads_there_stays_whatever_takes_them_away(session, cast):
    settled(session, cast, dms=True, ryo=True)
    session.commit()
    for act in (
        lambda: settled(session, cast, dms=True, ryo=None),
        lambda: settled(session, cast, dms=True, ryo=False),
        lambda: change_role(session, cast.ryo, "agent"),
        lambda: suspend(session, cast.ryo, now=THURSDAY),
    ):
        with pytest.raises(Refused, match="管理者または責任者がいなくなる"):
            act()
        session.rollback()
    settled(session, cast, dms=True, hikaru=True)
    suspend(session, cast.ryo, now=THURSDAY)


def test_what_did_not_change_is_not_told_as_changed(session, cast):
    first = settled(session, cast, hikaru=False)
    assert (first.limited, first.given, first.withdrawn) == (True, {cast.hikaru.id: False}, [])
    again = settled(session, cast, hikaru=False, misaki=None)
    assert (again.limited, again.given, again.withdrawn) == (False, {}, [])


def test_two_who_lead_an_account_cannot_leave_it_at_once(session, cast, database_url):
    settled(session, cast, ryo=True, hikaru=True)
    account, ryo, hikaru = cast.account.id, cast.ryo.id, cast.hikaru.id
    session.commit()
    engine = engine_for(database_url)

    def leave(number):
        with Session(engine) as own:
            try:
                if number == ryo:
                    suspend(own, own.get_one(Agent, ryo), now=THURSDAY)
                else:
                    settle(own, account, Wish(True, False, {hikaru: None}), by=ryo, now=THURSDAY)
            except Refused:
                return False
            own.commit()
            return True

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(leave, [ryo, hikaru]))
    engine.dispose()
    assert sorted(done) == [False, True]
