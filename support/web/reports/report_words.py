"""How the figures of a report are worded; the page and the CSV use the same words."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from flask_babel import format_date, gettext
from flask_babel import lazy_gettext as _l

from support.reports.figures import Report, Spell
from support.reports.heat import Heat
from support.reports.measures import SMALL, Attainment, Times
from support.reports.periods import Choice, Period
from support.web.language import locale, now, zone
from support.web.words import duration, full_day

NOTHING = "–"
MINUTE = timedelta(minutes=1)

CHOICES: dict[Choice, Any] = {
    Choice.TODAY: _l("今日"),
    Choice.WEEK: _l("直近7日"),
    Choice.FORTNIGHT: _l("直近14日"),
    Choice.MONTH: _l("今月"),
}
WEEKDAYS: tuple[Any, ...] = (
    _l("月曜日"),
    _l("火曜日"),
    _l("水曜日"),
    _l("木曜日"),
    _l("金曜日"),
    _l("土曜日"),
    _l("日曜日"),
)
NOBODY = _l("担当者なし")


@dataclass(frozen=True)
class Change:
    """The line below a figure; `tone` is ok, warn, danger or nothing."""

    words: str
    tone: str = ""


@dataclass(frozen=True)
class Tile:
    name: str
    figure: str
    unit: str
    change: Change
    small: bool = False
    link: str = ""
    kind: str = ""
    """The figure leads to what it counts: promises of this kind or all, or tickets."""


def time_or_nothing(amount: timedelta | None) -> str:
    return NOTHING if amount is None else duration(amount)


def median_name() -> str:
    return str(gettext("初回返信・中央値"))


def p90_name() -> str:
    return str(gettext("初回返信・%(n)s%%点", n=90))


def percent(attainment: Attainment) -> str:
    """Like 94.2%, rounded down."""
    share = attainment.permille
    return NOTHING if share is None else f"{share // 10}.{share % 10}%"


def short_day(day: date) -> str:
    """For an axis: 7/14, or 14 Jul."""
    return str(format_date(day, "M/d" if locale() == "ja" else "d MMM"))


def whole_day(day: date) -> str:
    """7月14日（火）."""
    return full_day(datetime.combine(day, time(12), zone()), now(), zone(), locale())


def days(first: date, last: date) -> str:
    return whole_day(first) if first == last else f"{whole_day(first)}–{whole_day(last)}"


def of_period(period: Period) -> str:
    return days(period.first, period.last)


def spell_short(spell: Spell) -> str:
    return short_day(spell.first)


def spell_name(spell: Spell) -> str:
    return days(spell.first, spell.last)


def peak(heat: Heat) -> str:
    """When most was written."""
    if heat.peak is None:
        return str(gettext("この期間に届いた投稿はありません。"))
    day, hour = heat.peak
    return str(
        gettext(
            "最も多いのは%(day)sの%(hour)s時台で、%(n)s件です。",
            day=weekday(day),
            hour=hour,
            n=heat.grid[day][hour],
        )
    )


def weekday(number: int) -> str:
    return str(WEEKDAYS[number])


def weekday_short(number: int) -> str:
    return weekday(number)[: 1 if locale() == "ja" else 3]


def tiles(report: Report) -> list[Tile]:
    return [
        _median(report),
        _p90(report),
        _kept(report),
        _unresolved(report),
        _sent(report),
        _resolved(report),
    ]


def _median(report: Report) -> Tile:
    times, before = report.totals.times, report.before.times
    change = _few(times) or _longer_or_shorter(times.median, before.median)
    link, kind = "promises", "first_reply"
    figure = time_or_nothing(times.median)
    return Tile(median_name(), figure, "", change, times.small, link, kind)


def _p90(report: Report) -> Tile:
    times = report.totals.times
    change = _few(times) or _against(times.p90, report.target)
    link, kind = "promises", "first_reply"
    return Tile(p90_name(), time_or_nothing(times.p90), "", change, times.small, link, kind)


def _few(times: Times) -> Change | None:
    if not times.count:
        return Change(str(gettext("初回返信はまだありません")))
    return Change(few(times.count)) if times.small else None


def few(number: int) -> str:
    return str(gettext("%(n)s件のため参考値", n=number))


def _longer_or_shorter(median: timedelta | None, before: timedelta | None) -> Change:
    if median is None or before is None:
        return Change(str(gettext("前の期間の記録なし")))
    apart = (median // MINUTE - before // MINUTE) * MINUTE
    if not apart:
        return Change(str(gettext("前の期間と同じ")))
    if apart < timedelta(0):
        return Change(str(gettext("%(time)s 短縮", time=duration(-apart))), "ok")
    return Change(str(gettext("%(time)s 増加", time=duration(apart))), "warn")


def _against(p90: timedelta | None, target: timedelta | None) -> Change:
    if p90 is None or target is None:
        return Change("")
    if p90 <= target:
        return Change(str(gettext("目標 %(target)s 以内", target=duration(target))), "ok")
    words = gettext(
        "目標 %(target)s を %(time)s 超過",
        target=duration(target),
        time=duration(p90 // MINUTE * MINUTE - target),
    )
    return Change(str(words), "warn")


def _kept(report: Report) -> Tile:
    now_, before = report.totals.attainment, report.before.attainment
    figure = percent(now_)
    return Tile(
        str(gettext("SLA達成率")),
        figure.removesuffix("%"),
        "%" if figure != NOTHING else "",
        _points(now_, before),
        small=0 < now_.judged < SMALL,
        link="promises",
    )


def _points(attainment: Attainment, before: Attainment) -> Change:
    if attainment.permille is None:
        return Change(str(gettext("判定済みの約束はまだありません")))
    if attainment.judged < SMALL:
        return Change(few(attainment.judged))
    if before.permille is None:
        return Change(str(gettext("前の期間の記録なし")))
    apart = attainment.permille - before.permille
    if not apart:
        return Change(str(gettext("前の期間と同じ")))
    points = f"{'+' if apart > 0 else '−'}{abs(apart) // 10}.{abs(apart) % 10}"
    return Change(str(gettext("%(n)sポイント", n=points)), "ok" if apart > 0 else "warn")


def _unresolved(report: Report) -> Tile:
    change = Change(str(gettext("期限超過なし")), "ok")
    if report.overdue:
        change = Change(str(gettext("うち期限超過 %(n)s件", n=f"{report.overdue:,}")), "danger")
    return Tile(
        str(gettext("未解決（現在）")),
        f"{report.unresolved:,}",
        _unit(),
        change,
        link="tickets.queue",
    )


def _sent(report: Report) -> Tile:
    words = gettext(
        "公開 %(public)s・DM %(dm)s",
        public=f"{report.totals.public:,}",
        dm=f"{report.totals.dm:,}",
    )
    figure = f"{report.totals.sent:,}"
    return Tile(
        str(gettext("送信数")), figure, _unit(), Change(str(words)), link="tickets", kind="sent"
    )


def _resolved(report: Report) -> Tile:
    words = gettext("前の期間 %(n)s件", n=f"{report.before.resolved:,}")
    figure = f"{report.totals.resolved:,}"
    return Tile(
        str(gettext("解決数")), figure, _unit(), Change(str(words)), link="tickets", kind="resolved"
    )


def _unit() -> str:
    """Figures carry a counter in Japanese only."""
    return "件" if locale() == "ja" else ""
