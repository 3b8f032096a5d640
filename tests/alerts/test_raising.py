"""What the sweep raises: once for each promise and rung, to whom it belongs, at the right time."""

from datetime import timedelta

import pytest
from sqlalchemy import event, select

from support.alerts import raising
from support.alerts.records import Alert, AlertNotice, AlertPost, AlertWebhook
from support.sla import pausing
from support.sla.records import promises_of
from support.tickets import handling
from support.tickets.records import TicketEvent
from tests.cast import MADE_AT, customer_says, post
from tests.fakes import THURSDAY


def in_minutes(n):
    return THURSDAY + timedelta(minutes=n)


@pytest.fixture
def ticket(session, cast):
    """Asked at ten, of Misaki: an answer is owed until eleven, the rest until six."""
    ticket = customer_says(session, cast, post(at=THURSDAY))
    ticket.assignee = cast.misaki
    session.commit()
    return ticket


@pytest.fixture
def sweep(session):
    def run(at):
        raised = raising.raise_due(session, at)
        session.commit()
        return raised

    return run


def told(session):
    """Who was told, in order, as their number and the level."""
    found = select(AlertNotice, Alert).join(Alert).order_by(Alert.id, AlertNotice.agent_id)
    return [(notice.agent_id, alert.level) for notice, alert in session.execute(found)]


def outcomes(session):
    return [alert.outcome for alert in session.scalars(select(Alert).order_by(Alert.id))]


def test_due_soon_goes_to_the_assignee_and_broken_to_the_leads_too(
    session, cast, ladder, ticket, sweep
):
    assert sweep(in_minutes(44)).agents == set()
    assert sweep(in_minutes(45)).agents == {cast.misaki.id}
    sweep(in_minutes(60))
    assert told(session) == [
        (cast.misaki.id, "due_soon"),
        (cast.misaki.id, "broken"),
        (cast.ryo.id, "broken"),
    ]


def test_looking_again_raises_nothing_twice(session, ladder, ticket, sweep):
    for minutes in (45, 45, 46, 60, 60, 200):
        sweep(in_minutes(minutes))
    assert len(outcomes(session)) == 3


def test_what_nobody_took_is_told_to_the_leads_once(session, cast, ladder, ticket, sweep):
    ticket.assignee = None
    sweep(in_minutes(60))
    assert told(session) == [(cast.ryo.id, "broken")]
    assert outcomes(session) == ["overtaken", "told", "same"]


def test_colleagues_who_are_away_are_not_told(session, cast, ladder, ticket, sweep):
    cast.misaki.suspended_at = cast.ryo.suspended_at = THURSDAY
    sweep(in_minutes(45))
    assert told(session) == [(cast.hikaru.id, "due_soon")]
    cast.hikaru.suspended_at = THURSDAY
    sweep(in_minutes(60))
    assert outcomes(session)[1:] == ["nobody", "nobody"]


def test_it_is_quiet_until_the_next_opening(session, cast, ladder, ticket, sweep):
    sweep(in_minutes(44))
    assert sweep(in_minutes(12 * 60)).agents == set()
    first = promises_of(session, ticket.id)[0]
    assert first.alert_at == in_minutes(23 * 60), "nine o'clock on Friday"
    assert sweep(first.alert_at).agents == {cast.misaki.id, cast.ryo.id}


def test_what_is_answered_resolved_or_withdrawn_raises_nothing(
    session, cast, ladder, ticket, sweep
):
    handling.resolve(session, ticket, by=cast.misaki, now=in_minutes(20))
    sweep(in_minutes(300))
    assert outcomes(session) == []


def test_a_resolution_waiting_for_the_customer_is_not_told_and_is_when_it_goes_on(
    session, cast, rung, ticket, sweep
):
    rung(0.5, "assignee", kinds=["resolution"])
    pausing.pause(session, ticket.id, reason="waiting", at=in_minutes(60))
    session.commit()
    sweep(in_minutes(300))
    assert outcomes(session) == []
    pausing.resume(session, ticket.id, at=in_minutes(300))
    session.commit()
    sweep(in_minutes(479))
    assert outcomes(session) == []
    sweep(in_minutes(23 * 60 - 1))
    assert outcomes(session) == []
    sweep(in_minutes(23 * 60))
    assert outcomes(session) == ["told"]


def test_the_ladder_gives_the_ticket_to_a_colleague_who_is_told(session, cast, rung, ticket, sweep):
    rung(1.0, "reassign", agent_id=cast.ken.id)
    raised = sweep(in_minutes(60))
    assert (raised.agents, raised.tickets) == ({cast.ken.id}, {ticket.id})
    assert ticket.assignee is cast.ken
    event = session.scalars(select(TicketEvent)).one()
    assert (event.kind, event.agent_id, event.data) == ("assigned", None, {"to": "田中"})


def test_the_ladder_gives_nothing_to_a_colleague_who_is_away(session, cast, rung, ticket, sweep):
    cast.ken.suspended_at = THURSDAY
    rung(1.0, "reassign", agent_id=cast.ken.id)
    sweep(in_minutes(60))
    assert (ticket.assignee, outcomes(session)) == (cast.misaki, ["nobody"])


def test_the_ladder_raises_the_priority_and_never_lowers_it(session, cast, rung, ticket, sweep):
    rung(0.75, "priority", priority="high")
    rung(0.8, "priority", priority="low")
    assert sweep(in_minutes(50)).tickets == {ticket.id}
    assert ticket.priority == "high"
    assert outcomes(session) == ["raised", "same"]
    event = session.scalars(select(TicketEvent)).one()
    assert (event.kind, event.agent_id, event.data["to"]) == ("prioritised", None, "high")


def test_a_webhook_gets_a_post_and_one_that_is_gone_none(session, cast, rung, ticket, sweep):
    hooks = [AlertWebhook(name=name, url_sealed="", made_at=MADE_AT) for name in "ab"]
    session.add_all(hooks)
    session.commit()
    for hook in hooks:
        rung(1.0, "webhook", webhook_id=hook.id)
    hooks[1].retired_at = THURSDAY
    sweep(in_minutes(60))
    assert [sent.webhook_id for sent in session.scalars(select(AlertPost))] == [hooks[0].id]
    assert outcomes(session) == ["posted", "nobody"]


def test_a_quiet_sweep_asks_one_question(session, ladder, ticket, sweep, database_url):
    sweep(in_minutes(1))
    asked = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *it: asked.append(it[2]))
    sweep(in_minutes(2))
    assert len([it for it in asked if it.startswith("SELECT")]) == 1
