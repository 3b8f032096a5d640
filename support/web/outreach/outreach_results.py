"""What outreach came to: by list, by wording, by colleague, as a page and as a file."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from support.agents.access import Deed
from support.db import db
from support.outreach import reckoning
from support.outreach.results import FEW, STEPS, Table, Tally, rates
from support.spreadsheet import as_csv
from support.web import typed
from support.web.guard import needs
from support.web.language import now, zone

pages = Blueprint("outreach_results", __name__)

CHOICES = (7, 30, 90, 365)
NAMES: dict[str, Any] = {
    "found": _l("見つけた"),
    "approved": _l("承認"),
    "contacted": _l("お声がけ"),
    "answered": _l("返信あり"),
    "solved": _l("解決済み"),
    "opted_out": _l("今後連絡しない"),
    "complained": _l("苦情"),
}
TITLES: dict[str, Any] = {
    "listening": _l("見つける条件ごと"),
    "phrase": _l("困りごとの言葉ごと"),
    "wording": _l("言い回しごと"),
    "agent": _l("担当者ごと"),
}


def _days() -> int:
    asked = typed.number(request.args.get("days", "")) or 30
    return asked if asked in CHOICES else 30


def _tables(days: int) -> tuple[Tally, list[Table]]:
    session, until = db.session(), now()
    since = until - timedelta(days=days)
    kinds = (
        reckoning.by_listening,
        reckoning.by_phrase,
        reckoning.by_wording,
        reckoning.by_agent,
    )
    return reckoning.total(session, since, until), [it(session, since, until) for it in kinds]


@pages.get("/outreach/results")
@needs(Deed.RUN_OUTREACH)
def show() -> str:
    days = _days()
    total, tables = _tables(days)
    return render_template(
        "outreach/results.html",
        days=days,
        choices=CHOICES,
        total=total,
        tables=tables,
        steps=STEPS,
        names=NAMES,
        titles=TITLES,
        rates=rates,
        few=FEW,
        csv_link=url_for("outreach_results.csv", days=days, bom=1),
    )


@pages.get("/outreach/results.csv")
@needs(Deed.RUN_OUTREACH)
def csv() -> Response:
    """Figures and, where there are enough of them, rates; `bom=1` is for Excel."""
    total, tables = _tables(_days())
    head = [str(NAMES[step.name]) for step in STEPS]
    shares = [gettext("%(name)sの割合", name=NAMES[step.name]) for step in STEPS if step.of]
    lines: list[list[str]] = [["", *head, *shares], [gettext("全体"), *_cells(total)]]
    for table in tables:
        lines += [[], [str(TITLES[table.by])]]
        lines += [[line.name, *_cells(line.tally)] for line in table.lines]
    name = f"madoguchi-outreach-{now().astimezone(zone()).date()}.csv"
    return Response(
        as_csv(lines, bom=request.args.get("bom") == "1"),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _cells(tally: Tally) -> list[str]:
    found = rates(tally)
    figures = [str(getattr(tally, step.name)) for step in STEPS]
    shares = [found[step.name] for step in STEPS if step.of]
    return [*figures, *("" if share is None else f"{share:.3f}" for share in shares)]
