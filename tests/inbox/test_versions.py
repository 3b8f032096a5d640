"""An edited post is one message; what X took back does not come back; asides are told apart."""

from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest
from sqlalchemy import func, select
from structlog.testing import capture_logs

from support.compliance.records import ComplianceEntry
from support.conversations.records import Message, SeenPost
from support.inbox.receiving import receive, take_up
from support.inbox.records import PassedPost
from support.inbox.surrounding import asides
from support.sla.records import promises_of
from support.tickets import gathering
from support.tickets.records import Ticket
from tests.cast import HANAKO, customer_says, post
from tests.fakes import THURSDAY, snowflake


def versions(words):
    """The first post and its edits, a minute apart."""
    ids = [snowflake(THURSDAY + timedelta(minutes=n)) for n in range(len(words))]
    first = post(words[0], at=THURSDAY)
    yield first
    for n in range(1, len(words)):
        at = THURSDAY + timedelta(minutes=n)
        history = tuple(ids[: n + 1])
        thread = ids[n]  # a root post: X names the root by the newest id
        yield replace(
            first, x_id=ids[n], text=words[n], posted_at=at, history=history, thread_x_id=thread
        )


def take(session, cast, *posts, now=THURSDAY):
    taken = receive(session, cast.account, posts, stream="push", now=now)
    session.commit()
    return taken


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_versions_in_any_order_are_one_message(session, cast, order):
    every = list(versions(["@hikari_care おそい", "@hikari_care 遅い", "@hikari_care 夜に遅い"]))
    for n in (*order, *order):
        take(session, cast, every[n])
    (message,) = session.scalars(select(Message))
    assert (message.x_id, message.latest_x_id) == (every[0].x_id, every[2].x_id)
    assert message.target_x_id == every[2].x_id
    assert message.text == "@hikari_care 夜に遅い"
    assert (message.posted_at, message.edited_at) == (THURSDAY, every[2].posted_at)
    assert [v.text for v in message.versions] == [p.text for p in every]
    assert message.ticket.subject == "夜に遅い"
    assert [p.started_at for p in promises_of(session, message.ticket_id)] == [THURSDAY] * 2


def test_several_versions_in_one_page_are_taken_together(session, cast):
    every = list(versions(["@hikari_care おそい", "@hikari_care 遅い", "@hikari_care 夜に遅い"]))
    with capture_logs() as logged:
        take(session, cast, *every)
    assert [it["event"] for it in logged if it["log_level"] != "info"] == []
    assert session.scalars(select(Message)).one().text == "@hikari_care 夜に遅い"


def test_a_first_version_that_never_came_is_known_by_its_id(session, cast):
    _, edited = versions(["@hikari_care おそい", "@hikari_care 遅い"])
    ticket = customer_says(session, cast, edited)
    assert ticket.opened_at == THURSDAY
    assert ticket.latest_message.posted_at == THURSDAY
    assert ticket.latest_message.latest_x_id == edited.x_id


def test_an_unwanted_version_does_not_undo_a_wanted_one(session, cast):
    first, second = versions(["@hikari_care 遅い", "@hikari_care 遅い"])
    unwanted = replace(second, reposted_x_id="5")
    for order in ((unwanted, first), (first, unwanted)):
        taken = take(session, cast, *order[:1])
        taken = take(session, cast, *order[1:])
    assert taken.known == 1
    assert session.scalar(select(func.count()).select_from(Message)) == 1
    assert session.scalar(select(func.count()).select_from(PassedPost)) == 0


@pytest.mark.parametrize("noticed", [0, 1])
def test_what_x_took_back_does_not_come_back_in_any_version(session, cast, noticed):
    both = list(versions(["@hikari_care 遅い", "@hikari_care 遅い!"]))
    entry = ComplianceEntry(
        kind="post",
        x_id=both[noticed].x_id,
        reason="deleted",
        noticed_by="webhook",
        noticed_at=THURSDAY,
        emptied_at=THURSDAY,
    )
    session.add(entry)
    session.commit()
    taken = take(session, cast, both[1])
    assert (taken.messages, taken.known) == (0, 1)
    assert session.scalar(select(func.count()).select_from(Ticket)) == 0


def test_an_emptied_message_stays_empty_when_another_version_arrives(session, cast):
    first, second = versions(["@hikari_care 遅い", "@hikari_care 遅い!"])
    message = customer_says(session, cast, first).latest_message
    message.text, message.emptied_at, message.emptied_reason = "", THURSDAY, "deleted"
    session.commit()
    take(session, cast, second)
    session.refresh(message)
    assert (message.text, message.versions) == ("", [])


def test_our_answer_that_was_seen_before_the_question_joins_it(session, cast):
    question = post(at=THURSDAY)
    answer = post("お調べします", at=THURSDAY + timedelta(minutes=3), thread=question.x_id)
    answer = replace(
        answer,
        author_x_id="7000000001",
        in_reply_to_x_id=question.x_id,
        raw={
            "id": answer.x_id,
            "text": answer.text,
            "author_id": "7000000001",
            "referenced_tweets": [{"type": "replied_to", "id": question.x_id}],
        },
    )
    take(session, cast, answer)
    assert session.scalars(select(PassedPost.reason)).all() == ["own"]
    ticket = customer_says(session, cast, question)
    assert ticket.state == "waiting"
    assert promises_of(session, ticket.id)[0].kept_at == THURSDAY + timedelta(minutes=3)
    assert session.scalars(select(PassedPost)).all() == []


def test_a_person_can_want_what_the_rules_passed_over(session, cast):
    said = replace(post(at=THURSDAY), reposted_x_id="5")
    said = replace(said, raw={"id": said.x_id, "text": said.text, "author_id": said.author_x_id})
    assert take(session, cast, said).passed == 1
    ticket = take_up(session, session.scalars(select(PassedPost)).one(), THURSDAY)
    session.commit()
    assert ticket.latest_message.text == said.text
    assert ticket.conversation.customer.username == "kakuu_yuuki"
    assert session.scalars(select(PassedPost)).all() == []


@pytest.mark.parametrize("parent_first", [True, False])
def test_third_parties_stand_in_the_thread_whatever_came_first(session, cast, parent_first):
    theirs = post("@hikari_care うちもです", at=THURSDAY, by=HANAKO)
    said = post("@hikari_care 同じです", at=THURSDAY + timedelta(minutes=1), thread=theirs.x_id)
    said = replace(said, in_reply_to_x_id=theirs.x_id, beside=(theirs,))
    for one in (theirs, said) if parent_first else (said, theirs):
        take(session, cast, one)
    ticket = session.scalars(select(Ticket).where(Ticket.subject == "同じです")).one()
    (aside,) = asides(session, ticket, gathering.messages_of(session, ticket.id))
    other = session.scalars(select(Ticket).where(Ticket.subject == "うちもです")).one()
    assert (aside.text, aside.username, aside.ticket_id) == (theirs.text, "kakuu_hanako", other.id)


def test_what_a_post_quotes_is_kept_beside_it_once(session, cast):
    stranger = replace(post("新製品です", at=THURSDAY, by=HANAKO), mentions=(), mention_ids=())
    for n in (1, 2):
        quote = post(at=THURSDAY + timedelta(minutes=n))
        take(session, cast, replace(quote, quoted_x_id=stranger.x_id, beside=(stranger,)))
    (seen,) = session.scalars(select(SeenPost))
    assert (seen.text, seen.username) == ("新製品です", "kakuu_hanako")
