"""What last quarter would have been by the levels or hours on a form. Nothing is kept."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import Blueprint, abort, render_template, request
from sqlalchemy.exc import NoResultFound
from werkzeug.wrappers import Response

from support.agents.access import Deed
from support.db import db
from support.errors import Refused
from support.reports.periods import midnight
from support.sla.records import Calendar
from support.terms import editing
from support.terms.choosing import Policy, policy_in_force
from support.terms.previewing import NOT_STORED
from support.terms.replaying import replay
from support.web.guard import needs
from support.web.language import now, zone
from support.web.promises import hours_form, levels_form
from support.web.promises.standing import NAMES
from support.web.tickets.ticket_page import sentence

pages = Blueprint("replays", __name__)


@pages.post("/settings/replay")
@needs(Deed.MANAGE_DESK)
def show() -> str | Response | tuple[str, int]:
    """Judges the promises of the last whole quarter by what the form says."""
    try:
        policy, calendars, levels = _asked()
    except Refused as refusal:
        db.session.rollback()
        return render_template("settings/replay.html", fault=sentence(refusal)), 422
    start, end = last_quarter(now())
    found = replay(db.session(), start, end, policy, now(), calendars=calendars, levels=levels)
    db.session.rollback()
    return render_template(
        "settings/replay.html", replay=found, start=start, end=end, kinds=NAMES, fault=""
    )


def last_quarter(at: datetime) -> tuple[datetime, datetime]:
    """The last whole quarter of the year where the desk stands, as `[start, end)`."""
    there = at.astimezone(zone()).date()
    end = there.replace(month=3 * ((there.month - 1) // 3) + 1, day=1)
    month, year = (10, end.year - 1) if end.month == 1 else (end.month - 3, end.year)
    return midnight(end.replace(year=year, month=month), zone()), midnight(end, zone())


def _asked() -> tuple[Policy, dict[int, Any], dict[int, Any]]:
    policy, form = policy_in_force(db.session()), request.form
    if "lines" in form:
        lines, errors = levels_form.lines_from(levels_form.rows_from(form))
        if errors:
            raise Refused("lines", next(iter(errors.values())))
        levels = editing.levels_from(lines, by=None, now=now())
        for place, level in enumerate(levels):
            level.id = NOT_STORED - place
        return replace(policy, levels=levels), {}, {level.id: level for level in levels}
    name = form.get("name", "")
    try:
        calendar = editing.calendar_in_force(db.session(), name)
    except NoResultFound:
        abort(404)
    written = hours_form.written_from(form, calendar.feed_days)
    draft = hours_form.draft_from(written)
    if written.errors:
        raise Refused("hours", next(iter(written.errors.values())))
    new = editing.version_of(draft, name, 0, by=None, now=now())
    new.id = NOT_STORED
    changed = replace(
        policy,
        accounts=_instead(policy.accounts, name, new),
        teams=_instead(policy.teams, name, new),
    )
    return changed, {NOT_STORED: new}, {}


def _instead(kept: Mapping[int, Calendar], name: str, new: Calendar) -> dict[int, Calendar]:
    return {number: new if it.name == name else it for number, it in kept.items()}
