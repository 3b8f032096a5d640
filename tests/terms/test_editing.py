"""An edit adds a version; finished promises keep their verdict, open ones follow as was chosen."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from support.sla.hours import HoursError
from support.sla.keeping import hours_for, hours_of
from support.sla.levels import Carry, Conditions, LevelError
from support.sla.records import Calendar, Promise, ServiceLevel, promises_of
from support.terms import editing, placing, previewing
from support.terms.choosing import policy_in_force
from support.terms.editing import Draft, Line
from support.terms.records import TermsEdit
from support.terms.rejudging import go_on
from support.tickets import handling, noting
from support.tickets.records import Team, TermsChange
from support.x.records import Account
from tests.cast import customer_says, post
from tests.fakes import THURSDAY

NAME = "ひかりケア"
HOUR = timedelta(hours=1)
# Open from 14:00 on instead of from 9:00; the cast's customers write on Thursday at 10:00.
AFTERNOONS = Draft("Asia/Tokyo", {str(day): [["14:00", "20:00"]] for day in range(5)}, "JP", True)
QUICK = Line("標準", Conditions(), timedelta(minutes=30), HOUR, 4 * HOUR)


@pytest.fixture
def ticket(session, cast):
    return customer_says(session, cast, post(at=THURSDAY))


def finish(session, edit: TermsEdit, now) -> None:
    while edit.finished_at is None:
        go_on(session, edit, now)
        session.commit()


def of_kind(session, ticket, kind: str) -> Promise:
    return next(p for p in promises_of(session, ticket.id) if p.kind == kind)


def test_an_edit_adds_a_version_that_accounts_and_teams_keep_from_then_on(session, cast):
    team = Team(name="夜間", calendar_id=cast.account.calendar_id, made_at=THURSDAY)
    session.add(team)
    editing.edit_hours(session, NAME, AFTERNOONS, Carry.NEW, by=cast.hikaru, now=THURSDAY)
    session.commit()
    old, new = session.scalars(select(Calendar).order_by(Calendar.version))
    assert (old.retired_at, new.retired_at) == (THURSDAY, None)
    assert (new.version, new.made_by_id) == (2, cast.hikaru.id)
    assert session.scalars(select(Account.calendar_id)).all() == [new.id]
    assert team.calendar_id == new.id
    assert not hours_of(new).is_open(THURSDAY)


def test_open_promises_are_judged_anew_from_their_start_where_that_was_chosen(
    session, cast, ticket
):
    now = THURSDAY + timedelta(minutes=10)
    edit = editing.edit_hours(session, NAME, AFTERNOONS, Carry.WHOLE, by=cast.hikaru, now=now)
    finish(session, edit, now)
    first = of_kind(session, ticket, "first_reply")
    assert first.due_at == THURSDAY + 5 * HOUR, "an hour after 14:00"
    assert ticket.due_at == first.due_at, "the queue follows"
    assert (edit.total, edit.done) == (1, 1)


def test_the_time_so_far_counts_by_the_old_hours_where_that_was_chosen(session, cast, ticket):
    now = THURSDAY + timedelta(minutes=40)
    edit = editing.edit_hours(session, NAME, AFTERNOONS, Carry.REST, by=cast.hikaru, now=now)
    finish(session, edit, now + timedelta(seconds=30))
    first = of_kind(session, ticket, "first_reply")
    assert first.due_at == THURSDAY + 4 * HOUR + timedelta(minutes=20)
    assert hours_for(first).between(THURSDAY, now) == timedelta(minutes=40)


def test_open_promises_stay_as_they_are_where_that_was_chosen_and_the_next_are_new(
    session, cast, ticket
):
    now = THURSDAY + timedelta(minutes=10)
    edit = editing.edit_hours(session, NAME, AFTERNOONS, Carry.NEW, by=cast.hikaru, now=now)
    session.commit()
    assert edit.finished_at == now
    assert of_kind(session, ticket, "first_reply").due_at == THURSDAY + HOUR
    other = customer_says(session, cast, post(at=now, number=2))
    assert of_kind(session, other, "first_reply").due_at == THURSDAY + 5 * HOUR


def test_a_finished_promise_keeps_its_verdict_whatever_is_edited(session, cast, ticket):
    terms = policy_in_force(session).terms_of(ticket)
    noting.note_reply_accepted(
        session, ticket, ticket.latest_message, terms, at=THURSDAY + HOUR, agent=cast.misaki
    )
    session.commit()
    before = of_kind(session, ticket, "first_reply")
    kept = (before.calendar_id, before.due_at, before.breach_at, before.target_seconds)
    now = THURSDAY + 2 * HOUR
    edits = (
        editing.edit_hours(session, NAME, AFTERNOONS, Carry.WHOLE, by=cast.hikaru, now=now),
        editing.edit_levels(session, [QUICK], Carry.WHOLE, by=cast.hikaru, now=now),
    )
    for edit in edits:
        finish(session, edit, now)
    after = of_kind(session, ticket, "first_reply")
    assert (after.calendar_id, after.due_at, after.breach_at, after.target_seconds) == kept
    assert of_kind(session, ticket, "resolution").target_seconds == 4 * 3600


def test_a_message_between_an_edit_and_its_work_does_not_leave_older_promises_behind(
    session, cast, ticket
):
    now = THURSDAY + timedelta(minutes=10)
    edit = editing.edit_hours(session, NAME, AFTERNOONS, Carry.WHOLE, by=cast.hikaru, now=now)
    customer_says(session, cast, post("まだです", at=now + HOUR, thread=ticket.thread_x_id))
    finish(session, edit, now + 2 * HOUR)
    versions = {p.calendar_id for p in promises_of(session, ticket.id)}
    assert versions == {cast.account.calendar_id}


def test_the_preview_says_what_the_edit_does(session, cast, ticket):
    now = THURSDAY + timedelta(minutes=90)
    seen = previewing.preview_hours(session, NAME, AFTERNOONS, Carry.WHOLE, now)
    assert (seen.open, seen.later, seen.flipped) == (2, 2, 1)
    (flip,) = seen.flips
    assert (flip.kind, flip.over, flip.ticket_id) == ("first_reply", False, ticket.id)
    assert session.scalars(select(Calendar.version)).all() == [1], "nothing is stored"
    edit = editing.edit_hours(session, NAME, AFTERNOONS, Carry.WHOLE, by=cast.hikaru, now=now)
    finish(session, edit, now)
    assert edit.flipped == seen.flipped
    assert of_kind(session, ticket, "first_reply").due_at == flip.due_after


def test_the_preview_of_levels_names_what_would_be_overdue(session, cast, ticket):
    now = THURSDAY + timedelta(minutes=45)
    seen = previewing.preview_levels(session, [QUICK], Carry.WHOLE, now)
    assert [(flip.kind, flip.over) for flip in seen.flips] == [("first_reply", True)]
    assert previewing.preview_levels(session, [QUICK], Carry.NEW, now).open == 0
    unchanged = [editing.line_of(level) for level in policy_in_force(session).levels]
    assert previewing.preview_levels(session, unchanged, Carry.WHOLE, now).open == 0


def test_a_calendar_that_never_opens_is_told_before_it_is_kept(session, cast, ticket):
    never = Draft("Asia/Tokyo", {})
    seen = previewing.preview_hours(session, NAME, never, Carry.WHOLE, THURSDAY)
    assert seen.unreachable == 2


def test_a_line_that_says_what_it_said_keeps_its_version(session, cast):
    first = editing.line_of(policy_in_force(session).levels[0])
    urgent = Line("至急", Conditions(priorities=frozenset({"urgent"})), timedelta(minutes=15))
    editing.edit_levels(session, [urgent, first], Carry.NEW, by=cast.hikaru, now=THURSDAY)
    session.commit()
    levels = session.scalars(select(ServiceLevel).order_by(ServiceLevel.position)).all()
    assert [(it.name, it.version, it.retired_at) for it in levels] == [
        ("至急", 1, None),
        ("標準", 1, None),
    ]
    assert levels[0].conditions == {"priorities": ["urgent"]}


def test_a_line_that_is_left_out_is_retired_and_the_last_is_for_everybody(session, cast):
    only = Line("限定", Conditions(channel="dm"), HOUR)
    editing.edit_levels(session, [only], Carry.NEW, by=cast.hikaru, now=THURSDAY)
    session.commit()
    (level,) = policy_in_force(session).levels
    assert (level.name, level.conditions) == ("限定", {})
    old = session.scalars(select(ServiceLevel).where(ServiceLevel.name == "標準")).one()
    assert old.retired_at == THURSDAY


REFUSED = {
    "no line": ([], "lines"),
    "no name": ([Line(" ", Conditions(), HOUR)], "lines.0.name"),
    "a name twice": ([QUICK, QUICK], "lines.1.name"),
    "no time": ([QUICK, Line("至急", Conditions(), timedelta(0))], "lines.1.first_reply"),
    "a share of all": ([Line("至急", Conditions(), HOUR, warn_share=1.0)], "lines.0.warn_share"),
}


@pytest.mark.parametrize(("lines", "field"), REFUSED.values(), ids=REFUSED)
def test_levels_that_cannot_be_meant_are_refused_at_their_field(session, cast, lines, field):
    with pytest.raises(LevelError) as refusal:
        editing.edit_levels(session, lines, Carry.NEW, by=cast.hikaru, now=THURSDAY)
    assert refusal.value.field == field


def test_hours_that_cannot_be_meant_change_nothing(session, cast):
    wrong = Draft("Asia/Tokyo", {"0": [["09:00", "09:00"]]})
    with pytest.raises(HoursError) as refusal:
        editing.edit_hours(session, NAME, wrong, Carry.NEW, by=cast.hikaru, now=THURSDAY)
    session.rollback()
    assert refusal.value.field == "weekly.0"
    assert session.scalars(select(Calendar.retired_at)).all() == [None]


def test_a_higher_priority_is_judged_from_the_start(session, cast, ticket):
    levels = [
        Line("至急", Conditions(priorities=frozenset({"urgent"})), HOUR / 4, HOUR, HOUR),
        editing.line_of(policy_in_force(session).levels[0]),
    ]
    editing.edit_levels(session, levels, Carry.NEW, by=cast.hikaru, now=THURSDAY)
    now = THURSDAY + timedelta(minutes=10)
    placing.set_priority(session, ticket, "urgent", by=cast.ryo, now=now)
    session.commit()
    assert of_kind(session, ticket, "first_reply").due_at == THURSDAY + timedelta(minutes=15)
    assert ticket.warn_at == THURSDAY + timedelta(minutes=11, seconds=15)
    change = session.scalars(select(TermsChange)).one()
    assert (change.why, change.carry, change.agent_id) == ("priority", "whole", cast.ryo.id)


def test_a_team_takes_the_rest_of_the_time_by_its_own_hours(session, cast, ticket):
    editing.new_hours(session, "夜間", AFTERNOONS, by=cast.hikaru, now=THURSDAY)
    night = editing.calendar_in_force(session, "夜間")
    team = Team(name="夜間", calendar_id=night.id, made_at=THURSDAY)
    session.add(team)
    session.flush()
    now = THURSDAY + timedelta(minutes=30)
    placing.set_team(session, ticket, team, by=cast.ryo, now=now)
    session.commit()
    assert of_kind(session, ticket, "first_reply").due_at == THURSDAY + 4.5 * HOUR
    assert of_kind(session, ticket, "first_reply").breach_at == THURSDAY + 4.5 * HOUR


def test_a_resolved_ticket_is_left_alone(session, cast, ticket):
    handling.resolve(session, ticket, by=cast.misaki, now=THURSDAY + timedelta(minutes=5))
    session.commit()
    edit = editing.edit_levels(session, [QUICK], Carry.WHOLE, by=cast.hikaru, now=THURSDAY + HOUR)
    finish(session, edit, THURSDAY + HOUR)
    assert (edit.total, session.scalars(select(TermsChange)).all()) == (0, [])
