"""Who answers for the words of a wave, and when they stop going out."""

import pytest

from support.errors import NotAllowed
from support.incidents import pressing_on, running, waves
from tests.cast import make_cast
from tests.incidents import scene
from tests.incidents.scene import begin, go_on, hit, open_incident, send_all
from tests.replies.approvals import rule


@pytest.fixture
def desk(session):
    return make_cast(session, undo_seconds=0)


@pytest.fixture
def incident(session, desk, clock):
    return open_incident(session, desk, clock())


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("kind", "by", "allowed"),
    [("", "ryo", True), ("public", "ryo", False), ("public", "hikaru", True)],
    ids=["no rule", "own words", "somebody else's"],
)
def test_the_waves_approval_is_that_of_each_reply(
    session, desk, incident, x, clock, kind, by, allowed
):
    hit(session, desk, incident, 2, clock)
    if kind:
        rule(session, desk, kind, now=clock())
    wave = waves.save(session, incident, scene.plan(), by=desk.ryo, now=clock())
    if not allowed:
        with pytest.raises(NotAllowed):
            waves.approve(session, wave, by=getattr(desk, by), now=clock())
        return
    waves.approve(session, wave, by=getattr(desk, by), now=clock())
    session.commit()
    go_on(session, wave, clock, seconds=60)
    send_all(session, x, clock)
    assert len(x.ours) == 2, "nobody is asked again for each of them"
    kept = [it.approval for it in scene.replies(session)]
    assert [it is not None and it.decided_by_id == desk.hikaru.id for it in kept] == [
        bool(kind)
    ] * 2


@pytest.mark.one_database
def test_a_rule_that_comes_later_stops_what_nobody_else_approved(session, desk, incident, clock):
    hit(session, desk, incident, 3, clock)
    wave = begin(session, desk, incident, clock(), per_minute=6)
    go_on(session, wave, clock)
    pressed = len(scene.replies(session))
    rule(session, desk, "account", now=clock())
    go_on(session, wave, clock, seconds=60)
    assert wave.stop_reason == pressing_on.NOW_ASKED_FOR
    assert len(scene.replies(session)) == pressed
    with pytest.raises(NotAllowed):
        waves.resume(session, wave, by=desk.ryo, now=clock())
    waves.resume(session, wave, by=desk.hikaru, now=clock())
    session.commit()
    go_on(session, wave, clock, seconds=60)
    assert {it.signature for it in scene.replies(session)[pressed:]} == {"^伊藤"}


@pytest.mark.one_database
def test_when_whoever_approved_is_suspended_it_stops(session, desk, incident, clock):
    hit(session, desk, incident, 2, clock)
    wave = begin(session, desk, incident, clock())
    desk.ryo.suspended_at = clock()
    session.commit()
    go_on(session, wave, clock)
    assert wave.stop_reason == pressing_on.GONE_AWAY
    assert scene.replies(session) == []


@pytest.mark.one_database
def test_when_whoever_approved_leads_no_more_it_stops_and_a_lead_takes_it_on(
    session, desk, incident, clock
):
    hit(session, desk, incident, 2, clock)
    wave = begin(session, desk, incident, clock())
    desk.ryo.role = "agent"
    session.commit()
    go_on(session, wave, clock)
    assert wave.stop_reason == pressing_on.NO_LONGER_LEADS
    assert scene.replies(session) == []
    with pytest.raises(NotAllowed):
        waves.resume(session, wave, by=desk.ryo, now=clock())
    waves.resume(session, wave, by=desk.hikaru, now=clock())
    session.commit()
    go_on(session, wave, clock, seconds=60)
    assert {it.signature for it in scene.replies(session)} == {"^伊藤"}


@pytest.mark.one_database
@pytest.mark.parametrize(("stage", "said"), [("update", 0), ("restored", 2)])
def test_once_the_incident_is_over_only_its_end_is_told(
    session, desk, incident, clock, stage, said
):
    hit(session, desk, incident, 2, clock)
    wave = begin(session, desk, incident, clock(), stage=stage)
    running.close(session, incident, by=desk.ryo, now=clock())
    session.commit()
    go_on(session, wave, clock, seconds=60)
    assert len(scene.replies(session)) == said
    assert wave.stop_reason == ("" if said else pressing_on.OVER)
