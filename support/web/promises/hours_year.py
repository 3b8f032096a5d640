"""A year of business hours, day by day, as the page draws it."""

from calendar import Calendar as Months
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from support.sla.holidays_of import closed_days, company_days, national_holidays
from support.terms.editing import Draft
from support.web.promises.hours_form import hours_text

SUNDAY_FIRST = Months(firstweekday=6)
KINDS = ("holiday", "company", "feed", "short", "closed", "open")


@dataclass(frozen=True, slots=True)
class Day:
    """`kind` is one of KINDS; `name`: why it is closed; `hours`: when it is open, in words."""

    on: date
    kind: str
    name: str = ""
    hours: str = ""


@dataclass(frozen=True, slots=True)
class Month:
    first: date
    weeks: Sequence[Sequence[Day | None]]


def year_of(draft: Draft, year: int) -> list[Month]:
    """Twelve months; a day that is not of its month is None."""
    own, feed = company_days(draft.closures, {}), company_days((), draft.feed_days)
    public = national_holidays(draft.country, [year]) if draft.country else {}
    names = closed_days(draft.country or None, draft.year_end, feed | own, year, year)
    kinds = dict.fromkeys(names, "company") | dict.fromkeys(feed.keys() - own.keys(), "feed")
    closed = {on: Day(on, kinds[on], name) for on, name in names.items() if on.year == year}
    closed |= {on: Day(on, "holiday", name) for on, name in public.items()}
    return [_month(draft, date(year, n, 1), closed) for n in range(1, 13)]


def named_days(months: Sequence[Month]) -> Iterator[tuple[date, date, str, str]]:
    """Days that differ from the week, run together: first, last, kind, name."""
    run: tuple[date, date, str, str] | None = None
    for day in (day for month in months for week in month.weeks for day in week if day):
        if not day.name and day.kind not in ("short",):
            continue
        label = (day.kind, day.name or day.hours)
        if run and run[2:] == label and (day.on - run[1]).days == 1:
            run = (run[0], day.on, *label)
            continue
        if run:
            yield run
        run = (day.on, day.on, *label)
    if run:
        yield run


def _month(draft: Draft, first: date, closed: Mapping[date, Day]) -> Month:
    weeks = [
        [_day(draft, on, closed) if on.month == first.month else None for on in week]
        for week in SUNDAY_FIRST.monthdatescalendar(first.year, first.month)
    ]
    return Month(first, weeks)


def _day(draft: Draft, on: date, closed: Mapping[date, Day]) -> Day:
    key = str(on)
    weekly = hours_text(draft.weekly.get(str(on.weekday()), []))
    if key in draft.special:
        name = closed[on].name if on in closed else ""
        spans = draft.special[key]
        return Day(on, "short" if spans else "company", name, hours_text(spans))
    if on in closed:
        return closed[on]
    if key in draft.partial:
        return Day(on, "short", "", f"{weekly} − {hours_text(draft.partial[key])}")
    return Day(on, "open" if weekly else "closed", "", weekly)
