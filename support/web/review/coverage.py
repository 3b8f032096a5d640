"""見守りの状況: how many of each agent's replies were looked at, and how far leads agree."""

from flask import Blueprint, render_template

from support.agents.access import Deed
from support.db import db
from support.review import counting
from support.review.agreement import SMALL
from support.review.sampling import A_WEEKS_SAMPLE
from support.review.weeks import latest
from support.web.guard import needs
from support.web.language import now, zone

pages = Blueprint("coverage", __name__)

WEEKS = 6
AGREED_OVER = 12
"""Weeks."""


@pages.get("/review/coverage")
@needs(Deed.REVIEW)
def show() -> str:
    weeks = latest(now(), zone(), max(WEEKS, AGREED_OVER))
    shown = weeks[:WEEKS]
    return render_template(
        "review/coverage.html",
        weeks=shown,
        rows=counting.coverage(db.session(), shown, zone()),
        agreed=counting.agreed(db.session(), weeks[AGREED_OVER - 1].start(zone())),
        agreed_over=AGREED_OVER,
        small=SMALL,
        each=A_WEEKS_SAMPLE,
    )
