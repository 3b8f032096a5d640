"""A reply that needs approval waits for somebody else, and goes in no other way."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from support.approval.records import Approval, ApprovalNotice
from support.errors import DeskError, NotAllowed, Refused, SomeoneWasFirst
from support.replies import approving, awaiting, handing, holding, pressing, sending
from support.replies.approving import Wording
from support.replies.pressing import Draft
from support.replies.records import ReplyPart
from support.replies.states import MOVES, PartState
from tests.cast import customer_says, hands, make_cast, post, press
from tests.fakes import THURSDAY
from tests.replies.approvals import approve, rule, send_back
from tests.replies.watching import state, waiting

WAITING = PartState.WAITING
TOMORROW = THURSDAY + timedelta(days=1)


@pytest.fixture
def desk(session):
    return make_cast(session, undo_seconds=10)


@pytest.fixture
def reply(session, desk, ticket, clock):
    """A reply of an agent on a desk where everything must be approved."""
    rule(session, desk, "account", now=clock())
    return press(session, ticket, desk.misaki, now=clock())


def deliver(session, reply, x, clock):
    sending.deliver(session, reply.id, hands(x, clock))
    return [it.text for it in x.ours]


def test_without_a_rule_nothing_waits(session, desk, ticket, clock):
    reply = press(session, ticket, desk.misaki, now=clock())
    assert (state(session, reply), reply.approval) == ("held", None)


def test_it_waits_however_long_and_no_worker_finds_it(session, reply, x, clock):
    for _ in range(3):
        clock.forward(days=1)
        holding.stop_overtaken(session, clock())
        assert waiting(session, clock) == []
        assert deliver(session, reply, x, clock) == []
    assert state(session, reply) == "waiting"


def test_approved_it_can_still_be_taken_back_and_then_goes(session, desk, reply, x, clock):
    clock.forward(minutes=5)
    made = approve(session, reply, desk.ryo, clock())
    assert (made.outcome, made.decided_by_id, state(session, reply)) == (
        "approved",
        desk.ryo.id,
        "held",
    )
    clock.forward(seconds=9)
    assert deliver(session, reply, x, clock) == []
    clock.forward(seconds=1)
    assert deliver(session, reply, x, clock) == ["確認いたします。 ^佐藤"]
    assert reply.approval.before == ""


def test_nobody_approves_their_own_words_whatever_their_role(session, desk, ticket, clock):
    rule(session, desk, "account", now=clock())
    for who in (desk.ryo, desk.hikaru):
        mine = press(session, ticket, who, now=clock(), key=f"own-{who.id}-0123456789")
        with pytest.raises(NotAllowed):
            approving.approve(session, mine, awaiting.newest(session, mine), by=who, now=clock())
        with pytest.raises(NotAllowed):
            approving.send_back(session, mine, by=who, word="だめ", now=clock())
        session.rollback()
        pressing.undo(session, mine, clock())
        session.commit()


def test_an_agent_approves_nothing_and_neither_does_who_left(session, desk, reply, clock):
    desk.ryo.suspended_at = clock()
    for who in (desk.ken, desk.ryo):
        with pytest.raises(NotAllowed):
            approve(session, reply, who, clock())
    assert state(session, reply) == "waiting"


def test_changed_and_approved_it_goes_in_the_words_that_were_approved(
    session, desk, ticket, x, clock
):
    rule(session, desk, "account", now=clock())
    reply = press(session, ticket, desk.misaki, "一つ目の文です。" * 20, now=clock())
    assert len(reply.parts) == 2
    made = approve(session, reply, desk.ryo, clock(), wording=Wording("短くしました。"))
    assert (made.outcome, made.before) == ("changed", "一つ目の文です。" * 20)
    clock.forward(seconds=11)
    assert deliver(session, reply, x, clock) == ["短くしました。 ^佐藤"]
    assert reply.settled_at is not None
    notice = session.scalars(select(ApprovalNotice)).one()
    assert (notice.kind, notice.agent_id) == ("changed", desk.misaki.id)


def test_changed_to_more_posts_all_of_them_go(session, desk, reply, x, clock):
    approve(session, reply, desk.ryo, clock(), wording=Wording("長くしました。" * 30))
    assert [part.position for part in reply.parts] == [1, 2]
    clock.forward(seconds=11)
    assert len(deliver(session, reply, x, clock)) == 2


@pytest.mark.parametrize("body", ["", "090-1234-5678 におかけください。"])
def test_words_that_may_not_go_are_refused_and_it_waits_on(session, desk, reply, clock, body):
    with pytest.raises(Refused):
        approve(session, reply, desk.ryo, clock(), wording=Wording(body))
    session.rollback()
    assert (state(session, reply), reply.body) == ("waiting", "確認いたします。")


def test_sent_back_it_never_goes_and_its_writer_hears_why(session, desk, reply, x, clock):
    with pytest.raises(Refused):
        send_back(session, reply, desk.ryo, clock(), word="  ")
    session.rollback()
    made = send_back(session, reply, desk.ryo, clock())
    assert (made.outcome, made.word) == ("sent_back", "言い方をやわらかく")
    clock.forward(days=1)
    assert (deliver(session, reply, x, clock), state(session, reply)) == ([], "undone")
    notice = session.scalars(select(ApprovalNotice)).one()
    assert (notice.kind, notice.agent_id) == ("sent_back", desk.misaki.id)
    again = press(session, reply.answers.ticket, desk.misaki, "承知しました。", now=clock())
    assert state(session, again) == "waiting", "written otherwise it is asked for again"


def test_taken_back_it_waits_for_nobody(session, desk, reply, clock):
    assert pressing.undo(session, reply, clock()) is True
    session.commit()
    with pytest.raises(SomeoneWasFirst):
        approve(session, reply, desk.ryo, clock())
    assert (reply.approval.outcome, awaiting.waiting(session)) == ("taken_back", [])


def test_given_up_by_a_lead_it_waits_for_nobody(session, desk, reply, clock):
    pressing.discard(session, reply, clock(), by=desk.ryo)
    session.commit()
    assert (state(session, reply), reply.approval.outcome) == ("undone", "taken_back")


def test_the_second_hears_who_was_first(session, desk, reply, clock):
    approve(session, reply, desk.ryo, clock())
    for late in (approve, send_back):
        with pytest.raises(SomeoneWasFirst) as first:
            late(session, reply, desk.hikaru, clock())
        assert str(first.value) == "高橋さんが先に承認しました。"
        session.rollback()


def test_taken_back_after_approval_and_pressed_again_it_waits_again(session, desk, reply, clock):
    approve(session, reply, desk.ryo, clock())
    assert pressing.undo(session, reply, clock()) is True
    session.commit()
    again = press(session, reply.answers.ticket, desk.misaki, now=clock(), key="again-0123456789ab")
    assert state(session, again) == "waiting"


def test_no_other_deed_moves_what_waits(session, desk, reply, x, clock):
    deeds = (
        lambda: holding.send_on(session, reply, clock(), by=desk.misaki),
        lambda: pressing.retry(session, reply, clock(), by=desk.misaki),
        lambda: handing.hand_over(session, reply, clock()),
    )
    for deed in deeds:
        with pytest.raises(DeskError):
            deed()
        session.rollback()
    holding.start(session, reply.id, clock())
    assert state(session, reply) == "waiting"


def test_only_approval_or_taking_back_leads_out_of_waiting():
    assert {into for was, into in MOVES if was is WAITING} == {
        PartState.HELD,
        PartState.HANDED,
        PartState.UNDONE,
    }
    asked_anew = {was for was, into in MOVES if into is WAITING}
    assert asked_anew == {PartState.ASKING}, "what a crisis stopped and somebody sends on"


@pytest.mark.parametrize("deed", [None, pressing.undo, send_back])
def test_the_claim_itself_refuses_what_nobody_approved(session, desk, reply, x, clock, deed):
    """Even where something turned its parts: a bug, a hand in the database."""
    if deed is send_back:
        send_back(session, reply, desk.ryo, clock())
    elif deed:
        deed(session, reply, clock())
    session.execute(update(ReplyPart).values(state="queued"))
    reply.settled_at = None
    session.commit()
    clock.forward(hours=1)
    assert deliver(session, reply, x, clock) == []


def test_a_chosen_time_stands_and_one_that_passed_means_now(session, desk, ticket, x, clock):
    rule(session, desk, "account", now=clock())
    draft = Draft("明日ご連絡します。", "scheduled-0123456789", None, send_at=TOMORROW)
    reply = pressing.press(session, ticket, ticket.latest_message, desk.misaki, draft, clock())
    session.commit()
    approve(session, reply, desk.ryo, clock())
    assert (reply.held_until, reply.scheduled, state(session, reply)) == (TOMORROW, True, "held")
    pressing.undo(session, reply, clock())
    session.commit()
    late = pressing.press(
        session,
        ticket,
        ticket.latest_message,
        desk.misaki,
        replace(draft, key="scheduled-again-0123", last_reply_id=reply.id),
        clock(),
    )
    session.commit()
    clock.now = TOMORROW + timedelta(hours=1)
    assert deliver(session, late, x, clock) == []
    approve(session, late, desk.ryo, clock())
    assert (late.held_until, late.scheduled) == (clock() + timedelta(seconds=10), False)


def test_what_goes_by_hand_is_handed_when_it_is_approved_and_not_before(
    session, desk, ticket, x, clock
):
    rule(session, desk, "account", now=clock())
    message = ticket.latest_message
    message.raw = {
        "id": message.x_id,
        "author_id": "9000000001",
        "text": "通信が遅い",
        "created_at": "2026-10-01T01:00:00.000Z",
    }
    why = handing.verdict_on(session, message).sentence
    draft = Draft("確認します。", "by-hand-0123456789", None)
    reply = pressing.press(session, ticket, message, desk.misaki, draft, clock(), by_hand=why)
    session.commit()
    assert (state(session, reply), reply.parts[0].handed_at) == ("waiting", None)
    approve(session, reply, desk.ryo, clock())
    assert (state(session, reply), reply.parts[0].reason) == ("handed", why)


def test_what_the_customer_deleted_is_answered_by_nobody(session, desk, reply, clock):
    reply.answers.emptied_at, reply.answers.emptied_reason = clock(), "deleted"
    session.commit()
    with pytest.raises(Refused):
        approve(session, reply, desk.ryo, clock())
    session.rollback()
    assert state(session, reply) == "waiting"


def test_what_was_said_meanwhile_must_have_been_seen(session, desk, ticket, reply, x, clock):
    seen = awaiting.newest(session, reply)
    again = post(
        "やっぱり直りました", at=clock.forward(minutes=1), thread=ticket.thread_x_id, number=3
    )
    customer_says(session, desk, again)
    press(session, ticket, desk.ken, "田中です", now=clock())
    it = awaiting.newer(session, reply)
    assert ([m.text for m in it.messages], [r.who for r in it.replies]) == (
        ["やっぱり直りました"],
        ["田中"],
    )
    with pytest.raises(Refused):
        approve(session, reply, desk.ryo, clock(), look=seen)
    session.rollback()
    approve(session, reply, desk.ryo, clock())
    assert holding.stop_overtaken(session, clock()) == [], "whoever approved has read it"
    another = post("まだです", at=clock.forward(seconds=1), thread=ticket.thread_x_id, number=4)
    customer_says(session, desk, another)
    assert holding.stop_overtaken(session, clock()) == [ticket.id], "and not what came since"


def test_one_row_a_reply_whatever_is_pressed_twice(session, desk, ticket, reply, clock):
    draft = Draft("もう一度", reply.key, None)
    again = pressing.press(session, ticket, ticket.latest_message, desk.misaki, draft, clock())
    assert again is reply
    assert len(session.scalars(select(Approval)).all()) == 1
