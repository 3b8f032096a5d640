"""一斉連絡: the wave of an incident: its words, whom it goes to, how far it is, stopping it."""

from typing import Any

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from support.agents.access import Deed
from support.audit.deeds import Deed as Noted
from support.db import db
from support.desk import the_desk
from support.errors import DeskError, Refused
from support.incidents import enrolling, including, paces, progress, templates, waves
from support.incidents.records import Incident, Wave
from support.incidents.starters import STARTERS
from support.incidents.turns import FOR_A_PERSON, Stage
from support.incidents.waves import Plan
from support.incidents.wordings import MOST, Crowd
from support.jobs.waves import allowed_of
from support.web import reach, toasts, typed
from support.web.guard import i_may, me, needs
from support.web.incidents import wave_words
from support.web.language import now
from support.web.noted import note
from support.web.parts import part_of
from support.web.replies import guarded, reply_parts
from support.web.tickets.ticket_page import sentence
from support.x.pricing import DM_SEND, kind_of_post

PAGE, FEW = 100, 8
FIELDS = 5
"""Wordings the form has room for at first."""
ATTENTION = (progress.FAILED, progress.BY_HAND, progress.ASKS)
SHOWN = {"all": progress.STATES, "attention": (*ATTENTION, waves.PASSED)}

pages = Blueprint("waves", __name__)


@pages.get("/incidents/<int:incident_id>/wave")
def show(incident_id: int) -> str:
    return _page(incident_of(incident_id))


@pages.get("/incidents/<int:incident_id>/wave/progress")
@part_of("waves.show")
def follow(incident_id: int) -> str:
    """The figures and the list, asked for every few seconds while it goes."""
    incident = incident_of(incident_id)
    values = drawn(incident, latest(incident), few="few" in request.args)
    return render_template("incidents/_wave.html", **values)


@pages.post("/incidents/<int:incident_id>/wave")
@needs(Deed.RUN_INCIDENTS)
def save(incident_id: int) -> Response | tuple[str, int]:
    incident = incident_of(incident_id)
    try:
        waves.save(db.session(), incident, _plan(), by=me(), now=now())
        words = [it for found in _guarded(_texts()) for it in found if it.level.value == "stop"]
        if words:
            raise Refused("texts", words[0].sentence, **words[0].values)
    except DeskError as error:
        return _again(incident_id, error)
    db.session.commit()
    toasts.say(gettext("下書きを保存しました。内容を確かめて、承認してください"))
    return redirect(url_for("waves.show", incident_id=incident_id), 303)


@pages.post("/waves/<int:wave_id>/drop")
@needs(Deed.RUN_INCIDENTS)
def drop(wave_id: int) -> Response | tuple[str, int]:
    wave = _wave(wave_id)
    incident_id = wave.incident_id
    try:
        waves.drop(db.session(), wave)
    except DeskError as error:
        return _again(incident_id, error)
    db.session.commit()
    toasts.say(gettext("下書きを消しました"))
    return redirect(url_for("waves.show", incident_id=incident_id), 303)


@pages.post("/waves/<int:wave_id>/approve")
@needs(Deed.RUN_INCIDENTS)
def approve(wave_id: int) -> Response | tuple[str, int]:
    """Whoever approves must have seen the words as they are now."""
    wave = _wave(wave_id)
    if request.form.get("made_at", "") != wave.made_at.isoformat():
        toasts.say(gettext("文面が変わりました。もう一度確かめてください"))
        return redirect(url_for("waves.show", incident_id=wave.incident_id), 303)
    try:
        waves.approve(db.session(), wave, by=me(), now=now())
    except DeskError as error:
        return _again(wave.incident_id, error)
    toasts.say(gettext("一斉連絡を始めました"))
    return _done(wave, Noted.WAVE_STARTED, rings=True)


@pages.post("/waves/<int:wave_id>/stop")
@needs(Deed.RUN_INCIDENTS)
def stop(wave_id: int) -> Response | tuple[str, int]:
    wave = _wave(wave_id)
    try:
        done = waves.stop(db.session(), wave, me(), now(), request.form.get("reason", "")[:400])
    except DeskError as error:
        return _again(wave.incident_id, error)
    toasts.say(
        gettext(
            "止めました。%(back)s通を取り消し、%(out)s通はもう送られています",
            back=done.taken_back,
            out=done.out,
        )
    )
    return _done(wave, Noted.WAVE_STOPPED)


@pages.post("/waves/<int:wave_id>/resume")
@needs(Deed.RUN_INCIDENTS)
def resume(wave_id: int) -> Response | tuple[str, int]:
    wave = _wave(wave_id)
    try:
        waves.resume(db.session(), wave, by=me(), now=now())
    except DeskError as error:
        return _again(wave.incident_id, error)
    toasts.say(gettext("続きを始めました"))
    return _done(wave, Noted.WAVE_STARTED, rings=True)


@pages.post("/waves/<int:wave_id>/included")
@needs(Deed.RUN_INCIDENTS)
def include(wave_id: int) -> Response | tuple[str, int]:
    """Who was set aside for another incident's wave is written to too: one of them, or all."""
    wave = _wave(wave_id)
    place = request.form.get("place", type=int)
    try:
        number = including.include(db.session(), wave, by=me(), now=now(), place=place)
    except DeskError as error:
        return _again(wave.incident_id, error)
    toasts.say(gettext("%(n)s人を、この一斉連絡の送り先に戻しました", n=number))
    return _done(wave, Noted.WAVE_STARTED, rings=True)


def _done(wave: Wave, deed: Noted, *, rings: bool = False) -> Response:
    wave_id, incident_id = wave.id, wave.incident_id
    note(deed, by=me().id, about=("wave", wave_id), data={"incident": incident_id})
    db.session.commit()
    if rings:
        the_desk().later.ring("press_wave", wave_id)
    return redirect(url_for("waves.show", incident_id=incident_id), 303)


def incident_of(incident_id: int) -> Incident:
    incident = db.session.get(Incident, incident_id) if incident_id < 2**31 else None
    if incident is None or not reach.may_see(incident.account_id):
        abort(404)
    return incident


def _wave(wave_id: int) -> Wave:
    """Held: a worker who is at it is waited for."""
    wave = waves.waited_for(db.session(), wave_id) if wave_id < 2**31 else None
    if wave is None:
        abort(404)
    incident_of(wave.incident_id)
    return wave


def latest(incident: Incident) -> Wave | None:
    """The one that goes, or the last that went."""
    return next(
        (it for it in waves.waves_of(db.session(), incident.id) if it.approved_at is not None), None
    )


def _texts() -> list[str]:
    return [request.form.get(f"text-{n}", "") for n in range(1, MOST + 1)]


def _plan() -> Plan:
    return Plan(
        stage=request.form.get("stage", ""),
        texts=_texts(),
        per_minute=typed.number(request.form.get("per_minute", "")[:6], most=1_000) or 0,
        takes_new="takes_new" in request.form,
    )


def _again(incident_id: int, error: DeskError) -> tuple[str, int]:
    """The page with what stands in the way; nothing typed is lost."""
    db.session.rollback()
    field = error.field if isinstance(error, Refused) else ""
    fault = {"field": field, "sentence": sentence(error)}
    return _page(incident_of(incident_id), fault), 422 if field else 409


def _page(incident: Incident, fault: dict[str, str] | None = None) -> str:
    session, newest = db.session(), latest(incident)
    draft = waves.draft_of(session, incident.id)
    form = _form(incident, draft, newest, typed_in=bool(fault and "text-1" in request.form))
    counts = allowed_of(the_desk(), incident.account, now())
    crowd = enrolling.crowd(session, incident.id, form["stage"], form["per_minute"])
    speed = min(form["per_minute"], paces.fastest(counts))
    return render_template(
        "incidents/wave.html",
        draft=draft,
        form=form,
        fault=fault,
        crowd=crowd,
        heard=including.heard_elsewhere(session, incident, now()) if draft else 0,
        takes=paces.takes(crowd.people, speed),
        fastest=paces.fastest(counts),
        slowed=speed < form["per_minute"],
        cost=_cost(draft, crowd),
        guard=_guarded([it.text for it in draft.texts]) if draft else [],
        may_approve=draft is not None and waves.may_approve(session, draft, me()),
        earlier=[it for it in waves.waves_of(session, incident.id) if it.approved_at][1:],
        templates=templates.in_use(session),
        **drawn(incident, newest),
    )


def _form(
    incident: Incident, draft: Wave | None, latest: Wave | None, *, typed_in: bool
) -> dict[str, Any]:
    """What the fields hold: what was typed, the draft, a template, or words to begin with."""
    if typed_in:
        plan = _plan()
        return vars(plan) | {"texts": _padded(list(plan.texts))}
    if draft is not None:
        texts = [it.text for it in draft.texts]
        return {
            "stage": draft.stage,
            "texts": _padded(texts),
            "per_minute": draft.per_minute,
            "takes_new": draft.takes_new,
        }
    usual = Stage.UPDATE if latest is not None else Stage.FIRST
    stage = request.args.get("stage", "")
    stage = stage if stage in set(Stage) else usual.value
    template = templates.one(db.session(), request.args.get("template", 0, type=int))
    texts = (template.texts.get(stage) if template else None) or list(STARTERS[stage])
    return {
        "stage": stage,
        "texts": _padded(texts),
        "per_minute": paces.fastest(allowed_of(the_desk(), incident.account, now())),
        "takes_new": stage != Stage.RESTORED,
    }


def _padded(texts: list[str]) -> list[str]:
    filled = [text for text in texts if text.strip()]
    return [*filled, *[""] * max(1 if len(filled) < MOST else 0, FIELDS - len(filled))][:MOST]


def _guarded(texts: list[str]) -> list[list[guarded.Line]]:
    return guarded.prepared([text for text in texts if text.strip()], private=False)


def _cost(draft: Wave | None, crowd: Crowd) -> int:
    """About what X asks for it, in millionths of a dollar; the dearest wording counts for all."""
    if draft is None:
        return 0
    prices = the_desk().prices.on(now().date()).micros
    dearest: int = max(prices[kind_of_post(it.text, summoned=True)] for it in draft.texts)
    private: int = prices[DM_SEND]
    return crowd.public * dearest + (crowd.people - crowd.public) * private


def drawn(incident: Incident, wave: Wave | None, *, few: bool = False) -> dict[str, Any]:
    """What `incidents/_wave.html` is drawn with, wherever it stands; `few`: beside other things."""
    page = FEW if few else PAGE
    which = request.args.get("of", "")
    which = which if which in SHOWN or which in progress.STATES else "all"
    after = request.args.get("after", 0, type=int)
    at = progress.progress(db.session(), wave) if wave else progress.Progress()
    found: list[progress.Place] = []
    if wave is not None:
        states = SHOWN.get(which, (which,))
        found = progress.places(db.session(), wave, states, after=after, limit=page + 1)
    counts = allowed_of(the_desk(), incident.account, now())
    speed = min(wave.per_minute, paces.fastest(counts)) if wave else 0
    shown = found[:page]
    return {
        "incident": incident,
        "incident_link": link_to("incidents.show", incident),
        "wave": wave,
        "at": at,
        "going": wave is not None and waves.is_going(wave),
        "left": paces.takes(at.of(waves.WAITING), speed) if wave else None,
        "speed": speed,
        "places": shown,
        "of": which,
        "few": few,
        "set_aside": _set_aside(wave) if at.of(waves.PASSED) else 0,
        "held": waves.held_by(db.session(), wave) if wave and waves.is_going(wave) else None,
        "may_go_on": wave is not None and waves.may_approve(db.session(), wave, me()),
        "after": after,
        "more": shown[-1].row.id if len(found) > page else 0,
        "by_hand": reply_parts.by_hand,
        "runs": i_may(Deed.RUN_INCIDENTS),
        "for_a_person": {it.value for it in FOR_A_PERSON},
        "words": wave_words,
        "state_names": progress.STATES,
        "attention": at.of(*ATTENTION),
    }


def _set_aside(wave: Wave | None) -> int:
    """How many somebody may still include."""
    session = db.session()
    if wave is None or not i_may(Deed.RUN_INCIDENTS) or not including.may_include(session, wave):
        return 0
    return including.set_aside(session, wave)


def link_to(endpoint: str, incident: Incident) -> str:
    """To the incident's own page."""
    known = endpoint in current_app.view_functions
    return url_for(endpoint, incident_id=incident.id) if known else ""
