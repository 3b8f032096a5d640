"""Only our own post on X says that somebody was contacted, whatever order things come in."""

from datetime import timedelta
from itertools import permutations

import pytest
from sqlalchemy import func, select

from support.conversations.records import Customer
from support.inbox.records import PassedPost
from support.outreach import contacting, refusing
from support.outreach.following import follow
from support.outreach.records import Prospect, ProspectEvent
from support.outreach.refusing import ANSWERED_SO
from support.sla.records import Promise
from support.tickets import knowing
from support.tickets.records import Ticket
from tests.outreach.prospecting import (
    BODY,
    answer,
    found,
    handed,
    ours,
    person,
    shown,
)

REFUSAL = "今後連絡しないでください"


def kinds(session, it):
    theirs = select(ProspectEvent.kind).where(ProspectEvent.prospect_id == it.id)
    return list(session.scalars(theirs.order_by(ProspectEvent.id)))


def test_our_own_post_under_theirs_says_that_they_were_contacted(
    desk, session, account, misaki, clock
):
    it = handed(session, found(session, desk, clock()), misaki, clock())
    assert not follow(session, clock())
    assert it.state == "handed"
    post = ours(account, it, clock.forward(minutes=2), "言い直しました。ひかりケアの佐藤です。")
    shown(session, account, post, clock())
    assert follow(session, clock()).seen == 1
    assert (it.state, it.sent_x_id, it.sent_at) == ("seen", post.x_id, post.posted_at)
    assert "言い直しました" in it.sent_text
    assert kinds(session, it) == ["approved", "handed", "seen"]


def test_looking_again_changes_nothing(desk, session, account, misaki, clock):
    it = handed(session, found(session, desk, clock()), misaki, clock())
    post = ours(account, it, clock())
    shown(session, account, post, clock())
    shown(session, account, answer(account, it, post.x_id, clock(), "お願いします"), clock())
    follow(session, clock())
    before = kinds(session, it)
    for _ in range(3):
        assert not follow(session, clock.forward(minutes=1))
    assert kinds(session, it) == before


@pytest.mark.parametrize("state", ["found", "approved", "skipped"])
def test_a_post_by_hand_counts_without_a_hand_off(desk, session, account, misaki, clock, state):
    it = found(session, desk, clock())
    if state == "approved":
        contacting.approve(session, it, BODY, by=misaki, now=clock())
    if state == "skipped":
        contacting.skip(session, it, "other", by=misaki, now=clock())
    shown(session, account, ours(account, it, clock()), clock())
    follow(session, clock())
    assert it.state == "seen"


def test_of_two_posts_of_ours_the_one_with_the_words_is_the_offer(
    desk, session, account, misaki, clock
):
    it = handed(session, found(session, desk, clock()), misaki, clock())
    other = ours(account, it, clock(), "先にひとこと", number=501)
    offer = ours(account, it, clock() + timedelta(minutes=1), BODY, number=502)
    for post in (other, offer):
        shown(session, account, post, clock())
    follow(session, clock())
    assert it.sent_x_id == offer.x_id


def test_a_post_of_somebody_else_is_no_offer(desk, session, account, misaki, clock):
    it = handed(session, found(session, desk, clock()), misaki, clock())
    theirs = PassedPost(
        x_id="1",
        account_id=account.id,
        author_x_id="123",
        reason="nobody",
        in_reply_to_x_id=it.post_x_id,
        posted_at=clock(),
        decided_at=clock(),
        raw={},
    )
    session.add(theirs)
    session.flush()
    assert not follow(session, clock())
    assert it.state == "handed"


STEPS = ("ours", "answer", "follow")


@pytest.mark.parametrize("order", list(permutations(STEPS)))
def test_whatever_order_it_is_shown_in_the_end_is_the_same(
    desk, session, account, misaki, clock, order
):
    it = handed(session, found(session, desk, clock()), misaki, clock())
    post = ours(account, it, clock() + timedelta(minutes=1))
    reply = answer(account, it, post.x_id, clock() + timedelta(minutes=5), "助かります")
    now = clock.forward(minutes=10)
    for step in order:
        if step == "follow":
            follow(session, now)
        else:
            shown(session, account, post if step == "ours" else reply, now)
    follow(session, now)
    ticket = session.scalars(select(Ticket)).one()
    assert (it.state, it.ticket_id) == ("seen", ticket.id)
    assert it.answered_at == reply.posted_at
    assert kinds(session, it) == ["approved", "handed", "seen", "answered"]


def test_the_first_reply_is_promised_from_their_answer(desk, session, account, misaki, clock):
    it = handed(session, found(session, desk, clock()), misaki, clock())
    post = ours(account, it, clock())
    shown(session, account, post, clock())
    at = clock.forward(hours=3)
    ticket = shown(session, account, answer(account, it, post.x_id, at, "お願いします"), at)
    follow(session, at)
    first = session.scalars(select(Promise).where(Promise.kind == "first_reply")).one()
    assert first.started_at == at
    assert ticket.opened_at == at
    assert session.scalar(select(func.count(Ticket.id))) == 1


def test_a_direct_message_soon_after_is_an_answer_and_one_much_later_is_not(
    desk, session, account, misaki, clock
):
    from dataclasses import replace

    it = handed(session, found(session, desk, clock()), misaki, clock())
    shown(session, account, ours(account, it, clock()), clock())
    follow(session, clock())
    late = clock.now + timedelta(days=8)
    direct = answer(account, it, "", late, "別の件です")
    direct = replace(
        direct,
        private=True,
        thread_x_id=f"{account.x_id}-{it.author_x_id}",
        in_reply_to_x_id="",
        recipient_x_id=account.x_id,
    )
    shown(session, account, direct, late)
    assert not follow(session, late)
    soon = clock.now + timedelta(days=2)
    again = replace(direct, x_id=str(int(direct.x_id) - 9), posted_at=soon, text="DMしました")
    shown(session, account, again, late)
    assert follow(session, late).answered == 1


def test_a_clear_refusal_is_kept_at_once_and_for_ever(desk, session, account, misaki, clock):
    it = handed(session, found(session, desk, clock()), misaki, clock())
    other = found(session, desk, clock(), 2, by=person(1))
    post = ours(account, it, clock())
    shown(session, account, post, clock())
    shown(session, account, answer(account, it, post.x_id, clock(), REFUSAL), clock())
    follow(session, clock())
    session.refresh(other)
    customer = session.scalars(select(Customer)).one()
    assert customer.unwanted_at == clock()
    assert refusing.is_unwanted(session, it.author_x_id)
    assert (other.state, other.skip_reason) == ("skipped", "opted_out")
    assert kinds(session, it) == ["approved", "handed", "seen", "answered", "opted_out"]
    (wish,) = knowing.wishes_of(session, customer.id)
    assert (wish[0].reason, wish[1]) == (ANSWERED_SO, None)


def test_displeasure_is_told_and_bars_nobody_by_itself(desk, session, account, misaki, clock):
    it = handed(session, found(session, desk, clock()), misaki, clock())
    post = ours(account, it, clock())
    shown(session, account, post, clock())
    words = "勝手に検索して迷惑です"
    shown(session, account, answer(account, it, post.x_id, clock(), words), clock())
    for _ in range(2):
        follow(session, clock())
    assert kinds(session, it) == ["approved", "handed", "seen", "answered", "complained"]
    assert not refusing.is_unwanted(session, it.author_x_id)


def test_words_that_may_be_read_as_a_refusal_are_left_to_a_person(
    desk, session, account, misaki, clock
):
    it = handed(session, found(session, desk, clock()), misaki, clock())
    post = ours(account, it, clock())
    shown(session, account, post, clock())
    shown(session, account, answer(account, it, post.x_id, clock(), "大丈夫です！"), clock())
    follow(session, clock())
    assert not refusing.is_unwanted(session, it.author_x_id)
    assert "opted_out" not in kinds(session, it)


def test_a_wish_that_was_lifted_is_not_taken_from_the_same_words_again(
    desk, session, account, misaki, clock
):
    it = handed(session, found(session, desk, clock()), misaki, clock())
    post = ours(account, it, clock())
    shown(session, account, post, clock())
    shown(session, account, answer(account, it, post.x_id, clock(), "連絡不要です"), clock())
    follow(session, clock())
    customer = session.scalars(select(Customer)).one()
    knowing.lift_no_contact(session, customer, "お電話で", by=misaki, now=clock())
    assert not follow(session, clock.forward(minutes=1))
    session.refresh(customer)
    assert customer.unwanted_at is None


def test_where_the_post_became_a_ticket_our_answer_there_counts_as_contact(
    desk, session, account, misaki, clock
):
    """Handed over first; then a poll brings the post as a mention, and our own post joins it."""
    it = handed(
        session,
        found(session, desk, clock(), text="@hikari_care ひかり回線が遅い"),
        misaki,
        clock(),
    )
    mention = answer(account, it, "", it.posted_at, "ひかり回線が遅い")
    from dataclasses import replace

    mention = replace(mention, x_id=it.post_x_id, raw={**mention.raw, "id": it.post_x_id})
    shown(session, account, mention, clock())
    shown(session, account, ours(account, it, clock.forward(minutes=1)), clock())
    assert follow(session, clock()).seen == 1
    assert session.scalars(select(Prospect)).one().state == "seen"
