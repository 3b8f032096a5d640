"""Business time, case by case: each is one that help desks are known to get wrong."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from support.sla.hours import BusinessHours, HoursError

TOKYO, NEW_YORK = ZoneInfo("Asia/Tokyo"), ZoneInfo("America/New_York")
WEEKDAY = [("09:00", "12:00"), ("13:00", "18:00")]
ALWAYS = dict.fromkeys(range(7), [("00:00", "24:00")])
NIGHTS = dict.fromkeys(range(7), [("22:00", "26:00")])
OFFICE = dict.fromkeys(range(5), [("09:00", "17:00")])


def jst(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=TOKYO)


def local(text: str, zone: ZoneInfo) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


# start, minutes of open time, due
DUE = {
    "a whole day ends at closing": ("2026-10-01 09:00", 480, "2026-10-01 18:00"),
    "over lunch": ("2026-10-01 11:30", 60, "2026-10-01 13:30"),
    "asked as lunch begins": ("2026-10-01 12:00", 30, "2026-10-01 13:30"),
    "asked during lunch": ("2026-10-01 12:20", 30, "2026-10-01 13:30"),
    "seconds are kept overnight": ("2026-10-01 17:30:59", 60, "2026-10-02 09:30:59"),
    "over a weekend, Saturday counts": ("2026-10-02 18:00", 240, "2026-10-05 11:00"),
    "from Saturday to Monday": ("2026-10-03 11:00", 120, "2026-10-05 10:00"),
    "a holiday Monday": ("2026-10-10 11:30", 60, "2026-10-13 09:30"),
    "exact fit before three holidays": ("2026-09-18 17:00", 180, "2026-09-19 12:00"),
    "Golden Week": ("2026-05-01 17:00", 240, "2026-05-07 10:00"),
    "the turn of the year": ("2026-12-28 17:00", 120, "2027-01-04 10:00"),
}


@pytest.mark.parametrize(("start", "amount", "due"), DUE.values(), ids=DUE)
def test_deadline_in_reference_hours(
    reference: BusinessHours, start: str, amount: int, due: str
) -> None:
    assert reference.add(jst(start), minutes(amount)) == jst(due)
    assert reference.between(jst(start), jst(due)) == minutes(amount)


BREACH = {
    "exact fit at closing": ("2026-10-01 09:00", 480, "2026-10-02 09:00"),
    "exact fit before three holidays": ("2026-09-18 17:00", 180, "2026-09-24 09:00"),
    "exact fit at lunch": ("2026-10-01 11:00", 60, "2026-10-01 13:00"),
    "amid an opening it is the due time": ("2026-10-01 11:30", 60, "2026-10-01 13:30"),
}


@pytest.mark.parametrize(("start", "amount", "breach"), BREACH.values(), ids=BREACH)
def test_breach_on_an_exact_fit_is_the_next_opening(
    reference: BusinessHours, start: str, amount: int, breach: str
) -> None:
    assert reference.breach_at(jst(start), minutes(amount)) == jst(breach)


def test_days_with_different_hours() -> None:
    hours = BusinessHours("Asia/Tokyo", {3: [("09:00", "12:00")], 4: [("13:00", "18:00")]})
    assert hours.add(jst("2026-10-01 15:00"), minutes(60)) == jst("2026-10-02 14:00")


def test_special_day_closes_early() -> None:
    early = {date(2026, 10, 1): [("09:00", "12:00"), ("13:00", "15:00")]}
    hours = BusinessHours("Asia/Tokyo", dict.fromkeys(range(5), WEEKDAY), (), early)
    assert hours.add(jst("2026-10-01 14:00"), minutes(120)) == jst("2026-10-02 10:00")


def test_special_opening_beats_a_holiday() -> None:
    holiday = date(2026, 10, 12)
    hours = BusinessHours("Asia/Tokyo", OFFICE, [holiday], {holiday: [("10:00", "12:00")]})
    assert hours.is_open(jst("2026-10-12 10:30"))
    assert not hours.is_open(jst("2026-10-12 13:00"))


def test_special_day_without_openings_is_closed() -> None:
    hours = BusinessHours("Asia/Tokyo", OFFICE, special={date(2026, 10, 1): []})
    assert hours.next_opening(jst("2026-09-30 18:00")) == jst("2026-10-02 09:00")


def test_nights_run_past_midnight() -> None:
    hours = BusinessHours("Asia/Tokyo", NIGHTS)
    assert hours.add(jst("2026-10-01 23:30"), minutes(180)) == jst("2026-10-02 22:30")


def test_night_before_a_holiday_runs_on_into_it() -> None:
    hours = BusinessHours("Asia/Tokyo", NIGHTS, [date(2026, 10, 2)])
    assert hours.closing(jst("2026-10-01 23:30")) == jst("2026-10-02 02:00")
    assert hours.add(jst("2026-10-01 23:30"), minutes(180)) == jst("2026-10-03 22:30")


# start in New York, minutes, due
DST = {
    "spring forward": ("2026-03-08 00:30", 180, "2026-03-08 04:30-04:00"),
    "fall back": ("2026-11-01 00:30", 180, "2026-11-01 02:30-05:00"),
}


@pytest.mark.parametrize(("start", "amount", "due"), DST.values(), ids=DST)
def test_real_seconds_count_over_a_clock_change(start: str, amount: int, due: str) -> None:
    hours = BusinessHours("America/New_York", ALWAYS)
    found = hours.add(local(start, NEW_YORK), minutes(amount))
    assert found == datetime.fromisoformat(due)


def test_skipped_opening_time_stands_for_the_end_of_the_gap() -> None:
    hours = BusinessHours("America/New_York", {6: [("02:30", "04:00")]})
    assert hours.openings(*_day("2026-03-08", NEW_YORK)) == [
        (local("2026-03-08 03:00", NEW_YORK), local("2026-03-08 04:00", NEW_YORK))
    ]


def test_opening_that_lies_in_the_gap_is_none() -> None:
    hours = BusinessHours("America/New_York", {6: [("02:10", "02:50")]})
    assert hours.openings(*_day("2026-03-08", NEW_YORK)) == []


def test_ambiguous_time_stands_for_its_first_occurrence() -> None:
    hours = BusinessHours("America/New_York", {6: [("01:30", "03:00")]})
    [(opens, closes)] = hours.openings(*_day("2026-11-01", NEW_YORK))
    assert opens == datetime.fromisoformat("2026-11-01 01:30-04:00")
    assert closes == datetime.fromisoformat("2026-11-01 03:00-05:00")
    assert hours.between(*_day("2026-11-01", NEW_YORK)) == minutes(150)


def test_date_that_a_zone_skipped_has_no_openings() -> None:
    apia = ZoneInfo("Pacific/Apia")
    hours = BusinessHours("Pacific/Apia", dict.fromkeys(range(7), [("09:00", "17:00")]))
    found = hours.openings(local("2011-12-29 00:00", apia), local("2012-01-01 00:00", apia))
    assert [opens.astimezone(apia).day for opens, _ in found] == [29, 31]


def _day(day: str, zone: ZoneInfo) -> tuple[datetime, datetime]:
    start = local(f"{day} 00:00", zone)
    return start, start + timedelta(days=1)


def test_always_open_counts_the_clock() -> None:
    hours = BusinessHours("Asia/Tokyo", ALWAYS)
    assert hours.add(jst("2026-10-05 00:00"), timedelta(hours=48)) == jst("2026-10-07 00:00")
    assert hours.breach_at(jst("2026-10-05 00:00"), timedelta(hours=48)) == jst("2026-10-07 00:00")
    assert hours.closing(jst("2026-10-05 00:00")) is None
    assert hours.next_opening(jst("2026-10-05 00:00")) is None


def test_forty_closed_days_still_give_a_deadline() -> None:
    closed = [date(2026, 10, 1) + timedelta(days=n) for n in range(40)]
    hours = BusinessHours("Asia/Tokyo", OFFICE, closed)
    assert hours.add(jst("2026-09-30 16:30"), minutes(60)) == jst("2026-11-10 09:30")


def test_deadline_decades_away_is_found() -> None:
    hours = BusinessHours("Asia/Tokyo", {}, special={date(2071, 4, 1): [("10:00", "11:00")]})
    assert hours.add(jst("2026-10-01 09:00"), minutes(60)) == jst("2071-04-01 11:00")
    assert hours.breach_at(jst("2026-10-01 09:00"), minutes(60)) is None
    assert hours.next_opening(jst("2071-04-01 10:00")) is None
    assert not hours.never_opens


NEVER = {
    "no hours at all": BusinessHours("Asia/Tokyo", {}),
    "only special days, all closed": BusinessHours(
        "Asia/Tokyo", {}, special={date(2026, 1, 1): [], date(2026, 1, 2): []}
    ),
    "every Monday closed": BusinessHours(
        "Asia/Tokyo",
        {0: [("09:00", "17:00")]},
        (date.fromordinal(day) for day in range(726_000, 768_000)),
    ),
}


@pytest.mark.parametrize("hours", NEVER.values(), ids=NEVER)
def test_hours_that_never_open_say_so(hours: BusinessHours) -> None:
    at = jst("2026-10-01 09:00")
    assert hours.never_opens
    assert hours.add(at, minutes(1)) is None
    assert hours.breach_at(at, minutes(1)) is None
    assert hours.next_opening(at) is None
    assert hours.between(at, at + timedelta(days=400)) == timedelta(0)


def test_openings_are_half_open(reference: BusinessHours) -> None:
    assert reference.is_open(jst("2026-10-01 09:00"))
    assert not reference.is_open(jst("2026-10-01 12:00"))
    assert reference.closing(jst("2026-10-01 12:00")) is None
    assert reference.closing(jst("2026-10-01 11:59:59.999999")) == jst("2026-10-01 12:00")


def test_next_opening_begins_later(reference: BusinessHours) -> None:
    assert reference.next_opening(jst("2026-10-01 12:00")) == jst("2026-10-01 13:00")
    assert reference.next_opening(jst("2026-10-01 13:00")) == jst("2026-10-02 09:00")


def test_openings_are_cut_at_both_ends(reference: BusinessHours) -> None:
    assert reference.openings(jst("2026-10-01 11:00"), jst("2026-10-01 14:00")) == [
        (jst("2026-10-01 11:00"), jst("2026-10-01 12:00")),
        (jst("2026-10-01 13:00"), jst("2026-10-01 14:00")),
    ]
    assert reference.openings(jst("2026-10-01 12:00"), jst("2026-10-01 13:00")) == []


def test_end_before_start_is_no_time_at_all(reference: BusinessHours) -> None:
    assert reference.between(jst("2026-10-01 15:00"), jst("2026-10-01 14:00")) == timedelta(0)
    assert reference.openings(jst("2026-10-01 15:00"), jst("2026-10-01 14:00")) == []


def test_results_are_utc(reference: BusinessHours) -> None:
    due = reference.add(jst("2026-10-01 09:00"), minutes(5))
    assert due is not None
    assert due.tzinfo is UTC


def test_touching_and_overlapping_openings_merge_and_are_named() -> None:
    given_ = {
        0: [("09:00", "12:00"), ("12:00", "15:00")],
        1: [("13:00", "18:00"), ("9:00", "14:00")],
    }
    hours = BusinessHours("Asia/Tokyo", given_)
    assert hours.merged == ("weekly.0", "weekly.1")
    assert hours.closing(jst("2026-10-05 09:00")) == jst("2026-10-05 15:00")
    assert hours.between(jst("2026-10-06 00:00"), jst("2026-10-07 00:00")) == timedelta(hours=9)


def test_nights_that_overlap_the_next_day_count_once() -> None:
    hours = BusinessHours("Asia/Tokyo", dict.fromkeys(range(7), [("08:00", "33:00")]))
    assert hours.between(jst("2026-10-05 00:00"), jst("2026-10-07 00:00")) == timedelta(hours=48)


REFUSED = {
    "unknown zone": ("zone", "Asia/Nagoya", OFFICE),
    "zone that is a folder": ("zone", "America", OFFICE),
    "zone outside the database": ("zone", "../etc/passwd", OFFICE),
    "no zone": ("zone", "", OFFICE),
    "open is close": ("weekly.2", "Asia/Tokyo", {2: [("09:00", "09:00")]}),
    "close before open": ("weekly.2", "Asia/Tokyo", {2: [("22:00", "02:00")]}),
    "opening on the next day": ("weekly.2", "Asia/Tokyo", {2: [("24:00", "26:00")]}),
    "closing past two days": ("weekly.2", "Asia/Tokyo", {2: [("09:00", "48:01")]}),
    "sixty minutes": ("weekly.2", "Asia/Tokyo", {2: [("09:60", "10:00")]}),
    "an empty clock": ("weekly.2", "Asia/Tokyo", {2: [("", "10:00")]}),
    "an eighth day": ("weekly", "Asia/Tokyo", {7: [("09:00", "10:00")]}),
}


@pytest.mark.parametrize(("field", "zone", "weekly"), REFUSED.values(), ids=REFUSED)
def test_hours_that_cannot_be_meant_are_refused_at_their_field(
    field: str, zone: str, weekly: dict[int, list[tuple[str, str]]]
) -> None:
    with pytest.raises(HoursError) as refusal:
        BusinessHours(zone, weekly)
    assert refusal.value.field == field
    assert str(refusal.value).endswith("。")


def test_special_day_is_refused_by_its_date() -> None:
    with pytest.raises(HoursError) as refusal:
        BusinessHours("Asia/Tokyo", OFFICE, special={date(2026, 10, 1): [("9", "10:00")]})
    assert refusal.value.field == "special.2026-10-01"


@pytest.mark.parametrize("amount", [timedelta(0), timedelta(microseconds=-1)])
def test_amount_of_nothing_is_refused(reference: BusinessHours, amount: timedelta) -> None:
    with pytest.raises(HoursError):
        reference.add(jst("2026-10-01 09:00"), amount)
    with pytest.raises(HoursError):
        reference.breach_at(jst("2026-10-01 09:00"), amount)


def test_naive_moment_is_refused(reference: BusinessHours) -> None:
    with pytest.raises(ValueError, match="タイムゾーン"):
        reference.is_open(datetime(2026, 10, 1, 9))


@pytest.mark.parametrize(
    "at", [datetime(1989, 12, 31, tzinfo=UTC), datetime(2101, 1, 1, tzinfo=UTC)]
)
def test_moment_out_of_reach_is_refused(reference: BusinessHours, at: datetime) -> None:
    with pytest.raises(HoursError, match="1990年から2100年"):
        reference.between(at, at + minutes(1))


def test_first_and_last_moment_within_reach() -> None:
    hours = BusinessHours("Asia/Tokyo", ALWAYS)
    first, last = datetime(1990, 1, 1, tzinfo=UTC), datetime(2100, 12, 31, 23, 59, tzinfo=UTC)
    assert hours.between(first, last) == last - first
    assert hours.add(last, minutes(2)) is None


def test_night_that_began_before_reach_runs_on_into_it() -> None:
    hours = BusinessHours("America/New_York", NIGHTS)
    assert hours.is_open(datetime(1990, 1, 1, 5, tzinfo=UTC))


def test_a_partial_closure_cuts_what_is_open_then_and_nothing_else(
    reference: BusinessHours,
) -> None:
    training = {date(2026, 10, 1): [("10:00", "11:00")]}
    hours = BusinessHours("Asia/Tokyo", dict.fromkeys(range(5), WEEKDAY), partial=training)
    assert not hours.is_open(jst("2026-10-01 10:30"))
    assert hours.add(jst("2026-10-01 09:30"), minutes(60)) == jst("2026-10-01 11:30")
    assert hours.add(jst("2026-10-02 09:30"), minutes(60)) == jst("2026-10-02 10:30")


def test_a_partial_closure_cuts_a_night_that_runs_on_from_the_day_before() -> None:
    hours = BusinessHours("Asia/Tokyo", NIGHTS, partial={date(2026, 10, 2): [("00:30", "01:30")]})
    found = hours.openings(jst("2026-10-01 20:00"), jst("2026-10-02 12:00"))
    assert found == [
        (jst("2026-10-01 22:00"), jst("2026-10-02 00:30")),
        (jst("2026-10-02 01:30"), jst("2026-10-02 02:00")),
    ]


def test_a_desk_whose_only_opening_is_cut_away_never_opens() -> None:
    day = date(2026, 10, 1)
    only = {day: [("09:00", "12:00")]}
    cut = BusinessHours("Asia/Tokyo", {}, special=only, partial={day: [("08:00", "13:00")]})
    assert cut.never_opens
    assert not BusinessHours(
        "Asia/Tokyo", {}, special=only, partial={day: [("08:00", "11:00")]}
    ).never_opens


def test_a_partial_closure_is_refused_by_its_date() -> None:
    with pytest.raises(HoursError) as refusal:
        BusinessHours("Asia/Tokyo", OFFICE, partial={date(2026, 10, 1): [("9", "10:00")]})
    assert refusal.value.field == "partial.2026-10-01"
