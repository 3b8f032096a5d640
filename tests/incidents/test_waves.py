"""Waves: each person exactly once, under every rule that holds for one reply, and stoppable."""

from datetime import timedelta

import pytest
from sqlalchemy import event, select

from support.errors import DeskError, Refused
from support.incidents import pressing_on, waves
from support.incidents.paces import Allowed
from support.incidents.records import IncidentEvent
from support.replies import pressing
from support.sla.records import promises_of
from support.terms.choosing import terms_for
from support.tickets import merging
from support.tickets.records import Ticket
from tests.cast import customer_says, make_cast, post, press
from tests.incidents import scene
from tests.incidents.scene import begin, go_on, hit, link, open_incident, rows, send_all, states
from tests.replies.watching import state, waiting


@pytest.fixture
def desk(session):
    return make_cast(session, undo_seconds=0)


@pytest.fixture
def incident(session, desk, clock):
    return open_incident(session, desk, clock())


def test_everybody_linked_is_answered_once_in_words_that_take_turns(
    session, desk, incident, x, clock
):
    tickets = hit(session, desk, incident, 6, clock)
    wave = begin(session, desk, incident, clock())
    go_on(session, wave, clock, seconds=60)
    send_all(session, x, clock)
    go_on(session, wave, clock, seconds=60)
    said = [it.text for it in x.ours]
    assert len(said) == len(set(said)) == 6
    assert states(session, wave) == ["pressed"] * 6
    used = [it.text_id for it in rows(session, wave)]
    assert {used.count(it.id) for it in wave.texts} == {2}, "wordings take turns"
    assert all(text.endswith("^高橋") for text in said), "whoever approved signs"
    assert wave.ended_at is not None
    assert {session.get_one(Ticket, it.id).state for it in tickets} == {"waiting"}
    assert [it.kind for it in session.scalars(select(IncidentEvent))] == [
        waves.STARTED,
        waves.ENDED,
    ]


def test_what_an_agent_wrote_goes_before_all_that_the_wave_says(session, desk, incident, clock):
    hit(session, desk, incident, 3, clock)
    wave = begin(session, desk, incident, clock(), per_minute=60)
    go_on(session, wave, clock, seconds=1)
    clock.forward(minutes=1)
    other = customer_says(session, desk, post(at=clock(), number=90))
    mine = press(session, other, desk.misaki, now=clock())
    waits = waiting(session, clock)
    assert waits[0] == mine.id
    assert len(waits) == 4


@pytest.mark.one_database
def test_who_wrote_twice_and_in_a_dm_is_answered_once(session, desk, incident, x, clock):
    (who,) = scene.people(1)
    first = scene.wrote(session, desk, who, clock(), number=1)
    second = scene.wrote(session, desk, who, clock.forward(minutes=5), number=2)
    private = customer_says(session, desk, post("DMです", at=clock(), by=who, private=True))
    for ticket in (second, private, first):
        link(session, incident, ticket, clock())
    wave = begin(session, desk, incident, clock())
    go_on(session, wave, clock, seconds=60)
    assert [it.ticket_id for it in rows(session, wave)] == [first.id], "what is due first"
    assert len(scene.replies(session)) == 1


@pytest.mark.one_database
def test_no_more_than_so_many_a_minute_and_what_x_leaves_to_agents(
    session, desk, incident, x, clock
):
    hit(session, desk, incident, 8, clock)
    wave = begin(session, desk, incident, clock(), per_minute=6)
    go_on(session, wave, clock)
    assert len(scene.replies(session)) == 1, "evenly, not a minute's worth at once"
    used_up = [Allowed(100, 10)]
    go_on(session, wave, clock, allowed=used_up, seconds=60)
    assert len(scene.replies(session)) == 1, "the rest is left to agents"
    for _ in range(10):
        send_all(session, x, clock)
        clock.forward(seconds=10)
        go_on(session, wave, clock)
    at = [it.pressed_at for it in scene.replies(session)]
    assert all(sum(it <= one < it + timedelta(minutes=1) for one in at) <= 6 for it in at)


@pytest.mark.one_database
def test_while_x_takes_nothing_nothing_is_added(session, desk, incident, clock):
    hit(session, desk, incident, 5, clock)
    wave = begin(session, desk, incident, clock(), per_minute=3)
    go_on(session, wave, clock, seconds=3600)
    assert len(scene.replies(session)) == 3, "agents' replies do not wait behind a whole wave"


def test_stopped_it_takes_back_what_x_does_not_have_and_goes_on_where_it_was(
    session, desk, incident, x, clock
):
    hit(session, desk, incident, 5, clock)
    wave = begin(session, desk, incident, clock(), per_minute=12)
    go_on(session, wave, clock)
    send_all(session, x, clock)
    clock.forward(seconds=20)
    go_on(session, wave, clock)
    before = states(session, wave).count("pressed")
    out = len(x.ours)
    assert before > out > 0
    stopped = waves.stop(session, wave, desk.ryo, clock(), "言い方を直すため")
    session.commit()
    assert (stopped.taken_back, stopped.out) == (before - out, out)
    go_on(session, wave, clock, seconds=120)
    send_all(session, x, clock)
    assert len(x.ours) == out, "stopped, nobody is written to"
    waves.resume(session, wave, by=desk.ryo, now=clock())
    session.commit()
    for _ in range(4):
        go_on(session, wave, clock, seconds=60)
        send_all(session, x, clock)
    assert len(x.ours) == len({it.in_reply_to_x_id for it in x.ours}) == 5
    assert states(session, wave) == ["pressed"] * 5


def test_what_is_held_to_be_taken_back_is_taken_back_by_a_stop(session, desk, incident, x, clock):
    desk.account.undo_seconds = 30
    hit(session, desk, incident, 3, clock)
    wave = begin(session, desk, incident, clock(), per_minute=12)
    go_on(session, wave, clock)
    (held, *_) = scene.replies(session)
    assert state(session, held) == "held"
    waves.stop(session, wave, desk.ryo, clock())
    session.commit()
    clock.forward(minutes=5)
    send_all(session, x, clock)
    assert (x.ours, state(session, held)) == ([], "undone")
    assert states(session, wave) == ["waiting"] * 3


def test_who_is_linked_later_is_answered_only_where_the_wave_says_so(
    session, desk, incident, x, clock
):
    hit(session, desk, incident, 2, clock)
    wave = begin(session, desk, incident, clock(), takes_new=True)
    go_on(session, wave, clock, seconds=60)
    assert waves.due(session) == []
    hit(session, desk, incident, 1, clock, first=3)
    assert waves.due(session) == [wave.id]
    go_on(session, wave, clock, seconds=60)
    assert states(session, wave) == ["pressed"] * 3
    send_all(session, x, clock)
    closed = begin(session, desk, incident, clock(), stage="update")
    session.refresh(wave)
    assert wave.stopped_at is not None, "the next one overtakes it"
    hit(session, desk, incident, 1, clock, first=4)
    go_on(session, closed, clock, seconds=120)
    assert len(rows(session, closed)) == 3


@pytest.mark.one_database
def test_a_reply_on_its_way_in_a_dm_is_waited_for_in_public_too(session, desk, incident, clock):
    (who,) = scene.people(1)
    first = scene.wrote(session, desk, who, clock(), number=1)
    private = customer_says(session, desk, post("DMです", at=clock(), by=who, private=True))
    for ticket in (first, private):
        link(session, incident, ticket, clock())
    wave = begin(session, desk, incident, clock())
    press(session, private, desk.misaki, now=clock())
    go_on(session, wave, clock)
    assert states(session, wave) == ["waiting"]
    assert len(scene.replies(session)) == 1


@pytest.mark.one_database
def test_who_took_a_post_back_is_answered_where_words_of_theirs_still_stand(
    session, desk, incident, clock
):
    (who,) = scene.people(1)
    first = scene.wrote(session, desk, who, clock(), number=1)
    private = customer_says(session, desk, post("DMです", at=clock(), by=who, private=True))
    for ticket in (first, private):
        link(session, incident, ticket, clock())
    wave = begin(session, desk, incident, clock())
    first.latest_message.emptied_at = clock()
    session.commit()
    go_on(session, wave, clock)
    assert [(it.state, it.ticket_id) for it in rows(session, wave)] == [("pressed", private.id)]


@pytest.mark.one_database
def test_a_colleague_who_answers_while_the_words_are_chosen_was_first(
    session, desk, incident, x, clock
):
    (ticket,) = hit(session, desk, incident, 1, clock)
    wave = begin(session, desk, incident, clock())

    hers = []

    def meanwhile(asked):
        if not hers and "wave_texts" in str(asked.statement):
            hers.append(asked)
            draft = pressing.Draft("確認いたします。", "hers", None)
            said = ticket.latest_message
            reply = pressing.press(session, ticket, said, desk.misaki, draft, clock())
            reply.settled_at = clock()
            session.flush()

    event.listen(session, "do_orm_execute", meanwhile)
    done = pressing_on.step(session, wave.id, scene.PLENTY, clock())
    session.commit()
    assert done.later != []
    assert [it.agent_id for it in scene.replies(session)] == [desk.misaki.id]


@pytest.mark.one_database
def test_who_was_answered_meanwhile_hears_nothing_twice(session, desk, incident, x, clock):
    answered, moving, _third = hit(session, desk, incident, 3, clock)
    wave = begin(session, desk, incident, clock())
    press(session, answered, desk.misaki, now=clock())
    send_all(session, x, clock)
    clock.forward(minutes=1)
    press(session, moving, desk.misaki, now=clock())
    go_on(session, wave, clock, seconds=30)
    assert states(session, wave) == ["answered", "waiting", "pressed"]
    send_all(session, x, clock)
    go_on(session, wave, clock)
    assert states(session, wave)[1] == "answered"
    assert len(x.ours) == 3


def test_an_agent_who_was_slower_is_told_so(session, desk, incident, clock):
    (ticket,) = hit(session, desk, incident, 1, clock)
    wave = begin(session, desk, incident, clock())
    go_on(session, wave, clock)
    with pytest.raises(pressing.SomeoneWasFirst):
        press(session, ticket, desk.misaki, now=clock(), seen=-1)


@pytest.mark.one_database
def test_a_merged_ticket_is_answered_where_it_goes_on(session, desk, incident, clock):
    (ticket,) = hit(session, desk, incident, 1, clock)
    (who,) = scene.people(1)
    other = scene.wrote(session, desk, who, clock.forward(minutes=1), number=7)
    wave = begin(session, desk, incident, clock())
    terms = terms_for(session, other)
    merging.merge(session, ticket, other, terms, by=desk.misaki, now=clock())
    session.commit()
    go_on(session, wave, clock)
    assert [(it.state, it.ticket_id) for it in rows(session, wave)] == [("pressed", other.id)]


def test_news_renews_the_promise_of_news_and_makes_no_second_one(session, desk, incident, x, clock):
    (ticket,) = hit(session, desk, incident, 1, clock)
    text = "{customer_name}様、調査を続けております。次の更新は15:00ごろの予定です。"
    again = "{customer_name}様、設備を交換しております。次の更新は17:00ごろの予定です。"
    for said, stage in ((text, "first"), (again, "update")):
        wave = begin(session, desk, incident, clock(), texts=[said], stage=stage)
        go_on(session, wave, clock)
        send_all(session, x, clock)
        clock.forward(hours=1)
    session.expire_all()
    updates = [it for it in promises_of(session, ticket.id) if it.kind == "update"]
    kept, owed = [it for it in updates if not it.withdrawn_at]
    assert kept.kept_at is not None
    assert (owed.is_open, owed.told_words) == (True, "17:00ごろ")


@pytest.mark.one_database
def test_a_second_wave_says_other_words_to_the_same_person(session, desk, incident, x, clock):
    hit(session, desk, incident, 1, clock)
    for stage in ("first", "update", "restored", "update"):
        wave = begin(session, desk, incident, clock(), stage=stage)
        go_on(session, wave, clock)
        send_all(session, x, clock)
        clock.forward(minutes=5)
    assert len({it.text for it in x.ours}) == len(x.ours) == 4, "then by their handle"
    assert "@kakuu_0001様" in x.ours[-1].text


@pytest.mark.one_database
def test_what_cannot_go_is_refused_when_it_is_made(session, desk, incident, clock):
    hit(session, desk, incident, 4, clock)
    with pytest.raises(Refused, match="2個以上"):
        waves.save(session, incident, scene.plan(texts=TEXT_ONE), by=desk.ryo, now=clock())
    with pytest.raises(Refused):
        waves.save(session, incident, scene.plan(per_minute=0), by=desk.ryo, now=clock())
    incident.closed_at = clock()
    with pytest.raises(DeskError):
        waves.save(session, incident, scene.plan(), by=desk.ryo, now=clock())


TEXT_ONE = scene.TEXTS[:1]
