"""障害・インシデント: what is going on, one incident with all that belongs to it, its course."""

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Flask, abort, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from support.agents.access import Deed, may
from support.agents.records import everyone
from support.audit.deeds import Deed as Noted
from support.db import db
from support.desk import the_desk
from support.errors import N_, DeskError, Refused
from support.incidents import fits, running, stages, templates, watching
from support.incidents.records import IS_OPEN, Incident
from support.incidents.running import Draft
from support.incidents.spike_records import Spike
from support.incidents.stages import Stage
from support.web import toasts, typed
from support.web.errors import sentence_of
from support.web.frame import frame
from support.web.guard import me, needs
from support.web.incidents import incident_words
from support.web.incidents.incident_page import numbers, page
from support.web.incidents.spike_words import proposed
from support.web.language import now, zone
from support.web.noted import note
from support.web.replies.schedule import AT, FIELD, Asked
from support.web.tickets.deeds import written
from support.x.text import weighted_length

MOST_PAST = 50
DECIDED = ("dismissed", "taken")

pages = Blueprint("incidents", __name__)


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(
        stage_name=incident_words.stage_name,
        field_time=field_time,
        weighted=weighted_length,
    )


@pages.get("/incidents")
def show_all() -> str:
    """Those that run, then what is over."""
    session = db.session()
    whole = select(Incident).options(joinedload(Incident.account), joinedload(Incident.lead))
    running_now = session.scalars(whole.where(IS_OPEN).order_by(Incident.begun_at.desc())).all()
    past = session.scalars(
        whole.where(Incident.closed_at.is_not(None))
        .order_by(Incident.closed_at.desc())
        .limit(MOST_PAST)
    ).all()
    return render_template(
        "incidents/list.html",
        running=running_now,
        past=past,
        numbers=numbers([it.id for it in (*running_now, *past)]),
        stage=Stage,
        steps=stages.STEPS,
    )


@pages.get("/incidents/new")
@needs(Deed.RUN_INCIDENTS)
def new() -> str | Response:
    """By hand, or from a sudden rise or a template, which bring their words along."""
    accounts = frame().accounts
    values = {"account": str(accounts[0].account.id) if accounts else "", "links_new": "on"}
    values |= {"lead": str(me().id), "begun": field_time(now())}
    spike = _spike(request.args.get("spike", ""))
    if spike is not None and spike.state in DECIDED:
        return redirect(url_for("spikes.one", spike_id=spike.id), 303)
    kept = templates.one(db.session(), typed.number(request.args.get("template", "")) or 0)
    values |= proposed(spike) if spike is not None else {}
    return _form(values | ({"words": fits.shown(kept.words)} if kept is not None else {}))


@pages.post("/incidents/new")
@needs(Deed.RUN_INCIDENTS)
def open_new() -> Response | tuple[str, int]:
    session = db.session()
    try:
        spike = _spike(request.form.get("spike", ""))
        known = spike.id if spike is not None else None
        incident = running.open_incident(session, _draft(), by=me(), now=now(), spike_id=known)
        if spike is not None:
            watching.taken(session, spike, incident, by=me(), now=now())
    except Refused as refusal:
        session.rollback()
        again = {"spike": ""} if refusal.field == "spike" else {}
        return _form(request.form.to_dict() | again, refusal), 422
    note(Noted.INCIDENT_OPENED, by=me().id, about=("incident", incident.id))
    number = incident.id
    session.commit()
    if known is not None:
        the_desk().news.tell("spike", known)
    toasts.say(gettext("INC-%(id)s を登録しました", id=number))
    return redirect(url_for("incidents.show", incident_id=number), 303)


@pages.get("/incidents/<int:incident_id>")
def show(incident_id: int) -> str:
    return page(incident_of(incident_id))


@pages.get("/incidents/<int:incident_id>/edit")
@needs(Deed.RUN_INCIDENTS)
def edit(incident_id: int) -> str:
    it = incident_of(incident_id)
    values = {
        "account": str(it.account_id),
        "title": it.title,
        "area": it.area,
        "words": fits.shown(it.words),
        "tags": fits.shown(it.tags),
        "begun": field_time(it.begun_at),
        "lead": str(it.lead_id or ""),
    }
    return _form(values | ({"links_new": "on"} if it.links_new else {}), incident=it)


@pages.post("/incidents/<int:incident_id>/edit")
@needs(Deed.RUN_INCIDENTS)
def save(incident_id: int) -> Response | tuple[str, int]:
    it = incident_of(incident_id)
    try:
        running.edit(db.session(), it, _draft(it.account_id), by=me(), now=now())
    except Refused as refusal:
        db.session.rollback()
        return _form(request.form.to_dict(), refusal, incident_of(incident_id)), 422
    db.session.commit()
    return back(incident_id, gettext("変更を保存しました"))


@pages.post("/incidents/<int:incident_id>/stage")
@needs(Deed.RUN_INCIDENTS)
def advance(incident_id: int) -> Response:
    it, stage = incident_of(incident_id), request.form.get("stage", "")
    return _do(it, lambda: running.advance(db.session(), it, stage, by=me(), now=now()))


@pages.post("/incidents/<int:incident_id>/next-update")
@needs(Deed.RUN_INCIDENTS)
def say_next(incident_id: int) -> Response:
    it = incident_of(incident_id)

    def say() -> None:
        until = moment_in("next_update", required=False)
        running.say_next(db.session(), it, until, by=me(), now=now())

    return _do(it, say, gettext("次の更新の予定を変更しました"))


@pages.post("/incidents/<int:incident_id>/notes")
def write_down(incident_id: int) -> Response | tuple[str, int]:
    it = incident_of(incident_id)
    try:
        running.write_down(db.session(), it, written("note"), by=me(), now=now())
    except Refused as refusal:
        db.session.rollback()
        errors = {"note": sentence_of(refusal)}
        return page(incident_of(incident_id), errors=errors, wrote=written("note")), 422
    db.session.commit()
    return back(incident_id)


@pages.post("/incidents/<int:incident_id>/end")
@needs(Deed.RUN_INCIDENTS)
def close(incident_id: int) -> Response:
    it = incident_of(incident_id)

    def end() -> None:
        running.close(db.session(), it, by=me(), now=now())
        note(Noted.INCIDENT_CLOSED, by=me().id, about=("incident", incident_id))

    return _do(it, end, gettext("終了しました"))


@pages.post("/incidents/<int:incident_id>/reopening")
@needs(Deed.RUN_INCIDENTS)
def reopen(incident_id: int) -> Response:
    """Tickets that were linked elsewhere meanwhile stay there, and are named."""
    it = incident_of(incident_id)
    stay = running.reopen(db.session(), it, by=me(), now=now())
    db.session.commit()
    return back(incident_id, incident_words.reopened(stay))


def incident_of(incident_id: int) -> Incident:
    it = db.session.get(Incident, incident_id) if incident_id < 2**31 else None
    if it is None:
        abort(404)
    return it


def back(incident_id: int, words: str = "") -> Response:
    if words:
        toasts.say(words)
    return redirect(url_for("incidents.show", incident_id=incident_id), 303)


def moment_in(field: str, *, required: bool = True) -> datetime | None:
    """The day and time in a field, as the desk's clock shows it. Raises Refused for the form."""
    wrote = request.form.get(field, "").strip()
    if not wrote and not required:
        return None
    try:
        return Asked(AT, wrote).moment(zone())
    except Refused as refusal:
        raise Refused(field, N_("日時を入力してください。例：2026-11-26 09:00")) from refusal


def field_time(at: datetime | None) -> str:
    return f"{at.astimezone(zone()):{FIELD}}" if at is not None else ""


def _do(it: Incident, deed: Any, words: str = "") -> Response:
    number = it.id
    try:
        deed()
    except DeskError as error:
        db.session.rollback()
        toasts.say(sentence_of(error), tone="danger", stay=True)
        return back(number)
    db.session.commit()
    return back(number, words)


def _draft(account_id: int | None = None) -> Draft:
    lead = request.form.get("lead", "")
    begun = moment_in("begun")
    return Draft(
        account_id=account_id or typed.number(request.form.get("account", "")) or 0,
        title=written("title"),
        area=written("area"),
        words=fits.words_from(written("words")),
        tags=fits.tags_from(written("tags")),
        links_new="links_new" in request.form,
        begun_at=(begun or now()).astimezone(UTC),
        lead_id=typed.number(lead) if lead else None,
    )


def _spike(typed_in: str) -> Spike | None:
    number = typed.number(typed_in) if typed_in else None
    return db.session.get(Spike, number) if number else None


def _form(
    values: dict[str, str], refusal: Refused | None = None, incident: Incident | None = None
) -> str:
    leads = [it for it in everyone(db.session()) if may(it.role, Deed.RUN_INCIDENTS)]
    return render_template(
        "incidents/form.html",
        values=values,
        errors={refusal.field: sentence_of(refusal)} if refusal else {},
        incident=incident,
        accounts=[here.account for here in frame().accounts],
        templates=[it for it in templates.in_use(db.session()) if it.words],
        leads=[it for it in leads if it.suspended_at is None],
    )
