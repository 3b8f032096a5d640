"""What goes out is what was agreed to, to the letter, whatever changes around it meanwhile."""

import ast
from pathlib import Path

import pytest

from support.conversations.records import Message
from support.replies import pressing, sending
from support.replies.approving import Wording
from support.replies.images import Picture
from support.replies.pressing import Draft
from tests.cast import customer_says, hands, make_cast, post
from tests.replies.approvals import approve, rule
from tests.replies.watching import state

SUPPORT = Path(sending.__file__).parent.parent
PICTURE = Picture("image/png", 4, 4, b"one", "料金表")
LONG = "ご不便をおかけし申し訳ございません。状況を確認いたします。" * 8


@pytest.fixture
def desk(session):
    return make_cast(session, undo_seconds=10)


@pytest.fixture
def reply(session, desk, ticket, clock):
    rule(session, desk, "account", now=clock())
    answers = session.get_one(Message, ticket.latest_message_id)
    draft = Draft(LONG, "key-of-what-was-agreed", None, (PICTURE,))
    made = pressing.press(session, ticket, answers, desk.misaki, draft, clock())
    session.commit()
    return made


def everything_else_changes(session, desk, ticket):
    """Who wrote it, the account's signature, what prepared answers and pages draw from."""
    misaki, account = desk.misaki, ticket.conversation.account
    misaki.family_name, misaki.given_name, misaki.initials = "別姓", "別名", "XX"
    account.signature_form, account.persona, account.name = "-- {initials}", "別人", "別名"
    ticket.conversation.customer.name = "別のお客様"
    session.commit()


@pytest.mark.parametrize("wording", [None, Wording("直しました。" * 30)])
def test_words_signature_and_descriptions_go_as_they_were_agreed_to(
    session, desk, ticket, reply, x, clock, wording
):
    approve(session, reply, desk.ryo, clock(), wording=wording)
    agreed = [part.text for part in reply.parts]
    assert all(text.endswith("^佐藤") for text in agreed)
    everything_else_changes(session, desk, ticket)
    clock.forward(seconds=11)
    for _ in agreed:
        sending.deliver(session, reply.id, hands(x, clock))
        clock.forward(minutes=1)
    assert state(session, reply) == "posted"
    assert [it.text for it in x.ours] == agreed
    assert x.uploaded == [(b"one", "image/png", False)]
    assert x.described == {"801": "料金表"}


def test_agreed_to_after_a_change_the_signature_is_the_one_that_was_shown(
    session, desk, ticket, reply, clock
):
    everything_else_changes(session, desk, ticket)
    approve(session, reply, desk.ryo, clock(), wording=Wording("直しました。"))
    assert [part.text for part in reply.parts] == ["直しました。 ^佐藤"]


def test_an_answer_that_is_edited_on_x_meanwhile_changes_where_it_goes_and_no_word(
    session, desk, ticket, reply, x, clock
):
    approve(session, reply, desk.ryo, clock())
    agreed = [part.text for part in reply.parts]
    reply.answers.latest_x_id, reply.answers.text = str(int(reply.answers.x_id) + 1), "別の質問"
    session.commit()
    clock.forward(seconds=11)
    for _ in agreed:
        sending.deliver(session, reply.id, hands(x, clock))
        clock.forward(minutes=1)
    assert [it.text for it in x.ours] == agreed


def test_a_new_question_after_it_was_agreed_to_stops_it_rather_than_moves_it(
    session, desk, ticket, reply, x, clock
):
    approve(session, reply, desk.ryo, clock())
    answered = reply.answers_id
    again = post("別件", at=clock.forward(seconds=1), thread=ticket.thread_x_id, number=8)
    customer_says(session, desk, again)
    clock.forward(seconds=11)
    sending.deliver(session, reply.id, hands(x, clock))
    assert (state(session, reply), reply.answers_id, x.ours) == ("asking", answered, [])


def test_words_of_a_reply_are_written_in_these_places_only():
    """Before anybody agreed, while they do, and as X says it posted them: nowhere in between."""
    found = set()
    for path in SUPPORT.rglob("*.py"):
        if "sandbox" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                written = {ast.unparse(it) for target in targets for it in ast.walk(target)}
                found |= {
                    (path.relative_to(SUPPORT).as_posix(), it)
                    for it in written & {"part.text", "reply.body", "reply.signature", "image.alt"}
                }
    assert found == {
        ("replies/approving.py", "part.text"),
        ("replies/approving.py", "reply.body"),
        ("replies/sending.py", "part.text"),
    }
