"""The report as the rows of a spreadsheet: the figures of the page, table by table."""

from collections.abc import Iterator

from flask_babel import gettext

from support.reports.figures import Report, Totals
from support.reports.measures import Measure
from support.web.reports.report_lines import CLOCKS, FACETS, doings, kinds, sorted_lines
from support.web.reports.report_words import (
    NOBODY,
    median_name,
    p90_name,
    percent,
    spell_name,
    time_or_nothing,
    weekday,
)

Row = list[str]


def rows(report: Report, *, without_incidents: bool = False) -> Iterator[Row]:
    """Tables one below the other, an empty row between them."""
    yield from totals(report)
    if without_incidents:
        yield [gettext("障害のチケット"), gettext("除く"), gettext("除く")]
    yield []
    yield from _spells(report)
    yield []
    yield from _agents(report)
    yield []
    yield from _heat(report)
    yield []
    yield from promised(report)
    yield []
    yield from _lines(report)
    yield []
    yield from done(report)


def totals(report: Report) -> Iterator[Row]:
    period, previous = report.period, report.period.previous
    yield [gettext("項目"), gettext("この期間"), gettext("前の期間")]
    yield [gettext("開始日"), str(period.first), str(previous.first)]
    yield [gettext("終了日"), str(period.last), str(previous.last)]
    for name, now, before in zip(
        _names(), _figures(report.totals), _figures(report.before), strict=True
    ):
        yield [name, now, before]
    yield [gettext("初回返信の目標"), time_or_nothing(report.target), ""]
    yield [gettext("未解決（現在）"), str(report.unresolved), ""]
    yield [gettext("期限超過（現在）"), str(report.overdue), ""]


def _names() -> Row:
    return [
        gettext("初回返信の件数"),
        median_name(),
        p90_name(),
        gettext("SLA達成率"),
        gettext("達成した約束"),
        gettext("判定した約束"),
        gettext("受信時に期限を過ぎていた約束"),
        gettext("送信数（公開）"),
        gettext("送信数（DM）"),
        gettext("解決数"),
    ]


def _figures(totals: Totals) -> Row:
    return [
        str(totals.times.count),
        time_or_nothing(totals.times.median),
        time_or_nothing(totals.times.p90),
        percent(totals.attainment),
        str(totals.attainment.kept),
        str(totals.attainment.judged),
        str(totals.late_intake),
        str(totals.public),
        str(totals.dm),
        str(totals.resolved),
    ]


def _spells(report: Report) -> Iterator[Row]:
    yield [
        gettext("日付"),
        gettext("開始日"),
        gettext("終了日"),
        gettext("初回返信の件数"),
        median_name(),
        p90_name(),
        gettext("受信数"),
        gettext("解決数"),
        gettext("残り"),
    ]
    for spell in report.spells:
        yield [
            spell_name(spell),
            str(spell.first),
            str(spell.last),
            str(spell.times.count),
            time_or_nothing(spell.times.median),
            time_or_nothing(spell.times.p90),
            str(spell.opened),
            str(spell.resolved),
            str(spell.backlog or 0),
        ]


def _agents(report: Report) -> Iterator[Row]:
    yield [
        gettext("担当者"),
        gettext("返信数"),
        gettext("初回返信の件数"),
        median_name(),
        p90_name(),
        gettext("SLA達成率"),
        gettext("判定した約束"),
        gettext("解決数"),
    ]
    for row in report.agents:
        yield [
            row.person.name if row.person else str(NOBODY),
            str(row.replies),
            str(row.times.count),
            time_or_nothing(row.times.median),
            time_or_nothing(row.times.p90),
            percent(row.attainment),
            str(row.attainment.judged),
            str(row.resolved),
        ]


def _heat(report: Report) -> Iterator[Row]:
    yield [gettext("曜日／時"), *map(str, range(24))]
    for day, hours in enumerate(report.heat.grid):
        yield [weekday(day), *map(str, hours)]


def promised(report: Report) -> Iterator[Row]:
    yield [
        gettext("約束"),
        gettext("時間の数え方"),
        *_measure_names(),
        gettext("前の期間・中央値"),
        gettext("前の期間・達成率"),
    ]
    for kind, name in kinds():
        for clock, clock_name in CLOCKS.items():
            before = report.before.promised.of(kind, clock)
            yield [
                name,
                str(clock_name),
                *_measure(report.totals.promised.of(kind, clock)),
                time_or_nothing(before.times.median),
                percent(before.attainment),
            ]


def _lines(report: Report) -> Iterator[Row]:
    """Every table of the page's breakdown, one below the other: one row a line, kind and clock."""
    yield [
        gettext("内訳の項目"),
        gettext("内訳"),
        gettext("約束"),
        gettext("時間の数え方"),
        *_measure_names(),
    ]
    for facet, facet_name in FACETS.items():
        for name, line in sorted_lines(report, facet):
            for kind, kind_name in kinds():
                for clock, clock_name in CLOCKS.items():
                    figures = _measure(line.of(kind, clock))
                    yield [str(facet_name), name, kind_name, str(clock_name), *figures]


def _measure_names() -> Row:
    return [
        gettext("件数"),
        gettext("中央値"),
        gettext("%(n)s%%点", n=90),
        gettext("%(n)s%%点", n=95),
        gettext("達成率"),
    ]


def _measure(measure: Measure) -> Row:
    times = measure.times
    return [
        str(times.count),
        time_or_nothing(times.median),
        time_or_nothing(times.p90),
        time_or_nothing(times.p95),
        percent(measure.attainment),
    ]


def done(report: Report) -> Iterator[Row]:
    yield [gettext("項目"), gettext("この期間"), gettext("説明"), gettext("前の期間")]
    for it in doings(report):
        yield [it.name, it.figure, it.said, it.before]
