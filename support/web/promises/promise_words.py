"""A verdict in words: what counted when, what did not and why, and what it came to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from itertools import groupby
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from support.sla.closures import Why
from support.sla.explanation import Explanation, Row, RowKind
from support.sla.records import Pause, Promise
from support.web.words import clock, full_day

MOST_TOLD = 5
"""Spells that did not count which the sentence names; of more it says how many."""
WEEKDAYS = {"ja": "月火水木金土日", "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}
WEEK = timedelta(days=6)
CLOSED: dict[Why | None, Any] = {
    Why.WEEKDAY: _l("定休日"),
    Why.SPECIAL: _l("臨時休業"),
    Why.PARTIAL: _l("一時休業"),
    Why.BREAK: _l("休憩時間"),
    Why.OUTSIDE: _l("時間外"),
}
ENDS: dict[str, Any] = {
    "first_reply": _l("返信"),
    "next_reply": _l("返信"),
    "resolution": _l("解決"),
    "update": _l("続報"),
}
WITHDRAWN: dict[str, Any] = {
    "no_reply_needed": _l("返信は不要とされました"),
    "merged": _l("別のチケットにまとめられました"),
    "unsaid": _l("約束が取り下げられました"),
    "incident": _l("障害の続報に代わりました"),
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
    cause: str
    """What kept the desk closed but for its usual hours, for the sentence; empty: nothing else."""
    leg: int
    """By which of the hours it was counted, from 0."""
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


def rows(told: Explanation, pauses: Sequence[Pause]) -> list[Told]:
    """The explanation's rows, each with the reason where it did not count."""
    if not told.rows:
        return []
    begin, whole = told.rows[0].start, told.rows[-1].end - told.rows[0].start
    return [
        Told(
            row.kind.value,
            row.start,
            row.end,
            _why(row, pauses),
            _cause(row),
            row.leg,
            row.open_time if row.kind is RowKind.COUNTED else timedelta(0),
            (row.start - begin) / whole,
            (row.end - row.start) / whole,
        )
        for row in told.rows
    ]


def sentence(
    promise: Promise, told: Explanation, shown: Sequence[Told], zone: tzinfo, locale: str
) -> str:
    """木 17:10 受付 → 金 9:00 まで時間外 → 金 9:41 返信 = 営業時間 1時間31分、目標 2時間"""
    far = told.until - promise.started_at > WEEK
    first = promise.started_at if far else None
    begun = _moment(promise.started_at, zone, locale, first)
    words = [gettext("%(at)s 受付", at=begun)]
    if promise.told_words:
        words = [gettext("%(at)s「%(words)s」と約束", at=begun, words=promise.told_words)]
    off = _spells(shown)
    if len(off) > MOST_TOLD:
        words.append(gettext("時間外や返信待ち %(n)s回", n=len(off)))
    else:
        words += [
            gettext("%(at)s まで%(why)s", at=_moment(end, zone, locale, first), why=why)
            for end, why in off
        ]
    words.append(_end(promise, _moment(told.until, zone, locale, first)))
    sum_ = gettext(
        "営業時間 %(spent)s、目標 %(target)s",
        spent=spoken(told.elapsed),
        target=spoken(told.target),
    )
    return f"{' → '.join(words)} = {sum_}"


def _spells(shown: Sequence[Told]) -> list[tuple[datetime, str]]:
    """Stretches that did not count, whatever their reasons: until when, and why."""
    spells = ((kind, list(those)) for kind, those in groupby(shown, lambda row: row.kind))
    return [(those[-1].end, _together(those)) for kind, those in spells if kind != RowKind.COUNTED]


def _together(those: Sequence[Told]) -> str:
    if those[0].kind == RowKind.PAUSED:
        return those[0].why
    causes = list(dict.fromkeys(row.cause for row in those if row.cause))
    closed = str(CLOSED[Why.OUTSIDE])
    return f"{closed}（{'・'.join(causes[:3])}）" if causes else closed


def _end(promise: Promise, at: str) -> str:
    if promise.kept_at is not None:
        return f"{at} {ENDS[promise.kind]}"
    if promise.withdrawn_at is not None:
        return str(gettext("%(at)s 取り下げ", at=at))
    return str(gettext("今 %(at)s", at=at))


def _moment(at: datetime, zone: tzinfo, locale: str, first: datetime | None) -> str:
    """The weekday and the time; the whole date where the story, begun at `first`, is long."""
    if first is not None:
        return f"{full_day(at, first, zone, locale)} {clock(at, zone)}"
    return f"{WEEKDAYS[locale][at.astimezone(zone).weekday()]} {clock(at, zone)}"


def _why(row: Row, pauses: Sequence[Pause]) -> str:
    if row.kind is RowKind.COUNTED:
        return str(gettext("営業時間"))
    if row.kind is RowKind.CLOSED:
        return row.name or str(CLOSED[row.why or Why.OUTSIDE])
    noted = [p for p in pauses if p.agent_id and p.started_at < row.end and not p.runs]
    reasons = [p.reason for p in noted if (p.ended_at or row.end) > row.start]
    return reasons[0] if reasons else str(gettext("お客様の返信待ち"))


def _cause(row: Row) -> str:
    """Days off and closures; that a night or a weekend is closed goes without saying."""
    if row.kind is not RowKind.CLOSED or row.why in (None, Why.OUTSIDE, Why.WEEKDAY):
        return ""
    return row.name or str(CLOSED[row.why])
