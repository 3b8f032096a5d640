"""A question is answered once, and a counter counts once, from several browsers at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from support.agents import ceremonies, vouching
from support.agents.ceremonies import Made, NotGenuine, Place
from support.agents.records import Passkey, SpentChallenge, passkeys_of
from support.agents.vouching import Doubted, handle_of, keep, recognise, spend
from support.db import engine_for
from support.errors import Refused
from tests.authenticator import Authenticator
from tests.fakes import THURSDAY

HERE, ASKED = Place("localhost", "http://localhost"), b"a" * 32


@pytest.fixture
def keys(session, cast):
    """What Misaki's telephone holds: one passkey, which the desk knows."""
    telephone, handle = Authenticator(), handle_of(session, cast.misaki)
    options = ceremonies.creation(HERE, ASKED, handle=handle, email="m@x.jp", name="佐", known=())
    made = ceremonies.made(HERE, ASKED, telephone.create(options))
    keep(session, cast.misaki, made, name="電話", handle=handle, now=THURSDAY)
    session.commit()
    return telephone


def at_once(database_url, deed):
    engine = engine_for(database_url)

    def in_its_own(_):
        with Session(engine) as own:
            try:
                done = deed(own)
            except (NotGenuine, Doubted):
                return None
            own.commit()
            return done

    with ThreadPoolExecutor(4) as pool:
        done = [it for it in pool.map(in_its_own, range(4)) if it]
    engine.dispose()
    return done


def test_of_four_answers_to_one_question_one_counts(session, database_url):
    assert len(at_once(database_url, lambda own: spend(own, ASKED, now=THURSDAY))) == 1
    assert not spend(session, ASKED, now=THURSDAY)


def test_questions_are_forgotten_when_their_age_refuses_them(session):
    spend(session, ASKED, now=THURSDAY)
    spend(session, b"b", now=THURSDAY + timedelta(minutes=14))
    assert session.query(SpentChallenge).count() == 2
    spend(session, b"c", now=THURSDAY + timedelta(minutes=16))
    assert session.query(SpentChallenge).count() == 2


def test_one_count_opens_one_browser(session, cast, keys, database_url):
    answer = keys.get(ceremonies.request(HERE, ASKED))
    session.rollback()

    def enter(own):
        found = recognise(own, answer, place=HERE, challenge=ASKED, now=THURSDAY)
        return found.agent_id

    assert at_once(database_url, enter) == [cast.misaki.id]


def test_a_passkey_is_kept_once_and_no_more_than_ten(session, cast, keys):
    (first,) = passkeys_of(session, cast.misaki.id)
    known = keys.keys[0].key_id
    for agent in (cast.misaki, cast.ken):
        with pytest.raises(Refused, match="すでに"):
            keep(session, agent, Made(known, b"", 0), name="", handle=b"h", now=THURSDAY)
    for number in range(2, vouching.MOST + 1):
        made = Made(bytes([number]), b"", 0)
        keep(session, cast.misaki, made, name=f"{number}", handle=b"h", now=THURSDAY)
    with pytest.raises(Refused, match="10個まで"):
        keep(session, cast.misaki, Made(b"x", b"", 0), name="", handle=b"h", now=THURSDAY)
    assert session.get_one(Passkey, first.id).name == "電話"


def test_a_name_that_is_too_long_is_said(session, cast):
    with pytest.raises(Refused, match="40文字まで"):
        keep(session, cast.ken, Made(b"x", b"", 0), name="長" * 41, handle=b"h", now=THURSDAY)
