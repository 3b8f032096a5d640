"""Posts that become no ticket are kept once, countably, and never stand in the way of a ticket."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import func, select

from support.conversations.records import Customer, Message
from support.inbox import ruling
from support.inbox.receiving import receive
from support.inbox.records import PassedPost
from support.tickets.records import Ticket
from support.x.records import Account
from tests.cast import customer_says, post
from tests.fakes import THURSDAY


def labo(session, cast):
    """Our second account."""
    other = Account(
        x_id="7000000002",
        handle="hikari_labo",
        name="ひかりラボ",
        calendar_id=cast.account.calendar_id,
    )
    session.add(other)
    session.commit()
    return other


def take(session, account, *posts):
    taken = receive(session, account, posts, stream="push", now=THURSDAY)
    session.commit()
    return taken


def test_a_post_is_passed_over_once_however_often_it_comes(session, cast):
    repost = replace(post(at=THURSDAY), reposted_x_id="5")
    for account in (cast.account, labo(session, cast), cast.account):
        take(session, account, repost, repost)
    assert ruling.counts(session, THURSDAY) == {"repost": 1}
    assert session.scalar(select(func.count()).select_from(Customer)) == 0


def test_one_post_that_names_two_of_our_accounts_is_one_message_of_the_first(session, cast):
    other = labo(session, cast)
    both = replace(post(at=THURSDAY), mention_ids=("7000000002", "7000000001"))
    both = replace(both, named_ids=("7000000002", "7000000001"))
    for account in (cast.account, other):
        take(session, account, both)
    (message,) = session.scalars(select(Message))
    assert message.conversation.account_id == other.id
    assert message.author is message.conversation.customer


def test_what_one_account_is_shown_is_filed_with_the_account_it_answers(session, cast):
    other = labo(session, cast)
    answer = replace(post(at=THURSDAY), in_reply_to_x_id="9", in_reply_to_user_x_id=other.x_id)
    take(session, cast.account, answer)
    assert session.scalars(select(Ticket)).one().conversation.account_id == other.id


def test_what_our_other_account_writes_to_this_one_is_no_ticket(session, cast):
    other = labo(session, cast)
    said = replace(post(at=THURSDAY), author_x_id=other.x_id, author=None)
    for account in (cast.account, other):
        take(session, account, said)
    (passed,) = session.scalars(select(PassedPost))
    assert (passed.reason, passed.account_id) == ("other_account", other.id)


def test_a_muted_person_is_counted_and_heard_again_once_unmuted(session, cast):
    ticket = customer_says(session, cast, post(at=THURSDAY))
    customer = ticket.conversation.customer
    ruling.mute(customer, by=cast.ryo, now=THURSDAY)
    session.commit()
    again = post("まだです", at=THURSDAY + timedelta(minutes=1), thread=ticket.thread_x_id)
    assert take(session, cast.account, again).passed == 1
    ruling.unmute(customer)
    session.commit()
    assert take(session, cast.account, again).messages == 1
    assert ruling.counts(session, THURSDAY) == {}


def test_an_event_without_a_number_of_its_own_can_be_passed_over_twice(session, cast):
    said = replace(post(at=THURSDAY), author_x_id=cast.account.x_id, raw={"id": "e-1:x"})
    for _ in range(2):
        take(session, cast.account, said)
    assert session.scalars(select(PassedPost.raw)).one() == {"id": "e-1:x"}
