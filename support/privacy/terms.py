"""How long what is kept: the rules an administrator sets, and the moments that follow from them."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from typing import Any

MONTHS, DAYS = "months", "days"


@dataclass(frozen=True, slots=True)
class Span:
    """What may be set for one rule."""

    unit: str
    least: int
    most: int


SPANS: Mapping[str, Span] = {
    # Within a month a customer's answer goes on with a resolved ticket: its words are needed.
    "words": Span(MONTHS, 2, 120),
    "media": Span(MONTHS, 2, 120),
    "payloads": Span(DAYS, 7, 3650),
    "beside": Span(DAYS, 30, 3650),
    "prospects": Span(DAYS, 7, 365),
    "notices": Span(DAYS, 7, 3650),
    "sign_ins": Span(DAYS, 30, 3650),
}


@dataclass(frozen=True, slots=True)
class Rules:
    """Each in its unit; 0: kept for good."""

    words: int = 0
    """What was said in resolved tickets, and noted about it."""
    media: int = 0
    """Pictures and films of resolved tickets."""
    payloads: int = 0
    """What X pushed or showed that could not be read."""
    beside: int = 0
    """Posts that became no ticket, and those shown as context."""
    prospects: int = 30
    """Posts of people a listening found and nobody wrote to: strangers, so a month unless said."""
    notices: int = 0
    """Notices to colleagues they have seen."""
    sign_ins: int = 0
    """From where, and with which browser, ended sign-ins were."""

    @property
    def any(self) -> bool:
        return any(asdict(self).values())

    @property
    def plain(self) -> dict[str, int]:
        return asdict(self)


def rules_from(stored: Mapping[str, Any]) -> Rules:
    known = {it.name for it in fields(Rules)}
    return Rules(**{name: int(it) for name, it in stored.items() if name in known})


def parse(typed: Mapping[str, str]) -> tuple[Rules, list[str]]:
    """The rules as a form has them, and the names of those that cannot be; empty is off."""
    values, wrong = {}, []
    for name, span in SPANS.items():
        words = typed.get(name, "").strip()
        number = int(words) if words.isascii() and words.isdecimal() and len(words) < 6 else -1
        if not words:
            number = 0
        if number != 0 and not span.least <= number <= span.most:
            wrong.append(name)
            number = 0
        values[name] = number
    return Rules(**values), wrong


def cut(rules: Rules, name: str, now: datetime) -> datetime | None:
    """What is older goes; None: nothing does."""
    number = getattr(rules, name)
    if not number:
        return None
    if SPANS[name].unit == DAYS:
        return now - timedelta(days=number)
    return _months_before(now, number)


def _months_before(at: datetime, number: int) -> datetime:
    months = at.year * 12 + at.month - 1 - number
    year, month = divmod(months, 12)
    day = min(at.day, calendar.monthrange(year, month + 1)[1])
    return at.replace(year=year, month=month + 1, day=day)
