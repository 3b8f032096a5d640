"""How the prepared answers are used, and which questions have none."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Blueprint, render_template, request
from flask_babel import lazy_gettext as _l

from support.agents.access import Deed
from support.canned import gathering, phrasing
from support.canned.gaps import gaps
from support.canned.usage import Figures, Usage, figures
from support.db import db
from support.desk import the_desk
from support.web.guard import needs
from support.web.language import now, zone

pages = Blueprint("canned_usage", __name__)

PERIODS = {30: _l("30日"), 90: _l("90日"), 365: _l("1年")}
USUAL = 30
MOST_GAPS = 30

ORDERS: dict[str, Callable[[Usage], Any]] = {
    "sent": lambda row: -row.sent,
    "whole": lambda row: _lowest(row.whole),
    "kept": lambda row: _lowest(row.kept),
    "hit": lambda row: _lowest(row.hit_at_3),
    "last": lambda row: (row.last_used is not None, row.last_used or 0),
    "title": lambda row: row.title,
}
"""By what the table can be sorted: what wants a look comes first."""


def _lowest(share: float | None) -> tuple[bool, float]:
    """The lowest first; what has no figure at the end."""
    return share is None, share or 0.0


@pages.get("/canned/usage")
@needs(Deed.SEE_REPORTS)
def show() -> str:
    days = request.args.get("days", USUAL, type=int)
    days = days if days in PERIODS else USUAL
    order = request.args.get("sort", "sent")
    order = order if order in ORDERS else "sent"
    since = now() - timedelta(days=days)
    found = gaps(gathering.questions(db.session(), since))
    counted = figures_since(days)
    return render_template(
        "canned/usage.html",
        days=days,
        periods=PERIODS,
        order=order,
        figures=counted,
        rows=sorted(counted.answers, key=ORDERS[order]),
        percent=percent,
        gaps=found[:MOST_GAPS],
        more=sum(gap.count for gap in found[MOST_GAPS:]),
        prefill=phrasing.clean,
    )


def figures_since(days: int) -> Figures:
    counted = gathering.counted(db.session(), now() - timedelta(days=days))
    return figures(counted, the_desk().shelf.replies, now(), now().astimezone(zone()).date())


def percent(share: float | None) -> str:
    """Like 94%; a dash where there was nothing to count."""
    return "–" if share is None else f"{share * 100:.0f}%"
