"""A post of ours is taken down from X: a wish, repeated until X says that it is gone."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from support.errors import DeskError, Refused
from support.replies import choosing, retracting, sending
from support.replies.records import Retraction
from support.x.errors import RECONNECT, Meaning, XError
from support.x.records import Charge
from tests.cast import customer_says, hands, post, press
from tests.fakes import THURSDAY

AWAY = XError(Meaning.NOT_SENT, 503, "Service Unavailable")
CUT = XError(Meaning.NO_ANSWER, 0, "no answer from X: ReadTimeout")


@pytest.fixture
def sent(session, desk, ticket, x, clock):
    reply = press(session, ticket, desk.misaki, now=clock())
    sending.deliver(session, reply.id, hands(x, clock))
    session.expire_all()
    return reply


def wish(session, reply, clock, by, reason="宛先を間違えたため"):
    asked = retracting.ask(session, reply.parts[0], clock(), by=by, reason=reason)
    session.commit()
    return asked


def carry_out(session, desk, x, clock):
    done = retracting.carry_out(session, desk.account.id, hands(x, clock))
    session.expire_all()
    return done


def test_it_is_gone_from_x_and_the_part_says_so(session, desk, ticket, sent, x, clock):
    wish(session, sent, clock, desk.ryo)
    assert choosing.accounts_waiting(session, clock()) == [desk.account.id]
    assert carry_out(session, desk, x, clock) == [ticket.id]
    assert x.ours == []
    assert sent.parts[0].deleted_at == clock()
    told = sent.parts[0].retraction
    assert (told.done_at, told.agent_id) == (clock(), desk.ryo.id)
    assert told.reason == "宛先を間違えたため"
    assert session.scalar(select(Charge.kind).order_by(Charge.id.desc())) == "delete"
    assert choosing.accounts_waiting(session, clock()) == []


@pytest.mark.parametrize("fault", [AWAY, CUT])
def test_without_xs_word_it_is_asked_again_after_a_wait(session, desk, sent, x, clock, fault):
    wish(session, sent, clock, desk.ryo)
    x.answers = [fault]
    carry_out(session, desk, x, clock)
    assert sent.parts[0].deleted_at is None
    assert choosing.accounts_waiting(session, clock()) == [], "not before its time"
    clock.forward(seconds=10)
    carry_out(session, desk, x, clock)
    assert sent.parts[0].deleted_at == clock()


def test_what_x_refuses_stays_visible_and_can_be_asked_again(session, desk, ticket, sent, x, clock):
    wish(session, sent, clock, desk.ryo)
    x.answers = [XError(Meaning.REFUSED, 403, "You may not delete this Tweet.")]
    carry_out(session, desk, x, clock)
    told = session.scalars(select(Retraction)).one()
    assert "may not delete" in told.refused
    assert choosing.accounts_waiting(session, clock()) == []
    wish(session, sent, clock, desk.hikaru, "もう一度")
    carry_out(session, desk, x, clock)
    assert (told.done_at, told.reason) == (clock(), "もう一度")


def test_a_refused_token_stops_the_account_and_the_wish_waits(session, desk, sent, x, clock):
    wish(session, sent, clock, desk.ryo)
    x.answers = [XError(Meaning.ACCOUNT, 401, "Unauthorized")]
    carry_out(session, desk, x, clock)
    assert desk.account.stopped_reason == RECONNECT
    desk.account.stopped_at = None
    session.commit()
    carry_out(session, desk, x, clock)
    assert x.ours == []


def test_asked_twice_it_is_one_wish(session, desk, sent, clock):
    first = wish(session, sent, clock, desk.ryo)
    again = wish(session, sent, clock, desk.hikaru, "別の理由")
    assert (again.id, again.reason) == (first.id, first.reason)


def test_only_a_settled_public_post_with_a_reason(session, desk, ticket, x, clock):
    pending = press(session, ticket, desk.misaki, now=clock())
    with pytest.raises(DeskError, match="送信済み"):
        wish(session, pending, clock, desk.ryo)
    sending.deliver(session, pending.id, hands(x, clock))
    session.expire_all()
    with pytest.raises(Refused):
        wish(session, pending, clock, desk.ryo, "")
    at = THURSDAY + timedelta(seconds=5)
    private = customer_says(session, desk, post("番号です", at=at, private=True, number=4))
    message = press(session, private, desk.misaki, now=clock())
    sending.deliver(session, message.id, hands(x, clock))
    session.expire_all()
    with pytest.raises(DeskError, match="公開で送信済み"):
        wish(session, message, clock, desk.ryo)
