"""Once all works again, those who have our answer are done with in one step, and taken back."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from support.errors import DeskError
from support.incidents import linking, resolving, running
from support.incidents.endings import Why
from support.incidents.records import IncidentEvent
from support.tickets import handling
from support.tickets.records import Ticket
from tests.cast import make_cast
from tests.incidents import scene
from tests.incidents.scene import begin, go_on, hit, open_incident, people, send_all, wrote


@pytest.fixture
def desk(session):
    return make_cast(session, undo_seconds=0)


@pytest.fixture
def incident(session, desk, clock):
    return open_incident(session, desk, clock())


def answered(session, desk, incident, x, clock, count):
    """So many people who wrote and have the wave's answer."""
    tickets = hit(session, desk, incident, count, clock)
    wave = begin(session, desk, incident, clock())
    go_on(session, wave, clock, seconds=count * 5)
    clock.forward(minutes=1)
    send_all(session, x, clock)
    go_on(session, wave, clock)
    clock.forward(minutes=1)
    return tickets


def restored(session, desk, incident, clock):
    running.advance(session, incident, "restored", by=desk.ryo, now=clock())
    session.commit()


def resolve(session, desk, incident, clock):
    return resolving.resolve(
        session, incident, by=desk.ryo, now=clock(), keep=session.commit, at_once=2
    )


def states(session, tickets):
    session.expire_all()
    return [session.get_one(Ticket, it.id).state for it in tickets]


def test_the_answered_and_silent_are_resolved_and_each_other_is_named_with_why(
    session, desk, incident, x, clock
):
    done, again, aside = answered(session, desk, incident, x, clock, 3)
    (late,) = hit(session, desk, incident, 1, clock, first=4)
    who = people(1, first=2)[0]
    assert wrote(session, desk, who, clock(), number=20, thread=again.thread_x_id).id == again.id
    handling.hold(session, aside, until=None, by=desk.misaki, now=clock())
    session.commit()
    assert not resolving.is_offered(session, incident)
    restored(session, desk, incident, clock)
    assert resolving.is_offered(session, incident)
    found = resolving.plan(session, incident)
    assert found.ready == [done.id]
    assert found.left == {
        Why.WROTE_SINCE: [again.id], Why.HELD: [aside.id], Why.UNANSWERED: [late.id],
    }  # fmt: skip
    assert resolve(session, desk, incident, clock).tickets == [done.id]
    assert states(session, [done, again, aside, late]) == ["resolved", "open", "held", "open"]


def test_one_act_takes_all_slices_back_but_for_what_was_changed_since(
    session, desk, incident, x, clock
):
    tickets = answered(session, desk, incident, x, clock, 5)
    running.close(session, incident, by=desk.ryo, now=clock())
    session.commit()
    done = resolve(session, desk, incident, clock)
    assert done.tickets == [it.id for it in tickets]
    assert set(states(session, tickets)) == {"resolved"}
    events = session.scalars(select(IncidentEvent).order_by(IncidentEvent.id)).all()
    assert resolving.undoable(session, events) == {done.event_id}
    wrote(session, desk, people(1)[0], clock(), number=30, thread=tickets[0].thread_x_id)
    assert states(session, tickets[:1]) == ["open"], "a new message opens it as ever"
    args = {"by": desk.hikaru, "now": clock(), "keep": session.commit}
    assert sorted(resolving.undo(session, incident, done.event_id, **args)) == done.tickets[1:]
    assert "resolved" not in states(session, tickets)
    with pytest.raises(DeskError):
        resolving.undo(session, incident, done.event_id, **args)
    assert resolving.undoable(session, events) == set()


def test_who_waits_in_a_wave_is_not_resolved_before_it(session, desk, incident, x, clock):
    tickets = answered(session, desk, incident, x, clock, 2)
    restored(session, desk, incident, clock)
    wave = begin(session, desk, incident, clock(), stage="restored", texts=AGAIN)
    assert resolving.plan(session, incident).left == {Why.IN_LINE: [it.id for it in tickets]}
    go_on(session, wave, clock, seconds=10)
    clock.forward(minutes=1)
    assert resolving.plan(session, incident).left == {Why.ON_ITS_WAY: [it.id for it in tickets]}
    send_all(session, x, clock)
    assert resolving.plan(session, incident).ready == [it.id for it in tickets]


def test_what_another_incident_has_by_now_is_its_own_to_resolve(session, desk, incident, x, clock):
    (ticket,) = answered(session, desk, incident, x, clock, 1)
    running.close(session, incident, by=desk.ryo, now=clock())
    other = open_incident(session, desk, clock())
    linking.link(session, other, [ticket.id], by=desk.ryo, now=clock())
    session.commit()
    assert resolving.plan(session, incident) == resolving.Plan()


def test_who_was_answered_in_one_of_their_tickets_has_our_answer(session, desk, incident, x, clock):
    (one,) = hit(session, desk, incident, 1, clock)
    two = wrote(session, desk, people(1)[0], clock() + timedelta(seconds=1), number=9)
    scene.link(session, incident, two, clock())
    assert two.id != one.id
    wave = begin(session, desk, incident, clock())
    go_on(session, wave, clock, seconds=10)
    clock.forward(minutes=1)
    send_all(session, x, clock)
    restored(session, desk, incident, clock)
    assert resolving.plan(session, incident).ready == [one.id, two.id]


AGAIN = tuple(text.replace("原因", "復旧") + "復旧しました。" for text in scene.TEXTS)
