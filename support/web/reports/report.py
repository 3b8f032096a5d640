"""The lead's report: a period, its figures, the same figures as CSV and as JSON."""

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request, url_for

from support.agents.access import Deed
from support.db import db
from support.errors import Refused
from support.reports import charts, periods, talking
from support.reports.document import document
from support.reports.figures import Report, summarise
from support.reports.gathering import by_index, gather, names
from support.reports.periods import DEFAULT, Choice, Period
from support.reports.promised import KINDS, Clock
from support.reports.shares import Talk
from support.reports.topics import Topics
from support.spreadsheet import as_csv
from support.web.errors import sentence_of
from support.web.guard import needs
from support.web.language import now, zone
from support.web.reports import report_lines, report_talk, report_words
from support.web.reports.apart import WITHOUT, leaving_out
from support.web.reports.report_sheet import rows

pages = Blueprint("reports", __name__)


@dataclass(frozen=True)
class Asked:
    """What an address asks for; dates come as they were typed."""

    choice: Choice
    first: str
    last: str
    without_incidents: bool = False

    def period(self) -> Period:
        """Raises `Refused` for dates that make no period."""
        today = now().astimezone(zone()).date()
        if self.choice is Choice.DATES:
            return periods.between(self.first, self.last, today, zone())
        return periods.named(self.choice, today, zone())

    @property
    def link(self) -> dict[str, Any]:
        """What an address needs to ask for the same."""
        return {**self.dates, **self.apart}

    @property
    def dates(self) -> dict[str, Any]:
        if self.choice is Choice.DATES:
            return {"period": self.choice.value, "from": self.first, "to": self.last}
        return {"period": self.choice.value}

    @property
    def apart(self) -> dict[str, Any]:
        return {"incidents": WITHOUT} if self.without_incidents else {}


@pages.get("/reports")
@needs(Deed.SEE_REPORTS)
def show() -> str | tuple[str, int]:
    asked = asked_for()
    try:
        report = report_of(asked, asked.period())
    except Refused as error:
        return _page(asked, errors={error.field: sentence_of(error)}), 422
    return _page(asked, report=report, **_drawn(report))


@pages.get("/reports.csv")
@needs(Deed.SEE_REPORTS)
def csv() -> Response:
    """`bom=1` begins with a byte order mark, by which Excel knows UTF-8."""
    asked = asked_for()
    period = asked.period()
    report = report_of(asked, period)
    every = itertools.chain(
        rows(report, without_incidents=asked.without_incidents),
        report_talk.rows(*talk_of(asked, period), report.names),
    )
    text = as_csv(every, bom=request.args.get("bom") == "1")
    name = f"madoguchi-report-{report.period.first}_{report.period.last}.csv"
    return Response(
        text,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@pages.get("/reports.json")
@needs(Deed.SEE_REPORTS)
def json() -> Response:
    """The same report as values; see reports/document.py."""
    asked = asked_for()
    period = asked.period()
    found = document(report_of(asked, period), *talk_of(asked, period))
    return jsonify(found | asked.apart)


@pages.get("/reports/talk")
@needs(Deed.SEE_REPORTS)
def talk() -> str | tuple[str, int]:
    """What is said in a period: read word by word, so the report asks for it apart."""
    asked = asked_for()
    try:
        period = asked.period()
    except Refused as error:
        return _page(asked, errors={error.field: sentence_of(error)}), 422
    about, topics = talk_of(asked, period)
    part = "HX-Request" in request.headers
    return render_template(
        "reports/_talk.html" if part else "reports/talk.html",
        asked=asked,
        period=period,
        talk=about,
        topics=topics,
        examples=report_talk.examples(topics),
        facets=report_talk.named(about, names(db.session())),
        words=report_words,
        talks=report_talk,
        part=part,
    )


def asked_for() -> Asked:
    """An unknown name asks for the usual period; dates without a name are meant as dates."""
    first, last = (request.args.get(name, "")[:20] for name in ("from", "to"))
    usual = Choice.DATES if first or last else DEFAULT
    name = request.args.get("period", usual)
    without = request.args.get("incidents", "") == WITHOUT
    return Asked(Choice(name) if name in set(Choice) else usual, first, last, without)


def talk_of(asked: Asked, period: Period) -> tuple[Talk, Topics]:
    session = db.session()
    with leaving_out(asked.without_incidents):
        by_index(session)
        return talking.talk(session, period), talking.topics(session, period)


def report_of(asked: Asked, period: Period) -> Report:
    with leaving_out(asked.without_incidents):
        return summarise(gather(db.session(), period, now()), period)


def _page(asked: Asked, **values: Any) -> str:
    return render_template(
        "reports/show.html",
        asked=asked,
        choices=report_words.CHOICES,
        words=report_words,
        tables=report_lines,
        cell=report_lines.cell_link(asked.link),
        csv_link=url_for("reports.csv", bom=1, **asked.link),
        json_link=url_for("reports.json", **asked.link),
        today=now().astimezone(zone()).date(),
        **{"report": None, "errors": {}, **values},
    )


def _drawn(report: Report) -> dict[str, Any]:
    return {
        "trend": charts.trend(report.spells, report.target),
        "flow": charts.flow(report.spells),
        "tiles": report_words.tiles(report),
        "facet": _one_of("by", report_lines.FACETS, report_lines.USUAL),
        "clock": _one_of("clock", Clock, Clock.BUSINESS),
        "kind": _one_of("kind", KINDS, KINDS[0]),
    }


def _one_of(name: str, known: Iterable[str], usual: str) -> str:
    asked = request.args.get(name, usual)
    return str(asked if asked in set(known) else usual)
