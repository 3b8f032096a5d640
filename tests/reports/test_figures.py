"""The figures follow from the facts; what is split adds up again."""

import statistics
from collections import Counter
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.reports.figures import (
    Counted,
    Facts,
    FirstReply,
    Person,
    summarise,
    totals,
    usual_target,
)
from support.reports.heat import Heat
from support.reports.measures import Attainment, Times, percentile, times, times_of
from support.reports.periods import Period

TOKYO = ZoneInfo("Asia/Tokyo")
PERIOD = Period(date(2026, 10, 1), date(2026, 10, 14), TOKYO)
PEOPLE = {
    1: Person(1, "田中 健", "田中", 2),
    2: Person(2, "佐藤 美咲", "佐藤", 3),
    3: Person(3, "佐藤 亮", "佐藤", 4),
}
NO_HEAT = Heat([[0] * 24 for _ in range(7)], (), 0)

SPANS = st.integers(0, 10**12).map(lambda n: timedelta(microseconds=n))
AGENTS = st.sampled_from([1, 2, 3, None])
DATES = st.sampled_from([PERIOD.first + timedelta(days=n) for n in range(PERIOD.days)])
REPLIES = st.builds(
    lambda day, minute, took, target, agent: FirstReply(
        datetime(day.year, day.month, day.day, tzinfo=TOKYO) + timedelta(minutes=minute),
        took,
        target,
        agent,
    ),
    DATES,
    st.integers(0, 1439),
    SPANS,
    st.sampled_from([1800, 3600]),
    AGENTS,
)
COUNTED = st.builds(
    Counted,
    first_replies=st.lists(REPLIES, max_size=40),
    verdicts=st.dictionaries(AGENTS, st.builds(Attainment, st.integers(0, 99), st.integers(0, 99))),
    late_intake=st.integers(0, 9),
    sent=st.dictionaries(
        st.tuples(st.sampled_from([1, 2, 3]), st.sampled_from(["public", "dm"])), st.integers(1, 99)
    ),
    resolved=st.dictionaries(st.tuples(DATES, AGENTS), st.integers(1, 99)),
)


def facts(counted, **others):
    empty = {
        "before": Counted(),
        "opened": {},
        "heat": NO_HEAT,
        "closed": frozenset(),
        "people": PEOPLE,
        "unresolved": 0,
        "overdue": 0,
    }
    return Facts(counted=counted, **{**empty, **others})


@given(st.lists(SPANS, min_size=2), st.integers(1, 99))
def test_percentiles_are_those_of_the_statistics_module(spans, percent):
    expected = statistics.quantiles(spans, n=100, method="inclusive")[percent - 1]
    assert percentile(sorted(spans), percent) == expected


@given(st.lists(SPANS, min_size=1))
def test_the_median_is_that_of_the_statistics_module(spans):
    assert times(spans).median == statistics.median(spans)


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        pytest.param([], (None, None, None), id="nothing"),
        pytest.param([7], (7, 7, 7), id="one"),
        pytest.param([30, 10], (20, 28, 29), id="two, in any order"),
        pytest.param(range(0, 110, 10), (50, 90, 95), id="ranks that are met exactly"),
    ],
)
def test_small_sets_have_percentiles_one_can_check_by_hand(minutes, expected):
    found = times(timedelta(minutes=n) for n in minutes)
    wanted = (None if n is None else timedelta(minutes=n) for n in expected)
    assert found == Times(len(minutes), *wanted)


@given(st.lists(SPANS))
def test_whole_microseconds_give_the_times_of_the_durations(spans):
    rising = [span // timedelta(microseconds=1) for span in sorted(spans)]
    assert times_of(rising) == times(spans)


@given(st.lists(SPANS, min_size=1))
def test_percentiles_rise_and_stay_within_the_set(spans):
    ordered = sorted(spans)
    found = [percentile(ordered, percent) for percent in range(0, 101, 5)]
    assert found == sorted(found)
    assert (found[0], found[-1]) == (ordered[0], ordered[-1])


@pytest.mark.parametrize(
    ("kept", "broken", "permille"),
    [
        pytest.param(0, 0, None, id="nothing judged is not nothing kept"),
        pytest.param(0, 3, 0, id="none"),
        pytest.param(3, 0, 1000, id="all"),
        pytest.param(2, 1, 666, id="rounded down"),
        pytest.param(99_999, 1, 999, id="almost all is not all"),
    ],
)
def test_attainment_is_rounded_down(kept, broken, permille):
    assert Attainment(kept, broken).permille == permille


@given(COUNTED)
def test_what_the_agents_did_adds_up_to_the_whole(counted):
    report = summarise(facts(counted), PERIOD)
    assert sum(row.replies for row in report.agents) == report.totals.sent
    assert sum(row.times.count for row in report.agents) == report.totals.times.count
    assert sum(row.resolved for row in report.agents) == report.totals.resolved
    assert sum((row.attainment for row in report.agents), Attainment()) == report.totals.attainment


@given(COUNTED, st.dictionaries(DATES, st.integers(1, 99)))
def test_what_happened_on_the_days_adds_up_to_the_whole(counted, opened):
    report = summarise(facts(counted, opened=opened), PERIOD)
    assert len(report.spells) == PERIOD.days
    assert sum(spell.times.count for spell in report.spells) == report.totals.times.count
    assert sum(spell.resolved for spell in report.spells) == report.totals.resolved
    assert sum(spell.opened for spell in report.spells) == sum(opened.values())


@given(COUNTED)
def test_a_day_has_the_replies_to_what_was_written_on_it(counted):
    report = summarise(facts(counted), PERIOD)
    written = Counter(reply.started_at.astimezone(TOKYO).date() for reply in counted.first_replies)
    assert {
        spell.first: spell.times.count for spell in report.spells if spell.times.count
    } == written


def test_colleagues_stand_by_name_and_nobody_last():
    quick, slow = timedelta(minutes=1), timedelta(hours=9)
    at = PERIOD.start
    counted = Counted(
        first_replies=[
            FirstReply(at, quick, 3600, 1),
            FirstReply(at, slow, 3600, 2),
            FirstReply(at, slow, 3600, None),
        ],
        resolved={(PERIOD.first, 3): 1},
    )
    rows = summarise(facts(counted), PERIOD).agents
    names = [row.person.name if row.person else None for row in rows]
    assert names == ["佐藤 亮", "佐藤 美咲", "田中 健", None]


def test_who_did_nothing_has_no_row():
    assert summarise(facts(Counted()), PERIOD).agents == []


def test_only_single_days_are_marked_closed():
    long = Period(date(2026, 7, 1), date(2026, 10, 14), TOKYO)
    closed = frozenset({date(2026, 10, 4), date(2026, 7, 1)})
    days = summarise(facts(Counted(), closed=closed), PERIOD).spells
    assert [spell.first for spell in days if spell.closed] == [date(2026, 10, 4)]
    assert not any(
        spell.closed for spell in summarise(facts(Counted(), closed=closed), long).spells
    )


def test_the_usual_target_is_the_commonest_and_of_two_the_shorter():
    replies = [FirstReply(PERIOD.start, timedelta(0), target, None) for target in (60, 90, 90, 60)]
    assert usual_target(replies) == timedelta(seconds=60)
    assert usual_target(replies[:3]) == timedelta(seconds=90)
    assert usual_target([]) is None


def test_an_empty_period_has_no_times_and_no_share():
    empty = totals(Counted())
    assert (empty.times, empty.attainment.permille, empty.sent, empty.resolved) == (
        Times(), None, 0, 0,
    )  # fmt: skip
