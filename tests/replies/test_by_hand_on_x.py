"""The whole circle over HTTP: X refuses the API, somebody of ours posts by hand, it is found."""

import re
from dataclasses import replace
from datetime import UTC, datetime

import httpx
import pytest

from support.inbox.reading import OWN, begin, read_stream
from support.inbox.receiving import receive
from support.replies import handing, sending
from support.replies.claiming import target_of
from support.sla.records import promises_of
from support.tickets.records import Ticket
from support.x import links
from support.x.client import XClient
from support.x.eligibility import Way
from support.x.snowflakes import accepted_at
from support.x.wire import BearerAuth, Wire
from tests.cast import hands, post, press
from tests.machinery.sandbox import running_sandbox
from tests.replies.test_sending import LONG
from tests.replies.watching import state


class RealX:
    """The desk's own client, at the sandbox."""

    def __init__(self, sandbox, x_id):
        self.http = httpx.Client(base_url=sandbox.url, timeout=20)
        self.client = XClient(Wire(self.http, BearerAuth("sandbox-hikari_care")), x_id)

    def for_account(self, account):
        return self.client


def wall_clock():
    return datetime.now(UTC)


@pytest.fixture
def sandbox(tmp_path):
    with running_sandbox(tmp_path) as sandbox:
        yield sandbox


@pytest.fixture
def real_x(session, desk, sandbox):
    x = RealX(sandbox, "")
    desk.account.x_id = x.client.me().x_id
    begin(session, desk.account, after_id="1")
    session.commit()
    return RealX(sandbox, desk.account.x_id)


def complains(session, desk, sandbox, **more):
    """A post X does not count as a mention of us, though it was pushed as one."""
    x_id = sandbox.post("通信が遅い", by="kakuu_yuuki", **more)
    us = (desk.account.x_id,)
    said = post("通信が遅い", at=accepted_at(x_id))
    said = replace(said, x_id=x_id, thread_x_id=x_id, mention_ids=us, named_ids=us)
    (ticket_id,) = receive(session, desk.account, [said], stream="push", now=wall_clock()).tickets
    session.commit()
    return session.get_one(Ticket, ticket_id)


def posts_by_hand(sandbox, part, *, add=""):
    """What the link on the page leads to: X's composer, where a person presses send."""
    link = links.reply_by_hand(sandbox.url, target_of(part), part.text)
    page = httpx.get(link).text
    target = re.search(r'name="in_reply_to" value="(\d+)"', page)[1]
    form = {"in_reply_to": target, "who": "hikari_care", "text": part.text + add}
    assert httpx.post(f"{sandbox.url}/sandbox/composed", data=form).status_code == 303


@pytest.mark.parametrize("wording", ["A", "B"])
def test_refused_handed_posted_by_hand_and_found(session, desk, sandbox, real_x, wording):
    sandbox.switch(refusal=wording)
    ticket = complains(session, desk, sandbox)
    reply = press(session, ticket, desk.misaki, LONG, now=wall_clock())
    sending.deliver(session, reply.id, hands(real_x, wall_clock))
    assert state(session, reply) == "handed"
    assert sandbox.sent()["posts"] == []

    posts_by_hand(sandbox, reply.parts[0], add="。")
    session.rollback()
    taken = read_stream(session, desk.account, OWN, real_x.client, wall_clock())
    assert taken.tickets == {ticket.id}
    session.expire_all()
    first, *others = sandbox.sent()["posts"]
    assert (reply.parts[0].x_id, reply.parts[0].text) == (first["id"], first["text"])
    kept = promises_of(session, ticket.id)[0].kept_at
    assert kept == accepted_at(first["id"]).replace(microsecond=kept.microsecond)
    assert others == []

    session.rollback()
    sending.deliver(session, reply.id, hands(real_x, wall_clock))
    assert state(session, reply) == "posted"
    first, second = sandbox.sent()["posts"]
    assert (second["text"], second["in_reply_to"]) == (reply.parts[1].text, first["id"])


def test_on_enterprise_the_same_post_is_answered_through_the_api(session, desk, sandbox, real_x):
    sandbox.switch(plan="enterprise")
    ticket = complains(session, desk, sandbox)
    reply = press(session, ticket, desk.misaki, now=wall_clock())
    sending.deliver(session, reply.id, hands(real_x, wall_clock))
    assert state(session, reply) == "posted"


def test_where_the_author_limits_replies_the_refusal_is_no_fault_either(
    session, desk, sandbox, real_x
):
    ticket = complains(session, desk, sandbox, mention=True, reply_settings="other")
    reply = press(session, ticket, desk.misaki, now=wall_clock())
    sending.deliver(session, reply.id, hands(real_x, wall_clock))
    assert state(session, reply) == "handed"
    assert "限定しているため" in reply.parts[0].reason
    assert desk.account.stopped_at is None


def test_what_the_sandbox_shows_of_a_mention_is_judged_as_it_judges_itself(
    session, desk, sandbox, real_x
):
    sandbox.post("@hikari_care 遅い", by="kakuu_yuuki")
    carried = sandbox.post("続きです", by="kakuu_yuuki", mention=True)
    (shown,) = [p for p in real_x.client.mentions().posts if p.x_id == carried]
    taken = receive(session, desk.account, [shown], stream="push", now=wall_clock())
    session.commit()
    ticket = session.get_one(Ticket, min(taken.tickets))
    verdict = handing.verdict_on(session, ticket.latest_message)
    assert (verdict.way, verdict.certain) == (Way.API, False)
    reply = press(session, ticket, desk.misaki, now=wall_clock())
    sending.deliver(session, reply.id, hands(real_x, wall_clock))
    assert state(session, reply) == "posted"
