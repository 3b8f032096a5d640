"""Settings: teams, and whose hours they keep."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from support.agents.access import Deed
from support.db import db, storable
from support.errors import N_
from support.terms import editing
from support.tickets.records import Team, Ticket
from support.tickets.searching import NOT_RESOLVED
from support.web import toasts
from support.web.guard import me, needs
from support.web.language import now
from support.web.promises import terms_edits

LONGEST_NAME = 40

pages = Blueprint("teams", __name__)

NO_NAME = N_("チームの名前を40文字以内で入力してください。")
SAME_NAME = N_("同じ名前のチームがあります。別の名前にしてください。")


@pages.get("/settings/teams")
@needs(Deed.MANAGE_DESK)
def show() -> str:
    return _page()


@pages.post("/settings/teams")
@needs(Deed.MANAGE_DESK)
def add() -> Response | tuple[str, int]:
    name, wrong = _name(None)
    if wrong:
        return _page({"new": wrong}), 422
    team = Team(name=name, calendar_id=None, made_at=now())
    db.session.add(team)
    db.session.flush()
    _give_hours(team)
    toasts.say(gettext("チーム「%(name)s」を作りました", name=name))
    return redirect(url_for("teams.show"), 303)


@pages.post("/settings/teams/<int:team_id>")
@needs(Deed.MANAGE_DESK)
def change(team_id: int) -> Response | tuple[str, int]:
    """Another name, other hours, or the end of it."""
    team = db.session.get(Team, team_id) if team_id < 2**31 else None
    if team is None:
        abort(404)
    if request.form.get("do") == "close":
        team.closed_at = now()
        db.session.commit()
        return redirect(url_for("teams.show"), 303)
    name, wrong = _name(team)
    if wrong:
        return _page({str(team.id): wrong}), 422
    team.name, team.closed_at = name, None
    _give_hours(team)
    toasts.say(gettext("チームを保存しました"))
    return redirect(url_for("teams.show"), 303)


def _give_hours(team: Team) -> None:
    """Keeps what was written; open promises follow where the hours are others."""
    wanted = request.form.get("hours", "") or None
    names = {it.id: it.name for it in editing.calendars_in_force(db.session())}
    before = names.get(team.calendar_id) if team.calendar_id else None
    if wanted is not None and wanted not in names.values():
        abort(400)
    if wanted == before:
        db.session.commit()
        return
    carry = terms_edits.carry_from("hours")
    edit = editing.set_team_hours(db.session(), team, wanted, carry, by=me(), now=now())
    db.session.commit()
    terms_edits.begun(edit)


def _name(team: Team | None) -> tuple[str, str]:
    """The name that was written, and what is wrong with it."""
    name = " ".join(storable(request.form.get("name", "")).split())
    if not name or len(name) > LONGEST_NAME:
        return name, gettext(NO_NAME)
    other = db.session.scalar(select(Team).where(Team.name == name))
    return name, gettext(SAME_NAME) if other is not None and other is not team else ""


def _page(errors: dict[str, str] | None = None) -> str:
    open_tickets = (
        select(Ticket.team_id, func.count())
        .where(Ticket.team_id.is_not(None), NOT_RESOLVED)
        .group_by(Ticket.team_id)
    )
    return render_template(
        "settings/teams.html",
        teams=list(db.session.scalars(select(Team).order_by(Team.closed_at, Team.name))),
        calendars=editing.calendars_in_force(db.session()),
        counts={row[0]: row[1] for row in db.session.execute(open_tickets)},
        errors=errors or {},
    )
