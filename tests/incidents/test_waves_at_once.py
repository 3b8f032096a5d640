"""Several people of a wave in one transaction: what it asks the database, and who comes between."""

import pytest
from sqlalchemy import event, text

from support.incidents import linking, pressing_on
from support.incidents.paces import Allowed
from support.replies import pressing, sending
from tests.cast import hands, make_cast
from tests.incidents import scene
from tests.incidents.scene import begin, go_on, hit, open_incident, rows, send_all, states

A_PERSON = 2
"""Statements that grow with who is dealt with; what all of them have in common is asked once."""
IN_COMMON = 33
A_LINK, A_REPLY = 26, 30


@pytest.fixture
def desk(session):
    return make_cast(session, undo_seconds=0)


@pytest.fixture
def incident(session, desk, clock):
    return open_incident(session, desk, clock())


def one_step(session, wave, clock, allowed=scene.PLENTY):
    done = pressing_on.step(session, wave.id, allowed, clock(), enrols=False)
    session.commit()
    return done


def test_what_ten_people_have_in_common_is_asked_once(
    session, desk, incident, clock, asked_of_the_database
):
    hit(session, desk, incident, 20, clock)
    wave = begin(session, desk, incident, clock(), per_minute=12)
    wave.per_minute = 600
    session.commit()
    one_step(session, wave, clock)
    with asked_of_the_database() as asked:
        assert one_step(session, wave, clock).pressed == 10
    assert len(asked) <= IN_COMMON + A_PERSON * 10 < 15 * 10
    in_common = [it for it in asked if not it.startswith(("INSERT", "UPDATE"))]
    assert len(in_common) <= IN_COMMON, "\n".join(in_common)


def test_what_a_post_and_a_reply_cost_on_the_way(
    session, desk, incident, x, clock, asked_of_the_database
):
    """Taken in, linked, and sent: each of them once a person, whoever else writes."""
    incident.words, incident.links_new, incident.rule_at = ["つながり"], True, clock()
    session.commit()
    hit(session, desk, incident, 1, clock)
    taken = scene.wrote(session, desk, scene.people(1, first=9)[0], clock(), number=9)
    with asked_of_the_database() as linking_asks:
        assert linking.take_up_new(session, clock(), [taken.id]) == [taken.id]
        session.commit()
    wave = begin(session, desk, incident, clock())
    go_on(session, wave, clock)
    first, second = (it.id for it in scene.replies(session))
    sending.deliver(session, first, hands(x, clock))
    client = sending.client_of(session, desk.account.id, hands(x, clock))
    session.commit()
    with asked_of_the_database() as sending_asks:
        sending.deliver(session, second, hands(x, clock), client)
    assert len(x.ours) == 2
    assert len(linking_asks) <= A_LINK, "\n".join(linking_asks)
    assert len(sending_asks) <= A_REPLY, "\n".join(sending_asks)


@pytest.mark.one_database
def test_as_many_as_there_is_room_for_and_no_more(session, desk, incident, clock):
    hit(session, desk, incident, 8, clock)
    wave = begin(session, desk, incident, clock(), per_minute=18)
    assert one_step(session, wave, clock, [Allowed(2_000, 202)]).pressed == 2, "X leaves two"
    assert one_step(session, wave, clock).pressed == 1, "three in ten seconds"
    assert one_step(session, wave, clock) is None


@pytest.mark.parametrize("is_out", [False, True])
def test_a_colleague_who_comes_between_costs_the_others_nothing(
    session, desk, incident, x, clock, is_out
):
    """Whether her reply is under way or out already: then the database refuses nothing."""
    tickets = hit(session, desk, incident, 3, clock)
    wave = begin(session, desk, incident, clock())
    hers = []

    def meanwhile(asked):
        if not hers and "FROM crises" in str(asked.statement) and "IN" in str(asked.statement):
            hers.append(asked)
            draft = pressing.Draft("確認いたします。", "hers", None)
            said = tickets[1].latest_message
            reply = pressing.press(session, tickets[1], said, desk.misaki, draft, clock())
            if is_out:
                reply.parts[0].state, reply.settled_at = "posted", clock()
            session.flush()

    event.listen(session, "do_orm_execute", meanwhile)
    done = one_step(session, wave, clock)
    assert (done.pressed, len(done.later)) == (2, 1)
    assert states(session, wave) == ["pressed", "waiting", "pressed"]
    theirs = [it.ticket_id for it in scene.replies(session)]
    assert sorted(theirs) == sorted(it.id for it in tickets)


def test_whoever_dies_before_the_commit_has_pressed_for_nobody(session, desk, incident, x, clock):
    hit(session, desk, incident, 4, clock)
    wave = begin(session, desk, incident, clock())
    assert pressing_on.step(session, wave.id, scene.PLENTY, clock()).pressed == 4
    session.rollback()
    assert (states(session, wave), scene.replies(session)) == (["waiting"] * 4, [])
    go_on(session, wave, clock, seconds=60)
    send_all(session, x, clock)
    assert len(x.ours) == len({it.in_reply_to_x_id for it in x.ours}) == 4


@pytest.mark.one_database
def test_a_reply_that_stands_under_the_key_already_is_not_written_twice(
    session, desk, incident, x, clock
):
    """As if the place had been forgotten, and the reply had not."""
    hit(session, desk, incident, 3, clock)
    wave = begin(session, desk, incident, clock(), per_minute=6)
    one_step(session, wave, clock)
    (reply,) = scene.replies(session)
    assert reply.key == pressing_on.key_of(rows(session, wave)[0])
    reply.settled_at = clock()
    session.execute(text("UPDATE wave_answers SET state = 'waiting', reply_id = NULL"))
    session.commit()
    clock.forward(minutes=1)
    go_on(session, wave, clock, seconds=60)
    assert states(session, wave) == ["pressed"] * 3
    assert rows(session, wave)[0].reply_id == reply.id
    assert len(scene.replies(session)) == 3
