"""The figures against a slow and plain reference, over random histories, on both databases.

The reference asks the rules of the house, promise by promise.
"""

import random
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support.canned.records import Pick
from support.reports import gathering
from support.reports.cells import Cell, behind
from support.reports.figures import summarise
from support.reports.measures import Attainment, Line, Measure, times
from support.reports.periods import Period
from support.reports.promised import KINDS, Clock, OpenSums
from support.sla import keeping
from support.sla.hours import BusinessHours
from support.sla.judgement import Standing, elapsed, late_intake, standing
from support.sla.keeping import hours_for, obligation
from support.sla.levels import PromiseKind
from support.sla.records import Calendar, pauses_of
from support.tickets.records import Team, TicketTag
from tests.reports.history import History

ZONES = st.sampled_from(["Asia/Tokyo", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu"])
LAST = date(2026, 10, 6)
"""Lord Howe's clock goes forward by half an hour on 4 October, Berlin's not before the 25th."""
NOW = datetime(2026, 10, 6, 7, tzinfo=UTC)
MINUTES = st.integers(0, 9 * 1440)
DEEDS = st.fixed_dictionaries(
    {
        "at": MINUTES,
        "odd": st.integers(0, 59_999_999),
        "kind": st.sampled_from(KINDS),
        "took": st.none() | st.integers(0, 3 * 1440),
        "late": st.sampled_from([0, 0, 0, 3000]),
        "minutes": st.sampled_from([1, 60, 240]),
        "withdrawn": st.sampled_from([False, False, False, True]),
        "agent": st.sampled_from(["misaki", "ken", None]),
        "by": st.sampled_from(["misaki", "ken", None]),
        "team": st.booleans(),
        "tags": st.sets(st.sampled_from(["回線", "請求", "=1"]), max_size=3),
        "answer": st.sampled_from([None, "a", "b"]),
        "pause": st.none() | st.tuples(st.integers(0, 900), st.integers(1, 2000)),
        "relayed": st.none() | st.integers(0, 2000),
    }
)


@pytest.fixture
def history(session, cast):
    history = History(session, cast)
    history.team = Team(name="夜間", made_at=NOW)
    history.other = Calendar(
        name="夜", zone="Asia/Tokyo", weekly={str(day): [["20:00", "26:00"]] for day in range(7)},
        made_at=NOW, version=1,
    )  # fmt: skip
    session.add_all([history.team, history.other])
    session.flush()
    return history


def happened(history, deed):
    """One promise and all that is around it."""
    session, cast = history.session, history.cast
    at = NOW - timedelta(minutes=deed["at"], microseconds=deed["odd"])
    agent = deed["agent"] and getattr(cast, deed["agent"])
    by = deed["by"] and getattr(cast, deed["by"])
    ticket = history.ticket(at, assignee=agent)
    ticket.team_id = history.team.id if deed["team"] else None
    ticket.tags = [TicketTag(name=name) for name in sorted(deed["tags"])]
    kept = None if deed["took"] is None else min(at + timedelta(minutes=deed["took"]), NOW)
    pause = ()
    if deed["pause"] and deed["kind"] is PromiseKind.RESOLUTION:
        start = at + timedelta(minutes=deed["pause"][0])
        pause = ((start, start + timedelta(minutes=deed["pause"][1])),)
    promise = history.promise(
        ticket, at, kind=deed["kind"], kept_at=kept, by=by if kept else None,
        minutes=deed["minutes"], received_at=at + timedelta(minutes=deed["late"]),
        withdrawn_at=at if deed["withdrawn"] and kept is None else None, paused=pause,
    )  # fmt: skip
    if deed["relayed"] is not None:
        until = at + timedelta(minutes=deed["relayed"])
        promise.earlier_hours = [[history.other.id, until.isoformat()]]
        keeping.rederive(promise, history.level, pauses_of(session, ticket.id))
    if kept and by and deed["answer"]:
        reply = history.reply(ticket, by, kept)
        session.add(
            Pick(
                message_id=ticket.latest_message_id, agent_id=by.id, reply_id=reply.id,
                answer_id=deed["answer"], shown=["a"], place=1, picked_at=kept,
            )
        )  # fmt: skip
    session.flush()
    return promise, ticket, deed


def plain(history, rows, period, chosen=lambda promise, ticket, deed: True):
    """Measures by kind and clock, promise by promise."""
    took, kept, broken = defaultdict(list), defaultdict(int), defaultdict(int)
    late = 0
    for promise, ticket, deed in rows:
        if not period.start <= promise.started_at < period.end or promise.withdrawn_at:
            continue
        if not chosen(promise, ticket, deed):
            continue
        facts = obligation(promise, history.level, pauses_of(history.session, ticket.id))
        hours, end = hours_for(promise), promise.kept_at or NOW
        if late_intake(facts, hours):
            late += 1
            continue
        by_wall = max(end - promise.started_at, timedelta(0))
        spent = {"business": elapsed(facts, hours, end), "wall": by_wall}
        over = {
            "business": standing(facts, hours, NOW) is Standing.BROKEN,
            "wall": by_wall > facts.target,
        }
        for clock in Clock:
            if over[clock] or promise.kept_at:
                took[promise.kind, clock].append(spent[clock])
                broken[promise.kind, clock] += over[clock]
                kept[promise.kind, clock] += not over[clock]
    measures = {
        (kind.value, clock.value): Measure(
            times(took[kind, clock]), Attainment(kept[kind, clock], broken[kind, clock])
        )
        for kind in KINDS
        for clock in Clock
    }
    return measures, late


FACETS = {
    "agent": lambda p, t, d: {p.kept_by_id if p.kept_at else t.assignee_id},
    "account": lambda p, t, d: {t.conversation.account_id},
    "team": lambda p, t, d: {t.team_id},
    "tag": lambda p, t, d: set(d["tags"]),
    "answer": lambda p, t, d: {d["answer"]} - {None} if p.kept_at and d["by"] else set(),
}


def compare(history, session, deeds, zone, days):
    """Every figure of the report, and the length of every list behind a cell."""
    where = ZoneInfo(zone)
    period = Period(LAST - timedelta(days=days - 1), LAST, where)
    with session.begin_nested() as undone:  # nothing of one example is left for the next
        rows = [happened(history, deed) for deed in deeds]
        report = summarise(gathering.gather(session, period, NOW), period)
        expected, late = plain(history, rows, period)
        assert report.totals.promised == Line("", expected)
        assert report.totals.late_intake == late
        before, _late = plain(history, rows, period.previous)
        assert report.before.promised == Line("", before)
        by_hour = {"hour": lambda p, t, d: {p.started_at.astimezone(where).hour}}
        for facet, keys in (FACETS | by_hour).items():
            known = {key for row in rows for key in keys(*row)}
            for key in known:
                mine = plain(history, rows, period, lambda *row, k=key, f=keys: k in f(*row))[0]
                shown = [line for line in report.lines[facet] if line.key == key]
                if any(measure.attainment.judged for measure in mine.values()):
                    assert shown == [Line(key, mine)], (facet, key)
                else:
                    assert shown == []
                for clock in Clock:
                    cell = Cell("first_reply", "judged", clock, facet, key)
                    listed = behind(session, period, NOW, cell)
                    assert len(listed) == mine["first_reply", clock].attainment.judged
        undone.rollback()


@given(deeds=st.lists(DEEDS, min_size=1, max_size=12), zone=ZONES, days=st.integers(1, 8))
@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_every_figure_is_that_of_the_plain_reference(history, session, deeds, zone, days):
    compare(history, session, deeds, zone, days)


@pytest.mark.parametrize("seed", [8, 20])
def test_so_is_every_figure_of_a_full_fortnight(history, session, seed):
    """As many promises as make every case likely: paused, relayed, late, open, at night."""
    chance = random.Random(seed)
    deeds = [
        {
            "at": chance.randrange(9 * 1440),
            "odd": chance.randrange(60_000_000),
            "kind": chance.choice([*KINDS, PromiseKind.RESOLUTION]),
            "took": chance.choice([None, chance.randrange(60), chance.randrange(3 * 1440)]),
            "late": chance.choice([0, 0, 0, 3000]),
            "minutes": chance.choice([1, 60, 240]),
            "withdrawn": chance.random() < 0.2,
            "agent": chance.choice(["misaki", "ken", None]),
            "by": chance.choice(["misaki", "ken", None]),
            "team": chance.random() < 0.5,
            "tags": {name for name in ("回線", "請求", "=1") if chance.random() < 0.3},
            "answer": chance.choice([None, "a", "b"]),
            "pause": chance.choice([None, (chance.randrange(200), chance.randrange(1, 2000))]),
            "relayed": chance.choice([None, None, None, chance.randrange(2000)]),
        }
        for _ in range(80)
    ]
    compare(history, session, deeds, "Asia/Tokyo", 7)


WEEKS = st.dictionaries(
    st.integers(0, 6),
    st.lists(
        st.tuples(st.integers(0, 23), st.integers(1, 24)).map(
            lambda it: (f"{it[0]:02}:00", f"{it[0] + it[1]:02}:30")
        ),
        max_size=2,
    ),
)


@given(
    weekly=WEEKS,
    zone=ZONES,
    moments=st.lists(st.integers(0, 20 * 86_400_000_000), min_size=2, max_size=8),
)
@settings(deadline=None)
def test_open_time_in_columns_is_that_of_the_business_hours(weekly, zone, moments):
    hours = BusinessHours(zone, weekly)
    origin = datetime(2026, 9, 20, tzinfo=UTC)
    at = [origin + timedelta(microseconds=n) for n in moments]
    first, last = min(at), max(at)
    micros = [n - min(moments) for n in moments]
    pairs = [
        ((a - first) // timedelta(microseconds=1), (b - first) // timedelta(microseconds=1))
        for a, b in hours.openings(first, last)
    ]
    starts, ends = np.array(micros[:-1]), np.array(micros[1:])
    found = OpenSums(pairs).between(starts, ends).tolist()
    expected = [hours.between(a, b) // timedelta(microseconds=1) for a, b in pairwise(at)]
    assert found == expected
    edges = {edge for opening in hours.openings(first, last) for edge in opening}
    there = [moment for moment in {*at, *edges} if moment < last]  # there a running one is cut off
    asked = np.array([(moment - first) // timedelta(microseconds=1) for moment in there])
    assert OpenSums(pairs).is_open(asked).tolist() == [hours.is_open(moment) for moment in there]
