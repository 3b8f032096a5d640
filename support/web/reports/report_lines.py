"""The tables of the report beside its tiles: what their rows and columns are called."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from support.desk import the_desk
from support.reports.figures import Report
from support.reports.measures import SMALL, Doings, Line
from support.reports.promised import KINDS, Clock
from support.web.accounts.money import usd
from support.web.promises import standing
from support.web.reports.report_words import NOBODY, NOTHING, few

FACETS: dict[str, Any] = {
    "account": _l("アカウント別"),
    "agent": _l("担当者別"),
    "team": _l("チーム別"),
    "tag": _l("タグ別"),
    "answer": _l("定型回答別"),
    "hour": _l("届いた時刻別"),
}
"""What one may ask by, in the order of the page; each table is in the order of its names."""
USUAL = "account"
CLOCKS: dict[str, Any] = {Clock.BUSINESS: _l("営業時間"), Clock.WALL: _l("実時間")}
NO_TEAM = _l("チームなし")


@dataclass(frozen=True)
class Doing:
    """One line of what else was done; `what` names the tickets behind it."""

    name: str
    figure: str
    said: str
    before: str
    what: str = ""


def kinds() -> list[tuple[str, str]]:
    return [(kind.value, str(standing.NAMES[kind])) for kind in KINDS]


def namer(report: Report) -> Callable[[str, Line], str]:
    """What the thing is called that a line is of."""
    shelf = the_desk().shelf

    def name(facet: str, line: Line) -> str:
        key = line.key
        if facet == "agent":
            return report.people[int(key)].name if key is not None else str(NOBODY)
        if facet == "team" and key is None:
            return str(NO_TEAM)
        if facet == "hour":
            return str(gettext("%(hour)s時台", hour=key))
        if facet == "answer":
            answer = shelf.get(str(key))
            return answer.title if answer else str(key)
        if facet == "tag":
            return str(key)
        return report.names[facet][int(key or 0)]

    return name


def sorted_lines(report: Report, facet: str) -> list[tuple[str, Line]]:
    """By name, hours by the clock; nobody's last; never by speed."""
    name = namer(report)
    named = [(name(facet, line), line) for line in report.lines.get(facet, ())]
    if facet == "hour":
        return named
    return sorted(named, key=lambda one: (one[1].key is None, one[0]))


def cell_link(asked: dict[str, Any]) -> Callable[..., str]:
    """The address of the promises behind a cell; of the period that `asked` names."""

    def link(kind: str, clock: str, verdict: str = "judged", by: str = "", key: Any = "") -> str:
        whose: dict[str, Any] = {"by": by, "key": "none" if key is None else key} if by else {}
        return url_for(
            "report_cells.promises", kind=kind, clock=clock, verdict=verdict, **whose, **asked
        )

    return link


def doings(report: Report) -> list[Doing]:
    here, before = report.totals.doings, report.before.doings
    return [
        _line(gettext("候補の上位3件から送信"), here, before, _hits, "suggested"),
        _line(gettext("DMへの引き継ぎ"), here, before, _handed, "handed"),
        Doing(
            gettext("自動応答（返信に数えません）"),
            f"{here.automatic:,}",
            "",
            f"{before.automatic:,}",
            "automatic",
        ),
        Doing(
            gettext("受信時に期限を過ぎていた約束"),
            f"{report.totals.late_intake:,}",
            gettext("窓口が読む前に期限切れ。達成率に数えません"),
            f"{report.before.late_intake:,}",
            "late",
        ),
        Doing(gettext("Xの費用"), usd(here.cost_micros), "", usd(before.cost_micros)),
    ]


def _line(
    name: str,
    here: Doings,
    before: Doings,
    figure: Callable[[Doings], tuple[int | None, int, int]],
    what: str,
) -> Doing:
    permille, of, number = figure(here)
    said = gettext("%(of)s件のうち%(n)s件", of=f"{of:,}", n=f"{number:,}")
    if 0 < of < SMALL:
        said = f"{said}・{few(of)}"
    return Doing(name, share(permille), said, share(figure(before)[0]), what)


def share(permille: int | None) -> str:
    return NOTHING if permille is None else f"{permille // 10}.{permille % 10}%"


def _hits(doings: Doings) -> tuple[int | None, int, int]:
    return doings.hit_permille, doings.suggested, doings.hits


def _handed(doings: Doings) -> tuple[int | None, int, int]:
    return doings.handed_permille, doings.asked, doings.handed
