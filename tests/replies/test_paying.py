"""What a reply cost is written down once, and the monthly cap holds what is queued."""

import pytest
from sqlalchemy import select

from support.replies import paying, reconciling, sending
from support.x import ledger
from support.x.errors import Meaning, XError
from support.x.records import Charge
from tests.cast import HANAKO, customer_says, hands, post, press
from tests.fakes import THURSDAY
from tests.replies.watching import look_until_settled, state, waiting

LONG = "ご不便をおかけし申し訳ございません。状況を確認いたします。" * 8
CUT = XError(Meaning.NO_ANSWER, 0, "no answer from X: ReadTimeout")


def charges(session):
    return [
        (it.kind, it.items, it.micros, it.agent_id, it.reply_id)
        for it in session.scalars(select(Charge).order_by(Charge.id))
    ]


def test_each_accepted_part_is_charged_to_its_answer_and_agent(session, desk, ticket, x, clock):
    reply = press(session, ticket, desk.misaki, LONG, now=clock())
    sending.deliver(session, reply.id, hands(x, clock))
    sending.deliver(session, reply.id, hands(x, clock))
    mine = (desk.misaki.id, reply.id)
    assert charges(session) == [("summoned_reply", 1, 10_000, *mine), ("post", 1, 15_000, *mine)]


def test_a_bare_domain_makes_the_answer_dear(session, desk, ticket, x, clock):
    reply = press(session, ticket, desk.misaki, "softbank.jpをご覧ください", now=clock())
    sending.deliver(session, reply.id, hands(x, clock))
    assert [line[:3] for line in charges(session)] == [("summoned_reply_with_url", 1, 200_000)]


def test_a_direct_message_has_its_own_price_and_urls_cost_nothing_in_it(session, desk, x, clock):
    ticket = customer_says(session, desk, post("DMです", at=THURSDAY, by=HANAKO, private=True))
    reply = press(session, ticket, desk.misaki, "softbank.jp です", now=clock())
    sending.deliver(session, reply.id, hands(x, clock))
    assert [line[:3] for line in charges(session)] == [("dm_send", 1, 15_000)]


def test_on_the_enterprise_plan_nothing_says_the_customer_had_called_us(
    session, desk, ticket, x, clock
):
    desk.account.plan = "enterprise"
    reply = press(session, ticket, desk.misaki, now=clock())
    sending.deliver(session, reply.id, hands(x, clock))
    assert charges(session)[0][0] == "post"


def test_a_refused_part_costs_nothing(session, desk, ticket, x, clock):
    x.answers = [XError(Meaning.REFUSED, 403, "deleted or not visible")]
    reply = press(session, ticket, desk.misaki, now=clock())
    sending.deliver(session, reply.id, hands(x, clock))
    assert charges(session) == []


def test_a_part_that_was_looked_for_and_found_is_charged_once_beside_the_look(
    session, desk, ticket, x, clock
):
    x.accept_then = [CUT]
    reply = press(session, ticket, desk.misaki, now=clock())
    sending.deliver(session, reply.id, hands(x, clock))
    assert charges(session) == []
    look_until_settled(session, reply, x, clock)
    assert [line[:3] for line in charges(session)] == [
        ("post_read", 1, 5_000),
        ("summoned_reply", 1, 10_000),
    ]
    assert {line[4] for line in charges(session)} == {reply.id}


@pytest.fixture
def at_the_cap(session, desk, clock):
    desk.account.monthly_cap_micros = 1_000_000
    ledger.charge(session, desk.account.id, "post_read", 200, now=clock())
    session.commit()


def test_at_the_cap_an_answer_waits_and_a_raised_cap_lets_it_go(
    session, desk, ticket, x, clock, at_the_cap
):
    reply = press(session, ticket, desk.misaki, now=clock())
    sending.deliver(session, reply.id, hands(x, clock))
    assert x.ours == []
    assert state(session, reply) == "queued"
    clock.forward(minutes=1)
    assert waiting(session, clock) == [reply.id], "it is not forgotten"
    desk.account.monthly_cap_micros = 2_000_000
    session.commit()
    sending.deliver(session, reply.id, hands(x, clock))
    assert len(x.ours) == 1


def test_the_next_month_begins_anew(session, desk, ticket, x, clock, at_the_cap):
    reply = press(session, ticket, desk.misaki, now=clock())
    clock.forward(days=31)
    sending.deliver(session, reply.id, hands(x, clock))
    assert len(x.ours) == 1


def test_answers_still_go_out_while_reading_rests(session, desk, ticket, x, clock):
    desk.account.monthly_cap_micros = 1_000_000
    ledger.charge(session, desk.account.id, "post_read", 198, now=clock())
    session.commit()
    assert ledger.pace_of(session, desk.account, clock()).rests
    cap = desk.account.monthly_cap_micros
    assert paying.may_pay(session, desk.account.id, cap, clock())


def test_a_part_x_may_have_is_looked_for_even_at_the_cap(session, desk, ticket, x, clock):
    x.accept_then = [CUT]
    reply = press(session, ticket, desk.misaki, now=clock())
    sending.deliver(session, reply.id, hands(x, clock))
    desk.account.monthly_cap_micros = 0
    session.commit()
    clock.forward(seconds=60)
    reconciling.look(session, reply.id, hands(x, clock))
    session.commit()
    assert state(session, reply) == "posted"
