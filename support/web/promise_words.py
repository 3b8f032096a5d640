"""A promise told in words: the one sentence of its story, and what its rows and facts say."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta, tzinfo
from itertools import groupby
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from support.sla.closures import Why
from support.sla.explaining import Judged
from support.sla.explanation import Explanation, Row, RowKind
from support.sla.keeping import NO_REPLY_NEEDED
from support.sla.levels import Carry, PromiseKind
from support.sla.records import Pause
from support.tickets.course import MERGED
from support.tickets.noting import FOR_THE_CUSTOMER
from support.web.words import full_day

MOST_STEPS = 6
"""Closed and paused stretches the sentence names; of more, the first and the last ones."""
WEEK = timedelta(days=6)

STARTED: dict[str, Any] = {
    PromiseKind.FIRST_REPLY: _l("受付"),
    PromiseKind.NEXT_REPLY: _l("受付"),
    PromiseKind.RESOLUTION: _l("対応開始"),
    PromiseKind.UPDATE: _l("続報を約束"),
}
ENDED: dict[str, Any] = {
    PromiseKind.FIRST_REPLY: _l("返信"),
    PromiseKind.NEXT_REPLY: _l("返信"),
    PromiseKind.RESOLUTION: _l("解決"),
    PromiseKind.UPDATE: _l("続報"),
}
CLOSED: dict[Why, Any] = {
    Why.WEEKDAY: _l("定休日"),
    Why.SPECIAL: _l("臨時休業"),
    Why.PARTIAL: _l("一時休業"),
    Why.BREAK: _l("休憩時間"),
    Why.OUTSIDE: _l("時間外"),
}
CHANGED: dict[str, Any] = {
    "hours": _l("営業時間の変更"),
    "levels": _l("目標の変更"),
    "team": _l("チームの変更"),
    "priority": _l("優先度の変更"),
    "tag": _l("タグの変更"),
    "segment": _l("顧客区分の変更"),
    "policy": _l("適用条件の変更"),
}
CARRIED: dict[str, Any] = {
    Carry.NEW: _l("これからの約束だけに適用"),
    Carry.REST: _l("ここまでの経過は変更前の営業時間、以降は新しい営業時間で計算"),
    Carry.WHOLE: _l("今ある約束も、届いた時刻から計算し直し"),
}


def sentence(it: Judged, zone: tzinfo, locale: str) -> str:
    """木 17:10 受付 → 金 09:00 まで時間外 → 09:41 返信 = 営業時間 1時間31分、目標 2時間."""
    when = _Clock(it.promise.started_at, it.told.until, zone, locale)
    steps = [f"{when.says(it.promise.started_at)} {STARTED[it.promise.kind]}"]
    steps += _between(it.told, when)
    steps.append(f"{when.says(it.told.until)} {_end(it)}")
    total = gettext(
        "営業時間 %(spent)s、目標 %(target)s",
        spent=length(it.told.elapsed, locale),
        target=length(it.told.target, locale),
    )
    return f"{' → '.join(steps)} = {total}"


class _Clock:
    """Says moments one after another; the day is left out where it is still the same."""

    def __init__(self, first: datetime, last: datetime, zone: tzinfo, locale: str) -> None:
        self._far, self._zone, self._locale = last - first > WEEK, zone, locale
        self._first: datetime = first
        self._day: date | None = None

    def says(self, at: datetime) -> str:
        there = at.astimezone(self._zone)
        clock, known = f"{there:%H:%M}", self._day
        self._day = there.date()
        if known == self._day:
            return clock
        day = full_day(at, self._first, self._zone, self._locale)
        if not self._far:
            day = day[-2] if self._locale == "ja" else day.split()[0]
        return f"{day} {clock}"


def _between(told: Explanation, when: _Clock) -> Iterator[str]:
    """Stretches in which the clock did not count; at the end of all there is nothing to say."""
    spells = [(kind, list(rows)) for kind, rows in groupby(told.rows, lambda row: row.kind)]
    if spells and spells[-1][0] is not RowKind.COUNTED:
        spells = spells[:-1] if spells[-1][0] is RowKind.CLOSED else spells
    still = [(kind, rows) for kind, rows in spells if kind is not RowKind.COUNTED]
    half = MOST_STEPS // 2
    for number, (kind, rows) in enumerate(still):
        if len(still) <= MOST_STEPS or number < half or number >= len(still) - half:
            yield _step(kind, rows, when)
        elif number == half:
            yield str(gettext("ほか%(n)s回の時間外・停止", n=len(still) - 2 * half))


def _step(kind: RowKind, rows: Sequence[Row], when: _Clock) -> str:
    end = when.says(rows[-1].end)
    if kind is RowKind.PAUSED:
        return str(gettext("%(when)s まで停止", when=end))
    names = list(dict.fromkeys(why_closed(row) for row in rows if row.why is not Why.OUTSIDE))
    if not names:
        return str(gettext("%(when)s まで時間外", when=end))
    why = str(gettext("、")).join(names)
    return str(gettext("%(when)s まで時間外（%(why)s）", when=end, why=why))


def _end(it: Judged) -> str:
    if it.facts.withdrawn:
        return str(gettext("対象外"))
    return str(ENDED[it.promise.kind] if it.promise.kept_at else gettext("現在"))


def why_closed(row: Row) -> str:
    """What kept the desk closed; a day's own name is a name and is not translated."""
    if row.name:
        return row.name
    return str(CLOSED[row.why or Why.OUTSIDE])


def why_paused(row: Row, pauses: Sequence[Pause]) -> str:
    """The reasons that were noted for the time of a row."""
    said = (p for p in pauses if not p.runs and p.started_at < row.end)
    known = [p for p in said if p.ended_at is None or p.ended_at > row.start]
    return str(gettext("、")).join(dict.fromkeys(pause_reason(it) for it in known))


def pause_reason(pause: Pause) -> str:
    """A correction's reason is a lead's own words."""
    if pause.reason == FOR_THE_CUSTOMER:
        return str(gettext("お客様の返信待ち"))
    return pause.reason


def why_withdrawn(reason: str) -> str:
    """Why a promise is owed no more."""
    if reason == NO_REPLY_NEEDED:
        return str(gettext("返信不要として解決"))
    if reason == MERGED:
        return str(gettext("ほかのチケットへ統合"))
    return str(gettext("Xで投稿が見えなくなったため"))


def length(amount: timedelta, locale: str) -> str:
    """1時間31分, 45分, 2時間; seconds that fill no minute only where there is nothing else."""
    seconds = int(abs(amount).total_seconds())
    hours, minutes = seconds // 3600, seconds % 3600 // 60
    units = ("時間", "分", "秒") if locale == "ja" else (" h", " min", " s")
    parts = [f"{hours:,}{units[0]}"] if hours else []
    if minutes or (not hours and not seconds):
        parts.append(f"{minutes}{units[1]}")
    if not parts:
        parts.append(f"{seconds}{units[2]}")
    return ("" if locale == "ja" else " ").join(parts)
