"""A promise's deadlines against somebody who walks through time minute by minute with a wall clock.

The walker knows no instant arithmetic: a place is open by the furthest its wall clock ever got, so
that an hour which is gone through twice opens and closes nothing a second time. Hours change on the
way, the customer is waited for, a lead corrects that, days and weeks are closed.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.sla.holidays_of import closed_days
from support.sla.hours import BusinessHours
from support.sla.judgement import Obligation, breach_at, due_at, elapsed
from support.sla.levels import PromiseKind
from support.sla.relay import Relay
from support.sla.spells import Spell, paused

MINUTE = timedelta(minutes=1)
OFFICE = [("09:00", "12:00"), ("13:00", "18:00")]
R = {**dict.fromkeys(range(5), OFFICE), 5: [("10:00", "12:00")]}
ALWAYS = dict.fromkeys(range(7), [("00:00", "24:00")])
NIGHTS = dict.fromkeys(range(7), [("22:00", "26:00")])
JAPAN = frozenset(closed_days("JP", True, {}, 2025, 2028))
WEEK = frozenset(date(2026, 11, 2) + timedelta(days=n) for n in range(7))


@dataclass(frozen=True)
class Desk:
    """The hours of a place, as they are written down."""

    zone: str
    weekly: dict
    closed: frozenset = frozenset()
    special: dict = field(default_factory=dict)
    partial: dict = field(default_factory=dict)

    def hours(self) -> BusinessHours:
        return BusinessHours(self.zone, self.weekly, self.closed, self.special, self.partial)

    def walk(self, start: datetime) -> Iterator[bool]:
        """Whether it is open, for each minute from `start` on."""
        zone = ZoneInfo(self.zone)
        at, furthest = start - timedelta(days=2), datetime.min
        while True:
            furthest = max(furthest, at.astimezone(zone).replace(tzinfo=None))
            if at >= start:
                yield self._is_open(furthest)
            at += MINUTE

    def _is_open(self, wall: datetime) -> bool:
        days = [wall.date(), wall.date() - timedelta(days=1)]
        if any(self._in(wall, day, self.partial.get(day, ())) for day in days):
            return False
        return any(self._in(wall, day, self._openings(day)) for day in days)

    def _openings(self, day: date):
        if day in self.special:
            return self.special[day]
        return () if day in self.closed else self.weekly.get(day.weekday(), ())

    @staticmethod
    def _in(wall: datetime, day: date, clocks) -> bool:
        now = (wall - datetime.combine(day, datetime.min.time())) // MINUTE
        return any(_minutes(opens) <= now < _minutes(closes) for opens, closes in clocks)


def _minutes(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def walked(desks, changes, spells, start, target, most):
    """When the target is used up and when it is exceeded, by counting; None: not so soon.

    `desks` count one after another, until the moments of `changes`.
    """
    walks = [desk.walk(start) for desk in desks]
    at, left, due = start, target // MINUTE, None
    for _ in range(most):
        opens = [next(walk) for walk in walks]
        here = opens[sum(change <= at for change in changes)]
        ran = any(s.start <= at and (s.end is None or at < s.end) for s in spells if s.runs)
        stood = any(s.start <= at and (s.end is None or at < s.end) for s in spells if not s.runs)
        if here and (ran or not stood):
            if not left:
                return due, at
            left -= 1
            if not left:
                due = at + MINUTE
        at += MINUTE
    return due, None


def agree(desks, start, target, *, changes=(), spells=(), days=12, kind=PromiseKind.RESOLUTION):
    """The desk's rules and the walker, on one promise; when it is due."""
    *before, last = [desk.hours() for desk in desks]
    hours = Relay(list(zip(before, changes, strict=True)), last) if before else last
    facts = Obligation(kind, start, target, paused=paused(spells))
    most = days * 24 * 60
    due, breach = walked(desks, changes, spells, start, target, most)
    end = start + most * MINUTE
    found, broken = due_at(facts, hours), breach_at(facts, hours)
    assert (found if found is not None and found <= end else None) == due
    assert (broken if broken is not None and broken < end else None) == breach
    if due is not None:
        assert elapsed(facts, hours, due) == target
        assert elapsed(facts, hours, due - MINUTE) == target - MINUTE
    return due


def tokyo(*moment):
    return datetime(*moment, tzinfo=ZoneInfo("Asia/Tokyo")).astimezone(UTC)


def new_york(*moment, fold=0):
    return datetime(*moment, fold=fold, tzinfo=ZoneInfo("America/New_York")).astimezone(UTC)


H = timedelta(hours=1)
OURS, THEIRS = Desk("Asia/Tokyo", R, JAPAN), Desk("America/New_York", ALWAYS)


@pytest.mark.parametrize(
    ("desk", "start", "target", "due"),
    [
        (OURS, tokyo(2026, 12, 28, 17), 2 * H, tokyo(2027, 1, 4, 10)),
        (OURS, tokyo(2026, 12, 31, 23, 59), H, tokyo(2027, 1, 4, 10)),
        (OURS, tokyo(2026, 9, 18, 17), 3 * H, tokyo(2026, 9, 19, 12)),
        (
            Desk("Asia/Tokyo", R, JAPAN | WEEK),
            tokyo(2026, 10, 31, 11),
            2 * H,
            tokyo(2026, 11, 9, 10),
        ),
        (Desk("Asia/Tokyo", NIGHTS), tokyo(2026, 12, 31, 23), 4 * H, tokyo(2027, 1, 1, 23)),
        (THEIRS, new_york(2026, 3, 8, 0, 30), 3 * H, new_york(2026, 3, 8, 4, 30)),
        (THEIRS, new_york(2026, 11, 1, 0, 30), 3 * H, new_york(2026, 11, 1, 2, 30)),
        (
            Desk("America/New_York", dict.fromkeys(range(7), [("01:30", "02:30")])),
            new_york(2026, 11, 1, 0, 0),
            2 * H,
            new_york(2026, 11, 1, 2, 30),
        ),
        (
            Desk("America/New_York", dict.fromkeys(range(7), [("02:30", "04:00")])),
            new_york(2026, 3, 8, 0, 0),
            2 * H,
            new_york(2026, 3, 9, 3, 30),
        ),
        (
            Desk("Europe/London", NIGHTS),
            datetime(2026, 10, 24, 20, tzinfo=UTC),
            5 * H,
            datetime(2026, 10, 25, 2, tzinfo=UTC),
        ),
        (
            Desk("Asia/Tokyo", R, special={date(2026, 10, 12): [("10:00", "11:00")]}),
            tokyo(2026, 10, 10, 11, 30),
            H,
            tokyo(2026, 10, 12, 10, 30),
        ),
    ],
    ids=[
        "year end",
        "new year's eve",
        "silver week",
        "closed week",
        "across new year",
        "spring",
        "autumn",
        "an hour twice",
        "an hour never",
        "London's long night",
        "special day",
    ],
)
def test_named_days(desk, start, target, due):
    assert agree([desk], start, target, days=14) == due


def test_hours_changed_while_it_is_paused():
    day = Desk("Asia/Tokyo", R, JAPAN)
    start, change = tokyo(2026, 10, 1, 10), tokyo(2026, 10, 2, 8)
    waited = [Spell(tokyo(2026, 10, 1, 11), tokyo(2026, 10, 3, 11))]
    later = Desk("Asia/Tokyo", dict.fromkeys(range(7), [("14:00", "20:00")]))
    due = agree([day, later], start, 4 * H, changes=[change], spells=waited)
    assert due == tokyo(2026, 10, 3, 17)


def test_a_first_reply_is_never_paused():
    day, start = Desk("Asia/Tokyo", R, JAPAN), tokyo(2026, 10, 1, 10)
    facts = Obligation(PromiseKind.FIRST_REPLY, start, H, paused=((start, tokyo(2026, 10, 9, 10)),))
    assert due_at(facts, day.hours()) == agree([day], start, H) == start + H


ZONES = ("Asia/Tokyo", "America/New_York", "Europe/London", "Australia/Lord_Howe", "Asia/Kathmandu")
AROUND = (
    datetime(2026, 3, 7, 12, tzinfo=UTC),  # New York's clocks go forward
    datetime(2026, 3, 28, 6, tzinfo=UTC),  # London's
    datetime(2026, 10, 3, 3, tzinfo=UTC),  # Lord Howe's, by half an hour
    datetime(2026, 10, 24, 12, tzinfo=UTC),  # London's go back
    datetime(2026, 10, 31, 18, tzinfo=UTC),  # New York's
    datetime(2026, 12, 28, 6, tzinfo=UTC),
)
LATER = st.integers(0, 6 * 24 * 60).map(lambda n: n * MINUTE)


@st.composite
def clocks(draw: st.DrawFn) -> list[tuple[str, str]]:
    def opening() -> tuple[str, str]:
        start = draw(st.integers(0, 1439))
        end = min(2880, start + draw(st.integers(1, 1500)))
        return tuple(f"{m // 60:02}:{m % 60:02}" for m in (start, end))

    return [opening() for _ in range(draw(st.integers(0, 3)))]


@st.composite
def histories(draw: st.DrawFn):
    begin = draw(st.sampled_from(AROUND))
    dates = st.integers(-2, 10).map(lambda n: begin.date() + timedelta(days=n))

    def desk() -> Desk:
        own = st.dictionaries(st.integers(0, 6), clocks())
        usual = draw(st.sampled_from([R, ALWAYS, NIGHTS]) | own)
        return Desk(
            draw(st.sampled_from(ZONES)),
            usual,
            draw(st.frozensets(dates, max_size=5)),
            draw(st.dictionaries(dates, clocks(), max_size=2)),
            draw(st.dictionaries(dates, clocks(), max_size=2)),
        )

    changes = sorted(begin + later for later in draw(st.lists(LATER, max_size=2, unique=True)))
    waits = st.tuples(LATER, LATER | st.none(), st.booleans())
    spells = [
        Spell(begin + a, None if b is None else begin + a + b, runs)
        for a, b, runs in draw(st.lists(waits, max_size=4))
    ]
    start = begin + draw(LATER) / 3
    start = start.replace(second=0, microsecond=0)
    target = draw(st.integers(1, 2000)) * MINUTE
    return [desk() for _ in range(len(changes) + 1)], start, target, changes, spells


@settings(max_examples=12, deadline=None)
@given(histories())
def test_any_history_is_judged_as_the_walker_does(it):
    desks, start, target, changes, spells = it
    agree(desks, start, target, changes=changes, spells=spells, days=9)
