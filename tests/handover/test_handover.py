"""The sheet names all that is not finished, whoever asks for whom; a memo is shown until noted."""

from datetime import timedelta

import pytest

from support.drafts import keeping
from support.errors import Refused
from support.handover.records import HandoverMemo, unread_by
from support.handover.sheet import Whose, sheet
from support.handover.telling import KEPT_FOR, forget_old, take_note, write
from support.sla.records import Promise
from support.tickets import handling
from tests.cast import HANAKO, customer_says, post, press
from tests.fakes import THURSDAY

LATER = THURSDAY + timedelta(hours=3)


@pytest.fixture
def desk(session, cast):
    """Misaki: one open ticket with a scheduled reply, one on hold; Ken: one; nobody: one."""
    made = [
        customer_says(session, cast, post(f"@hikari_care {n}", at=THURSDAY, by=HANAKO, number=n))
        for n in range(4)
    ]
    for ticket, agent in zip(made, (cast.misaki, cast.misaki, cast.ken), strict=False):
        handling.assign(session, ticket, agent, by=cast.ryo, now=THURSDAY)
    handling.hold(session, made[1], until=LATER, by=cast.misaki, now=THURSDAY)
    reply = press(session, made[0], cast.misaki, now=THURSDAY)
    reply.scheduled = True
    keeping.keep(session, made[2], "note", "電話する", by=cast.misaki, now=THURSDAY)
    session.commit()
    return made, reply


def ids(listed):
    return [it.id for it in listed.rows]


def test_ones_own_sheet_holds_what_is_ones_own(session, cast, desk):
    (open_one, held, _, _), reply = desk
    found = sheet(session, Whose(cast.misaki.id), THURSDAY)
    assert (ids(found.open), ids(found.held)) == ([open_one.id], [held.id])
    assert (ids(found.scheduled), found.scheduled.count) == ([reply.id], 1)
    assert [it.ticket_id for it in found.drafts.rows] == [desk[0][2].id]
    assert found.doubtful.rows == []


def test_what_nobody_has_and_what_everybody_has(session, cast, desk):
    tickets, _ = desk
    assert ids(sheet(session, Whose(), THURSDAY).open) == [tickets[3].id]
    everything = sheet(session, Whose(everybody=True), THURSDAY)
    assert everything.open.count + everything.held.count == 4
    assert everything.drafts.count == 1


@pytest.mark.parametrize("state", ["unknown", "waiting"])
def test_replies_in_doubt_stand_on_the_sheets_of_writer_and_of_who_has_the_ticket(
    session, cast, desk, state
):
    (ticket, *_), reply = desk
    reply.parts[0].state = state
    handling.assign(session, ticket, cast.ken, by=cast.ryo, now=THURSDAY)
    session.commit()
    for agent in (cast.misaki, cast.ken):
        assert ids(sheet(session, Whose(agent.id), THURSDAY).doubtful) == [reply.id]
    assert ids(sheet(session, Whose(cast.ryo.id), THURSDAY).doubtful) == []


def test_our_word_is_on_the_sheet_until_it_is_kept(session, cast, desk):
    ticket = desk[0][0]
    owed = session.query(Promise).filter_by(ticket_id=ticket.id).first()
    assert sheet(session, Whose(cast.misaki.id), THURSDAY).promised.rows == []
    owed.told_until = LATER
    session.commit()
    assert ids(sheet(session, Whose(cast.misaki.id), THURSDAY).promised) == [owed.id]
    owed.kept_at = THURSDAY
    session.commit()
    assert sheet(session, Whose(cast.misaki.id), THURSDAY).promised.count == 0


def test_a_memo_is_shown_to_each_colleague_until_they_took_note_of_it(session, cast):
    memo = write(session, " 夜は静かでした ", by=cast.misaki, now=THURSDAY)
    assert unread_by(session, cast.misaki, 9) == []
    assert unread_by(session, cast.ken, 9) == [memo]
    for _ in range(2):
        take_note(session, memo, by=cast.ken, now=LATER)
    assert unread_by(session, cast.ken, 9) == []
    assert unread_by(session, cast.ryo, 9) == [memo]
    cast.ryo.created_at = LATER
    session.flush()
    assert unread_by(session, cast.ryo, 9) == [], "they were not here then"


@pytest.mark.parametrize("text", [" ", "長" * 2_001])
def test_a_memo_that_says_nothing_or_too_much_is_refused(session, cast, text):
    with pytest.raises(Refused):
        write(session, text, by=cast.misaki, now=THURSDAY)


def test_memos_go_when_nobody_needs_them_any_more(session, cast):
    memo = write(session, "古い話", by=cast.misaki, now=THURSDAY)
    take_note(session, memo, by=cast.ken, now=LATER)
    forget_old(session, THURSDAY + KEPT_FOR)
    assert session.query(HandoverMemo).count() == 1
    forget_old(session, THURSDAY + KEPT_FOR + timedelta(seconds=1))
    assert session.query(HandoverMemo).count() == 0
