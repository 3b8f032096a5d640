"""Laws of business time that hold for any calendar, and agreement with a naive count."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from support.sla.hours import BusinessHours


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


ZONES = [
    "Asia/Tokyo",
    "America/New_York",
    "Europe/London",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "America/Havana",
    "Africa/Casablanca",
]
START = datetime(2026, 3, 1, tzinfo=UTC)
MOMENTS = st.integers(0, 250 * 86_400_000_000).map(lambda n: START + timedelta(microseconds=n))
AMOUNTS = st.one_of(
    st.integers(1, 200 * 3_600_000_000).map(lambda n: timedelta(microseconds=n)),
    st.integers(1, 40 * 60).map(minutes),
)
DATES = st.integers(0, 260).map(lambda n: date(2026, 2, 27) + timedelta(days=n))


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


@st.composite
def clocks(draw: st.DrawFn) -> list[tuple[str, str]]:
    def opening() -> tuple[str, str]:
        start = draw(st.integers(0, 95)) * 15
        return _clock(start), _clock(min(2880, start + draw(st.integers(1, 110)) * 15))

    return [opening() for _ in range(draw(st.integers(0, 3)))]


@st.composite
def calendars(draw: st.DrawFn) -> dict[str, object]:
    """Arguments of a calendar that is open on some weekday at least."""
    weekly = draw(st.dictionaries(st.integers(0, 6), clocks(), min_size=1))
    assume(any(weekly.values()))
    return {
        "zone": draw(st.sampled_from(ZONES)),
        "weekly": weekly,
        "closed": draw(st.frozensets(DATES, max_size=20)),
        "special": draw(st.dictionaries(DATES, clocks(), max_size=4)),
        "partial": draw(st.dictionaries(DATES, clocks(), max_size=4)),
    }


law = settings(max_examples=60, deadline=None)


@law
@given(calendars(), MOMENTS, AMOUNTS)
def test_what_is_added_lies_between(c: dict, start: datetime, amount: timedelta) -> None:
    hours = BusinessHours(**c)
    due = hours.add(start, amount)
    assert due is not None
    assert hours.between(start, due) == amount
    assert hours.between(start, due - timedelta(microseconds=1)) < amount


@law
@given(calendars(), MOMENTS, AMOUNTS)
def test_nothing_is_exceeded_before_the_breach(c: dict, start: datetime, amount: timedelta) -> None:
    hours = BusinessHours(**c)
    breach = hours.breach_at(start, amount)
    assert breach is not None
    assert hours.between(start, breach) == amount
    assert hours.between(start, breach + timedelta(microseconds=1)) > amount


@law
@given(calendars(), MOMENTS, MOMENTS, AMOUNTS, AMOUNTS)
def test_add_is_monotone(
    c: dict, one: datetime, other: datetime, less: timedelta, more: timedelta
) -> None:
    hours = BusinessHours(**c)
    (one, other), (less, more) = sorted([one, other]), sorted([less, more])
    assert _due(hours, one, less) <= _due(hours, other, less)
    assert _due(hours, one, less) <= _due(hours, one, more)


@law
@given(calendars(), MOMENTS, MOMENTS, MOMENTS)
def test_between_adds_up_over_any_split(c: dict, a: datetime, b: datetime, d: datetime) -> None:
    hours = BusinessHours(**c)
    a, b, d = sorted([a, b, d])
    assert hours.between(a, b) + hours.between(b, d) == hours.between(a, d)


@law
@given(calendars(), MOMENTS, AMOUNTS, DATES)
def test_one_more_closed_day_makes_nothing_earlier(
    c: dict, start: datetime, amount: timedelta, day: date
) -> None:
    fewer = BusinessHours(**c)
    more = BusinessHours(**{**c, "closed": c["closed"] | {day}})
    assert _due(more, start, amount) >= _due(fewer, start, amount)


@law
@given(calendars(), MOMENTS, AMOUNTS, DATES, clocks())
def test_one_more_partial_closure_makes_nothing_earlier(
    c: dict, start: datetime, amount: timedelta, day: date, cut: list[tuple[str, str]]
) -> None:
    cuts = {**c["partial"], day: [*c["partial"].get(day, []), *cut]}
    more = BusinessHours(**{**c, "partial": cuts})
    assert _due(more, start, amount) >= _due(BusinessHours(**c), start, amount)


@law
@given(calendars(), MOMENTS, AMOUNTS, st.integers(0, 6), clocks())
def test_more_opening_time_makes_nothing_later(
    c: dict, start: datetime, amount: timedelta, day: int, longer: list[tuple[str, str]]
) -> None:
    weekly = {**c["weekly"], day: [*c["weekly"].get(day, []), *longer]}
    assert _due(BusinessHours(**{**c, "weekly": weekly}), start, amount) <= _due(
        BusinessHours(**c), start, amount
    )


@law
@given(calendars(), MOMENTS, st.integers(0, 3000))
def test_agrees_with_a_count_minute_by_minute(c: dict, start: datetime, length: int) -> None:
    hours = BusinessHours(**c)
    start = start.replace(second=0, microsecond=0)
    ticks = _open_ticks(c, start, length, minutes(1))
    assert hours.between(start, start + minutes(length)) == minutes(len(ticks))
    if ticks:
        assert hours.add(start, minutes(len(ticks))) == ticks[-1] + minutes(1)


@law
@given(calendars(), MOMENTS, st.integers(0, 3600))
def test_agrees_with_a_count_second_by_second(c: dict, start: datetime, length: int) -> None:
    hours, second = BusinessHours(**c), timedelta(seconds=1)
    start = start.replace(microsecond=0)
    ticks = _open_ticks(c, start, length, second)
    assert hours.between(start, start + length * second) == len(ticks) * second


@settings(max_examples=20, deadline=None)
@given(calendars(), MOMENTS, AMOUNTS, st.integers(1990, 2099))
def test_answers_do_not_depend_on_what_was_asked_before(
    c: dict, start: datetime, amount: timedelta, year: int
) -> None:
    fresh, asked = BusinessHours(**c), BusinessHours(**c)
    asked.is_open(datetime(year, 7, 1, tzinfo=UTC))
    assert asked.add(start, amount) == fresh.add(start, amount)
    assert asked.breach_at(start, amount) == fresh.breach_at(start, amount)
    assert asked.next_opening(start) == fresh.next_opening(start)
    assert asked.closing(start) == fresh.closing(start)


@law
@given(calendars(), MOMENTS)
def test_open_is_what_the_wall_clock_says(c: dict, at: datetime) -> None:
    hours = BusinessHours(**c)
    assert hours.is_open(at) == bool(_open_ticks(c, at, 1, minutes(1)))
    assert hours.is_open(at) or hours.closing(at) is None


def _due(hours: BusinessHours, start: datetime, amount: timedelta) -> datetime:
    due = hours.add(start, amount)
    assert due is not None
    return due


def _open_ticks(c: dict, start: datetime, count: int, tick: timedelta) -> list[datetime]:
    """The ticks at which some opening is in force, asked naively of each one."""
    zone = ZoneInfo(c["zone"])
    first, days = (start - timedelta(days=4)).date(), count * tick // timedelta(days=1) + 8
    openings = [
        (_reached(day, opens, zone), _reached(day, closes, zone))
        for day in (first + timedelta(days=n) for n in range(days))
        for opens, closes in _openings_on(c, day)
    ]
    cuts = [
        (_reached(day, starts, zone), _reached(day, ends, zone))
        for day in (first + timedelta(days=n) for n in range(days))
        for starts, ends in c["partial"].get(day, [])
    ]
    ticks = (start + n * tick for n in range(count))
    return [at for at in ticks if _within(at, openings) and not _within(at, cuts)]


def _within(at: datetime, spans: list[tuple[datetime, datetime]]) -> bool:
    return any(start <= at < end for start, end in spans)


def _openings_on(c: dict, day: date) -> list[tuple[str, str]]:
    if day in c["special"]:
        return c["special"][day]
    return [] if day in c["closed"] else c["weekly"].get(day.weekday(), [])


def _reached(day: date, clock: str, zone: ZoneInfo) -> datetime:
    """First quarter of an hour at which the zone's clock shows this time or a later one."""
    hour, minute = map(int, clock.split(":"))
    wall = datetime.combine(day, datetime.min.time()) + timedelta(hours=hour, minutes=minute)
    at = wall.replace(tzinfo=UTC) - timedelta(hours=15)
    while at.astimezone(zone).replace(tzinfo=None) < wall:
        at += minutes(15)
    return at
