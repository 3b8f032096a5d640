"""Days a desk is closed: a country's public holidays, the turn of the year, the company's own days.

The holidays themselves come from the `holidays` package, whose equinoxes beyond the officially
announced year are predictions. Every function returns the day's name with the day.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType

import holidays

from support.errors import N_
from support.sla.hours import HoursError

YEAR_END = "年末年始"
COMPANY_DAY = "休業日"
YEAR_END_DAYS = ((1, 1), (1, 2), (1, 3), (12, 29), (12, 30), (12, 31))

UNKNOWN_COUNTRY = N_("この国・地域の祝日は登録されていません。一覧から選んでください。")


def national_holidays(country: str, years: Iterable[int]) -> dict[date, str]:
    """Public holidays of an ISO 3166 country by date; Japan's in Japanese.

    Years the package does not know give nothing: see `known_until`.
    """
    return {day: name for year in years for day, name in _holidays_in(country, year).items()}


def known_until(country: str) -> int:
    """The last year whose public holidays the package can tell."""
    return _calendar(country, ()).end_year


def year_end_days(years: Iterable[int]) -> dict[date, str]:
    """年末年始, 29 December to 3 January, as far as it falls into `years`."""
    return {date(year, month, day): YEAR_END for year in years for month, day in YEAR_END_DAYS}


def company_days(
    closures: Iterable[tuple[str, str, str]], feed_days: Mapping[str, str]
) -> dict[date, str]:
    """A calendar's own closed days by date, from what its row keeps; its own name them first.

    `closures`: first day, last day, name; days are written like 2026-08-13.
    """
    days = {date.fromisoformat(day): name for day, name in feed_days.items()}
    for first, last, name in closures:
        day, end = date.fromisoformat(first), date.fromisoformat(last)
        while day <= end:
            days[day] = name or COMPANY_DAY
            day += timedelta(days=1)
    return days


def closed_days(
    country: str | None,
    year_end: bool,
    company: Mapping[date, str] | Iterable[date],
    first_year: int,
    last_year: int,
) -> dict[date, str]:
    """Every closed day of the years, sorted, for `BusinessHours(closed=…)` and for the page.

    `country` None: public holidays are working days. Company days, with or without names, are
    taken whatever their year. Where a day has several reasons a public holiday
    names it, then the company, then the season.
    """
    years = range(first_year, last_year + 1)
    days = year_end_days(years) if year_end else {}
    days |= company if isinstance(company, Mapping) else dict.fromkeys(company, COMPANY_DAY)
    days |= national_holidays(country, years) if country else {}
    return dict(sorted(days.items()))


@lru_cache(maxsize=1024)
def _holidays_in(country: str, year: int) -> Mapping[date, str]:
    return MappingProxyType(dict(_calendar(country, (year,))))


def _calendar(country: str, years: Iterable[int]) -> holidays.HolidayBase:
    language = "ja" if country == "JP" else None
    try:
        return holidays.country_holidays(country, years=years, language=language, expand=False)
    except NotImplementedError as error:
        raise HoursError("country", UNKNOWN_COUNTRY) from error
