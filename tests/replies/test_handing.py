"""What X does not let the API post is handed to a person, and found when it shows up."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from support.conversations.records import Message, MessageVersion, SeenPost
from support.errors import DeskError, SomeoneWasFirst
from support.inbox.receiving import receive
from support.replies import handing, pressing, sending
from support.replies.records import Attempt
from support.sla.records import promises_of
from support.x.eligibility import Why
from support.x.errors import Meaning, XError
from tests.cast import HANAKO, YUUKI, customer_says, hands, post, press
from tests.replies.test_sending import LONG
from tests.replies.watching import look_until_settled, state, waiting

A = (
    "Reply to this conversation is not allowed because you have not been mentioned or otherwise "
    "engaged by the author of the post you are replying to."
)
B = "You can only reply to or quote posts where you are mentioned or are the author."
QUOTE = "Quoting this post is not allowed because you have not been mentioned or are not part of it"
LIMITED = "You are not permitted to reply to this conversation."
NOT_SUMMONED = XError(Meaning.BY_HAND, 403, A)


@pytest.fixture
def handed(session, desk, ticket, x, clock):
    """A reply X refused to take from the API."""
    x.answers = [NOT_SUMMONED]
    reply = press(session, ticket, desk.misaki, now=clock())
    sending.deliver(session, reply.id, hands(x, clock))
    assert state(session, reply) == "handed"
    return reply


def typed(reply, clock, text="", *, answers=""):
    """Our own post, typed on x.com."""
    words, target = text or reply.parts[0].text, answers or reply.answers.x_id
    said = post(words, at=clock(), answers=target, number=77)
    return replace(said, author_x_id="7000000001", author=None)


def comes_back(session, desk, posts, clock):
    taken = receive(session, desk.account, posts, stream="own", now=clock())
    session.commit()
    session.expire_all()
    return taken


@pytest.mark.parametrize("said", [A, B, QUOTE, LIMITED], ids=["A", "B", "quote", "limited"])
def test_a_refusal_hands_the_reply_over_and_stops_nothing_else(
    session, desk, ticket, x, clock, said
):
    x.answers = [XError(Meaning.BY_HAND, 403, said)]
    reply = press(session, ticket, desk.misaki, now=clock())
    for _ in range(4):
        sending.deliver(session, reply.id, hands(x, clock))
        clock.forward(minutes=10)
    assert (state(session, reply), x.calls) == ("handed", 1)
    assert "API" in reply.parts[0].reason
    assert desk.account.stopped_at is None
    assert (reply.settled_at, ticket.state) == (None, "open"), "the promise still stands"
    assert promises_of(session, ticket.id)[0].is_open


def test_the_sweep_leaves_a_handed_reply_to_its_person(session, handed, clock):
    clock.forward(minutes=10)
    assert waiting(session, clock) == []


def test_a_handed_reply_is_still_the_one_live_answer(session, desk, ticket, handed, clock):
    with pytest.raises(SomeoneWasFirst):
        press(session, ticket, desk.ken, "私も", now=clock(), seen=-1)


def test_our_own_post_ends_it_and_keeps_the_promise_at_xs_time(
    session, desk, ticket, handed, x, clock
):
    clock.forward(minutes=3)
    ours = typed(handed, clock)
    clock.forward(minutes=2)
    taken = comes_back(session, desk, [ours], clock)
    assert taken.tickets == {ticket.id}
    assert state(session, handed) == "posted"
    assert (handed.parts[0].x_id, handed.parts[0].posted_at) == (ours.x_id, ours.posted_at)
    first = promises_of(session, ticket.id)[0]
    assert (first.kept_at, first.kept_by_id) == (ours.posted_at, desk.misaki.id)
    assert (ticket.state, handed.settled_at) == ("waiting", clock())
    said = select(Message).where(Message.by_us)
    assert session.scalars(said).all() == [], "it is the reply, not a second message"
    assert x.calls == 1


def test_it_may_come_back_as_often_as_it_likes(session, desk, handed, clock):
    clock.forward(minutes=3)
    ours = typed(handed, clock)
    for _ in range(3):
        comes_back(session, desk, [ours], clock)
    assert session.scalars(select(Message).where(Message.by_us)).all() == []
    outcomes = list(session.scalars(select(Attempt.outcome).order_by(Attempt.id)))
    assert outcomes == ["handed", "by_hand"]


def test_what_was_changed_on_x_com_is_kept_as_it_stands_there(session, desk, handed, clock):
    clock.forward(minutes=3)
    comes_back(session, desk, [typed(handed, clock, "書き直しました。 ^佐藤")], clock)
    assert handed.parts[0].text == "書き直しました。 ^佐藤"
    assert handed.body == "確認いたします。"


def test_links_shortened_by_x_are_no_change_of_words(session, desk, ticket, x, clock):
    x.answers = [NOT_SUMMONED]
    written = "こちらです https://hikari-care.example/a"
    reply = press(session, ticket, desk.misaki, written, now=clock())
    sending.deliver(session, reply.id, hands(x, clock))
    clock.forward(minutes=1)
    ours = typed(reply, clock, "@kakuu_yuuki こちらです https://t.co/abc ^佐藤")
    comes_back(session, desk, [ours], clock)
    assert reply.parts[0].text == f"{written} ^佐藤"


def test_another_post_of_ours_is_not_taken_for_it(session, desk, ticket, handed, clock):
    other = customer_says(session, desk, post(at=clock.forward(minutes=1), by=HANAKO))
    there = typed(handed, clock, answers=other.latest_message.x_id)
    comes_back(session, desk, [there], clock)
    assert state(session, handed) == "handed"


def test_a_post_of_another_account_of_ours_is_not_taken_for_it(session, handed, clock):
    clock.forward(minutes=1)
    theirs = replace(typed(handed, clock), author_x_id="7000000002")
    assert handing.found_by_hand(session, theirs, clock()) is None
    assert state(session, handed) == "handed"


def test_two_who_are_shown_it_at_once_note_it_once(session, ticket, handed, clock):
    clock.forward(minutes=1)
    ours = typed(handed, clock)
    for _ in range(2):
        assert handing.found_by_hand(session, ours, clock()) is ticket
    session.commit()
    outcomes = list(session.scalars(select(Attempt.outcome).order_by(Attempt.id)))
    assert outcomes == ["handed", "by_hand"]


def test_other_words_from_before_the_handing_are_not_taken_for_it(session, desk, ticket, x, clock):
    at = clock.forward(minutes=1)
    x.answers = [NOT_SUMMONED]
    clock.forward(minutes=3)
    reply = press(session, ticket, desk.misaki, now=clock())
    sending.deliver(session, reply.id, hands(x, clock))
    early = typed(reply, lambda: at, "別の担当が書いたもの")
    comes_back(session, desk, [early], clock)
    assert state(session, reply) == "handed"


def test_the_parts_behind_it_go_on_through_the_api(session, desk, ticket, x, clock):
    x.answers = [NOT_SUMMONED]
    reply = press(session, ticket, desk.misaki, LONG, now=clock())
    sending.deliver(session, reply.id, hands(x, clock))
    assert [part.state for part in reply.parts] == ["handed", "queued"]
    clock.forward(minutes=3)
    ours = typed(reply, clock)
    comes_back(session, desk, [ours], clock)
    assert promises_of(session, ticket.id)[0].kept_at == ours.posted_at
    assert waiting(session, clock) == [reply.id]
    sending.deliver(session, reply.id, hands(x, clock))
    assert [(p.text, p.in_reply_to_x_id) for p in x.ours] == [(reply.parts[1].text, ours.x_id)]
    assert (state(session, reply), reply.settled_at) == ("posted", clock())


def test_a_later_part_may_be_handed_too(session, desk, ticket, x, clock):
    create = x.create_post

    def refuses_second(text, *, in_reply_to):
        if x.ours:
            raise XError(Meaning.BY_HAND, 403, LIMITED)
        return create(text, in_reply_to=in_reply_to)

    x.create_post = refuses_second
    reply = press(session, ticket, desk.misaki, LONG, now=clock())
    sending.deliver(session, reply.id, hands(x, clock))
    assert [part.state for part in reply.parts] == ["posted", "handed"]
    clock.forward(minutes=1)
    ours = typed(reply, clock, reply.parts[1].text, answers=reply.parts[0].x_id)
    comes_back(session, desk, [ours], clock)
    assert (state(session, reply), reply.parts[1].x_id) == ("posted", ours.x_id)


def test_an_edited_post_is_answered_in_its_newest_version_and_any_version_counts(
    session, desk, ticket, x, clock
):
    message = ticket.latest_message
    message.latest_x_id = "800"
    for x_id in (message.x_id, "800"):
        version = MessageVersion(x_id=x_id, text="", written_at=clock(), received_at=clock())
        message.versions.append(version)
    session.commit()
    x.answers = [NOT_SUMMONED]
    reply = press(session, ticket, desk.misaki, now=clock())
    sending.deliver(session, reply.id, hands(x, clock))
    clock.forward(minutes=1)
    comes_back(session, desk, [typed(reply, clock, answers="800")], clock)
    assert state(session, reply) == "posted"


def test_decided_beforehand_it_is_handed_at_once_and_never_tried(session, desk, ticket, x, clock):
    desk.account.undo_seconds = 10
    newest = session.get_one(Message, ticket.latest_message_id)
    draft = pressing.Draft(LONG, "form-by-hand-0001", None)
    reply = pressing.press(
        session, ticket, newest, desk.misaki, draft, clock(), by_hand="手で送ります。"
    )
    session.commit()
    sending.deliver(session, reply.id, hands(x, clock))
    assert x.calls == 0
    assert [part.state for part in reply.parts] == ["handed", "queued"]
    assert (reply.parts[0].handed_at, reply.parts[0].reason) == (clock(), "手で送ります。")
    assert pressing.undo(session, reply, clock()) is False


def test_given_up_it_stays_unsent_and_another_may_answer(session, desk, ticket, handed, x, clock):
    pressing.discard(session, handed, clock(), by=handed.agent)
    session.commit()
    assert state(session, handed) == "undone"
    second = press(session, ticket, desk.ken, "田中です。", now=clock())
    sending.deliver(session, second.id, hands(x, clock))
    assert state(session, second) == "posted"


def test_tried_again_through_the_api_it_is_looked_for_first(session, desk, handed, x, clock):
    clock.forward(minutes=3)
    x.ours.append(typed(handed, clock, "書き直しました。"))
    pressing.retry(session, handed, clock(), by=handed.agent)
    session.commit()
    look_until_settled(session, handed, x, clock)
    assert x.calls == 1, "a person had posted it by then, in other words"
    assert (state(session, handed), handed.parts[0].text) == ("posted", "書き直しました。")


def test_tried_again_and_proved_absent_it_goes_out_once(session, desk, handed, x, clock):
    pressing.retry(session, handed, clock(), by=handed.agent)
    session.commit()
    look_until_settled(session, handed, x, clock)
    assert (state(session, handed), len(x.ours)) == ("posted", 1)


def test_any_refusal_can_be_taken_over_by_hand(session, desk, ticket, x, clock):
    x.answers = [XError(Meaning.REFUSED, 403, "Something new")]
    reply = press(session, ticket, desk.misaki, now=clock())
    sending.deliver(session, reply.id, hands(x, clock))
    handing.hand_over(session, reply, clock())
    session.commit()
    assert (state(session, reply), reply.settled_at) == ("handed", None)
    clock.forward(minutes=1)
    comes_back(session, desk, [typed(reply, clock)], clock)
    assert state(session, reply) == "posted"


def test_what_may_be_on_x_and_what_is_private_is_not_taken_over(session, desk, ticket, x, clock):
    x.answers = [XError(Meaning.NO_ANSWER, 0, "cut")]
    reply = press(session, ticket, desk.misaki, now=clock())
    sending.deliver(session, reply.id, hands(x, clock))
    private = customer_says(session, desk, post("番号", at=clock(), private=True, number=5))
    x.answers = [XError(Meaning.REFUSED, 403, "You do not have permission to DM one or more")]
    message = press(session, private, desk.misaki, now=clock())
    sending.deliver(session, message.id, hands(x, clock))
    for reply_ in (reply, message):
        with pytest.raises(DeskError):
            handing.hand_over(session, reply_, clock())
        session.rollback()
    assert (state(session, reply), state(session, message)) == ("unknown", "rejected")


def test_a_handed_reply_holds_up_no_other_of_the_conversation(
    session, desk, ticket, handed, x, clock
):
    other = customer_says(session, desk, post("別件です", at=clock.forward(minutes=1)))
    second = press(session, other, desk.misaki, "はい", now=clock())
    sending.deliver(session, second.id, hands(x, clock))
    assert (state(session, second), state(session, handed)) == ("posted", "handed")


def raw(**values):
    known = {"id": "900", "author_id": YUUKI.x_id, "text": "遅いです", "entities": {}}
    return {**known, "created_at": "2026-10-01T01:00:00.000Z", **values}


QUOTING = {"referenced_tweets": [{"type": "quoted", "id": "500"}]}


def test_what_we_hold_of_a_post_decides(session, desk, ticket, x, clock):
    message = ticket.latest_message

    def why(**values):
        message.raw = raw(**values)
        session.flush()
        return handing.verdict_on(session, message).why

    assert why() is Why.NOT_SUMMONED
    assert why(text="@hikari_care 遅い") is Why.MENTIONED
    assert why(author_id=None) is Why.UNKNOWN, "another shape of X's: X decides"
    assert why(**QUOTING) is Why.UNKNOWN
    reply = press(session, ticket, desk.misaki, now=clock())
    sending.deliver(session, reply.id, hands(x, clock))
    ours = reply.parts[0].x_id
    quoting_ours = {"referenced_tweets": [{"type": "quoted", "id": ours}]}
    assert why(**quoting_ours) is Why.QUOTED
    seen = {"author_x_id": HANAKO.x_id, "text": "", "posted_at": clock(), "seen_at": clock()}
    session.add(SeenPost(x_id="500", **seen))
    assert why(**QUOTING) is Why.NOT_SUMMONED
    message.emptied_at, message.emptied_reason = clock(), "deleted"
    assert why() is Why.GONE
