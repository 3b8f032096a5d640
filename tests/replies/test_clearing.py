"""Which replies wait is decided where they are pressed, by the rules as they stand then."""

from datetime import timedelta

import pytest

from support.agents.records import AccountGrant, AccountLimit
from support.approval import records, ruling
from support.approval.leave import Agreed
from support.conversations.records import Message
from support.errors import NotAllowed
from support.replies import approving, clearing, pressing, sending
from support.replies.approving import Wording
from support.replies.pressing import Draft
from support.tickets import marking
from tests.cast import customer_says, hands, make_cast, post, press
from tests.fakes import THURSDAY
from tests.replies.approvals import approve, rule
from tests.replies.watching import state

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


def test_the_rules_as_they_stood_when_it_was_pressed_count(session, desk, ticket, x, clock):
    before = press(session, ticket, desk.misaki, now=clock())
    made = rule(session, desk, "account", now=clock())
    clock.forward(seconds=11)
    assert len(deliver(session, before, x, clock)) == 1, "a rule does not stop what is held"
    customer_says(
        session, desk, post("次", at=clock.forward(minutes=1), thread=ticket.thread_x_id, number=8)
    )
    during = press(session, ticket, desk.misaki, "二つ目", now=clock())
    ruling.end(made, by=desk.hikaru, now=clock())
    session.commit()
    clock.forward(days=1)
    assert len(deliver(session, during, x, clock)) == 1, "its end does not free what waits"
    assert state(session, during) == "waiting"


def test_newcomers_are_new_until_so_many_went_as_they_were(session, desk, ticket, clock):
    rule(session, desk, "newcomer", now=clock(), clean=2)
    outcomes = []
    for number in range(4):
        said = post(
            "また", at=clock.forward(minutes=1), thread=ticket.thread_x_id, number=number + 9
        )
        customer_says(session, desk, said)
        reply = press(session, ticket, desk.misaki, f"{number}回目", now=clock())
        outcomes.append(state(session, reply))
        if reply.approval:
            words = Wording("直した") if number == 1 else None
            approve(session, reply, desk.ryo, clock(), wording=words)
    assert outcomes == ["waiting"] * 3 + ["held"], "a changed one does not count"
    assert records.clean_of(session, desk.misaki.id) == 2


def test_taking_the_tag_off_is_no_way_round(session, desk, ticket, clock):
    marking.tag(session, ticket, "炎上", by=desk.ryo, now=clock())
    rule(session, desk, "tag", now=clock(), tag="#炎上")
    marking.untag(session, ticket, "炎上", by=desk.misaki, now=clock())
    session.commit()
    reply = press(session, ticket, desk.misaki, now=clock())
    assert [it["tag"] for it in reply.approval.reasons] == ["炎上"]


def test_what_the_guard_asked_a_reason_for_is_found_where_it_is_pressed(
    session, desk, ticket, clock
):
    rule(session, desk, "guard", now=clock())
    plain = press(session, ticket, desk.misaki, "確認いたします。", now=clock())
    assert plain.approval is None
    pressing.undo(session, plain, clock())
    session.commit()
    about = "お客様の山田様にご確認いただく必要があります。電話番号を教えてください。"
    reply = press(session, ticket, desk.misaki, about, now=clock())
    assert [it["kind"] for it in reply.approval.reasons] == ["guard"]


def test_what_waits_too_long_is_told_once_to_who_may_approve(session, desk, reply, clock):
    assert reply.approval.due_at == clock() + timedelta(minutes=30)
    clock.forward(minutes=29)
    assert approving.tell_overdue(session, clock()) == []
    clock.forward(minutes=1)
    assert approving.tell_overdue(session, clock()) == [desk.ryo.id, desk.hikaru.id]
    assert approving.tell_overdue(session, clock()) == []
    waits, late, since = records.how_it_stands(session, clock())
    assert (waits, late, since) == (1, 1, clock())
    session.commit()
    approve(session, reply, desk.ryo, clock())
    assert records.how_it_stands(session, clock()) == (0, 0, None)


def test_who_may_not_see_it_is_not_told_and_does_not_decide(session, desk, reply, clock):
    account_id = reply.conversation.account_id
    session.add(AccountLimit(account_id=account_id, closed=True, dms_closed=False))
    session.add(AccountGrant(agent_id=desk.hikaru.id, account_id=account_id, private=False,
                             granted_at=clock()))  # fmt: skip
    session.commit()
    clock.forward(minutes=30)
    assert approving.tell_overdue(session, clock()) == [desk.hikaru.id]
    session.commit()
    assert not approving.may_decide(session, reply, desk.ryo)
    assert approving.may_decide(session, reply, desk.hikaru)
    with pytest.raises(NotAllowed, match="見られない"):
        approve(session, reply, desk.ryo, clock())
    session.rollback()
    with pytest.raises(NotAllowed, match="見られない"):
        approving.send_back(session, reply, by=desk.ryo, word="直して", now=clock())
    session.rollback()
    assert state(session, reply) == "waiting"


def test_out_of_hours_it_is_due_in_the_morning(session, desk, ticket, clock):
    rule(session, desk, "account", now=clock())
    clock.now = THURSDAY + timedelta(hours=12)
    reply = press(session, ticket, desk.misaki, now=clock())
    assert reply.approval.due_at == TOMORROW - timedelta(minutes=30)


@pytest.mark.parametrize(
    ("wrote", "agreed", "waits"),
    [("misaki", "ryo", False), ("ryo", "ryo", True)],
    ids=["somebody else agreed", "nobody agrees to their own words"],
)
def test_words_agreed_to_beforehand_are_not_asked_about_again(
    session, desk, ticket, clock, wrote, agreed, waits
):
    rule(session, desk, "account", now=clock())
    who = {"misaki": desk.misaki.id, "ryo": desk.ryo.id}
    leave = Agreed(who[wrote], who[agreed], clock())
    draft = Draft("調査しております。", "key-of-a-wave-1", None, agreed=leave)
    answers = session.get_one(Message, ticket.latest_message_id)
    reply = pressing.press(session, ticket, answers, desk.ryo, draft, clock())
    session.commit()
    assert state(session, reply) == ("waiting" if waits else "held")
    assert reply.approval.is_open is waits
    if not waits:
        assert (reply.approval.agent_id, reply.approval.decided_by_id) == (
            desk.misaki.id,
            desk.ryo.id,
        )


def test_words_for_many_want_another_wherever_a_rule_could_ask(session, desk, clock):
    assert not clearing.wants_another(session, desk.account.id)
    rule(session, desk, "newcomer", now=clock(), clean=2)
    assert not clearing.wants_another(session, desk.account.id), "who leads is no newcomer"
    rule(session, desk, "public", now=clock())
    assert clearing.wants_another(session, desk.account.id)
