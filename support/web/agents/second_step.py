"""The second step of a sign-in, and the telephone one confirms it with."""

import hashlib

import segno
from flask import Blueprint, redirect, render_template, request, session, url_for
from flask_babel import gettext
from markupsafe import Markup
from werkzeug.wrappers import Response

from support.agents import codes, confirming, signing_in
from support.agents.access import needs_second_step
from support.agents.confirming import Waits
from support.agents.records import (
    Agent,
    SecondStep,
    SignIn,
    has_second_step,
    passkeys_of,
    second_step_of,
    working_passkeys,
)
from support.audit.deeds import Deed
from support.db import db
from support.desk import the_desk
from support.errors import Refused
from support.web import noted, toasts
from support.web.agents import challenges, entering, proving
from support.web.agents.coming_in import SIGN_IN_LIMIT, limiter, own_path
from support.web.errors import sentence_of
from support.web.guard import asking, me
from support.web.language import now

pages = Blueprint("second_step", __name__)

ISSUER = "Madoguchi"


def who_confirms() -> str:
    """One half sign-in at a time; the secret itself is not written into the counter's name."""
    secret = str(session.get(entering.HALF, ""))
    return f"{hashlib.sha256(secret.encode()).hexdigest()} {entering.address()}"


@pages.get("/sign-in/code")
def ask() -> Response | str:
    half = entering.half_way()
    if asking() is not None or half is None or half.waits_for != Waits.CODE:
        return _back()
    return _code_page(half)


@pages.post("/sign-in/code")
@limiter.limit(SIGN_IN_LIMIT, key_func=who_confirms)
def confirm() -> Response | tuple[str, int] | tuple[str, int, dict[str, str]]:
    half = entering.half_way()
    if half is None or half.waits_for != Waits.CODE:
        return _back()
    if seconds := entering.seconds_to_wait(half.agent.email):
        words, headers = gettext(proving.LATER, seconds=seconds), {"Retry-After": str(seconds)}
        return _code_page(half, words), 429, headers
    taken = confirming.take(
        db.session(), half.agent, request.form.get("code", ""), secret_key=_key(), now=now()
    )
    if taken is None:
        db.session.rollback()
        entering.refused(half.agent.email)
        return _code_page(half, gettext(confirming.WRONG)), 422
    before = (Deed.CODE_USED,) if taken is confirming.Taken.RECOVERY else ()
    return entering.complete(half.agent, own_path(request.args.get("next")), *before)


def _code_page(half: SignIn, wrong: str = "") -> str:
    return render_template(
        "agents/code.html",
        email=half.agent.email,
        wrong=wrong,
        step=second_step_of(db.session(), half.agent_id),
        passkeys=passkeys_of(db.session(), half.agent_id),
        usable=challenges.usable(),
    )


@pages.get("/sign-in/enrolment")
def enrol() -> Response | str:
    """The desk insists on a second step, and this person has none yet."""
    half = entering.half_way()
    if asking() is not None or half is None or half.waits_for != Waits.ENROLMENT:
        return _back()
    step = _begun_here(half.agent_id)
    return _back() if step is None else _enrolment_page(step, half.agent.email)


@pages.post("/sign-in/enrolment")
@limiter.limit(SIGN_IN_LIMIT, key_func=who_confirms)
def confirm_enrolment() -> Response | str | tuple[str, int]:
    half = entering.half_way()
    if half is None or half.waits_for != Waits.ENROLMENT or _begun_here(half.agent_id) is None:
        return _back()
    agent, email = half.agent, half.agent.email
    if not confirming.is_first(db.session(), agent):  # laid down elsewhere since: that is asked for
        return _back()
    try:
        made = _enrol_with_code(agent)
    except Refused as refusal:
        db.session.rollback()
        step = _begun_here(half.agent_id)
        if step is None:
            return _back()
        return _enrolment_page(step, email, sentence_of(refusal)), 422
    entering.sign_in(agent, Deed.STEP_ON)
    onward = own_path(request.args.get("next"))
    return render_template("agents/recovery_codes.html", codes=made, onward=onward)


@pages.post("/sign-in/withdrawal")
def give_up() -> Response:
    """Somebody else wants to sign in here."""
    half = entering.half_way()
    if half is not None:
        signing_in.sign_out(db.session(), half, now=now())
        db.session.commit()
        session.clear()
    return redirect(url_for("agents.sign_in"), 303)


@pages.post("/me/second-step")
def begin() -> Response:
    """A secret for the telephone, for whoever shows once more that they know the password."""
    if not proving.is_me():
        return redirect(url_for("agents.profile"), 303)
    begun = entering.mark_of(entering.prepare(me()))
    db.session.commit()
    session[entering.LEARNS] = begun
    return redirect(url_for("second_step.show"), 303)


@pages.get("/me/second-step")
def show() -> Response | str:
    step = _begun_here(me().id)
    if step is None:
        return redirect(url_for("agents.profile"), 303)
    return _enrolment_page(step, me().email, mine=True)


@pages.post("/me/second-step/confirmation")
@limiter.limit(SIGN_IN_LIMIT, key_func=who_confirms)
def confirm_mine() -> str | tuple[str, int] | Response:
    if _begun_here(me().id) is None:
        return redirect(url_for("agents.profile"), 303)
    try:
        made = _enrol_with_code(me())
    except Refused as refusal:
        db.session.rollback()
        step = _begun_here(me().id)
        if step is None:
            return redirect(url_for("agents.profile"), 303)
        return _enrolment_page(step, me().email, sentence_of(refusal), mine=True), 422
    noted.note(Deed.STEP_ON, by=me().id, about=("agent", me().id))
    db.session.commit()
    onward = url_for("agents.profile")
    return render_template("agents/recovery_codes.html", codes=made, onward=onward)


@pages.post("/me/second-step/codes")
def make_codes() -> Response | str:
    """Ten new recovery codes; those before are void."""
    if not has_second_step(db.session(), me().id) or not proving.is_me():
        return redirect(url_for("agents.profile"), 303)
    made = confirming.make_recovery_codes(db.session(), me(), now=now())
    noted.note(Deed.CODES_MADE, by=me().id, about=("agent", me().id))
    db.session.commit()
    onward = url_for("agents.profile")
    return render_template("agents/recovery_codes.html", codes=made, onward=onward)


@pages.post("/me/second-step/removal")
def remove() -> Response:
    insists = needs_second_step(the_desk().settings.second_step, me().role)
    if insists and not working_passkeys(db.session(), me().id):
        toasts.say(gettext("このデスクでは2段階認証が必要なため、解除できません"), tone="danger")
    elif proving.is_me():
        number = me().id
        if confirming.remove(db.session(), me()):
            noted.note(Deed.STEP_OFF, by=number, about=("agent", number))
        db.session.commit()
        toasts.say(gettext("2段階認証を解除しました"))
    return redirect(url_for("agents.profile"), 303)


def _begun_here(agent_id: int) -> SecondStep | None:
    """What this browser began to teach a telephone; whoever else knows the password sees none."""
    step = _unlearnt(agent_id)
    mine = step is not None and session.get(entering.LEARNS) == entering.mark_of(step)
    return step if mine else None


def _unlearnt(agent_id: int) -> SecondStep | None:
    """One in use is not shown again."""
    step = db.session.get(SecondStep, agent_id)
    return step if step is not None and step.confirmed_at is None else None


def _enrol_with_code(agent: Agent) -> list[str]:
    """The recovery codes, once the telephone has shown a code. Raises Refused."""
    code = request.form.get("code", "")
    return confirming.confirm(db.session(), agent, code, secret_key=_key(), now=now())


def _enrolment_page(step: SecondStep, email: str, wrong: str = "", *, mine: bool = False) -> str:
    secret = confirming.secret_of(step, _key())
    square = segno.make(codes.address(secret, email, ISSUER), error="m", micro=False)
    drawn = square.svg_inline(scale=4, border=4, dark="#000", light="#fff")
    return render_template(
        "agents/enrolment.html",
        square=Markup(drawn),  # noqa: S704  (drawn here, holds no text)
        secret=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        email=email,
        wrong=wrong,
        mine=mine,
        usable=challenges.usable(),
    )


def _back() -> Response:
    return redirect(url_for("agents.sign_in", next=request.args.get("next")), 303)


def _key() -> str:
    return the_desk().settings.secret_key
