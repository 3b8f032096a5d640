"""There is always an administrator who can come in; whoever is out is out everywhere."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy.orm import Session

from support.agents.appointing import change_role, restore, suspend
from support.agents.delaying import failed, must_wait, succeeded
from support.agents.inviting import VALID, invitation_of, invite, join, withdraw
from support.agents.records import Agent, SignInFailure, open_invitations
from support.agents.signing_in import begin, password_fits, signed_in
from support.db import engine_for
from support.errors import DeskError, Refused
from tests.fakes import THURSDAY


def test_the_last_administrator_stays(session, cast):
    for act in (lambda: change_role(session, cast.hikaru, "lead"), lambda: out(session, cast)):
        with pytest.raises(Refused, match="管理者がいなくなる"):
            act()
    assert change_role(session, cast.ryo, "admin")
    assert change_role(session, cast.hikaru, "lead")
    cast.ryo.role, cast.hikaru.role = "lead", "admin"


def out(session, cast):
    suspend(session, cast.hikaru, now=THURSDAY)


def test_a_suspended_administrator_does_not_count(session, cast):
    change_role(session, cast.ryo, "admin")
    suspend(session, cast.ryo, now=THURSDAY)
    with pytest.raises(Refused):
        suspend(session, cast.hikaru, now=THURSDAY)


def test_two_administrators_cannot_depose_each_other_at_once(session, cast, database_url):
    change_role(session, cast.ryo, "admin")
    both = [cast.ryo.id, cast.hikaru.id]
    session.commit()
    engine = engine_for(database_url)

    def depose(number):
        with Session(engine) as own:
            try:
                suspend(own, own.get_one(Agent, number), now=THURSDAY)
            except Refused:
                return False
            own.commit()
            return True

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(depose, both))
    engine.dispose()
    assert sorted(done) == [False, True]


def test_suspending_ends_every_sign_in_at_once_and_restoring_brings_none_back(session, cast):
    secrets = [begin(session, cast.ken, browser="", now=THURSDAY)[1] for _ in range(2)]
    assert suspend(session, cast.ken, now=THURSDAY) == 2
    restore(session, cast.ken)
    session.expire_all()
    assert [signed_in(session, it, now=THURSDAY) for it in secrets] == [None, None]


def test_a_role_there_is_not_is_refused(session, cast):
    with pytest.raises(Refused):
        change_role(session, cast.ken, "owner")


def invited(session, cast, email="new@desk.example", role="lead"):
    return invite(session, email=email, role=role, by=cast.hikaru, now=THURSDAY)


def joined(session, invitation, **change):
    form = {"family_name": "山田", "given_name": "花", "initials": "", "password": "long enough 1"}
    return join(session, invitation, **(form | change), now=THURSDAY)


def test_an_invitation_lets_in_once_in_the_role_it_names(session, cast):
    made, token = invited(session, cast)
    assert token not in made.token_digest
    found = invitation_of(session, token, now=THURSDAY + VALID)
    agent = joined(session, found)
    assert (agent.email, agent.role, agent.name) == ("new@desk.example", "lead", "山田 花")
    assert password_fits("long enough 1", agent.password_hash)
    session.expire_all()
    assert invitation_of(session, token, now=THURSDAY) is None
    with pytest.raises(DeskError):
        joined(session, made)


def test_an_invitation_ends_after_three_days_or_when_it_is_withdrawn(session, cast):
    made, token = invited(session, cast)
    assert invitation_of(session, token, now=THURSDAY + VALID * 1.001) is None
    assert open_invitations(session, THURSDAY - VALID) == [made]
    assert withdraw(session, made, now=THURSDAY)
    assert not withdraw(session, made, now=THURSDAY)
    session.expire_all()
    assert invitation_of(session, token, now=THURSDAY) is None
    assert open_invitations(session, THURSDAY - VALID) == []


def test_whoever_is_out_or_down_lets_nobody_in_by_what_they_left_behind(session, cast):
    made, token = invited(session, cast)
    change_role(session, cast.ryo, "admin")
    for act in (lambda: change_role(session, cast.hikaru, "lead"), lambda: out(session, cast)):
        act()
        assert invitation_of(session, token, now=THURSDAY) is None
        assert open_invitations(session, THURSDAY - VALID) == []
        cast.hikaru.role, cast.hikaru.suspended_at = "admin", None
        assert invitation_of(session, token, now=THURSDAY) is made
        assert open_invitations(session, THURSDAY - VALID) == [made]


def test_a_new_invitation_replaces_the_one_before(session, cast):
    _, first = invited(session, cast)
    _, second = invited(session, cast, " NEW@desk.example ")
    session.expire_all()
    assert invitation_of(session, first, now=THURSDAY) is None
    assert invitation_of(session, second, now=THURSDAY) is not None


@pytest.mark.parametrize(
    ("email", "role"),
    [("no address", "agent"), ("a b@c", "agent"), ("ken@hikari-care.example", "agent"),
     ("x@" + "y" * 300, "agent"), ("new@desk.example", "owner")],
)  # fmt: skip
def test_an_invitation_that_cannot_be_made_says_why(session, cast, email, role):
    with pytest.raises(Refused):
        invited(session, cast, email, role)


def test_a_name_that_is_missing_leaves_the_invitation_open(session, cast):
    made, token = invited(session, cast)
    session.commit()
    with pytest.raises(Refused):
        joined(session, made, family_name=" ")
    session.rollback()
    assert invitation_of(session, token, now=THURSDAY) is not None


def test_failures_are_counted_by_account_and_place_and_forgiven_on_success(session, cast):
    for _ in range(6):
        failed(session, cast.ken.email, "192.0.2.1", now=THURSDAY)
    assert must_wait(session, cast.ken.email, "192.0.2.1", now=THURSDAY).seconds == 4
    assert not must_wait(session, cast.ken.email, "192.0.2.2", now=THURSDAY), "elsewhere: none"
    assert not must_wait(session, cast.ryo.email, "192.0.2.1", now=THURSDAY), "others: none"
    succeeded(session, cast.ken.email, "192.0.2.1")
    assert not must_wait(session, cast.ken.email, "192.0.2.1", now=THURSDAY)
    assert session.query(SignInFailure).one().count == 6, "the place keeps its count"


def test_the_addresses_one_house_may_choose_from_are_one_place(session, cast):
    for number in range(6):
        failed(session, cast.ken.email, f"2001:db8:1:2::{number}", now=THURSDAY)
    for same in ("2001:db8:1:2:ffff::1", "2001:0DB8:1:2::9"):
        assert must_wait(session, cast.ken.email, same, now=THURSDAY).seconds == 4
    for _ in range(6):
        failed(session, cast.ken.email, "::ffff:192.0.2.1", now=THURSDAY)
    assert must_wait(session, cast.ken.email, "192.0.2.1", now=THURSDAY)
    for other in ("2001:db8:1:3::1", "192.0.2.2", "::ffff:192.0.2.3", "", "not one"):
        assert not must_wait(session, cast.ken.email, other, now=THURSDAY)


def test_failures_of_yesterday_are_forgotten(session, cast):
    for _ in range(9):
        failed(session, cast.ken.email, "192.0.2.1", now=THURSDAY)
    tomorrow = THURSDAY.replace(day=2)
    assert not must_wait(session, cast.ken.email, "192.0.2.1", now=tomorrow)
    failed(session, cast.ryo.email, "192.0.2.9", now=tomorrow)
    assert session.query(SignInFailure).count() == 3, "what is forgotten is not kept either"
