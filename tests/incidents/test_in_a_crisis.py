"""While a crisis runs, what an incident says to many waits until somebody approves it anew."""

from datetime import timedelta

import pytest

from support.crisis import calming
from support.errors import NotAllowed, Refused
from support.incidents import announcing, posting, pressing_on, waves
from tests.cast import hands
from tests.incidents import scene
from tests.incidents.world import incident, notice

NO_UNDO = timedelta(0)


@pytest.fixture
def quiet(session, cast, clock):
    """The account falls quiet now; called again, it speaks again."""
    running = []

    def switch():
        if running:
            calming.leave(session, running.pop(), "収まった", by=cast.ryo, now=clock())
        else:
            running.extend(
                calming.begin(session, [cast.account.id], "批判", by=cast.ryo, now=clock())
            )
        session.commit()

    return switch


@pytest.fixture
def wave(session, cast, clock):
    cast.account.undo_seconds = 0
    it = scene.open_incident(session, cast, clock())
    scene.hit(session, cast, it, 3, clock)
    return scene.begin(session, cast, it, clock(), per_minute=6)


def press(session, wave, clock):
    done = pressing_on.step(session, wave.id, scene.PLENTY, clock())
    session.commit()
    return done


def test_a_wave_waits_and_goes_on_when_it_is_over(session, cast, wave, clock, quiet):
    assert press(session, wave, clock).pressed == 1
    clock.forward(minutes=1)
    quiet()
    assert waves.held_by(session, wave) is not None
    assert press(session, wave, clock) is None
    assert scene.states(session, wave) == ["pressed", "waiting", "waiting"]
    assert waves.is_going(wave), "it waits, and is not stopped"
    clock.forward(minutes=1)
    quiet()
    scene.go_on(session, wave, clock, seconds=60)
    assert scene.states(session, wave) == ["pressed"] * 3


def test_another_lead_approves_it_anew_and_it_goes_on(session, cast, wave, clock, quiet):
    clock.forward(minutes=1)
    quiet()
    clock.forward(minutes=1)
    with pytest.raises(NotAllowed):
        waves.resume(session, wave, by=cast.ryo, now=clock())
    session.rollback()
    waves.resume(session, wave, by=cast.hikaru, now=clock())
    session.commit()
    scene.go_on(session, wave, clock, seconds=60)
    assert scene.states(session, wave) == ["pressed"] * 3
    assert {it.approval.decided_by_id for it in scene.replies(session)} == {cast.hikaru.id}


def test_what_was_pressed_a_moment_before_does_not_go_out(session, cast, wave, clock, x, quiet):
    press(session, wave, clock)
    clock.forward(seconds=1)
    quiet()
    scene.send_all(session, x, clock)
    assert x.ours == []
    assert press(session, wave, clock) is None


def test_a_notice_agreed_to_before_waits_and_is_agreed_to_where_it_stands(
    session, cast, x, clock, quiet
):
    made = notice(session, incident(session, cast), cast.ryo)
    announcing.press(session, made, by=cast.ryo, now=clock(), undo=NO_UNDO)
    session.commit()
    clock.forward(minutes=1)
    quiet()
    assert posting.waiting(session, clock()) == []
    posting.post_ready(session, cast.account.id, hands(x, clock))
    assert (made.state, x.ours) == ("queued", [])
    with pytest.raises(NotAllowed):
        announcing.approve(session, made, by=cast.ryo, now=clock(), undo=NO_UNDO)
    session.rollback()
    announcing.approve(session, made, by=cast.hikaru, now=clock(), undo=NO_UNDO)
    session.commit()
    posting.post_ready(session, cast.account.id, hands(x, clock))
    assert [it.text for it in x.ours] == [made.body]


def test_new_notices_want_approval_while_it_runs_and_no_longer(session, cast, x, clock, quiet):
    made = notice(session, incident(session, cast), cast.ryo)
    quiet()
    assert announcing.wants_approval(session, cast.account.id)
    with pytest.raises(Refused):
        announcing.press(session, made, by=cast.ryo, now=clock(), undo=NO_UNDO)
    session.rollback()
    clock.forward(minutes=1)
    quiet()
    announcing.press(session, made, by=cast.ryo, now=clock(), undo=NO_UNDO)
    session.commit()
    posting.post_ready(session, cast.account.id, hands(x, clock))
    assert len(x.ours) == 1


def test_the_switch_thrown_between_the_look_and_the_claim_holds_it(session, cast, x, clock, quiet):
    """The claim itself asks: whoever looked a moment before gets nothing."""
    made = notice(session, incident(session, cast), cast.ryo)
    announcing.press(session, made, by=cast.ryo, now=clock(), undo=NO_UNDO)
    session.commit()
    assert posting.waiting(session, clock()) == [cast.account.id]
    working = hands(x, clock)
    found = posting._in_line(cast.account.id, clock())
    (number, *_rest) = session.execute(found).one()
    session.commit()
    clock.forward(seconds=1)
    quiet()
    posting._deliver(session, number, x, working)
    assert (made.state, x.ours) == ("queued", [])
