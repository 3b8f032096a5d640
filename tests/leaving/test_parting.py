"""Whoever leaves is out, and what was theirs goes on, in one transaction."""

from datetime import timedelta

import pytest

from support.alerts.editing import Draft, add_rule, rules_in_force
from support.errors import Refused
from support.leaving.parting import part
from support.leaving.records import dependents
from support.replies.records import Reply
from support.tickets import handling
from support.tickets.records import Ticket, TicketEvent
from tests.cast import HANAKO, customer_says, post, press
from tests.fakes import THURSDAY


@pytest.fixture
def desk(session, cast):
    """Misaki has an open ticket with a scheduled reply, and a resolved one; alerts name her."""
    mine = customer_says(session, cast, post(at=THURSDAY))
    done = customer_says(
        session, cast, post("@hikari_care ありがとう", at=THURSDAY, by=HANAKO, number=1)
    )
    for ticket in (mine, done):
        handling.assign(session, ticket, cast.misaki, by=cast.ryo, now=THURSDAY)
    handling.resolve(session, done, by=cast.misaki, now=THURSDAY)
    reply = press(session, mine, cast.misaki, now=THURSDAY)
    reply.scheduled, reply.held_until = True, THURSDAY + timedelta(days=1)
    draft = Draft(1.0, "reassign", agent_id=cast.misaki.id)
    add_rule(session, draft, by=cast.hikaru, now=THURSDAY)
    session.commit()
    return mine, done, reply


def test_what_depends_on_a_person_is_what_is_open(session, cast, desk):
    mine, _, reply = desk
    left = dependents(session, cast.misaki)
    assert (left.tickets, left.replies, len(left.rules)) == ([mine], [reply], 1)
    reply.settled_at = THURSDAY
    assert dependents(session, cast.misaki).replies == []
    nothing = dependents(session, cast.ken)
    assert (nothing.tickets, nothing.replies, nothing.rules) == ([], [], [])


@pytest.mark.parametrize("heir", ["ken", None])
def test_it_goes_to_whoever_takes_over_or_to_nobody(session, cast, desk, heir):
    mine, done, reply = desk
    other = getattr(cast, heir) if heir else None
    part(session, cast.misaki, other, by=cast.hikaru, now=THURSDAY)
    session.commit()
    assert cast.misaki.suspended_at == THURSDAY
    assert mine.assignee is other
    assert done.assignee is cast.misaki, "what is finished stays under her name"
    assert session.get_one(Reply, reply.id).agent is cast.misaki
    assert [it.agent_id for it in rules_in_force(session)] == [other.id if other else None]
    event = session.query(TicketEvent).filter_by(ticket_id=mine.id, kind="assigned").all()[-1]
    assert event.agent is cast.hikaru


@pytest.mark.parametrize("heir", ["misaki", "ryo"])
def test_nobody_inherits_who_is_out_or_goes(session, cast, desk, heir):
    cast.ryo.suspended_at = THURSDAY
    session.commit()
    with pytest.raises(Refused):
        part(session, cast.misaki, getattr(cast, heir), by=cast.hikaru, now=THURSDAY)
    session.rollback()
    assert cast.misaki.suspended_at is None


def test_where_the_person_must_stay_nothing_is_handed_on(session, cast, desk):
    mine = desk[0]
    handling.assign(session, mine, cast.hikaru, by=cast.ryo, now=THURSDAY)
    session.commit()
    with pytest.raises(Refused, match="管理者がいなくなる"):
        part(session, cast.hikaru, cast.ken, by=cast.hikaru, now=THURSDAY)
    session.rollback()
    assert session.get_one(Ticket, mine.id).assignee is cast.hikaru
