"""The facts of a period, counted on both databases."""

import random
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event

from support.reports import gathering
from support.reports.figures import summarise
from support.reports.heat import Frame
from support.reports.measures import Attainment
from support.reports.periods import Period
from support.sla.judgement import Standing, elapsed, late_intake, standing
from support.sla.keeping import hours_of, obligation
from support.sla.levels import PromiseKind
from support.sla.records import pauses_of
from tests.fakes import THURSDAY
from tests.reports.history import History

TOKYO = ZoneInfo("Asia/Tokyo")
TODAY = date(2026, 10, 1)
NOW = THURSDAY + timedelta(hours=7)
"""17:00 in Tokyo, an hour before closing."""
DAY = Period(TODAY, TODAY, TOKYO)
WEEK = Period(date(2026, 9, 25), TODAY, TOKYO)
FIRST, NEXT, RESOLUTION = PromiseKind.FIRST_REPLY, PromiseKind.NEXT_REPLY, PromiseKind.RESOLUTION


def minutes(count):
    return timedelta(minutes=count)


@pytest.fixture
def history(session, cast):
    return History(session, cast)


@pytest.fixture
def report(session):
    """The report of a period as it stands."""

    def of(period=DAY, now=NOW):
        session.flush()
        return summarise(gathering.gather(session, period, now), period)

    return of


def test_an_empty_desk_has_an_empty_report(report, cast):
    empty = report()
    assert empty.totals == empty.before
    assert empty.totals.times.count == empty.totals.attainment.judged == empty.heat.total == 0
    assert (empty.agents, empty.target, empty.unresolved) == ([], None, 0)


def test_first_replies_are_timed_in_open_time(history, cast, report):
    ticket = history.ticket(THURSDAY - minutes(120))
    before_opening = THURSDAY - minutes(120)  # 8:00, an hour before opening
    history.promise(ticket, before_opening, kept_at=THURSDAY - minutes(30), by=cast.misaki)
    assert report().totals.times.median == minutes(30)
    assert report().target == minutes(60)


def test_what_is_open_and_overdue_counts_with_the_time_so_far(history, cast, report):
    ticket = history.ticket(THURSDAY, assignee=cast.ken)
    history.promise(ticket, THURSDAY)
    found = report()
    assert found.totals.times.p90 == timedelta(hours=7)
    assert found.totals.attainment == Attainment(kept=0, broken=1)
    assert [row.person.family_name for row in found.agents] == ["田中"]


def test_what_is_open_and_in_time_has_no_verdict_yet(history, report):
    history.promise(history.ticket(NOW - minutes(60)), NOW - minutes(60))
    found = report()
    assert found.totals.attainment.judged == found.totals.times.count == 0


@pytest.mark.parametrize(
    ("took", "kept"),
    [
        pytest.param(minutes(60), True, id="exactly at due"),
        pytest.param(minutes(60) + timedelta(microseconds=1), False, id="a moment later"),
    ],
)
def test_a_reply_exactly_at_due_is_kept(history, cast, report, took, kept):
    history.promise(history.ticket(THURSDAY), THURSDAY, kept_at=THURSDAY + took, by=cast.ken)
    assert report().totals.attainment == Attainment(int(kept), int(not kept))


def test_a_withdrawn_promise_counts_nowhere(history, report):
    ticket = history.ticket(THURSDAY)
    history.promise(ticket, THURSDAY, withdrawn_at=THURSDAY + minutes(200))
    found = report()
    assert found.totals.attainment.judged == found.totals.times.count == 0


def test_late_intake_is_counted_apart(history, cast, report):
    ticket = history.ticket(THURSDAY)
    late = THURSDAY + minutes(90)
    history.promise(ticket, THURSDAY, received_at=late, kept_at=late + minutes(1), by=cast.ken)
    found = report()
    assert found.totals.late_intake == 1
    assert found.totals.attainment.judged == found.totals.times.count == 0


def test_a_reply_typed_on_x_belongs_to_nobody(history, cast, report):
    ticket = history.ticket(THURSDAY, assignee=cast.ken)
    history.promise(ticket, THURSDAY, kept_at=THURSDAY + minutes(5))
    (row,) = report().agents
    assert row.person is None
    assert row.times.median == minutes(5)


def test_a_promise_belongs_to_the_day_the_customer_wrote(history, cast, report):
    yesterday = THURSDAY - timedelta(days=1)
    history.promise(history.ticket(yesterday), yesterday, kept_at=THURSDAY, by=cast.misaki)
    found = report()
    assert found.totals.attainment.judged == 0
    assert found.before.attainment.judged == 1


def test_days_begin_and_end_at_midnight_where_the_desk_stands(history, report):
    midnight = datetime(2026, 9, 30, 15, tzinfo=UTC)
    for at in (midnight - minutes(1), midnight, midnight + minutes(1439)):
        history.ticket(at)
    found = report(WEEK)
    assert [(spell.first.day, spell.opened) for spell in found.spells if spell.opened] == [
        (30, 1),
        (1, 2),
    ]


def test_replies_are_counted_once_by_agent_and_channel(history, cast, report):
    public, private = history.ticket(THURSDAY), history.ticket(THURSDAY, channel="dm")
    history.reply(public, cast.misaki, THURSDAY + minutes(1), THURSDAY + minutes(2))
    history.reply(private, cast.misaki, THURSDAY + minutes(3))
    history.reply(private, cast.ken, None)
    history.reply(public, cast.ken, THURSDAY - timedelta(days=1))
    found = report()
    assert (found.totals.public, found.totals.dm) == (1, 1)
    assert {row.person.family_name: row.replies for row in found.agents} == {"佐藤": 2}


def test_resolved_tickets_count_for_their_assignee_on_their_day(history, cast, report):
    history.ticket(THURSDAY - timedelta(days=9), assignee=cast.ken, resolved_at=THURSDAY)
    history.ticket(THURSDAY - timedelta(days=9), resolved_at=THURSDAY - timedelta(days=2))
    found = report(WEEK)
    assert found.totals.resolved == 2
    assert {row.person.family_name if row.person else "": row.resolved for row in found.agents} == {
        "田中": 1,
        "": 1,
    }
    assert [spell.resolved for spell in found.spells] == [0, 0, 0, 0, 1, 0, 1]


def test_the_desk_as_it_stands_is_counted_whatever_the_period(history, report):
    long_ago = THURSDAY - timedelta(days=100)
    for at, kept in ((long_ago, False), (NOW - minutes(5), False), (long_ago, True)):
        ticket = history.ticket(at, resolved_at=NOW if kept else None)
        ticket.leading_promise = history.promise(ticket, at, kept_at=NOW if kept else None)
    found = report()
    assert (found.unresolved, found.overdue) == (2, 1)


def test_messages_are_counted_where_the_desk_stands_and_ours_are_not(history, report):
    ticket = history.ticket(THURSDAY)  # Thursday, 10:00
    history.message(ticket, THURSDAY + minutes(59))
    history.message(ticket, THURSDAY + timedelta(hours=10))  # 20:00, after closing
    history.message(ticket, THURSDAY + minutes(3), by_us=True)
    heat = report().heat
    assert (heat.grid[3][10], heat.grid[3][20], heat.total, heat.outside) == (2, 1, 3, 1)
    assert heat.peak == (3, 10)
    assert heat.frames == [Frame(0, 5, 540, 1080)]


def test_a_zone_that_is_some_quarters_away_from_utc(history, session):
    kathmandu = ZoneInfo("Asia/Kathmandu")  # UTC+5:45
    history.ticket(datetime(2026, 9, 30, 18, 14, 59, tzinfo=UTC))
    history.ticket(datetime(2026, 9, 30, 18, 15, tzinfo=UTC))
    session.flush()
    facts = gathering.gather(session, Period(TODAY, TODAY, kathmandu), NOW)
    assert facts.opened == {TODAY: 1}
    assert facts.heat.grid[3][0] == 1


def test_days_without_an_opening_are_closed(report, cast):
    closed = [spell.first for spell in report(WEEK).spells if spell.closed]
    assert closed == [date(2026, 9, 26), date(2026, 9, 27)]


def test_verdicts_and_times_are_those_of_the_rules(history, cast, session):
    """Random promises of every kind, open and over, paused and not, some withdrawn or late in."""
    chance = random.Random(20261001)
    agents = [cast.misaki, cast.ken, None]
    verdicts, late, spent = defaultdict(Attainment), 0, []
    for _ in range(150):
        at = WEEK.start + minutes(chance.randrange(WEEK.days * 1440))
        ticket = history.ticket(at, assignee=chance.choice(agents))
        kind = chance.choice([FIRST, NEXT, RESOLUTION])
        pauses = _pauses(chance, at) if kind is RESOLUTION else ()
        kept_at = at + minutes(chance.randrange(4000)) if chance.random() < 0.7 else None
        promise = history.promise(
            ticket,
            at,
            kind=kind,
            minutes=chance.choice([60, 240]),
            kept_at=min(kept_at, NOW) if kept_at else None,
            by=chance.choice(agents) if kept_at else None,
            received_at=at + minutes(chance.choice([0, 0, 0, 3000])),
            withdrawn_at=at if kept_at is None and chance.random() < 0.2 else None,
            paused=pauses,
        )
        facts = obligation(promise, history.level, pauses_of(session, ticket.id))
        hours, how = hours_of(promise.calendar), standing(facts, hours_of(promise.calendar), NOW)
        if how is Standing.WITHDRAWN:
            continue
        if late_intake(facts, hours):
            late += 1
        elif how in (Standing.KEPT, Standing.BROKEN):
            owner = promise.kept_by_id if promise.kept_at else ticket.assignee_id
            verdicts[owner] += Attainment(int(how is Standing.KEPT), int(how is Standing.BROKEN))
            if kind is FIRST:
                spent.append(elapsed(facts, hours, facts.ended_at or NOW))
    session.flush()
    found = gathering.gather(session, WEEK, NOW).counted
    assert min(late, len(spent), len(verdicts)) > 1
    assert found.verdicts == dict(verdicts)
    assert found.late_intake == late
    assert sorted(reply.took for reply in found.first_replies) == sorted(spent)


def _pauses(chance, at):
    """None, or one that is over, or one that goes on."""
    start = at + minutes(chance.randrange(1, 600))
    return chance.choice([(), ((start, start + minutes(chance.randrange(600))),)])


def test_the_number_of_queries_does_not_grow(history, cast, session):
    def queries():
        session.flush()
        asked, engine = [], session.get_bind()

        def note(*seen):
            asked.append(seen[2])

        event.listen(engine, "before_cursor_execute", note)
        gathering.gather(session, WEEK, NOW)
        event.remove(engine, "before_cursor_execute", note)
        return len([one for one in asked if one.startswith("SELECT")])

    few = queries()
    for number in range(30):
        at = THURSDAY - timedelta(hours=number)
        ticket = history.ticket(at, assignee=cast.ken, resolved_at=NOW if number % 2 else None)
        history.promise(ticket, at, kept_at=NOW, by=cast.ken)
        history.reply(ticket, cast.ken, THURSDAY)
    session.expire_all()
    assert queries() == few <= 25
