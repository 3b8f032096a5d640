"""The index says what the originals say: after arrivals, edits, deletions, notes and names."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from support.compliance.emptying import empty_posts, hide_person
from support.conversations.records import Customer, Message
from support.search import rebuilding
from support.search.records import SearchEntry
from support.tickets import knowing, marking
from tests.cast import HANAKO, YUUKI, customer_says, post, press
from tests.fakes import THURSDAY


def entries(session):
    return session.scalar(select(func.count()).select_from(SearchEntry))


def test_whatever_is_stored_is_entered(session, cast, clock):
    now = THURSDAY
    ticket = customer_says(session, cast, post(at=now))
    customer_says(session, cast, post("DMです", at=now, by=HANAKO, private=True, number=3))
    marking.add_note(session, ticket, "折り返し待ち", by=cast.ken, now=now)
    knowing.note_memo(session, ticket.conversation.customer, "夜間は電話不可")
    press(session, ticket, cast.misaki, now=now + timedelta(minutes=5))
    session.commit()
    assert entries(session) == 6  # two messages, two people, a note, a reply
    assert list(rebuilding.differences(session)) == []


@pytest.mark.parametrize("at_once", [1, 2, 1000])
def test_a_rebuilt_index_is_the_same(session, cast, at_once):
    for number in range(5):
        customer_says(session, cast, post(f"{number}回目です", at=THURSDAY, number=number))
    before = set(session.scalars(select(SearchEntry.id)))
    rebuilding.begin(session, THURSDAY)
    session.commit()
    assert entries(session) == 0
    while rebuilding.fill_some(session, at_once):
        session.commit()
    assert set(session.scalars(select(SearchEntry.id))) == before
    assert list(rebuilding.differences(session)) == []


def test_what_arrives_while_it_is_filled_is_entered_once(session, cast):
    for number in range(4):
        customer_says(session, cast, post(f"{number}回目です", at=THURSDAY, number=number))
    rebuilding.begin(session, THURSDAY)
    rebuilding.fill_some(session, 2)
    customer_says(session, cast, post("あとから", at=THURSDAY, number=9))
    while rebuilding.fill_some(session, 2):
        session.commit()
    assert list(rebuilding.differences(session)) == []


def test_what_x_took_back_is_gone_in_the_same_transaction(session, cast):
    said = post("消してほしい言葉", at=THURSDAY)
    customer_says(session, cast, said)
    empty_posts(
        session,
        [said.x_id],
        reason="deleted",
        noticed_by="check",
        noticed_at=THURSDAY,
        now=THURSDAY,
    )
    assert session.scalar(select(SearchEntry.id).where(SearchEntry.kind == "message")) is None
    session.commit()
    assert list(rebuilding.differences(session)) == []


def test_whoever_is_gone_is_found_by_no_name(session, cast):
    customer_says(session, cast, post(at=THURSDAY))
    hide_person(
        session, YUUKI.x_id, reason="gone", noticed_by="check", noticed_at=THURSDAY, now=THURSDAY
    )
    session.commit()
    words = session.scalars(select(SearchEntry.words)).all()
    assert words == ["@kakuu_yuuki"]
    assert list(rebuilding.differences(session)) == []


@pytest.mark.parametrize("spoil", ["missing", "stale", "too much"])
def test_a_spoiled_index_is_told_of(session, cast, spoil):
    customer_says(session, cast, post(at=THURSDAY))
    entry = session.scalars(select(SearchEntry).where(SearchEntry.kind == "message")).one()
    if spoil == "missing":
        session.delete(entry)
    elif spoil == "stale":
        session.get_one(Message, entry.ref_id).text = "別の言葉"
    else:
        session.add(
            SearchEntry(
                id=1, kind="note", ref_id=77, words="影", channel="", by_us=True, grams=None
            )
        )
    session.commit()
    assert len(list(rebuilding.differences(session))) == 1


def test_a_new_name_takes_the_place_of_the_old(session, cast):
    customer_says(session, cast, post(at=THURSDAY))
    renamed = YUUKI.__class__(YUUKI.x_id, "kakuu_new", "新しい名前")
    customer_says(session, cast, post("続き", at=THURSDAY, by=renamed, number=2))
    customer = session.scalars(select(Customer)).one()
    words = session.scalars(select(SearchEntry.words).where(SearchEntry.kind == "customer")).one()
    assert words == f"@{customer.username} 新しい名前"
    assert list(rebuilding.differences(session)) == []
