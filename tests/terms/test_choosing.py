"""A ticket is judged by the first level that fits it, in its team's hours or its account's."""

from datetime import timedelta

import pytest

from support.sla.levels import Carry, Conditions
from support.terms import editing
from support.terms.choosing import policy_in_force, terms_for
from support.terms.editing import Draft, Line
from support.tickets import marking
from support.tickets.records import Team
from tests.cast import HANAKO, YUUKI, customer_says, post
from tests.fakes import THURSDAY

HOUR = timedelta(hours=1)
LINES = [
    Line("大口", Conditions(followers_from=1000), HOUR),
    Line("法人", Conditions(segments=frozenset({"法人"})), HOUR),
    Line("DM", Conditions(channel="dm"), HOUR),
    Line("至急", Conditions(priorities=frozenset({"urgent"})), HOUR),
    Line("障害", Conditions(tags=frozenset({"障害"})), HOUR),
    Line("標準", Conditions(), HOUR),
]


@pytest.fixture
def policy(session, cast):
    editing.edit_levels(session, LINES, Carry.NEW, by=cast.hikaru, now=THURSDAY)
    session.commit()


def name_of(session, ticket):
    return terms_for(session, ticket).level.name


def test_followers_channel_priority_tag_and_group_choose_the_level(session, cast, policy):
    assert name_of(session, customer_says(session, cast, post(at=THURSDAY, by=YUUKI))) == "大口"
    ticket = customer_says(session, cast, post(at=THURSDAY, by=HANAKO, number=2))
    assert name_of(session, ticket) == "標準"
    marking.tag(session, ticket, "障害", by=cast.ken, now=THURSDAY)
    assert name_of(session, ticket) == "障害"
    ticket.priority = "urgent"
    assert name_of(session, ticket) == "至急"
    private = post(at=THURSDAY, by=HANAKO, private=True, number=3)
    dm = customer_says(session, cast, private)
    assert name_of(session, dm) == "DM"
    dm.conversation.customer.segment = "法人"
    assert name_of(session, dm) == "法人"


def test_an_account_that_is_named_has_its_own_level(session, cast):
    mine = Line("ひかり", Conditions(accounts=frozenset({cast.account.id})), HOUR)
    other = Line("ほか", Conditions(accounts=frozenset({cast.account.id + 1})), HOUR)
    lines = [other, mine, Line("標準", Conditions(), HOUR)]
    editing.edit_levels(session, lines, Carry.NEW, by=cast.hikaru, now=THURSDAY)
    session.commit()
    assert name_of(session, customer_says(session, cast, post(at=THURSDAY))) == "ひかり"


def test_a_team_with_hours_of_its_own_keeps_those_and_one_without_the_accounts(session, cast):
    ticket = customer_says(session, cast, post(at=THURSDAY))
    night = editing.new_hours(
        session,
        "夜間",
        Draft("Asia/Tokyo", {"3": [["18:00", "26:00"]]}),
        by=cast.hikaru,
        now=THURSDAY,
    )
    teams = [
        Team(name="夜間", calendar_id=night.id, made_at=THURSDAY),
        Team(name="昼間", calendar_id=None, made_at=THURSDAY),
    ]
    session.add_all(teams)
    session.flush()
    ticket.team_id = teams[0].id
    assert terms_for(session, ticket).calendar.name == "夜間"
    ticket.team_id = teams[1].id
    assert terms_for(session, ticket).calendar.id == cast.account.calendar_id


def test_tags_are_looked_up_only_where_a_level_asks_for_any(session, cast, policy):
    assert policy_in_force(session).asks_for_tags
    editing.edit_levels(session, LINES[-1:], Carry.NEW, by=cast.hikaru, now=THURSDAY)
    assert not policy_in_force(session).asks_for_tags
