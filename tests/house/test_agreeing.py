"""Rules are versions; each is confirmed once by everybody, and small changes ask nobody anew."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from support.agents.records import Agent
from support.db import engine_for
from support.errors import Refused
from support.house.agreeing import confirm, save
from support.house.records import HouseRules, confirmations, in_force, owed_by
from tests.fakes import THURSDAY


@pytest.fixture
def write(session, cast):
    def written(text, *, asks=True, known=None):
        last = in_force(session)
        known = (last.version if last else 0) if known is None else known
        made = save(session, text, "", asks=asks, known=known, by=cast.ryo, now=THURSDAY)
        session.commit()
        return made

    return written


def owes(session, agent):
    return bool(session.scalar(select(owed_by(agent.id))))


def test_each_version_is_confirmed_once_and_a_new_one_asks_again(session, cast, write):
    assert not owes(session, cast.misaki), "where there are none, nothing is owed"
    write("一")
    assert owes(session, cast.misaki)
    assert confirm(session, 1, by=cast.misaki, now=THURSDAY)
    assert not confirm(session, 1, by=cast.misaki, now=THURSDAY)
    assert (owes(session, cast.misaki), owes(session, cast.ken)) == (False, True)
    write("二")
    assert owes(session, cast.misaki)
    assert confirmations(session)[cast.misaki.id].version == 1


def test_a_small_change_asks_only_who_has_confirmed_nothing_before_it(session, cast, write):
    write("一")
    confirm(session, 1, by=cast.misaki, now=THURSDAY)
    write("一。", asks=False)
    assert not owes(session, cast.misaki)
    assert owes(session, cast.ken)
    assert confirm(session, 2, by=cast.ken, now=THURSDAY)
    assert not owes(session, cast.ken)


def test_the_first_version_always_asks(session, write):
    assert write("一", asks=False).asks


def test_what_was_replaced_while_it_was_read_is_not_confirmed(session, cast, write):
    write("一")
    write("二")
    for version in (1, 3):
        with pytest.raises(Refused):
            confirm(session, version, by=cast.misaki, now=THURSDAY)
    write("二。", asks=False)
    assert confirm(session, 2, by=cast.misaki, now=THURSDAY), "the newer one asks for nothing"


@pytest.mark.parametrize("text", ["", " \n ", "長" * 20_001, "一\r\n"])
def test_what_cannot_be_a_version_says_why(write, text):
    write("一")
    with pytest.raises(Refused):
        write(text)


def test_what_somebody_else_saved_meanwhile_is_not_lost(session, write):
    write("一")
    with pytest.raises(Refused) as refused:
        write("二", known=0)
    assert refused.value.values == {"who": "高橋", "n": 1}


def test_two_who_save_at_once_do_not_cover_each_other(session, cast, write, database_url):
    write("一")
    lead, engine = cast.ryo.id, engine_for(database_url)
    session.rollback()

    def saved(text):
        with Session(engine) as own:
            try:
                save(own, text, "", asks=True, known=1, by=own.get_one(Agent, lead), now=THURSDAY)
            except Refused:
                return False
            own.commit()
            return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(saved, ["二", "三"])) == [False, True]
    engine.dispose()
    assert [it.version for it in session.query(HouseRules).order_by(HouseRules.version)] == [1, 2]
