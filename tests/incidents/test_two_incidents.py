"""Somebody whom two incidents of an account hit hears one wave at a time."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from support.db import engine_for
from support.errors import DeskError
from support.incidents import including, pressing_on
from support.incidents.records import IncidentEvent
from support.incidents.turns import NEAR
from tests.cast import make_cast
from tests.incidents import scene
from tests.incidents.scene import begin, go_on, hit, open_incident, people, rows, send_all, states

OTHER = tuple(f"{text}別の件も調べています。" for text in scene.TEXTS)


@pytest.fixture
def desk(session):
    return make_cast(session, undo_seconds=0)


@pytest.fixture
def heard(session, desk, x, clock):
    """The first incident's wave has just written to them; the second one's waits for approval."""
    first, second = open_incident(session, desk, clock()), open_incident(session, desk, clock())
    hit(session, desk, first, 1, clock)
    wave = begin(session, desk, first, clock())
    go_on(session, wave, clock, seconds=5)
    send_all(session, x, clock)
    clock.forward(minutes=1)
    ticket = scene.wrote(session, desk, people(1)[0], clock(), number=9)
    scene.link(session, second, ticket, clock())
    hit(session, desk, second, 1, clock, first=2)
    return second


def test_they_are_set_aside_and_others_are_not(session, desk, x, clock, heard):
    assert including.heard_elsewhere(session, heard, clock()) == 1
    wave = begin(session, desk, heard, clock(), texts=OTHER)
    go_on(session, wave, clock, seconds=10)
    assert sorted(states(session, wave)) == ["heard", "pressed"]
    send_all(session, x, clock)
    go_on(session, wave, clock)
    assert wave.ended_at is not None
    assert including.set_aside(session, wave) == 1


def test_somebodys_word_includes_them_once_and_the_wave_goes_on(session, desk, x, clock, heard):
    wave = begin(session, desk, heard, clock(), texts=OTHER)
    go_on(session, wave, clock, seconds=10)
    send_all(session, x, clock)
    go_on(session, wave, clock)
    assert including.include(session, wave, by=desk.ryo, now=clock()) == 1
    session.commit()
    go_on(session, wave, clock, seconds=10)
    send_all(session, x, clock)
    go_on(session, wave, clock)
    assert states(session, wave) == ["pressed", "pressed"]
    assert wave.ended_at is not None
    with pytest.raises(DeskError):
        including.include(session, wave, by=desk.ryo, now=clock())
    said = select(IncidentEvent.data).where(IncidentEvent.kind == including.INCLUDED)
    assert [data["people"] for data in session.scalars(said)] == [1]


def test_some_time_later_they_hear_it_as_anybody(session, desk, clock, heard):
    clock.forward(seconds=NEAR.total_seconds())
    assert including.heard_elsewhere(session, heard, clock()) == 0
    wave = begin(session, desk, heard, clock(), texts=OTHER)
    go_on(session, wave, clock, seconds=10)
    assert states(session, wave) == ["pressed", "pressed"]


def test_two_waves_at_once_press_one_of_them(session, desk, clock):
    both = [open_incident(session, desk, clock()) for _ in range(2)]
    for number, incident in enumerate(both):
        ticket = scene.wrote(session, desk, people(1)[0], clock(), number=number)
        scene.link(session, incident, ticket, clock())
    waves = [
        begin(session, desk, both[0], clock()),
        begin(session, desk, both[1], clock(), texts=OTHER),
    ]
    for wave in waves:
        go_on(session, wave, clock, seconds=5)
    assert [states(session, wave) for wave in waves] == [["pressed"], ["waiting"]], "it looks first"


def test_what_never_went_out_was_not_heard(session, desk, x, clock, heard):
    first = rows(session, begin(session, desk, heard, clock(), texts=OTHER))
    assert len(first) == 2
    earlier = session.scalars(select(scene.Reply).order_by(scene.Reply.id)).first()
    for part in earlier.parts:
        part.state = "rejected"
    session.commit()
    assert including.heard_elsewhere(session, heard, clock() + timedelta(seconds=1)) == 0


def test_older_words_include_nobody(session, desk, x, clock, heard):
    wave = begin(session, desk, heard, clock(), texts=OTHER)
    go_on(session, wave, clock, seconds=10)
    send_all(session, x, clock)
    go_on(session, wave, clock)
    begin(session, desk, heard, clock(), stage="update", texts=[f"{it}続報です。" for it in OTHER])
    assert not including.may_include(session, wave)
    with pytest.raises(DeskError):
        including.include(session, wave, by=desk.ryo, now=clock())


def test_of_two_waves_at_once_the_second_waits_to_see_what_the_first_does(
    session, desk, clock, database_url
):
    """In different conversations neither would see the other's reply."""
    if session.get_bind().dialect.name == "sqlite":
        return  # one writes at a time
    one, two = open_incident(session, desk, clock()), open_incident(session, desk, clock())
    public = scene.wrote(session, desk, people(1)[0], clock(), number=1)
    private = scene.wrote(session, desk, people(1)[0], clock(), number=2, private=True)
    scene.link(session, one, public, clock())
    scene.link(session, two, private, clock())
    first = begin(session, desk, one, clock())
    second = begin(session, desk, two, clock(), texts=OTHER)
    engine = engine_for(database_url)
    with Session(engine) as other:
        done = pressing_on.step(session, first.id, scene.PLENTY, clock())
        assert done.tickets == [public.id]
        other.execute(text("SET LOCAL lock_timeout = '100ms'"))
        with pytest.raises(OperationalError):
            pressing_on.step(other, second.id, scene.PLENTY, clock())
        other.rollback()
        session.commit()
        pressing_on.step(other, second.id, scene.PLENTY, clock())
        other.commit()
    engine.dispose()
    assert [states(session, wave) for wave in (first, second)] == [["pressed"], ["heard"]]
