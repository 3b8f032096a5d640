"""Passkeys: signing in with one, confirming a password by one, making and removing one's own.

A page asks for a question just before it is put to the browser (static/passkeys.js), and sends the
answer as a form.
"""

from typing import Any

from flask import Blueprint, abort, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from support.agents import ceremonies, confirming, vouching
from support.agents.access import needs_second_step
from support.agents.ceremonies import NotGenuine, Place
from support.agents.confirming import Waits
from support.agents.records import (
    Agent,
    Passkey,
    SignIn,
    codes_left,
    second_step_of,
    working_passkeys,
)
from support.agents.vouching import LONGEST_NAME, NOT_TRUE, Doubted
from support.audit.deeds import Deed
from support.audit.noting import Origin
from support.db import db, storable
from support.desk import the_desk
from support.errors import N_, Refused
from support.web import noted, toasts
from support.web.agents import challenges, entering, proving
from support.web.agents.challenges import Asked, Purpose
from support.web.agents.coming_in import SIGN_IN_LIMIT, limiter, only_elsewhere, own_path, place
from support.web.agents.entering import Way
from support.web.errors import sentence_of
from support.web.guard import asking, me
from support.web.language import now
from support.web.words import browser

pages = Blueprint("passkeys", __name__)

QUESTIONS = "30 per minute"
NO_SCRIPT = N_("パスキーを使うには、パスキーに対応したブラウザでJavaScriptを有効にしてください。")
NOT_HERE = N_("このデスクではまだパスキーを使えません。管理者にご相談ください。")
OVER = N_("時間が経ちすぎました。このページを開き直してください。")
COPIED = N_(
    "このパスキーは複製された疑いがあるため、使えなくしました。別の方法でサインインし、登録し直してください。"
)


@pages.post("/sign-in/passkey/<any(enter, confirm, first, mine):purpose>")
@limiter.limit(QUESTIONS, key_func=place)
def question(purpose: str) -> Response | tuple[Response, int]:
    """What the browser is to be asked; nothing is written but into its own session."""
    at = challenges.usable()
    if at is None:
        return _unasked(NOT_HERE)
    asked_for = Purpose(purpose)
    if asked_for is Purpose.ENTER and only_elsewhere():
        return _unasked(NOT_HERE)
    if asked_for is Purpose.ENTER:
        return _told(ceremonies.request(at, challenges.ask(asked_for)))
    agent = _who(asked_for)
    if agent is None:
        return _unasked(OVER)
    if asked_for is Purpose.CONFIRM:
        known = vouching.key_ids(db.session(), agent)
        return _told(ceremonies.request(at, challenges.ask(asked_for, agent.id), known))
    return _told(_to_make(asked_for, agent, at))


def _who(purpose: Purpose) -> Agent | None:
    """Whom a question is about, if this browser has come far enough to be asked it."""
    if purpose is Purpose.MINE:
        return asking() if proving.remembered() else None
    half = _half(Waits.CODE if purpose is Purpose.CONFIRM else Waits.ENROLMENT)
    return half.agent if half is not None else None


def _to_make(purpose: Purpose, agent: Agent, at: Place) -> str:
    handle = vouching.handle_of(db.session(), agent)
    challenge = challenges.ask(purpose, agent.id, handle)
    known = vouching.key_ids(db.session(), agent)
    return ceremonies.creation(
        at, challenge, handle=handle, email=agent.email, name=agent.name, known=known
    )


def _told(options: str) -> Response:
    return Response(options, mimetype="application/json")


def _unasked(sentence: str) -> tuple[Response, int]:
    return jsonify(sentence=gettext(sentence)), 409


@pages.post("/sign-in/passkey")
@limiter.limit(SIGN_IN_LIMIT, key_func=place)
def enter() -> Response:
    """A passkey alone signs in: it is something one has, and the person was verified to it."""
    if only_elsewhere():
        return _back("")
    try:
        found = _recognised(challenges.asked(Purpose.ENTER), None)
        agent = db.session.get_one(Agent, found.agent_id)
        if agent.suspended_at is not None:
            raise NotGenuine("suspended")
    except Doubted as doubt:
        return _back(_put_aside(doubt))
    except NotGenuine:
        db.session.rollback()
        noted.note(Deed.SIGN_IN_FAILED, by=None, at=Origin(entering.address()))
        db.session.commit()
        return _back(_why())
    return entering.complete(agent, own_path(request.args.get("next")), way=Way.PASSKEY)


@pages.post("/sign-in/code/passkey")
@limiter.limit(SIGN_IN_LIMIT, key_func=place)
def confirm() -> Response:
    """The second step, by one of the passkeys of whoever gave the password."""
    half = _half(Waits.CODE)
    if half is None:
        return _back("")
    agent = half.agent
    try:
        _recognised(challenges.asked(Purpose.CONFIRM, agent.id), agent)
    except Doubted as doubt:
        return _back(_put_aside(doubt), "second_step.ask")
    except NotGenuine:
        db.session.rollback()
        entering.refused(agent.email)
        return _back(_why(), "second_step.ask")
    return entering.complete(agent, own_path(request.args.get("next")), way=Way.SECOND)


@pages.post("/sign-in/enrolment/passkey")
@limiter.limit(SIGN_IN_LIMIT, key_func=place)
def enrol() -> Response | str:
    """The desk insists on a second step: a passkey is one."""
    half = _half(Waits.ENROLMENT)
    if half is None:
        return _back("")
    agent = half.agent
    try:
        asked = challenges.asked(Purpose.FIRST, agent.id)
        if not confirming.is_first(db.session(), agent):  # laid down elsewhere since
            db.session.rollback()
            return _back("")
        _made(asked, agent)
    except (NotGenuine, Refused) as error:
        return _back(_refused(error), "second_step.enrol")
    codes = confirming.make_recovery_codes(db.session(), agent, now=now())
    onward = own_path(request.args.get("next"))
    entering.sign_in(agent, Deed.PASSKEY_ADDED, way=Way.SECOND)
    return render_template("agents/recovery_codes.html", codes=codes, onward=onward)


@pages.post("/me/passkeys")
def begin() -> Response:
    """Whoever shows once more that it is they may make one."""
    if not proving.is_me():
        return redirect(url_for("agents.profile", _anchor="protection"), 303)
    proving.remember()
    return redirect(url_for("passkeys.new"), 303)


@pages.get("/me/passkeys/new")
def new() -> Response | str:
    if not proving.remembered():
        return redirect(url_for("agents.profile", _anchor="protection"), 303)
    return _new_page("")


@pages.post("/me/passkeys/new")
@limiter.limit(SIGN_IN_LIMIT, key_func=place)
def keep() -> Response | str | tuple[str, int]:
    if not proving.remembered():
        return redirect(url_for("agents.profile", _anchor="protection"), 303)
    number = me().id
    try:
        vouching.named(storable(request.form.get("name", "")))
        passkey = _made(challenges.asked(Purpose.MINE, number), me())
    except (NotGenuine, Refused) as error:
        return _new_page(_refused(error)), 422
    proving.forget()
    codes = []
    if not codes_left(db.session(), number):
        codes = confirming.make_recovery_codes(db.session(), me(), now=now())
    noted.note(Deed.PASSKEY_ADDED, by=number, about=("passkey", passkey.id))
    db.session.commit()
    onward = url_for("agents.profile", _anchor="passkeys")
    if codes:
        return render_template("agents/recovery_codes.html", codes=codes, onward=onward)
    toasts.say(gettext("パスキーを登録しました"))
    return redirect(onward, 303)


@pages.post("/me/passkeys/<int:number>/removal")
def remove(number: int) -> Response:
    passkey = db.session.get(Passkey, number) if number < 2**31 else None
    if passkey is None or passkey.agent_id != me().id:
        abort(404)
    if _is_needed(passkey):
        toasts.say(gettext("このデスクでは2段階認証が必要なため、削除できません"), tone="danger")
    elif proving.is_me():
        vouching.remove(db.session(), passkey)
        noted.note(Deed.PASSKEY_REMOVED, by=me().id, about=("passkey", number))
        db.session.commit()
        toasts.say(gettext("パスキーを削除しました"))
    return redirect(url_for("agents.profile", _anchor="passkeys"), 303)


def _is_needed(passkey: Passkey) -> bool:
    """Whether without it nothing is left that opens, and the desk insists on something."""
    if not needs_second_step(the_desk().settings.second_step, me().role):
        return False
    others = [it for it in working_passkeys(db.session(), me().id) if it.id != passkey.id]
    return not others and second_step_of(db.session(), me().id) is None


def _half(waits: Waits) -> SignIn | None:
    half = entering.half_way()
    return half if half is not None and half.waits_for == waits else None


def _answer() -> str:
    return request.form.get("answer", "")


def _recognised(asked: Asked, agent: Agent | None) -> Passkey:
    """Raises NotGenuine, Doubted."""
    return vouching.recognise(
        db.session(),
        _answer(),
        place=asked.place,
        challenge=asked.challenge,
        agent=agent,
        now=now(),
    )


def _made(asked: Asked, agent: Agent) -> Passkey:
    """Raises NotGenuine, Refused."""
    made = ceremonies.made(asked.place, asked.challenge, _answer())
    name = storable(request.form.get("name", "")).strip() or browser(request.user_agent.string)
    return vouching.keep(
        db.session(), agent, made, name=name[:LONGEST_NAME], handle=asked.handle, now=now()
    )


def _put_aside(doubt: Doubted) -> str:
    """Noted and counted, though it was genuine; the sentence for whoever holds it."""
    agent = db.session.get_one(Agent, doubt.passkey.agent_id)
    about = ("passkey", doubt.passkey.id)
    noted.note(Deed.PASSKEY_DOUBTED, by=None, about=about, at=Origin(entering.address()))
    entering.refused(agent.email)
    return str(gettext(COPIED))


def _refused(error: NotGenuine | Refused) -> str:
    db.session.rollback()
    return sentence_of(error) if isinstance(error, Refused) else _why()


def _why() -> str:
    """An empty answer is that of a browser without script."""
    return str(gettext(NOT_TRUE if _answer() else NO_SCRIPT))


def _back(sentence: str, page: str = "agents.sign_in") -> Response:
    if sentence:
        toasts.say(sentence, tone="danger")
    return redirect(url_for(page, next=request.args.get("next")), 303)


def _new_page(wrong: str) -> str:
    values: dict[str, Any] = {"wrong": wrong, "most": LONGEST_NAME}
    values["suggested"] = browser(request.user_agent.string)[:LONGEST_NAME]
    values |= {"usable": challenges.usable(), "place": challenges.here()}
    return render_template("agents/passkey.html", **values)
