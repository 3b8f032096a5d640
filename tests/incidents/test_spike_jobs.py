"""The job of each minute: open pages hear of a spike, and those outside where leads want it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event, select

from support.agents.records import AccountLimit
from support.alerts import noticing, surging
from support.alerts.records import AlertWebhook
from support.db import db
from support.incidents import watching
from support.incidents.spike_records import Spike, SpikePost, SpikeRule
from support.jobs.spikes import post_spikes, watch_spikes
from support.x.tokens import seal
from tests.alerts.receiver import receiving
from tests.cast import MADE_AT, SECRET
from tests.incidents.conftest import NOON


@pytest.fixture
def receiver():
    with receiving() as here:
        yield here


@pytest.fixture
def at_work(app, session):
    desk = app.extensions["desk"]
    inside = {"private_addresses": True, "public_url": "https://desk.example.jp"}
    settings = desk.settings.model_copy(update=inside)
    app.extensions["desk"] = replace(desk, settings=settings)

    def run(job):
        session.commit()
        with app.app_context():
            return job()

    return run


@pytest.fixture
def outage(session, town, clock, counted, cast, receiver):
    """`style`: how the address outside wants to be told; None: leads do not want it told."""

    def begin(style):
        town.everyday(NOON)
        town.outage(NOON, 15)
        hook = AlertWebhook(
            name="運用",
            url_sealed=seal(receiver.url, SECRET),
            style=style or "json",
            made_at=MADE_AT,
        )
        rule = SpikeRule(
            on=True,
            sensitivity="normal",
            tells_webhooks=style is not None,
            made_by_id=cast.ryo.id,
            made_at=MADE_AT,
        )
        session.add_all([hook, rule])
        session.commit()
        clock.now = NOON + timedelta(minutes=10)
        counted(clock.now)

    return begin


def test_open_pages_hear_of_it_and_nobody_outside_unless_wanted(
    session, outage, at_work, news, later, receiver
):
    outage(None)
    assert at_work(watch_spikes) == 1
    spike = session.scalars(select(Spike)).one()
    assert ("spike", spike.id) in news.told
    assert at_work(watch_spikes) == 0
    assert at_work(post_spikes) == 0
    assert receiver.got == []


def test_leads_are_told_by_the_bell_until_somebody_decides(
    session, cast, outage, at_work, news, clock
):
    outage(None)
    at_work(watch_spikes)
    assert ("alert", cast.ryo.id) in news.told
    spike = session.scalars(select(Spike)).one()
    assert noticing.how_many_unseen(session, cast.ryo.id) == 1
    assert noticing.how_many_unseen(session, cast.misaki.id) == 0, "no lead"
    watching.dismiss(session, spike, by=cast.ryo, now=clock())
    assert noticing.how_many_unseen(session, cast.ryo.id) == 0
    (told,) = surging.told(session, cast.ryo.id, 5)
    assert (told.state, told.seen_at) == ("dismissed", None)


def test_a_lead_who_does_not_see_the_account_is_not_told(session, cast, outage, at_work):
    session.add(AccountLimit(account_id=cast.account.id, closed=True))
    outage(None)
    at_work(watch_spikes)
    assert noticing.how_many_unseen(session, cast.ryo.id) == 0


@pytest.mark.one_database
def test_a_look_that_finds_nothing_keeps_no_writer_waiting(
    session, town, clock, counted, at_work, app
):
    """What is usual is asked for by a transaction that only reads."""
    town.everyday(NOON, a_slot=5)
    for number in range(10):
        town.says("夜になると遅いです", NOON + timedelta(minutes=number))
    clock.now = NOON + timedelta(minutes=10)
    counted(clock.now)
    asked = []
    with app.app_context():
        engine = db.engine

    def hear(_connection, _cursor, statement, *_rest):
        asked.append(statement)

    event.listen(engine, "before_cursor_execute", hear)
    assert at_work(watch_spikes) == 0
    event.remove(engine, "before_cursor_execute", hear)
    inside, of_reading = "", []
    for statement in asked:
        inside = statement if statement.startswith("BEGIN") else inside
        if statement.startswith("SELECT") and "FROM spike_counts" in statement:
            of_reading.append(inside)
    assert set(of_reading) == {"BEGIN"}


def test_outside_numbers_and_words_are_told_once_and_no_post(
    session, outage, at_work, later, receiver
):
    outage("json")
    at_work(watch_spikes)
    assert ("post_spikes",) in later.rung
    assert at_work(post_spikes) == 1
    assert at_work(post_spikes) == 0
    (body,) = receiver.got
    spike = session.scalars(select(Spike)).one()
    assert body["id"] == f"spike-{spike.id}"
    assert (body["word"], body["people"], body["minutes"]) == ("つながらない", 15, 15)
    assert body["link"] == f"https://desk.example.jp/incidents/spikes/{spike.id}"
    assert "つながらないです" not in str(body)


def test_slack_reads_one_sentence(session, outage, at_work, receiver):
    outage("slack")
    at_work(watch_spikes)
    at_work(post_spikes)
    (body,) = receiver.got
    assert "「つながらない」の投稿が急に増えています 15分で15人" in body["text"]


def test_what_was_not_taken_is_tried_again(session, outage, at_work, clock, receiver):
    outage("json")
    receiver.answers = [500]
    at_work(watch_spikes)
    assert at_work(post_spikes) == 0
    clock.forward(minutes=2)
    assert at_work(post_spikes) == 1
    assert session.scalars(select(SpikePost)).one().tries == 2
