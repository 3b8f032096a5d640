"""/metrics: how the desk stands, for whoever may ask, and of nobody in particular."""

from datetime import timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import func, select

from support.pulse import Heartbeat
from support.replies.records import ReplyPart
from support.sla.records import Promise
from tests.cast import customer_says, post, press
from tests.fakes import THURSDAY

TOKEN = "a token for what watches"


def told_by(client, **headers):
    answer = client.get("/metrics", headers=headers)
    assert answer.status_code == 200, answer.text
    families = text_string_to_metric_families(answer.text)
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in families
        for sample in family.samples
    }


def test_the_figures_are_those_of_the_tables(client, session, cast, clock):
    ticket = customer_says(session, cast, post(at=THURSDAY))
    press(session, ticket, cast.misaki, now=clock())
    session.add(Heartbeat(process="send@a:1", duty="send", beat_at=clock()))
    session.commit()
    clock.forward(seconds=90)
    told = told_by(client)
    assert told["desk_tickets", "open"] == 1
    owed = session.scalar(select(func.count()).where(Promise.kept_at.is_(None)))
    assert told["desk_promises_open", "in_time"] == owed
    held = session.scalar(select(func.count()).where(ReplyPart.state == "held"))
    assert told["desk_reply_parts", "hikari_care", "held"] == held == 1
    assert told["desk_reply_parts_oldest_seconds", "hikari_care", "held"] == 90
    assert (told["desk_workers_alive", "send"], told["desk_workers_alive", "ingest"]) == (0, 0)
    assert told["desk_account_stopped", "hikari_care"] == 0


def test_a_broken_promise_and_a_stopped_account_are_seen(client, session, cast, clock):
    customer_says(session, cast, post(at=THURSDAY))
    cast.account.stopped_at = clock()
    session.commit()
    clock.forward(seconds=timedelta(days=30).total_seconds())
    told = told_by(client)
    assert told["desk_promises_open", "broken"] > 0
    assert told["desk_promises_open", "in_time"] == 0
    assert told["desk_account_stopped", "hikari_care"] == 1


def test_nobody_is_named_and_no_word_is_told(client, session, cast):
    customer_says(session, cast, post("@hikari_care 秘密のことば", at=THURSDAY))
    text = client.get("/metrics").text
    assert "kakuu" not in text
    assert "秘密" not in text
    assert "佐藤" not in text


@pytest.mark.parametrize("address", ["192.0.2.7", "2001:db8::1", "", "nowhere"])
def test_only_this_machine_may_ask_where_there_is_no_token(client, cast, address):
    assert client.get("/metrics", environ_base={"REMOTE_ADDR": address}).status_code == 403


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.8.8", "::1"])
def test_this_machine_may(client, cast, address):
    assert client.get("/metrics", environ_base={"REMOTE_ADDR": address}).status_code == 200


@pytest.mark.parametrize("header", ["Forwarded", "X-Forwarded-For", "X-Real-IP"])
def test_a_proxy_on_this_machine_asks_for_strangers(client, cast, header):
    assert client.get("/metrics", headers={header: "127.0.0.1"}).status_code == 403


def test_a_token_opens_it_from_anywhere_and_nothing_else_does(client, cast, told):
    told(metrics_token=TOKEN)
    far = {"REMOTE_ADDR": "192.0.2.7"}
    assert client.get("/metrics").status_code == 403, "this machine has to show it too"
    for wrong in ("", f"Bearer {TOKEN}x", "Bearer ", "Bearer 窓口", f"Basic {TOKEN}"):
        headers = {"Authorization": wrong.encode().decode("latin-1")}
        assert client.get("/metrics", headers=headers, environ_base=far).status_code == 403
    right = {"Authorization": f"Bearer {TOKEN}"}
    assert client.get("/metrics", headers=right, environ_base=far).status_code == 200
