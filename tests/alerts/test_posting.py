"""Alerts on their way outside: what they say, tried again, given up, and nowhere they must not."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from support import checkup
from support.alerts import posting
from support.alerts.records import Alert, AlertPost, AlertRule, AlertWebhook
from support.jobs import upkeep
from support.jobs.alerts import UNREADABLE, post_alerts
from support.outside import PRIVATE
from support.sla.records import promises_of
from support.x.tokens import seal
from tests.alerts.receiver import receiving
from tests.cast import MADE_AT, SECRET, customer_says, post
from tests.fakes import THURSDAY


@pytest.fixture
def receiver():
    with receiving() as here:
        yield here


@pytest.fixture
def inside(app):
    """Webhooks in the desk's own network are allowed: the receiver stands there."""
    desk = app.extensions["desk"]
    settings = desk.settings.model_copy(
        update={"private_addresses": True, "public_url": "https://desk.example.jp"}
    )
    app.extensions["desk"] = replace(desk, settings=settings)


@pytest.fixture
def hook(session, cast, rung, receiver):
    hook = AlertWebhook(name="運用", url_sealed=seal(receiver.url, SECRET), made_at=MADE_AT)
    session.add(hook)
    session.commit()
    rung(1.0, "webhook", webhook_id=hook.id)
    return hook


@pytest.fixture
def ticket(session, cast, hook):
    ticket = customer_says(session, cast, post("秘密の番号は0120です", at=THURSDAY))
    session.commit()
    return ticket


@pytest.fixture
def at_work(app, session):
    def run(job):
        session.commit()
        with app.app_context():
            return job()

    return run


@pytest.fixture
def raised(at_work, clock, ticket):
    clock.forward(minutes=61)
    at_work(upkeep.sweep)


def posts(session):
    session.expire_all()
    return list(session.scalars(select(AlertPost)))


def test_the_sweep_rings_and_the_job_tells_ids_and_moments_and_nobodys_words(
    session, inside, raised, later, at_work, receiver, ticket
):
    assert ("post_alerts",) in later.rung
    assert at_work(post_alerts) == 1
    (body,) = receiver.got
    assert body == {
        "id": "alert-1",
        "account": "hikari_care",
        "kind": "first_reply",
        "level": "broken",
        "due_at": (THURSDAY + timedelta(hours=1)).isoformat(),
        "raised_at": (THURSDAY + timedelta(minutes=61)).isoformat(),
        "ticket": ticket.id,
        "promise": 1,
        "link": f"https://desk.example.jp/tickets/{ticket.id}",
    }
    assert posts(session)[0].done_at is not None
    assert at_work(post_alerts) == 0


def test_slack_is_told_one_sentence(session, inside, hook, raised, at_work, receiver, ticket):
    hook.style = "slack"
    at_work(post_alerts)
    assert receiver.got == [
        {
            "text": f"返信の期限を過ぎたチケットがあります #{ticket.id} @hikari_care "
            f"期限 2026-10-01 11:00 https://desk.example.jp/tickets/{ticket.id}"
        }
    ]


def test_what_is_not_taken_is_tried_again_later_and_later(
    session, inside, hook, raised, at_work, receiver, clock
):
    receiver.answers = [500, 302]
    waits = []
    for _ in range(2):
        at_work(post_alerts)
        waits.append(posts(session)[0].not_before - clock())
        assert at_work(post_alerts) == 0, "not before its time"
        clock.now = posts(session)[0].not_before
    assert waits == list(posting.WAITS[:2])
    session.refresh(hook)
    assert hook.problem == "status 302", "where an answer points is not gone to"
    assert at_work(post_alerts) == 1
    session.refresh(hook)
    assert (hook.problem, len(receiver.got)) == ("", 3)


def test_after_a_day_it_is_given_up_and_the_problem_stays(
    session, inside, hook, raised, at_work, receiver, clock
):
    receiver.answers = [503, 503]
    at_work(post_alerts)
    clock.forward(hours=25)
    at_work(post_alerts)
    assert posts(session)[0].given_up_at == clock()
    session.refresh(hook)
    assert hook.problem == "status 503"
    clock.forward(hours=2)
    at_work(post_alerts)
    assert len(receiver.got) == 2


def test_a_worker_that_died_with_a_letter_loses_it_to_the_next(
    session, inside, raised, at_work, receiver, clock
):
    assert posting.claim(session, clock()) == 1
    session.commit()
    assert at_work(post_alerts) == 0
    clock.forward(seconds=61)
    assert at_work(post_alerts) == 1


def test_one_that_fails_puts_off_all_that_goes_there(
    session, cast, inside, ticket, at_work, receiver, clock
):
    customer_says(session, cast, post("もう一件", at=THURSDAY, number=5))
    clock.forward(minutes=61)
    at_work(upkeep.sweep)
    receiver.answers = [500]
    at_work(post_alerts)
    assert len(receiver.got) == 1
    assert {it.not_before - clock() for it in posts(session)} == {posting.WAITS[0]}


def test_an_address_inside_is_refused_unless_the_desk_allows_it(
    session, hook, raised, at_work, receiver
):
    at_work(post_alerts)
    session.refresh(hook)
    assert (hook.problem, receiver.got) == (PRIVATE, [])


def test_a_key_this_desk_no_longer_has_is_a_problem_not_a_crash(
    session, inside, hook, raised, at_work, receiver
):
    hook.url_sealed = seal("https://example.com", "another secret")
    at_work(post_alerts)
    session.refresh(hook)
    assert hook.problem == UNREADABLE


def test_doctor_finds_what_no_webhook_took_for_an_hour(session, cast, clock):
    ticket = customer_says(session, cast, post(at=THURSDAY))
    hook = AlertWebhook(name="運用", url_sealed="", made_at=MADE_AT)
    rule = AlertRule(share=1.0, deed="webhook", webhook=hook, made_at=MADE_AT)
    promise = promises_of(session, ticket.id)[0]
    alert = Alert(
        promise=promise, rule=rule, ticket_id=ticket.id, level="broken", raised_at=clock()
    )
    session.add(AlertPost(alert=alert, webhook=hook, not_before=clock()))
    session.commit()
    assert checkup._alerts(session, clock.forward(minutes=60)).ok
    assert checkup._alerts(session, clock.forward(minutes=1)).words.startswith("1 unsent")
