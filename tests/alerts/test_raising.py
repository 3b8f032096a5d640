"""What the ladder does is done once, whoever sweeps; webhooks hear of it and of no customer."""

import json
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import ClassVar

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from support import outside
from support.alerts import posting
from support.alerts.raising import look_anew, raise_due
from support.alerts.records import Alert, AlertNotice, AlertPost, AlertRule, AlertWebhook
from support.db import engine_for
from support.outside import OutsideError
from support.sla.records import promises_of
from support.tickets import handling
from support.x.tokens import seal
from tests.cast import SECRET, customer_says, post
from tests.fakes import THURSDAY


def in_minutes(n):
    return THURSDAY + timedelta(minutes=n)


@pytest.fixture
def ticket(session, cast):
    return customer_says(session, cast, post(at=THURSDAY))


def rung(session, share, deed, **more):
    usual = {"kinds": ["first_reply"], "priority": "", "made_at": THURSDAY - timedelta(days=9)}
    rule = AlertRule(share=share, deed=deed, **{**usual, **more})
    session.add(rule)
    session.commit()
    return rule


def sweep(session, now):
    raised = raise_due(session, now)
    session.commit()
    return raised


def told(session):
    rows = session.execute(
        select(AlertNotice.agent_id, Alert.level).join(Alert, Alert.id == AlertNotice.alert_id)
    )
    return sorted((agent, level) for agent, level in rows)


def test_due_soon_goes_to_the_assignee_and_broken_to_the_leads_too(session, cast, ticket):
    rung(session, 0.75, "assignee")
    rung(session, 1, "assignee")
    rung(session, 1, "leads")
    handling.assign(session, ticket, cast.misaki, by=cast.misaki, now=THURSDAY)
    session.commit()
    assert sweep(session, in_minutes(44)).agents == set()
    assert sweep(session, in_minutes(45)).agents == {cast.misaki.id}
    assert sweep(session, in_minutes(61)).agents == {cast.misaki.id, cast.ryo.id}
    for minutes in (62, 300):
        assert sweep(session, in_minutes(minutes)).agents == set()
    assert told(session) == [
        (cast.misaki.id, "broken"),
        (cast.misaki.id, "due_soon"),
        (cast.ryo.id, "broken"),
    ]


def test_what_nobody_has_taken_goes_to_the_leads(session, cast, ticket):
    rung(session, 0.75, "assignee")
    assert sweep(session, in_minutes(50)).agents == {cast.ryo.id}


def test_an_answered_promise_raises_nothing(session, cast, ticket):
    rung(session, 1, "leads")
    handling.resolve(session, ticket, by=cast.misaki, now=in_minutes(30))
    session.commit()
    assert sweep(session, in_minutes(90)).agents == set()
    assert session.scalars(select(Alert)).all() == []


def test_the_ladder_takes_a_ticket_from_somebody_and_raises_its_priority(session, cast, ticket):
    handling.assign(session, ticket, cast.misaki, by=cast.misaki, now=THURSDAY)
    rung(session, 1, "reassign", agent_id=cast.ken.id)
    rung(session, 2, "priority", priority="urgent")
    sweep(session, in_minutes(61))
    assert ticket.assignee_id == cast.ken.id
    sweep(session, in_minutes(121))
    session.expire_all()
    assert ticket.priority == "urgent"
    outcomes = session.scalars(select(Alert.outcome).order_by(Alert.id)).all()
    assert outcomes == ["reassigned", "raised"]


def test_a_changed_ladder_says_nothing_twice_and_nothing_of_the_past(session, cast, ticket):
    old = rung(session, 1, "leads")
    sweep(session, in_minutes(61))
    old.retired_at = in_minutes(62)
    rung(session, 1, "leads", made_at=in_minutes(62))
    look_anew(session)
    session.commit()
    sweep(session, in_minutes(63))
    assert len(session.scalars(select(Alert)).all()) == 1


def test_two_sweepers_at_once_raise_once(session, cast, ticket, database_url):
    rung(session, 1, "leads")
    session.commit()
    engine = engine_for(database_url)
    start = threading.Barrier(2)
    failures = []

    def one():
        try:
            with Session(engine) as own:
                start.wait()
                raise_due(own, in_minutes(61))
                own.commit()
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    engine.dispose()
    session.expire_all()
    assert failures == []
    assert len(session.scalars(select(Alert)).all()) == 1


class Receiver(BaseHTTPRequestHandler):
    got: ClassVar[list] = []
    status: ClassVar[int] = 200

    def do_POST(self):
        size = int(self.headers["Content-Length"])
        Receiver.got.append(json.loads(self.rfile.read(size)))
        self.send_response(Receiver.status)
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def receiver():
    server = HTTPServer(("127.0.0.1", 0), Receiver)
    Receiver.got, Receiver.status = [], 200
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/hook"
    server.shutdown()
    server.server_close()


def deliver(session, now):
    ids = posting.claim(session, now)
    session.commit()
    for number in ids:
        posting.deliver(
            session,
            number,
            lambda url, body: outside.send(url, body, private=True),
            now,
            secret_key=SECRET,
            desk_url="https://desk.example",
        )
        session.commit()
    return ids


@pytest.mark.parametrize("style", ["json", "slack"])
def test_a_webhook_hears_of_a_ticket_and_of_no_customer(session, cast, ticket, receiver, style):
    hook = AlertWebhook(
        name="当番", url_sealed=seal(receiver, SECRET), style=style, made_at=THURSDAY
    )
    session.add(hook)
    session.flush()
    rung(session, 1, "webhook", webhook_id=hook.id)
    sweep(session, in_minutes(61))
    deliver(session, in_minutes(61))
    (body,) = Receiver.got
    said = json.dumps(body, ensure_ascii=False)
    assert f"/tickets/{ticket.id}" in said
    assert "ゆうき" not in said
    assert "夜になると" not in said
    if style == "json":
        assert (body["level"], body["kind"], body["ticket"]) == ("broken", "first_reply", ticket.id)
    assert deliver(session, in_minutes(62)) == [], "it is sent once"


def test_a_refused_delivery_waits_longer_each_time_says_so_and_is_given_up(
    session, cast, ticket, receiver
):
    Receiver.status = 500
    hook = AlertWebhook(name="当番", url_sealed=seal(receiver, SECRET), made_at=THURSDAY)
    session.add(hook)
    session.flush()
    rung(session, 1, "webhook", webhook_id=hook.id)
    sweep(session, in_minutes(61))
    now = in_minutes(61)
    waits = []
    while deliver(session, now):
        post_ = session.scalars(select(AlertPost)).one()
        if post_.given_up_at:
            break
        waits.append((post_.not_before - now) // timedelta(minutes=1))
        now = post_.not_before
    assert waits[:5] == [1, 5, 15, 60, 180]
    assert "500" in session.get_one(AlertWebhook, hook.id).problem
    assert now - in_minutes(61) > timedelta(days=1)


def test_an_address_inside_the_network_is_refused():
    with pytest.raises(OutsideError) as refusal:
        outside.send("http://127.0.0.1:9/", {})
    assert refusal.value.sentence == outside.PRIVATE
    with pytest.raises(OutsideError):
        outside.fetch("https://[::1]/", 10)


def test_a_promise_is_looked_at_anew_when_its_clock_runs_on(session, cast, ticket):
    rung(session, 1, "leads")
    sweep(session, in_minutes(1))
    (first,) = [p for p in promises_of(session, ticket.id) if p.kind == "first_reply"]
    assert first.alert_at == in_minutes(60)
