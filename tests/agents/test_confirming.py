"""A code is taken once, on both databases and from two browsers at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy.orm import Session

from support.agents.confirming import (
    Taken,
    Waits,
    awaited,
    confirm,
    make_recovery_codes,
    prepare,
    remove,
    secret_of,
    take,
)
from support.agents.records import Agent, RecoveryCode, SecondStep, codes_left
from support.db import engine_for
from support.errors import Refused
from support.x.rotating import rotate
from tests.cast import SECRET
from tests.fakes import THURSDAY

LATER = THURSDAY + timedelta(minutes=2)


def code_at(session, agent, at=THURSDAY):
    step = session.get_one(SecondStep, agent.id)
    return pyotp.TOTP(secret_of(step, SECRET)).at(at)


@pytest.fixture
def codes(session, cast):
    """The recovery codes of Misaki, who has taught her telephone the secret."""
    prepare(session, cast.misaki, secret_key=SECRET, now=THURSDAY)
    code = code_at(session, cast.misaki)
    made = confirm(session, cast.misaki, code, secret_key=SECRET, now=THURSDAY)
    session.commit()
    return made


def taken(session, agent, code, at=LATER):
    return take(session, agent, code, secret_key=SECRET, now=at)


def test_nothing_is_kept_that_opens_the_desk(session, cast, codes):
    step = session.get_one(SecondStep, cast.misaki.id)
    assert secret_of(step, SECRET) not in step.secret_sealed
    kept = {it.digest for it in session.query(RecoveryCode)}
    assert not kept & set(codes)


def test_a_code_is_taken_once(session, cast, codes):
    code = code_at(session, cast.misaki, LATER)
    assert taken(session, cast.misaki, code) is Taken.CODE
    assert taken(session, cast.misaki, code) is None
    assert taken(session, cast.misaki, code_at(session, cast.misaki, LATER)) is None


def test_the_code_of_the_enrolment_opens_nothing(session, cast, codes):
    code = code_at(session, cast.misaki)
    assert taken(session, cast.misaki, code, THURSDAY) is None


def test_an_older_code_is_not_taken_after_a_newer_one(session, cast, codes):
    older = code_at(session, cast.misaki, LATER)
    newer = code_at(session, cast.misaki, LATER + timedelta(seconds=30))
    assert taken(session, cast.misaki, newer) is Taken.CODE
    assert taken(session, cast.misaki, older) is None


def test_a_recovery_code_opens_once_and_only_for_its_owner(session, cast, codes):
    prepare(session, cast.ken, secret_key=SECRET, now=THURSDAY)
    code = code_at(session, cast.ken)
    confirm(session, cast.ken, code, secret_key=SECRET, now=THURSDAY)
    assert taken(session, cast.ken, codes[0]) is None
    assert taken(session, cast.misaki, codes[0]) is Taken.RECOVERY
    assert taken(session, cast.misaki, codes[0]) is None
    assert codes_left(session, cast.misaki.id) == 9


def test_recovery_codes_open_a_desk_that_lost_its_key(session, cast, codes):
    code = code_at(session, cast.misaki, LATER)
    assert take(session, cast.misaki, code, secret_key="another", now=LATER) is None
    found = take(session, cast.misaki, codes[0], secret_key="another", now=LATER)
    assert found is Taken.RECOVERY


def test_new_recovery_codes_void_the_old_ones(session, cast, codes):
    new = make_recovery_codes(session, cast.misaki, now=LATER)
    assert taken(session, cast.misaki, codes[0]) is None
    assert taken(session, cast.misaki, new[9]) is Taken.RECOVERY


def test_of_two_browsers_with_the_same_code_one_gets_in(session, cast, codes, database_url):
    agent_id, code = cast.misaki.id, code_at(session, cast.misaki, LATER)
    session.commit()
    engine = engine_for(database_url)

    def enter(word):
        with Session(engine) as own:
            done = taken(own, own.get_one(Agent, agent_id), word)
            own.commit()
            return done

    with ThreadPoolExecutor(4) as pool:
        by_code = [it for it in pool.map(enter, [code] * 4) if it]
        by_recovery = [it for it in pool.map(enter, [codes[3]] * 4) if it]
    engine.dispose()
    assert (by_code, by_recovery) == ([Taken.CODE], [Taken.RECOVERY])


@pytest.mark.parametrize("code", ["", "000000", "12345", "words", "1" * 500])
def test_a_wrong_code_enrols_nobody(session, cast, code):
    prepare(session, cast.ken, secret_key=SECRET, now=THURSDAY)
    with pytest.raises(Refused) as refused:
        confirm(session, cast.ken, code, secret_key=SECRET, now=THURSDAY)
    assert refused.value.field == "code"
    assert awaited(session, cast.ken, "off") is Waits.NOTHING


def test_what_is_awaited_follows_from_policy_role_and_telephone(session, cast, codes):
    told = [
        (awaited(session, agent, policy), policy)
        for policy in ("off", "leads", "everybody")
        for agent in (cast.misaki, cast.ken, cast.ryo)
    ]
    code, enrol, none = Waits.CODE, Waits.ENROLMENT, Waits.NOTHING
    assert [it[0] for it in told] == [code, none, none, code, none, enrol, code, enrol, enrol]


def test_whoever_saw_a_secret_earlier_does_not_know_the_one_that_is_learnt(session, cast):
    first = secret_of(prepare(session, cast.ken, secret_key=SECRET, now=THURSDAY), SECRET)
    second = secret_of(prepare(session, cast.ken, secret_key=SECRET, now=LATER), SECRET)
    assert first != second
    code = pyotp.TOTP(first).at(LATER)
    with pytest.raises(Refused):
        confirm(session, cast.ken, code, secret_key=SECRET, now=LATER)
    code = pyotp.TOTP(second).at(LATER)
    assert confirm(session, cast.ken, code, secret_key=SECRET, now=LATER)


def test_a_second_preparation_leaves_a_secret_in_use_alone(session, cast, codes):
    before = session.get_one(SecondStep, cast.misaki.id).secret_sealed
    assert prepare(session, cast.misaki, secret_key=SECRET, now=LATER).secret_sealed == before


def test_what_is_removed_asks_for_nothing_any_more(session, cast, codes):
    assert remove(session, cast.misaki)
    assert not remove(session, cast.misaki)
    assert awaited(session, cast.misaki, "off") is Waits.NOTHING
    assert taken(session, cast.misaki, codes[1]) is None


def test_a_new_first_secret_of_the_desk_reads_the_old_ones(session, cast, codes):
    both = f"new,{SECRET}"
    assert rotate(session, both, {SecondStep: (SecondStep.secret_sealed,)})
    step = session.get_one(SecondStep, cast.misaki.id)
    assert pyotp.TOTP(secret_of(step, "new")).at(LATER).isdecimal()
