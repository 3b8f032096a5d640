"""In a crisis nothing goes out that nobody approved since; leaving it fires nothing off."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from support.approval.leave import Agreed, Kind
from support.errors import DeskError, NotAllowed, Refused
from support.replies import claiming, handing, holding, pressing, quieting, sending
from support.replies.approving import Wording
from support.replies.pressing import Draft
from support.replies.quieting import REASON
from support.replies.records import Attempt
from support.replies.states import PartState
from support.sla.records import Promise
from tests.cast import HANAKO, customer_says, hands, make_cast, post, press
from tests.fakes import THURSDAY
from tests.replies.approvals import approve, rule, send_back
from tests.replies.crises import schedule
from tests.replies.watching import state, take

LONG = "長い説明です。" * 40


@pytest.fixture
def desk(session):
    return make_cast(session, undo_seconds=10)


def privately(session, desk, clock):
    return customer_says(session, desk, post("DMです", at=clock(), by=HANAKO, private=True))


def test_what_is_held_when_the_switch_is_thrown_asks_instead_of_going(
    session, desk, ticket, throw, work, x, clock
):
    reply = press(session, ticket, desk.misaki, now=clock())
    throw(at=clock.forward(seconds=3))
    clock.forward(seconds=10)
    assert (work(reply), x.ours) == ("asking", [])
    assert reply.parts[0].reason == REASON
    assert session.scalars(select(Attempt.outcome)).all() == ["overtaken"]
    clock.forward(days=3)
    assert (work(reply), x.ours) == ("asking", []), "and stays so"


def test_what_is_free_to_go_and_not_claimed_asks_too(session, desk, ticket, throw, work, x, clock):
    reply = press(session, ticket, desk.misaki, now=clock())
    clock.forward(seconds=11)
    assert holding.start(session, reply.id, clock())
    session.commit()
    assert state(session, reply) == "queued"
    throw()
    assert (work(reply), x.ours) == ("asking", [])


def test_the_switch_thrown_between_the_look_and_the_claim_wins(
    session, desk, ticket, throw, x, clock
):
    """One conditional update decides: what was read before the switch is not enough."""
    reply = press(session, ticket, desk.misaki, now=clock())
    clock.forward(seconds=11)
    holding.start(session, reply.id, clock())
    session.commit()
    rows = claiming.facts(session, reply.id, clock())
    throw()
    assert claiming.claim(session, rows, hands(x, clock)) is None
    session.commit()
    assert state(session, reply) == "queued"


def test_what_was_claimed_before_goes_on_and_is_counted(session, desk, ticket, throw, x, clock):
    reply = press(session, ticket, desk.misaki, now=clock())
    clock.forward(seconds=11)
    assert take(session, reply, hands(x, clock)) is not None
    session.commit()
    throw()
    assert quieting.on_their_way(session, [desk.account.id]) == 1
    assert quieting.held(session) == []


def test_direct_messages_go_on(session, desk, throw, work, clock):
    ticket = privately(session, desk, clock)
    throw()
    reply = press(session, ticket, desk.misaki, now=clock.forward(minutes=1))
    assert reply.approval is None
    clock.forward(seconds=11)
    assert work(reply) == "posted"


def test_a_scheduled_direct_message_of_before_asks_at_its_time(session, desk, throw, work, clock):
    ticket = privately(session, desk, clock)
    reply = schedule(session, ticket, desk.misaki, clock, hours=2)
    throw(at=clock.forward(minutes=5))
    assert state(session, reply) == "held"
    clock.forward(hours=2)
    assert work(reply) == "asking"
    holding.send_on(session, reply, clock(), by=desk.misaki)
    session.commit()
    assert work(reply) == "posted", "nobody approves direct messages"


def test_every_public_word_asks_approval_and_approved_since_it_goes(
    session, desk, ticket, throw, work, clock
):
    throw()
    reply = press(session, ticket, desk.hikaru, now=clock.forward(minutes=1))
    assert state(session, reply) == "waiting"
    assert [it["kind"] for it in reply.approval.reasons] == [Kind.CRISIS]
    with pytest.raises(NotAllowed):
        approve(session, reply, desk.hikaru, clock())
    approve(session, reply, desk.ryo, clock())
    clock.forward(seconds=11)
    assert work(reply) == "posted"


def test_approved_before_the_switch_it_is_to_be_approved_again(
    session, desk, ticket, throw, work, clock
):
    rule(session, desk, "public", now=clock())
    reply = press(session, ticket, desk.misaki, now=clock())
    approve(session, reply, desk.ryo, clock(), wording=None)
    throw(at=clock.forward(seconds=1))
    clock.forward(seconds=11)
    assert work(reply) == "asking"
    holding.send_on(session, reply, clock(), by=desk.misaki)
    session.commit()
    assert (state(session, reply), reply.approval.is_open) == ("waiting", True)
    assert work(reply) == "waiting"
    approve(session, reply, desk.hikaru, clock())
    clock.forward(seconds=11)
    assert work(reply) == "posted"
    assert reply.approval.decided_by is desk.hikaru


def test_sent_on_in_a_crisis_it_waits_and_may_be_sent_back_or_taken_back(
    session, desk, ticket, throw, work, clock
):
    reply = press(session, ticket, desk.misaki, now=clock())
    throw(at=clock.forward(seconds=1))
    clock.forward(seconds=11)
    work(reply)
    holding.send_on(session, reply, clock(), by=desk.misaki)
    session.commit()
    assert (state(session, reply), reply.approval.agent_id) == ("waiting", desk.misaki.id)
    send_back(session, reply, desk.ryo, clock())
    assert state(session, reply) == "undone"


def test_no_other_way_leads_out(session, desk, ticket, throw, work, x, clock):
    """Neither by hand on x.com nor by sending again what X refused."""
    reply = press(session, ticket, desk.misaki, now=clock())
    clock.forward(seconds=11)
    holding.start(session, reply.id, clock())
    reply.parts[0].state = PartState.REJECTED.value
    session.commit()
    throw()
    with pytest.raises(DeskError):
        handing.hand_over(session, reply, clock())
    pressing.retry(session, reply, clock(), by=desk.ryo, reason="もう一度")
    session.commit()
    assert (work(reply), x.ours) == ("asking", [])


def test_what_is_begun_stops_too_and_its_words_stand(session, desk, ticket, throw, work, x, clock):
    reply = press(session, ticket, desk.misaki, LONG, now=clock())
    clock.forward(seconds=11)
    errand = take(session, reply, hands(x, clock))
    sending.note_posted(
        session, errand.part_id, x_id="55", at=clock(), now=clock(), begun=errand.claimed_at
    )
    session.commit()
    throw()
    assert (work(reply), x.ours) == ("asking", [])
    holding.send_on(session, reply, clock(), by=desk.misaki)
    session.commit()
    with pytest.raises(Refused):
        approve(session, reply, desk.ryo, clock(), wording=Wording("別の文"))
    session.rollback()
    approve(session, reply, desk.ryo, clock())
    clock.forward(seconds=11)
    assert work(reply) == "posted"
    assert [it.text for it in x.ours] == [part.text for part in reply.parts[1:]]


def test_an_automatic_answer_is_dropped(session, desk, ticket, throw, work, x, clock):
    reply = press(session, ticket, desk.misaki, now=clock())
    reply.automatic, reply.agent_id = True, None
    clock.forward(seconds=11)
    holding.start(session, reply.id, clock())
    session.commit()
    throw()
    assert (work(reply), x.ours) == ("undone", [])


def test_another_account_is_not_quiet(session, desk, ticket, throw, work, clock):
    reply = press(session, ticket, desk.misaki, now=clock())
    crisis = throw()
    other = type(desk.account)(
        x_id="7000000009", handle="other", name="別", calendar_id=desk.account.calendar_id
    )
    session.add(other)
    session.flush()
    crisis.account_id = other.id
    session.commit()
    clock.forward(seconds=11)
    assert work(reply) == "posted"


@pytest.mark.parametrize(
    ("minutes", "by", "goes"), [(1, "ryo", True), (-1, "ryo", False), (1, "misaki", False)]
)
def test_what_somebody_else_agreed_to_since_it_began_goes_to_many(
    session, desk, ticket, throw, clock, minutes, by, goes
):
    """Staged answers: one approval of their words, given after the switch was thrown."""
    throw()
    agreed = Agreed(desk.misaki.id, getattr(desk, by).id, clock() + timedelta(minutes=minutes))
    draft = Draft("復旧しました。", "wave-1", None, agreed=agreed)
    clock.forward(minutes=2)
    reply = pressing.press(session, ticket, ticket.latest_message, desk.misaki, draft, clock())
    session.commit()
    assert state(session, reply) == ("held" if goes else "waiting")
    assert reply.approval.is_open is not goes


def test_what_somebody_agreed_to_since_passes_the_rules_too(session, desk, ticket, throw, clock):
    rule(session, desk, "account", now=clock())
    throw()
    agreed = Agreed(desk.misaki.id, desk.ryo.id, clock())
    draft = Draft("復旧しました。", "wave-1", None, agreed=agreed)
    reply = pressing.press(session, ticket, ticket.latest_message, desk.misaki, draft, clock())
    session.commit()
    assert state(session, reply) == "held"


def test_promises_run_on(session, desk, ticket, throw, work, clock):
    reply = press(session, ticket, desk.misaki, now=clock())
    throw()
    clock.forward(hours=2)
    work(reply)
    promise = session.scalars(select(Promise).where(Promise.ticket_id == ticket.id)).first()
    assert promise.kept_at is None
    assert promise.breach_at < THURSDAY + timedelta(hours=2)
