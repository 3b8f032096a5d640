"""A no holds whenever it is said, and only what we offered is taken for an offer."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from support.conversations.records import Customer, Message
from support.outreach import contacting
from support.outreach.following import follow
from support.outreach.records import ProspectEvent
from support.replies.records import Reply, ReplyPart
from support.tickets import knowing
from tests.outreach.prospecting import answer, found, handed, ours, shown


def is_unwanted(session):
    session.expire_all()
    return session.scalars(select(Customer)).one().unwanted_at is not None


def test_a_no_holds_though_our_own_post_was_never_shown(desk, session, account, misaki, clock):
    it = handed(session, found(session, desk, clock()), misaki, clock())
    at = clock.forward(minutes=10)
    shown(session, account, answer(account, it, "1", at, "今後連絡しないでください"), at)
    assert follow(session, at).refused == 1
    assert is_unwanted(session)
    assert (it.state, it.skip_reason) == ("skipped", "opted_out")
    assert not follow(session, clock.forward(minutes=1))


def test_what_they_wrote_before_it_was_handed_over_is_no_answer_to_it(
    desk, session, account, misaki, clock
):
    """Manners let nobody hand over what came before; it may be shown to us only afterwards."""
    it = found(session, desk, clock())
    before = clock.forward(minutes=1)
    contacting.approve(session, it, "ひかりケアの佐藤と申します。", by=misaki, now=before)
    at = clock.forward(minutes=5)
    contacting.hand_over(session, it, by=misaki, now=at)
    said = answer(account, it, "1", before, "ほかの人は連絡しないでください")
    shown(session, account, said, at)
    assert not follow(session, at)
    assert not is_unwanted(session)


def test_a_no_said_again_after_it_was_lifted_holds_again(desk, session, account, misaki, clock):
    it = handed(session, found(session, desk, clock()), misaki, clock())
    post = ours(account, it, clock())
    shown(session, account, post, clock())
    shown(session, account, answer(account, it, post.x_id, clock(), "連絡不要です"), clock())
    follow(session, clock())
    customer = session.scalars(select(Customer)).one()
    knowing.lift_no_contact(session, customer, "お電話で", by=misaki, now=clock.forward(hours=1))
    again = clock.forward(hours=1)
    said = answer(account, it, post.x_id, again, "やはり連絡しないでください", number=701)
    shown(session, account, said, again)
    assert follow(session, again).refused == 1
    assert is_unwanted(session)
    told = select(ProspectEvent.kind).where(ProspectEvent.kind == "opted_out")
    assert len(session.scalars(told).all()) == 2


def test_a_wish_noted_and_lifted_by_hand_is_not_taken_from_older_words(
    desk, session, account, misaki, clock
):
    """The post that led to the words is shown last."""
    it = handed(session, found(session, desk, clock()), misaki, clock())
    post = ours(account, it, clock())
    shown(session, account, answer(account, it, post.x_id, clock(), "連絡不要です"), clock())
    customer = session.scalars(select(Customer)).one()
    knowing.want_no_contact(session, customer, "ご本人から", by=misaki, now=clock())
    knowing.lift_no_contact(session, customer, "お電話で", by=misaki, now=clock.forward(minutes=5))
    shown(session, account, post, clock.forward(minutes=1))
    assert follow(session, clock()).refused == 0
    assert not is_unwanted(session)


def test_our_post_under_an_older_version_of_theirs_counts_as_contact(
    desk, session, account, misaki, clock
):
    """It was typed on x.com; meanwhile the search found what they made of their post."""
    it = found(session, desk, clock())
    post = ours(account, it, clock())
    it.post_x_id = str(int(it.post_x_id) + 1)
    post = replace(post, raw={**post.raw, "in_reply_to_user_id": it.author_x_id})
    shown(session, account, post, clock())
    assert follow(session, clock()).seen == 1
    assert (it.state, it.sent_x_id) == ("seen", post.x_id)


@pytest.mark.parametrize("different", ["person", "earlier", "thread"])
def test_another_post_of_ours_in_their_thread_is_no_offer(
    desk, session, account, misaki, clock, different
):
    it = found(session, desk, clock())
    at = it.posted_at - timedelta(hours=1) if different == "earlier" else clock()
    post = ours(account, it, at)
    to = "77" if different == "person" else it.author_x_id
    it.post_x_id = str(int(it.post_x_id) + 1)
    if different == "thread":
        it.thread_x_id = "4711"
    shown(session, account, replace(post, raw={**post.raw, "in_reply_to_user_id": to}), clock())
    assert not follow(session, clock())


def taken_up(session, account, it, now):
    """Their post became a ticket, by whatever way."""
    mention = replace(
        answer(account, it, "", it.posted_at, it.text),
        x_id=it.post_x_id,
        thread_x_id=it.thread_x_id,
    )
    mention = replace(mention, raw={**mention.raw, "id": it.post_x_id})
    ticket = shown(session, account, mention, now)
    return session.scalars(select(Message).where(Message.ticket_id == ticket.id)).one()


def sent(session, message, now, part="1"):
    reply = Reply(
        ticket_id=message.ticket_id,
        conversation_id=message.conversation_id,
        answers_id=message.id,
        body="お調べします",
        key=part,
        pressed_at=now,
        held_until=now,
    )
    reply.parts.append(
        ReplyPart(position=1, text="お調べします", state="posted", x_id="4711", posted_at=now)
    )
    session.add(reply)
    session.flush()


@pytest.mark.parametrize("taken", [False, True])
def test_an_answer_from_its_ticket_is_an_offer_only_where_one_was_under_way(
    desk, session, account, misaki, clock, taken
):
    it = found(session, desk, clock(), text="@hikari_care ひかり回線が遅い")
    if taken:
        handed(session, it, misaki, clock())
    sent(session, taken_up(session, account, it, clock()), clock())
    follow(session, clock())
    assert it.state == ("seen" if taken else "found")
