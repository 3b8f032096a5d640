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
    for span, days in SPANS.items():
        _compare("between", span, _questions(days, QUESTIONS), _ours_between(hours))
        _compare("add", span, _questions(days, QUESTIONS), _ours_add(hours))
    _run_peers(weekly, closed)


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
) -> None:
    ask(questions[0])
    rates = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        for question in questions:
            ask(question)
        rates.append(len(questions) / (time.perf_counter() - begun))
    _print(op=op, span=span, who=who, ops_per_s=round(median(rates)))


def _run_peers(weekly: dict[int, list[tuple[str, str]]], closed: dict[date, str]) -> None:
    peers = {"numpy": _numpy_between, "businesstimedelta": _businesstimedelta_between}
    for name, make in peers.items():
        if find_spec(name) is None:
            _print(who=name, left_out="not installed here")
            continue
        ask = make(sorted(closed))
        for span, days in SPANS.items():
            count = QUESTIONS if name == "numpy" else 20
            _compare("between", span, _questions(days, count), ask, who=name)


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
    peer, tokyo = import_module("businesstimedelta"), import_module("pytz").timezone("Asia/Tokyo")
    workday = peer.WorkDayRule(
        start_time=clock(9), end_time=clock(17), working_days=[0, 1, 2, 3, 4], tz=tokyo
    )
    off = peer.HolidayRule(dict.fromkeys(closed, "closed"), tz=tokyo)
    rules = peer.Rules([workday, off])
    return lambda question: rules.difference(question[0], question[1])


def _print(**line: object) -> None:
    json.dump(line, sys.stdout)
    print(flush=True)


if __name__ == "__main__":
    main()
