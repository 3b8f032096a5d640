"""By the rules words go and figures stay, what is to be kept is left, twice is once."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from support.agents.records import SignIn
from support.audit.noting import verify
from support.audit.records import AuditEntry
from support.compliance.nights import last_night
from support.conversations.records import Customer, Message
from support.inbox.records import Delivery
from support.jobs import privacy
from support.privacy import erasing, holding, retaining
from support.privacy.records import RetentionRun
from support.privacy.terms import Rules
from support.replies.records import Reply
from support.reports.figures import summarise
from support.reports.gathering import gather
from support.reports.periods import Period
from support.tickets.records import Ticket
from tests.cast import customer_says, post
from tests.fakes import THURSDAY
from tests.privacy.life import MARKER, WHO, found_in, mark_every_word

LATER = THURSDAY + timedelta(days=100)
ALL = Rules(words=2, media=2, payloads=7, beside=30, notices=7, sign_ins=30)


def run(session, rules, by, at=LATER, most=200):
    retaining.set_rules(session, rules, by=by, now=at)
    found = retaining.due(session, at, at)
    session.commit()
    if found is None:
        return None
    assert privacy.retain_some(session, found, lambda: at, most=most)
    return found


def test_words_of_old_tickets_go_and_the_person_stays(session, cast, customer):
    mark_every_word(session, customer)
    rules = Rules(words=2, media=2)
    counted = retaining.preview(session, rules, LATER)
    assert counted["words"] > 10
    run(session, rules, cast.hikaru)
    assert set(retaining.preview(session, rules, LATER).values()) == {0}
    kept = {hit.split(".")[0] for hit in found_in(session, MARKER)}
    of_the_person = {"customers", "customer_numbers", "contact_wishes", "known_accounts", "holds"}
    beside = {"seen_posts", "passed_posts", "intake_refusals", "deliveries", "search_entries"}
    assert kept <= of_the_person | beside | {"handover_memos"}  # these go by an age of their own
    assert {it.emptied_reason for it in session.scalars(select(Message))} == {"expired"}


def test_what_is_not_resolved_or_not_old_is_left(session, cast, customer):
    still_open = customer_says(session, cast, post("まだです", at=THURSDAY, by=WHO, number=5))
    run(session, Rules(words=2), cast.hikaru, at=THURSDAY + timedelta(days=40))
    assert session.scalars(select(Message).where(Message.emptied_at.is_not(None))).all() == []
    run(session, Rules(words=2), cast.hikaru)
    session.expire_all()
    assert still_open.latest_message.text == "まだです"
    assert still_open.state == "open"


def test_a_reply_that_is_not_settled_keeps_the_words_of_its_ticket(session, cast, customer):
    reply = session.scalars(select(Reply).order_by(Reply.id)).first()
    reply.settled_at, reply.parts[0].state = None, "waiting"
    session.commit()
    run(session, ALL, cast.hikaru)
    session.expire_all()
    left = [it.ticket_id for it in session.scalars(select(Message)) if it.text]
    assert set(left) == {reply.ticket_id}
    assert MARKER in reply.body
    assert MARKER in reply.parts[0].text
    assert len(reply.images) == 1
    reply.settled_at = LATER
    session.commit()
    run(session, ALL, cast.hikaru, at=LATER + timedelta(days=1))
    session.expire_all()
    assert not any(it.text for it in session.scalars(select(Message)))
    assert reply.body == ""


@pytest.mark.parametrize("whole", [True, False])
def test_what_is_to_be_kept_is_left_until_that_is_lifted(session, cast, customer, whole):
    ticket = session.scalars(select(Ticket).order_by(Ticket.id)).first()
    named = "" if whole else f"#{ticket.id}"
    hold = holding.keep(session, customer, "係争中", named, by=cast.ryo, now=LATER)
    session.commit()
    run(session, ALL, cast.hikaru)
    left = [it.ticket_id for it in session.scalars(select(Message)) if it.text]
    assert (ticket.id in left, len(left) > 1) == (True, whole)
    assert session.scalars(select(Delivery.body)).one() != b""
    holding.lift(hold, by=cast.ryo, now=LATER)
    session.commit()
    run(session, ALL, cast.hikaru, at=LATER + timedelta(days=1))
    assert [it for it in session.scalars(select(Message)) if it.text] == []
    assert session.scalars(select(Delivery.body)).one() == b""


def test_the_other_rules_empty_their_own_and_no_more(session, cast, customer):
    gone = SignIn(
        token_digest="t" * 64,
        agent_id=cast.ken.id,
        started_at=THURSDAY,
        seen_at=THURSDAY,
        ended_at=THURSDAY,
        browser="B",
        address="192.0.2.1",
        waits_for="",
    )
    here = SignIn(
        token_digest="u" * 64,
        agent_id=cast.ken.id,
        started_at=THURSDAY,
        seen_at=THURSDAY,
        browser="B",
        address="192.0.2.1",
        waits_for="",
    )
    session.add_all([gone, here])
    session.commit()
    done = run(session, Rules(payloads=7, beside=30, sign_ins=30), cast.hikaru)
    assert (gone.browser, gone.address, here.browser) == ("", "", "B")
    assert done.counts == {"payloads": 2, "beside": 3, "sign_ins": 1, "prospects": 1}
    assert all(it.text for it in session.scalars(select(Message)))


def test_no_rules_no_run_and_one_run_a_night(session, cast, customer):
    night = last_night(LATER, privacy.RUN_AT, LATER.tzinfo)
    retaining.set_rules(session, Rules(prospects=0), by=session.merge(cast.hikaru), now=LATER)
    assert retaining.due(session, LATER, night) is None
    assert run(session, ALL, cast.hikaru) is not None
    assert retaining.due(session, LATER + timedelta(minutes=1), night) is None
    assert retaining.due(session, LATER + timedelta(days=1), night + timedelta(days=1)) is not None


def test_each_run_is_noted_with_what_it_did(session, cast, customer):
    done = run(session, ALL, cast.hikaru)
    (entry,) = session.scalars(select(AuditEntry).where(AuditEntry.deed == "retention_run"))
    assert entry.data == {"run": done.id, **done.counts}
    assert isinstance(verify(session), tuple)


def test_a_run_that_was_cut_off_is_gone_on_with(session, cast, customer):
    retaining.set_rules(session, ALL, by=cast.hikaru, now=LATER)
    begun = retaining.due(session, LATER, LATER)
    session.commit()
    assert retaining.claim(session, begun.id, LATER)
    retaining.go_on(session, begun, LATER, most=1)
    session.commit()
    assert retaining.due(session, LATER, LATER) is None  # somebody is at it
    assert retaining.due(session, LATER + timedelta(minutes=5), LATER) is begun
    assert session.scalars(select(RetentionRun)).all() == [begun]


@pytest.mark.parametrize("order", ["keep-erase", "erase-keep", "keep-keep-erase-erase"])
def test_in_any_order_and_twice_the_same_is_left_and_figures_stay(session, cast, customer, order):
    before = _figures(session)
    at = LATER
    for deed in order.split("-"):
        at += timedelta(days=1)
        if deed == "keep":
            run(session, ALL, cast.hikaru, at=at)
        else:
            erasure = erasing.begin(
                session, session.get_one(Customer, customer.id), by=cast.ryo, now=at
            )
            session.commit()
            assert privacy.carry_on(session, erasure.id, lambda at=at: at)
        assert _figures(session) == before
    assert found_in(session, MARKER) == []
    assert found_in(session, WHO.x_id) == [f"no_contacts.x_id: {WHO.x_id}"]


def _figures(session):
    session.expire_all()
    week = Period(THURSDAY.date(), THURSDAY.date(), ZoneInfo("Asia/Tokyo"))
    return repr(summarise(gather(session, week, LATER), week))
