"""A verdict in words: what counted when, what did not and why, and what it came to."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from support.sla.explanation import Explanation, Row, RowKind
from support.sla.holidays_of import closed_days, company_days
from support.sla.records import Calendar, Pause, Promise
from support.web.words import clock

MOST_TOLD = 5
"""Spells that did not count which the sentence names; of more it says how many."""
WEEKDAYS = {"ja": "月火水木金土日", "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}
ENDS: dict[str, Any] = {
    "first_reply": _l("返信"),
    "next_reply": _l("返信"),
    "resolution": _l("解決"),
    "update": _l("続報"),
}
WITHDRAWN: dict[str, Any] = {
    "no_reply_needed": _l("返信は不要とされました"),
    "merged": _l("別のチケットにまとめられました"),
    "deleted": _l("お客様が投稿を削除しました"),
    "protected": _l("お客様が投稿を非公開にしました"),
    "suspended": _l("お客様のアカウントがXで凍結されました"),
    "gone": _l("投稿がXで見えなくなりました"),
    "withheld": _l("投稿がXで表示されなくなりました"),
    "purged": _l("投稿の保存期間が終わりました"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """A stretch of time for the table and the drawing; `share` is its part of the whole, 0 to 1."""

    kind: str
    start: datetime
    end: datetime
    why: str
    counted: timedelta
    at: float
    share: float


def spoken(amount: timedelta) -> str:
    """1時間31分; seconds that fill no minute are left out, but for what took less than one."""
    minutes = int(amount.total_seconds()) // 60
    if minutes < 1:
        return str(gettext("%(n)s秒", n=int(amount.total_seconds())))
    hours, rest = divmod(minutes, 60)
    if not hours:
        return str(gettext("%(n)s分", n=rest))
    if not rest:
        return str(gettext("%(n)s時間", n=hours))
    return str(gettext("%(h)s時間%(m)s分", h=hours, m=rest))


def rows(
    told: Explanation, calendar: Calendar, pauses: Sequence[Pause], zone: tzinfo
) -> list[Told]:
    """The explanation's rows, each with the reason where it did not count."""
    if not told.rows:
        return []
    begin, whole = told.rows[0].start, told.rows[-1].end - told.rows[0].start
    days = closed_names(calendar, begin, told.rows[-1].end)
    return [
        Told(
            row.kind.value,
            row.start,
            row.end,
            _why(row, days, pauses, zone),
            row.open_time if row.kind is RowKind.COUNTED else timedelta(0),
            (row.start - begin) / whole,
            (row.end - row.start) / whole,
        )
        for row in told.rows
    ]


def closed_names(calendar: Calendar, start: datetime, end: datetime) -> dict[date, str]:
    """Closed days of a calendar about this time, by date."""
    own = company_days([(a, b, name) for a, b, name in calendar.closures], calendar.feed_days)
    years = (start.year - 1, end.year + 1)
    return closed_days(calendar.country or None, calendar.year_end, own, *years)


def sentence(
    promise: Promise, told: Explanation, shown: Sequence[Told], zone: tzinfo, locale: str
) -> str:
    """木 17:10 受付 → 金 9:00 まで時間外 → 金 9:41 返信 = 営業時間 1時間31分、目標 2時間"""
    words = [gettext("%(at)s 受付", at=_moment(promise.started_at, zone, locale))]
    off = [row for row in shown if row.kind != RowKind.COUNTED]
    if len(off) > MOST_TOLD:
        words.append(gettext("時間外や返信待ち %(n)s回", n=len(off)))
    else:
        words += [
            gettext("%(at)s まで%(why)s", at=_moment(row.end, zone, locale), why=row.why)
            for row in off
        ]
    words.append(_end(promise, told.until, zone, locale))
    sum_ = gettext(
        "営業時間 %(spent)s、目標 %(target)s",
        spent=spoken(told.elapsed),
        target=spoken(told.target),
    )
    return f"{' → '.join(words)} = {sum_}"


def _end(promise: Promise, until: datetime, zone: tzinfo, locale: str) -> str:
    at = _moment(until, zone, locale)
    if promise.kept_at is not None:
        return f"{at} {ENDS[promise.kind]}"
    if promise.withdrawn_at is not None:
        return str(gettext("%(at)s 取り下げ", at=at))
    return str(gettext("今 %(at)s", at=at))


def _moment(at: datetime, zone: tzinfo, locale: str) -> str:
    there = at.astimezone(zone)
    return f"{WEEKDAYS[locale][there.weekday()]} {clock(at, zone)}"


def _why(row: Row, days: dict[date, str], pauses: Sequence[Pause], zone: tzinfo) -> str:
    if row.kind is RowKind.COUNTED:
        return str(gettext("営業時間"))
    if row.kind is RowKind.PAUSED:
        noted = [p for p in pauses if p.agent_id and p.started_at < row.end and not p.runs]
        reasons = [p.reason for p in noted if (p.ended_at or row.end) > row.start]
        return reasons[0] if reasons else str(gettext("お客様の返信待ち"))
    names = list(dict.fromkeys(days[day] for day in _days(row, zone) if days.get(day)))
    closed = str(gettext("時間外"))
    return f"{closed}（{'・'.join(names[:3])}）" if names else closed


def _days(row: Row, zone: tzinfo) -> Iterator[date]:
    day = row.start.astimezone(zone).date()
    last = (row.end - timedelta(microseconds=1)).astimezone(zone).date()
    while day <= last:
        yield day
        day += timedelta(days=1)
