"""Whoever is erased is gone: from every column, for good, and with the figures as they were."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from support.audit import noting
from support.audit.chain import Fault
from support.conversations.records import Conversation, Customer, Message, NoContact
from support.errors import DeskError
from support.handover.records import HandoverMemo
from support.inbox.receiving import receive
from support.inbox.records import Delivery
from support.jobs import privacy
from support.privacy import barring, erasing
from support.privacy.records import Erasure, Hold
from support.replies.records import Reply
from support.tickets.records import Ticket
from tests.cast import YUUKI, customer_says, post
from tests.fakes import THURSDAY
from tests.privacy.life import MARKER, MEMO_LEFT, WHO, found_in, mark_every_word, unlived

NOW = THURSDAY + timedelta(days=1)


def erase(session, customer, by, most=200):
    erasure = erasing.begin(session, customer, by=by, now=NOW)
    session.commit()
    passes = 0
    while not erasing.go_on(session, erasure, NOW, most=most):
        session.commit()
        passes += 1
        assert passes < 300, erasure.counts
    session.commit()
    return erasure


def test_no_word_and_no_name_of_theirs_is_left_in_any_column(session, cast, customer):
    assert unlived(session, customer) == {"erasures"}  # which comes of it
    assert mark_every_word(session, customer) > 20
    marked = {hit.split(":")[0] for hit in found_in(session, MARKER)}
    for table, words in {
        "approvals": ("before", "word"),
        "reviews": ("good", "idea"),
        "review_answers": ("text",),
        "kept_drafts": ("text",),
        "handover_memos": ("text",),
    }.items():
        assert {f"{table}.{word}" for word in words} <= marked
    erase(session, customer, cast.ryo)
    assert found_in(session, MARKER) == []
    left = found_in(session, WHO.x_id)
    assert left == [f"no_contacts.x_id: {WHO.x_id}"]


def test_lines_of_the_next_shift_that_name_them_go_and_the_others_stay(session, cast, customer):
    named = "\n".join(
        (f"#{session.scalars(select(Ticket.id)).first()} は急ぎ", f"{WHO.name} 様から電話", "以上")
    )
    session.add_all(
        HandoverMemo(agent_id=cast.ken.id, text=text, written_at=NOW)
        for text in (named, f"{WHO.username}の件")
    )
    session.commit()
    erase(session, customer, cast.ryo)
    assert list(session.scalars(select(HandoverMemo.text))) == [MEMO_LEFT, "以上"]


def test_it_leaves_the_words_of_others_alone(session, cast, customer):
    other = customer_says(session, cast, post("別の人の言葉です", at=THURSDAY, by=YUUKI, number=9))
    erase(session, customer, cast.ryo)
    session.refresh(other)
    assert other.latest_message.text == "別の人の言葉です"
    assert other.conversation.customer.username == YUUKI.username


@pytest.mark.parametrize("most", [1, 200])
def test_in_handfuls_or_at_once_and_twice_it_comes_to_the_same(session, cast, customer, most):
    erase(session, customer, cast.ryo, most=most)
    assert found_in(session, MARKER) == []
    before = _rows(session)
    again = erase(session, customer, cast.ryo)
    assert sum(again.counts.values()) == 0
    assert _rows(session) == before


def _rows(session):
    session.expire_all()
    return [
        session.execute(select(model.__table__).order_by(model.id)).all()
        for model in (Customer, Conversation, Ticket, Message, Reply)
    ]


def test_one_that_was_cut_off_is_found_again_and_ends(session, cast, customer):
    erasure = erasing.begin(session, customer, by=cast.ryo, now=NOW)
    assert erasing.claim(session, erasure.id, NOW)
    erasing.go_on(session, erasure, NOW, most=1)
    session.commit()
    assert erasing.unfinished(session, NOW) == []  # somebody is at it
    assert erasing.unfinished(session, NOW + timedelta(minutes=5)) == [erasure.id]
    assert privacy.carry_on(session, erasure.id, lambda: NOW + timedelta(minutes=5))
    assert found_in(session, MARKER) == []
    assert erasing.unfinished(session, NOW + timedelta(days=1)) == []


def test_what_they_write_later_is_somebody_new_who_is_not_to_be_written_to(session, cast, customer):
    ticket_ids = set(session.scalars(select(Ticket.id)))
    erase(session, customer, cast.ryo)
    later = customer_says(session, cast, post("また困りました", at=NOW, by=WHO))
    assert later.id not in ticket_ids
    assert later.conversation.customer_id != customer.id
    assert later.conversation.customer.unwanted_at is not None
    assert session.get(NoContact, WHO.x_id) is not None


def test_a_post_x_shows_again_does_not_come_back(session, cast, customer):
    erase(session, customer, cast.ryo)
    said = post(f"@hikari_care {MARKER} 遅い", at=THURSDAY, by=WHO)
    taken = receive(session, cast.account, [said], stream="mentions", now=NOW)
    session.commit()
    assert (taken.known, taken.messages) == (1, 0)
    assert found_in(session, MARKER) == []


def test_a_reply_that_waits_or_is_in_doubt_stands_in_the_way_by_name(session, cast, customer):
    reply = session.scalars(select(Reply).order_by(Reply.id)).first()
    for state in (
        "waiting",
        "held",
        "asking",
        "queued",
        "posting",
        "unknown",
        "handed",
        "rejected",
    ):
        reply.settled_at, reply.parts[0].state = None, state
        session.commit()
        (found,) = barring.obstacles(session, customer, customer.x_id)
        assert (found.kind, found.tickets, found.states) == ("reply", (reply.ticket_id,), (state,))
        with pytest.raises(DeskError):
            erasing.begin(session, customer, by=cast.ryo, now=NOW)
        session.rollback()
        assert session.scalars(select(Erasure)).all() == []
        assert session.get_one(Customer, customer.id).x_id == WHO.x_id


def test_a_reply_begun_meanwhile_stops_it_until_that_is_settled(session, cast, customer):
    erasure = erasing.begin(session, customer, by=cast.ryo, now=NOW)
    reply = session.scalars(select(Reply).order_by(Reply.id)).first()
    reply.settled_at = None
    session.commit()
    assert not privacy.carry_on(session, erasure.id, lambda: NOW, most=60)
    assert MARKER in reply.body
    reply.settled_at = NOW
    session.commit()
    assert privacy.carry_on(session, erasure.id, lambda: NOW)
    assert found_in(session, MARKER) == []


def test_an_open_ticket_a_hold_and_an_unread_push_stand_in_the_way(session, cast, customer):
    ticket = session.scalars(select(Ticket).order_by(Ticket.id)).first()
    ticket.state = "open"
    session.add(Hold(customer_id=customer.id, reason="係争", agent_id=cast.ryo.id, at=NOW))
    session.add(Delivery(received_at=NOW, body=f'{{"u":"{WHO.x_id}"}}'.encode()))
    session.add(Delivery(received_at=NOW, body=f'{{"u":"{WHO.x_id}0"}}'.encode()))
    session.commit()
    kinds = [it.kind for it in barring.obstacles(session, customer, customer.x_id)]
    assert kinds == ["open", "held", "pushed"]


def test_the_audit_chain_holds_and_names_the_number_only(session, cast, customer):
    erasure = erasing.begin(session, customer, by=cast.ryo, now=NOW)
    session.commit()
    assert privacy.carry_on(session, erasure.id, lambda: NOW)
    assert not isinstance(noting.verify(session), Fault)
    assert found_in(session, MARKER) == []


def test_words_that_came_in_while_they_became_nobody_go_as_well(session, cast, customer):
    erase(session, customer, cast.ryo)
    message = session.scalars(select(Message).order_by(Message.id)).first()
    message.text, message.emptied_at = MARKER, None
    session.commit()
    erasing.reopen(session, NOW + timedelta(minutes=1))
    (number,) = erasing.unfinished(session, NOW + timedelta(minutes=1))
    session.commit()
    assert privacy.carry_on(session, number, lambda: NOW + timedelta(minutes=1))
    assert found_in(session, MARKER) == []
    erasing.reopen(session, NOW + timedelta(minutes=2))
    assert erasing.unfinished(session, NOW + timedelta(minutes=2)) == []


@pytest.mark.one_database
def test_the_file_of_the_database_holds_none_of_it_either(session, cast, customer, shared_sqlite):
    mark_every_word(session, customer)
    assert MARKER.encode() in _bytes(shared_sqlite)
    erasure = erasing.begin(session, customer, by=cast.ryo, now=NOW)
    session.commit()
    assert privacy.carry_on(session, erasure.id, lambda: NOW)
    session.close()
    privacy.shrink_log(session)
    assert MARKER.encode() not in _bytes(shared_sqlite)


def _bytes(path):
    parts = (path, path.with_name(path.name + "-wal"))
    return b"".join(part.read_bytes() for part in parts if part.exists())
