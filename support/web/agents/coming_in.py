"""Coming in, going out, the first set-up, and what an agent sees of themselves."""

from datetime import datetime
from functools import cache

from flask import Blueprint, abort, g, redirect, render_template, request, session, url_for
from flask_babel import gettext
from flask_login import current_user
from sqlalchemy import select
from werkzeug.wrappers import Response

from support.agents import signing_in
from support.agents.records import (
    Agent,
    SignIn,
    anyone_here,
    codes_left,
    passkeys_of,
    second_step_of,
)
from support.audit.deeds import Deed
from support.db import db, storable
from support.demo.loading import PASSWORD, email_of
from support.demo.story import read_story
from support.desk import the_desk
from support.errors import Refused
from support.web import noted, setting_up, toasts
from support.web.agents import challenges, entering, providing
from support.web.agents.entering import Way
from support.web.agents.passwords import leaked
from support.web.errors import sentence_of
from support.web.first_run import SetUpForm, enrol_admin
from support.web.guard import asking
from support.web.language import LOCALES, choose_anew, now
from support.web.limits import limiter as limiter
from support.web.limits import place as place
from support.web.words import browser

SIGN_IN_LIMIT = "10 per minute"

pages = Blueprint("agents", __name__)


@pages.get("/sign-in")
def sign_in() -> Response | str:
    if asking() is not None:
        return redirect(own_path(request.args.get("next")), 303)
    if not only_elsewhere() and not anyone_here(db.session()):
        return redirect(url_for("agents.set_up"), 303)
    return _sign_in_page("")


@pages.post("/sign-in")
@limiter.limit(SIGN_IN_LIMIT)
def try_to_sign_in() -> Response | tuple[str, int] | tuple[str, int, dict[str, str]]:
    email, password = storable(request.form.get("email", "")), request.form.get("password", "")
    if only_elsewhere():
        return _sign_in_page(email), 403
    if seconds := entering.seconds_to_wait(email):
        return _sign_in_page(email, wait=seconds), 429, {"Retry-After": str(seconds)}
    path = own_path(request.args.get("next"))
    if path == url_for("tickets.queue") and not setting_up.has_hours(db.session()):
        path = url_for("setting_up.go_on")  # whoever began it goes on where it stands
    done = _signed_in_as(email, password, path)
    return done or (_sign_in_page(email, refused=True), 422)


def _sign_in_page(email: str, *, refused: bool = False, wait: int = 0) -> str:
    cast = demo_cast() if practises() else []
    return render_template(
        "agents/sign_in.html",
        email=email,
        refused=refused,
        wait=wait,
        cast=cast,
        usable=challenges.usable(),
        provider=the_desk().settings.oidc_issuer and provider_name(),
        only=only_elsewhere(),
        end=providing.provider().end_address("") if request.args.get("left") else None,
    )


def only_elsewhere() -> bool:
    """Whether another provider signs everybody in, and passwords open nothing."""
    return the_desk().settings.oidc_only


def provider_name() -> str:
    return the_desk().settings.oidc_name or gettext("社内アカウント")


def practises() -> bool:
    """Whether a stand-in takes X's place here, so that nothing reaches real people."""
    return the_desk().settings.on_sandbox


def demo_cast() -> list[dict[str, str]]:
    """The people of the demo story who work at this desk, as they sign in."""
    cast = story_cast()
    here = set(db.session.scalars(select(Agent.email).where(Agent.email.in_(cast))))
    return [person for email, person in cast.items() if email in here]


@cache
def story_cast() -> dict[str, dict[str, str]]:
    return {
        email_of(person): {
            "name": f"{person['family_name']} {person['given_name']}",
            "role": person["role"],
            "email": email_of(person),
            "password": PASSWORD,
        }
        for person in read_story().team
    }


def _signed_in_as(email: str, password: str, path: str) -> Response | None:
    """On to `path`, or to the second step; None if address or password do not fit."""
    agent = signing_in.known(db.session(), email, password)
    if agent is None:
        entering.refused(email)
        return None
    return entering.let_in(agent, path)


def own_path(path: str | None) -> str:
    """`path` if it leads to a page of ours, else the inbox; never to another site."""
    ours = path is not None and path.startswith("/") and not path.startswith("//")
    if not ours or "\\" in str(path) or not str(path).isprintable():
        return url_for("tickets.queue")
    return str(path)


@pages.route("/set-up", methods=["GET", "POST"])
@limiter.limit(SIGN_IN_LIMIT, methods=["POST"])
def set_up() -> Response | str | tuple[str, int]:
    """Only while nobody is enrolled; the first person becomes the administrator and goes on."""
    if only_elsewhere() or anyone_here(db.session()):
        known = asking() is not None
        return redirect(url_for("setting_up.go_on" if known else "agents.sign_in"), 303)
    form = SetUpForm()
    if request.method == "GET":
        return setting_up.first_page(form)
    if not form.validate():
        return setting_up.first_page(form), 422
    try:
        admin = enrol_admin(db.session(), form, now=now(), leaked=leaked())
    except Refused as refusal:
        db.session.rollback()
        form[refusal.field].errors = [sentence_of(refusal)]
        return setting_up.first_page(form), 422
    noted.note(Deed.ENROLLED, by=None, about=("agent", admin.id))
    done = _signed_in_as(admin.email, form.password.data or "", url_for("setting_up.go_on"))
    return done or redirect(url_for("agents.sign_in"), 303)


@pages.post("/sign-out")
def sign_out() -> Response:
    signing_in.sign_out(db.session(), g.sign_in, now=now())
    noted.note(Deed.SIGNED_OUT, by=current_user.id, about=("agent", current_user.id))
    db.session.commit()
    elsewhere = session.get(entering.CAME) == Way.PROVIDER
    session.clear()
    return redirect(url_for("agents.sign_in", left=1 if elsewhere else None), 303)


@pages.get("/me")
def profile() -> str:
    session, number = db.session(), current_user.id
    step = second_step_of(session, number)
    return render_template(
        "agents/profile.html",
        sign_ins=live_sign_ins(number, now()),
        here=g.sign_in,
        browser=browser,
        step=step,
        passkeys=passkeys_of(session, number),
        provider=provider_name(),
        codes_left=codes_left(session, number),
    )


def live_sign_ins(agent_id: int, at: datetime) -> list[SignIn]:
    """Where an agent is signed in, the latest first."""
    live = select(SignIn).where(
        SignIn.agent_id == agent_id,
        SignIn.ended_at.is_(None),
        SignIn.waits_for == "",
        SignIn.seen_at >= at - signing_in.IDLE,
        SignIn.started_at >= at - signing_in.LONGEST,
    )
    return list(db.session.scalars(live.order_by(SignIn.seen_at.desc(), SignIn.id.desc())))


@pages.post("/me/language")
def choose_language() -> Response:
    wanted = request.form.get("locale")
    if wanted not in LOCALES:
        abort(400)
    current_user.locale = session["locale"] = wanted
    db.session.commit()
    choose_anew()
    return redirect(own_path(request.form.get("next")), 303)


@pages.post("/me/sign-ins/<int:number>/end")
def end_sign_in(number: int) -> Response:
    theirs = db.session.get(SignIn, number) if number < 2**31 else None
    if theirs is None or theirs.agent_id != current_user.id:
        abort(404)
    if theirs.ended_at is None:
        signing_in.sign_out(db.session(), theirs, now=now())
        noted.note(Deed.SIGN_IN_ENDED, by=current_user.id, about=("sign_in", number))
    db.session.commit()
    toasts.say(gettext("そのブラウザのサインインを終わらせました"))
    return redirect(url_for("agents.profile"), 303)


@pages.post("/me/sign-ins/others/end")
def end_other_sign_ins() -> Response:
    """Everywhere but here."""
    ended = signing_in.end_others(db.session(), g.sign_in, now=now())
    if ended:
        noted.note(Deed.SIGN_INS_ENDED, by=current_user.id, about=("agent", current_user.id))
    db.session.commit()
    toasts.say(gettext("ほかのブラウザのサインインを終わらせました"))
    return redirect(url_for("agents.profile"), 303)
