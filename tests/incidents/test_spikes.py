"""How improbable is enough, what is usual, and what is one event."""

from datetime import UTC, date, datetime, timedelta
from math import exp, lgamma, log
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.incidents import spikes
from support.incidents.spark import spark
from support.incidents.spikes import DEMANDS, Course, Found, Rise, Said, Sensitivity, log_tail
from support.incidents.usual import SLOT, Expecting, Usual, around, growth, slot_of
from support.incidents.vocabulary import ALL, ANY, Key, Kind
from tests.incidents.quarter import Quarter, alarms, judged

TOKYO = ZoneInfo("Asia/Tokyo")
NOW = datetime(2026, 6, 3, 3, 0, tzinfo=UTC)
"""Wednesday, noon in Tokyo."""
WORD, OTHER = Key(Kind.TROUBLE, "つながらない"), Key(Kind.TROUBLE, "圏外")
NORMAL = DEMANDS[Sensitivity.NORMAL]
MINUTE = timedelta(minutes=1)


def poisson_tail(people, mean):
    return 1 - sum(exp(n * log(mean) - mean - lgamma(n + 1)) for n in range(people))


def test_without_spread_the_tail_is_that_of_poisson():
    for people, mean in ((3, 1.0), (8, 2.5), (15, 6.0)):
        exact = poisson_tail(people, mean)
        assert exp(log_tail(people, mean, 1e-9)) == pytest.approx(exact, rel=1e-4)


@given(st.integers(1, 300), st.floats(0.01, 100), st.floats(0.01, 1.5))
def test_more_people_are_less_probable_and_more_spread_more(people, mean, spread):
    tail = log_tail(people, mean, spread)
    assert tail <= 0
    assert log_tail(people + 1, mean, spread) <= tail + 1e-9
    if people > 3 * mean + 3:
        assert log_tail(people, mean, spread * 1.5) >= tail - 1e-9


def told(people, key=WORD, at=NOW, first=1, more=()):
    keys = frozenset({ALL, ANY, key, *more})
    return [Said(first + n, at - MINUTE * (n % 10), keys, first + n) for n in range(people)]


def risen(said, mean=0.5, spread=0.3, **more):
    return spikes.rises(said, lambda _key: Usual(mean, spread), NORMAL, NOW, **more)


def test_people_are_counted_once_however_often_they_write():
    assert {it.key for it in risen(told(15))} == {WORD, ANY}
    assert risen([Said(1, NOW - MINUTE * n, frozenset({WORD}), n) for n in range(14)]) == []


def test_more_words_and_more_accounts_ask_for_more_proof():
    said = told(9)
    assert risen(said, mean=0.5, spread=0.1, keys=10)
    assert not risen(said, mean=0.5, spread=0.1, keys=100_000, accounts=500)


def test_twice_dismissed_needs_twice_as_many():
    often = {WORD: 2, ANY: 2}
    assert risen(told(12), dismissed={WORD: 1})
    assert risen(told(12), dismissed=often) == []
    assert risen(told(20), dismissed=often)


def test_what_is_usual_raises_nothing():
    assert risen(told(15), mean=12) == []


def event(people, key):
    return Rise(key, spikes.WINDOWS[0], frozenset(people), 1.0, -40.0)


PLACE, TAG = Key(Kind.REGION, "札幌"), Key(Kind.TAG, "請求")


def test_words_of_the_same_people_are_one_event_and_of_others_another():
    groups = spikes.merged([
        event(range(10), WORD), event(range(20, 28), OTHER),
        event([1, 2, 3, 22, 23], PLACE), event(range(50, 60), TAG),
    ])  # fmt: skip
    assert [{it.key for it in group.rises} for group in groups] == [{WORD, OTHER, PLACE}, {TAG}]
    assert groups[0].main.key == WORD


def test_an_event_belongs_to_what_was_raised_until_it_has_cooled_down():
    found = Found([event(range(10), OTHER)])
    running = Course({WORD}, set(range(5, 30)))
    assert spikes.belongs(found, running, NOW)
    other_kind = Found([event(range(100, 110), TAG)])
    assert not spikes.belongs(other_kind, running, NOW)
    over = Course({WORD}, set(range(30)), ended_at=NOW - spikes.COOL_DOWN)
    assert not spikes.belongs(found, over, NOW)


def test_it_began_where_more_than_usual_began():
    quiet = [NOW - timedelta(minutes=50), NOW - timedelta(minutes=35)]
    rising = [NOW - timedelta(minutes=9) + MINUTE * n for n in range(9)]
    assert spikes.begun([*quiet, *rising], Usual(1.0, 0.2), NOW) == rising[0]


HOLIDAY = date(2026, 5, 27)
"""A Wednesday, a week before."""


def everyday(mean=4, days=70, skip=()):
    """The same number in every slot of every day about noon; `skip`: days nobody wrote."""
    counts = {}
    for day in range(1, days):
        for slot in range(-8, 9):
            at = slot_of(NOW) - timedelta(days=day) + SLOT * slot
            if at.astimezone(TOKYO).date() not in skip:
                counts[WORD, at] = mean
                counts[ALL, at] = mean * 5
    return counts


def expected(counts, at=NOW, holidays=(), since=timedelta(days=70), scales=(1.0,) * 9):
    near = around(slot_of(at), TOKYO, frozenset(holidays).__contains__, NOW - since)
    return Expecting(near, counts, scales)


def test_what_is_usual_is_what_was():
    usual = expected(everyday()).of(WORD)
    assert usual.mean == pytest.approx(4, rel=0.1)
    assert usual.spread < 0.3


def test_a_holiday_is_compared_with_sundays_and_not_with_its_weekday():
    near = around(slot_of(NOW), TOKYO, {NOW.date()}.__contains__, NOW - timedelta(days=70))
    assert {day[0].astimezone(TOKYO).weekday() for day in near.like} == {6}
    near = around(slot_of(NOW), TOKYO, {HOLIDAY}.__contains__, NOW - timedelta(days=70))
    days = {day[0].astimezone(TOKYO).date() for day in near.like}
    assert HOLIDAY not in days
    assert {it.weekday() for it in days} == {2}


def test_an_incident_of_the_past_does_not_become_usual():
    counts = everyday(2)
    for slot in range(-8, 9):
        counts[WORD, slot_of(NOW) - timedelta(days=7) + SLOT * slot] = 200
    assert expected(counts).of(WORD).mean < 4.5


def test_older_weeks_are_scaled_to_the_volume_of_now():
    assert growth([1000, 500, 250, 10]) == [1.0, 2.0, 2.0, 1.0]
    grown = expected(everyday(), scales=[2.0] * 9).of(WORD).mean
    assert grown == pytest.approx(8, rel=0.15)


def test_a_word_never_said_at_this_hour_is_expected_by_its_share():
    usual = expected(everyday()).of(OTHER)
    assert 0 < usual.mean < 0.3


def test_little_history_is_doubt_and_next_to_none_says_nothing():
    assert not expected(everyday(), since=timedelta(days=2)).can_tell
    short = expected(everyday(), since=timedelta(days=6))
    assert short.can_tell
    assert short.of(WORD).spread > expected(everyday()).of(WORD).spread + 0.3


def test_a_chart_shows_when_it_was_on():
    course = {"from": (NOW - SLOT * 3).isoformat(), "people": [1, 0, 12, 6], "usual": 1.0}
    drawn = spark(course, NOW - SLOT, NOW, width=120, height=32)
    assert [bar.hot for bar in drawn.bars] == [False, False, True, False]
    assert [bar.height for bar in drawn.bars] == [2.7, 0.5, 32.0, 16.0]
    assert spark({}, NOW, None, width=120, height=32).bars == []


def test_three_simulated_weeks_hold_no_false_alarm_and_every_large_outage_is_seen():
    """A small one of what bench/spikes.py measures; the same seed, the same weeks."""
    quarter = Quarter(200, weeks=3, seed=3, outages=6)
    found = list(alarms(quarter, step=3))
    seen, false = judged(quarter, found)
    assert len(false) <= 1, false
    large = [it for it in quarter.events if it.kind == "outage" and it.people >= 25]
    assert [it for it in large if it not in seen] == []
    for outage in large:
        assert seen[outage].at - outage.begins <= timedelta(minutes=20), outage
    assert len(found) <= len(seen) + len(false), "one alarm for one event"
