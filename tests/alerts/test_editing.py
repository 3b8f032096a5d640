"""The ladder is changed: what was raised stays raised, what had passed is left in peace."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from support.alerts import editing, raising
from support.alerts.editing import Draft
from support.alerts.records import Alert, AlertNotice, AlertPost
from support.errors import Refused
from support.x.tokens import seal
from tests.cast import SECRET, customer_says, post
from tests.fakes import THURSDAY


def in_minutes(n):
    return THURSDAY + timedelta(minutes=n)


@pytest.fixture
def ticket(session, cast):
    ticket = customer_says(session, cast, post(at=THURSDAY))
    ticket.assignee = cast.misaki
    session.commit()
    return ticket


@pytest.fixture
def sweep(session):
    def run(at):
        raised = raising.raise_due(session, at)
        session.commit()
        return raised.agents

    return run


def change(session, cast, rule, at, **draft):
    new = editing.change_rule(session, rule, Draft(**draft), by=cast.hikaru, now=at)
    session.commit()
    return new


def test_a_changed_rung_does_not_tell_again(session, cast, ladder, ticket, sweep):
    assert sweep(in_minutes(45)) == {cast.misaki.id}
    later = change(session, cast, ladder[0], in_minutes(46), share=0.8, deed="assignee")
    assert sweep(in_minutes(50)) == set()
    change(session, cast, later, in_minutes(51), share=0.9, deed="assignee", any_time=True)
    assert sweep(in_minutes(55)) == set()


def test_a_rung_moved_to_a_later_moment_is_raised_there(session, cast, ladder, ticket, sweep):
    sweep(in_minutes(1))
    change(session, cast, ladder[0], in_minutes(40), share=0.9, deed="assignee")
    assert sweep(in_minutes(53)) == set()
    assert sweep(in_minutes(54)) == {cast.misaki.id}


def test_a_rung_moved_to_a_moment_that_has_passed_leaves_it_in_peace(
    session, cast, ladder, ticket, sweep
):
    sweep(in_minutes(1))
    change(session, cast, ladder[0], in_minutes(40), share=0.5, deed="assignee")
    assert sweep(in_minutes(45)) == set()
    assert sweep(in_minutes(60)) == {cast.misaki.id, cast.ryo.id}


def test_a_new_rung_is_for_what_reaches_it_from_now_on(session, cast, ladder, ticket, sweep):
    sweep(in_minutes(60))
    editing.add_rule(session, Draft(1.0, "leads"), by=cast.hikaru, now=in_minutes(61))
    editing.add_rule(session, Draft(2.0, "leads"), by=cast.hikaru, now=in_minutes(61))
    session.commit()
    assert sweep(in_minutes(62)) == set()
    assert sweep(in_minutes(120)) == {cast.ryo.id}


def test_what_no_rung_was_left_for_is_looked_at_anew(session, cast, rung, ticket, sweep):
    only = rung(0.5, "assignee", kinds=["update"])
    sweep(in_minutes(1))
    change(session, cast, only, in_minutes(2), share=0.75, deed="assignee")
    assert sweep(in_minutes(45)) == {cast.misaki.id}


def test_a_removed_rung_is_not_raised(session, cast, ladder, ticket, sweep):
    editing.remove_rule(session, ladder[0], in_minutes(10))
    session.commit()
    assert sweep(in_minutes(45)) == set()


def test_saving_what_is_so_already_changes_nothing(session, cast, ladder):
    same = change(session, cast, ladder[0], THURSDAY, share=0.75, deed="assignee")
    assert same is ladder[0]
    assert same.retired_at is None


@pytest.mark.parametrize(
    ("field", "draft"),
    [
        ("share", Draft(0, "leads")),
        ("share", Draft(float("nan"), "leads")),
        ("share", Draft(10.5, "leads")),
        ("deed", Draft(1, "shout")),
        ("kinds", Draft(1, "leads", ("everything",))),
        ("priority", Draft(1, "priority")),
        ("webhook", Draft(1, "webhook")),
        ("webhook", Draft(1, "webhook", webhook_id=77)),
        ("agent", Draft(1, "reassign", agent_id=77)),
    ],
)
def test_what_cannot_be_meant_is_refused_beside_its_field(session, cast, field, draft):
    with pytest.raises(Refused) as refused:
        editing.add_rule(session, draft, by=cast.hikaru, now=THURSDAY)
    assert refused.value.field == field


@pytest.mark.parametrize("url", ["", "ftp://a.jp", "https://", "http://[", "https://a b", "x" * 9])
def test_what_is_no_web_address_is_refused(url):
    with pytest.raises(Refused):
        editing.checked_url(url)


def test_a_webhook_goes_with_the_rungs_that_told_it(session, cast, rung, ticket, sweep):
    sealed = seal("https://example.com", SECRET)
    hook = editing.add_webhook(session, "運用", "json", sealed=sealed, now=THURSDAY)
    told = rung(1.0, "webhook", webhook_id=hook.id)
    sweep(in_minutes(60))
    editing.remove_webhook(session, hook, in_minutes(61))
    session.commit()
    assert told.retired_at == in_minutes(61)
    assert session.scalars(select(AlertPost)).one().given_up_at == in_minutes(61)
    assert len(session.scalars(select(Alert)).all()) == 1
    assert session.scalars(select(AlertNotice)).all() == []
