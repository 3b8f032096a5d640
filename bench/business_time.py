"""Operations a second of business time, over a day, a year and five years: one JSON line each.

Run from the checkout: `python -m bench.business_time`. Peers are measured in the same run where
they can be imported, and named as left out where not. Figures are medians of several rounds.
"""

import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from importlib import import_module
from importlib.util import find_spec
from random import Random
from statistics import median
from typing import Any

from support.sla.holidays_of import closed_days
from support.sla.hours import BusinessHours

Question = tuple[datetime, datetime, timedelta]

SPANS = {"1 day": 1, "1 year": 365, "5 years": 5 * 365}
ROUNDS, QUESTIONS = 7, 20_000
OPEN_HOURS_A_DAY = 8 * 5 / 7


def main(_arguments: list[str] | None = None) -> None:
    """Print one line for each operation and span, peers beside it."""
    closed = closed_days("JP", True, (), 2019, 2031)
    weekly = {day: [("09:00", "17:00")] for day in range(5)}
    _print_first_answer(weekly, closed)
    hours = BusinessHours("Asia/Tokyo", weekly, closed)
    rates: dict[tuple[str, str], float] = {}
    for span, days in SPANS.items():
        questions = _questions(days, QUESTIONS)
        rates["between", span] = _compare("between", span, questions, _ours_between(hours))
        rates["add", span] = _compare("add", span, questions, _ours_add(hours))
    for op in ("between", "add"):
        longest = rates[op, "1 day"] / rates[op, "5 years"]
        _print(op=op, who="ours", five_years_to_a_day=round(longest, 2))
    best = _run_peers(closed)
    for (op, span), rate in best.items():
        _print(op=op, span=span, ours_to_best_peer=round(rates[op, span] / rate, 1))


def _print_first_answer(weekly: dict[int, list[tuple[str, str]]], closed: dict[date, str]) -> None:
    at = datetime(2026, 10, 1, tzinfo=UTC)
    took = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        BusinessHours("Asia/Tokyo", weekly, closed).add(at, timedelta(hours=4))
        took.append(time.perf_counter() - begun)
    _print(op="first answer of a new calendar", who="ours", ms=round(median(took) * 1000, 2))


def _questions(days: int, count: int) -> list[Question]:
    """The same random moments for everybody, each with its span and an amount as long."""
    random = Random(days)
    begin = datetime(2021, 1, 1, tzinfo=UTC)
    starts = [begin + timedelta(seconds=random.randrange(4 * 365 * 86_400)) for _ in range(count)]
    amount = timedelta(hours=OPEN_HOURS_A_DAY * days)
    return [(start, start + timedelta(days=days), amount) for start in starts]


def _ours_between(hours: BusinessHours) -> Callable[[Question], object]:
    return lambda question: hours.between(question[0], question[1])


def _ours_add(hours: BusinessHours) -> Callable[[Question], object]:
    return lambda question: hours.add(question[0], question[2])


def _compare(
    op: str,
    span: str,
    questions: list[Question],
    ask: Callable[[Question], object],
    who: str = "ours",
) -> float:
    ask(questions[0])
    rates = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        for question in questions:
            ask(question)
        rates.append(len(questions) / (time.perf_counter() - begun))
    _print(op=op, span=span, who=who, ops_per_s=round(median(rates)))
    return median(rates)


def _run_peers(closed: dict[date, str]) -> dict[tuple[str, str], float]:
    """The best rate of any peer by operation and span."""
    best: dict[tuple[str, str], float] = {}
    for op, name, make in (
        ("between", "numpy", _numpy_between),
        ("between", "businesstimedelta", _businesstimedelta_between),
        ("between", "pandas", _pandas_between),
        ("between", "business_duration", _business_duration_between),
        ("add", "numpy", _numpy_add),
        ("add", "businesstimedelta", _businesstimedelta_add),
        ("add", "pandas", _pandas_add),
    ):
        if find_spec(name) is None:
            _print(op=op, who=name, left_out="not installed here")
            continue
        ask = make(sorted(closed))
        for span, days in SPANS.items():
            count = QUESTIONS if name == "numpy" else 3
            rate = _compare(op, span, _questions(days, count), ask, who=name)
            best[op, span] = max(rate, best.get((op, span), 0))
    return best


def _numpy_between(closed: list[date]) -> Callable[[Question], object]:
    """Whole business days by `busday_count`, the two broken days by hand, in Tokyo time."""
    numpy = import_module("numpy")
    calendar = numpy.busdaycalendar(holidays=closed)
    tokyo = timedelta(hours=9)

    def since_opening(at: datetime) -> tuple[date, float]:
        local = at + tokyo
        day = local.date()
        if not numpy.is_busday(day, busdaycal=calendar):
            return day, 0.0
        seconds = local.hour * 3600 + local.minute * 60 + local.second - 9 * 3600
        return day, float(min(max(seconds, 0), 8 * 3600))

    def ask(question: Question) -> object:
        first, before = since_opening(question[0])
        last, after = since_opening(question[1])
        days = int(numpy.busday_count(first, last, busdaycal=calendar))
        return timedelta(seconds=days * 8 * 3600 + after - before)

    return ask


def _businesstimedelta_between(closed: list[date]) -> Callable[[Question], object]:
    rules = _workday(closed)
    return lambda question: rules.difference(question[0], question[1])


def _numpy_add(closed: list[date]) -> Callable[[Question], object]:
    """Whole business days by `busday_offset`, the rest by hand, in Tokyo time."""
    numpy = import_module("numpy")
    calendar = numpy.busdaycalendar(holidays=closed)
    tokyo = timedelta(hours=9)

    def ask(question: Question) -> object:
        local = question[0] + tokyo
        day, seconds = local.date(), local.hour * 3600 + local.minute * 60 + local.second
        spent = min(max(seconds - 9 * 3600, 0), 8 * 3600)
        if not numpy.is_busday(day, busdaycal=calendar):
            spent = 0
        days, rest = divmod(int(question[2].total_seconds()) + spent, 8 * 3600)
        on = numpy.busday_offset(day, days, roll="forward", busdaycal=calendar)
        return on, rest

    return ask


def _workday(closed: list[date]) -> Any:
    peer, tokyo = import_module("businesstimedelta"), import_module("pytz").timezone("Asia/Tokyo")
    workday = peer.WorkDayRule(
        start_time=clock(9), end_time=clock(17), working_days=[0, 1, 2, 3, 4], tz=tokyo
    )
    off = peer.HolidayRule(dict.fromkeys(closed, "closed"), tz=tokyo)
    return peer.Rules([workday, off])


def _businesstimedelta_add(closed: list[date]) -> Callable[[Question], object]:
    peer, rules = import_module("businesstimedelta"), _workday(closed)
    return lambda question: (
        question[0] + peer.BusinessTimeDelta(rules, hours=int(question[2].total_seconds()) // 3600)
    )


def _pandas_hours(closed: list[date]) -> Any:
    pandas = import_module("pandas")
    return pandas.offsets.CustomBusinessHour(start="09:00", end="17:00", holidays=closed)


def _pandas_between(closed: list[date]) -> Callable[[Question], object]:
    """Whole hours only: pandas counts the steps between two moments."""
    pandas, hours = import_module("pandas"), _pandas_hours(closed)
    return lambda question: len(pandas.date_range(question[0], question[1], freq=hours))


def _pandas_add(closed: list[date]) -> Callable[[Question], object]:
    pandas, hours = import_module("pandas"), _pandas_hours(closed)
    return lambda question: (
        pandas.Timestamp(question[0]) + int(question[2].total_seconds()) // 3600 * hours
    )


def _business_duration_between(closed: list[date]) -> Callable[[Question], object]:
    pandas = import_module("pandas")
    duration = import_module("business_duration").businessDuration
    off = dict.fromkeys(closed, "closed")
    return lambda question: duration(
        startdate=pandas.Timestamp(question[0].replace(tzinfo=None)),
        enddate=pandas.Timestamp(question[1].replace(tzinfo=None)),
        starttime=clock(9),
        endtime=clock(17),
        holidaylist=off,
        unit="hour",
    )


def _print(**line: object) -> None:
    json.dump(line, sys.stdout)
    print(flush=True)


if __name__ == "__main__":
    main()
