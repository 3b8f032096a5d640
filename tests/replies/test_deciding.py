"""What no look can prove, a person decides, once the desk has tried for a while."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from support.errors import DeskError, Refused
from support.replies import deciding, sending
from support.replies.records import Attempt
from support.sla.records import promises_of
from support.x.errors import Meaning, XError
from tests.cast import hands, press
from tests.fakes import THURSDAY, snowflake
from tests.replies.watching import state, waiting

CUT = XError(Meaning.NO_ANSWER, 0, "no answer from X: ReadTimeout")
LONG = "ご不便をおかけし申し訳ございません。状況を確認いたします。" * 8


@pytest.fixture
def doubtful(session, desk, ticket, x, clock):
    """Accepted by X without an answer, four minutes ago; X does not show it."""
    x.accept_then, x.hidden = [CUT], True
    clock.forward(minutes=1)
    reply = press(session, ticket, desk.misaki, LONG, now=clock())
    sending.deliver(session, reply.id, hands(x, clock))
    clock.forward(minutes=4)
    assert state(session, reply) == "unknown"
    return reply


def says_it_is_there(session, reply, place, clock, by, reason="Xの画面で確認"):
    deciding.is_on_x(session, reply, place, clock(), by=by, reason=reason)
    session.commit()
    session.expire_all()


@pytest.mark.parametrize(
    "form", ["{}", "https://x.com/hikari_care/status/{}", "http://127.0.0.1:1/a/status/{}?s=20"]
)
def test_seen_on_x_it_is_posted_at_xs_time_and_the_rest_goes_on(
    session, desk, ticket, doubtful, x, clock, form
):
    ours = x.ours[0]
    says_it_is_there(session, doubtful, form.format(ours.x_id), clock, desk.ryo)
    assert (doubtful.parts[0].state, doubtful.parts[0].x_id) == ("posted", ours.x_id)
    assert promises_of(session, ticket.id)[0].kept_at == ours.posted_at
    said = session.scalars(select(Attempt).where(Attempt.outcome == "said_posted")).one()
    assert (said.agent_id, said.detail) == (desk.ryo.id, "Xの画面で確認")
    assert waiting(session, clock) == [doubtful.id]
    sending.deliver(session, doubtful.id, hands(x, clock))
    assert [post.text for post in x.ours] == [part.text for part in doubtful.parts]


@pytest.mark.parametrize("place", ["", "見ました", "https://x.com/hikari_care", "12"])
def test_a_place_that_names_no_post_is_refused(session, desk, doubtful, clock, place):
    with pytest.raises(Refused) as refused:
        says_it_is_there(session, doubtful, place, clock, desk.ryo)
    assert refused.value.field == "place"


def test_neither_an_older_post_nor_one_of_another_reply_can_be_meant(
    session, desk, ticket, doubtful, clock
):
    older = snowflake(ticket.latest_message.posted_at - timedelta(hours=1))
    with pytest.raises(Refused, match="より前"):
        says_it_is_there(session, doubtful, older, clock, desk.ryo)
    taken = snowflake(clock(), 5)
    doubtful.parts[1].x_id = taken
    session.commit()
    with pytest.raises(Refused, match="すでに"):
        says_it_is_there(session, doubtful, taken, clock, desk.ryo)


def test_a_reason_must_be_given(session, desk, doubtful, x, clock):
    with pytest.raises(Refused) as refused:
        says_it_is_there(session, doubtful, x.ours[0].x_id, clock, desk.ryo, " \n")
    session.rollback()
    assert refused.value.field == "reason"
    with pytest.raises(Refused):
        deciding.is_not_on_x(session, doubtful, clock(), by=desk.ryo, reason="", again=True)


def test_not_on_x_and_sent_again(session, desk, doubtful, x, clock):
    x.ours = []
    deciding.is_not_on_x(session, doubtful, clock(), by=desk.ryo, reason="ない", again=True)
    session.commit()
    sending.deliver(session, doubtful.id, hands(x, clock))
    assert len(x.ours) == len(doubtful.parts)


def test_not_on_x_and_given_up_with_all_that_follows(session, desk, doubtful, x, clock):
    deciding.is_not_on_x(session, doubtful, clock(), by=desk.ryo, reason="ない", again=False)
    session.commit()
    assert {part.state for part in doubtful.parts} == {"undone"}
    assert doubtful.settled_at == clock()
    assert waiting(session, clock) == []


def test_while_the_desk_may_still_find_out_by_itself_nobody_decides(session, desk, doubtful, clock):
    clock.now = THURSDAY
    assert not deciding.may_decide(doubtful.parts[0], clock())
    with pytest.raises(DeskError, match="自動で確認"):
        deciding.is_not_on_x(session, doubtful, clock(), by=desk.ryo, reason="ない", again=True)


def test_what_was_found_meanwhile_is_no_longer_to_be_decided(session, desk, doubtful, x, clock):
    x.hidden = False
    says_it_is_there(session, doubtful, x.ours[0].x_id, clock, desk.ryo)
    with pytest.raises(DeskError, match="もう確認中ではありません"):
        deciding.is_not_on_x(session, doubtful, clock(), by=desk.ryo, reason="ない", again=True)
