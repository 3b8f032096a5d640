"""The first run, step by step: hours, X, prepared answers, a first ticket to practise on.

What is done is seen from what is there, so one may leave at any point and go on later. Hours come
before X: nothing may arrive before it is known what is promised. The very first step, who becomes
the administrator, is in `agents`: it is the only one an unset desk shows to a stranger.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from support.agents.access import Deed
from support.db import db
from support.demo import on_x
from support.desk import the_desk
from support.errors import N_, DeskError, Refused
from support.inbox.opening import open_account
from support.sla.records import Calendar, ServiceLevel
from support.tickets.records import Ticket
from support.web.errors import sentence_of
from support.web.first_run import (
    FIRST_REPLY_MINUTES,
    PRESETS,
    HoursForm,
    SetUpForm,
    TokenForm,
    choose_hours,
)
from support.web.guard import i_may, me, needs
from support.web.language import now
from support.x.connecting import BEARER, Credentials, who_is
from support.x.records import Account

pages = Blueprint("setting_up", __name__)

ON_THE_WAY = "setting_up"
"""In the session while somebody is sent from a step to another page and back."""
ASKED = "practice_asked"
"""In the session once a practice post was asked for: the page then waits for it."""
PRACTICE_TOKEN = "sandbox-hikari_care"  # noqa: S105  # what the sandbox hands out to everyone
PRACTICE_WORDS = N_(
    "これは練習の投稿です。返信を書いて送ってみてください。Xには何も送信されません。"
)


@dataclass(frozen=True)
class Step:
    name: str
    title: str
    is_done: Callable[[Session], bool]


def has_hours(session: Session) -> bool:
    calendar = session.scalar(select(Calendar.id).limit(1))
    return calendar is not None and session.scalar(select(ServiceLevel.id).limit(1)) is not None


def has_account(session: Session) -> bool:
    return session.scalar(select(Account.id).limit(1)) is not None


def has_answers(_session: Session) -> bool:
    return bool(the_desk().shelf.replies)


def has_ticket(session: Session) -> bool:
    return session.scalar(select(Ticket.id).limit(1)) is not None


STEPS = (
    Step("hours", N_("営業時間と返信の目標を決める"), has_hours),
    Step("x", N_("Xにつなぐ"), has_account),
    Step("answers", N_("Q&Aを用意する"), has_answers),
    Step("ticket", N_("練習のチケットに返信する"), has_ticket),
)
NAMES = [step.name for step in STEPS]


def first_page(form: SetUpForm) -> str:
    """The step that makes the administrator; the others are only announced."""
    return render_template("agents/set_up.html", form=form, current="admin", **_steps({}))


def way_back() -> str | None:
    """Where an import that was begun from a step leads; asked once."""
    return url_for("setting_up.answers") if session.pop(ON_THE_WAY, None) else None


@pages.get("/set-up/next")
def go_on() -> Response:
    """The first step that is not done; the inbox when all are, or for who may not do them."""
    if i_may(Deed.MANAGE_DESK):
        for step in STEPS:
            if not step.is_done(db.session()):
                return redirect(url_for(f"setting_up.{step.name}"), 303)
    return redirect(url_for("tickets.queue"), 303)


@pages.route("/set-up/hours", methods=["GET", "POST"])
@needs(Deed.MANAGE_DESK)
def hours() -> Response | str | tuple[str, int]:
    """Chosen once here; from then on they are changed in the settings, which keep versions."""
    form = HoursForm()
    if request.method == "POST" and not has_hours(db.session()):
        if not form.validate():
            return _page("hours", form=form), 422
        choose_hours(db.session(), form, zone=the_desk().settings.zone, now=now())
        db.session.commit()
    if request.method == "POST":
        return redirect(url_for("setting_up.x"), 303)
    return _page("hours", form=form)


@pages.route("/set-up/x", methods=["GET", "POST"])
@needs(Deed.MANAGE_DESK)
def x() -> Response | str | tuple[str, int]:
    """With a token here, or through the settings; later is soon enough."""
    form = TokenForm()
    if request.method == "GET":
        return _page("x", form=form)
    if not form.validate():
        return _page("x", form=form), 422
    try:
        _connect((form.token.data or "").strip())
    except DeskError as error:
        db.session.rollback()
        form.token.errors = [sentence_of(error)]
        return _page("x", form=form), 422
    return redirect(url_for("setting_up.answers"), 303)


def _connect(token: str) -> None:
    desk = the_desk()
    db.session.rollback()  # nothing of the database is held while X is asked
    person = who_is(desk.x.with_token(token))
    given = Credentials(BEARER, token)
    account = open_account(db.session(), person, given, desk.settings, now=now())
    number = account.id
    db.session.commit()
    desk.later.ring("read_mentions", number)


@pages.get("/set-up/answers")
@needs(Deed.MANAGE_DESK)
def answers() -> str:
    """Those that come with the desk are ready; a file adds one's own, on the page for that."""
    session[ON_THE_WAY] = True
    return _page("answers")


@pages.route("/set-up/ticket", methods=["GET", "POST"])
@needs(Deed.MANAGE_DESK)
def ticket() -> Response | str | tuple[str, int]:
    """A customer of the sandbox writes; the desk takes it in as it would from X."""
    session.pop(ON_THE_WAY, None)
    if request.method == "GET":
        return _page("ticket")
    settings = the_desk().settings
    try:
        if not settings.on_sandbox:
            raise Refused("ticket", N_("実際のXにつながっているため、練習の投稿は作れません。"))
        words = gettext(PRACTICE_WORDS)
        db.session.rollback()
        on_x.say(settings.x_base_url, by="renshuu_san", name=gettext("練習のお客様"), text=words)
    except DeskError as error:
        return _page("ticket", trouble=sentence_of(error)), 422
    session[ASKED] = True
    return redirect(url_for("setting_up.ticket"), 303)


def newest_ticket() -> Ticket | None:
    return db.session.scalar(select(Ticket).order_by(Ticket.id.desc()).limit(1))


def _page(current: str, **values: Any) -> str:
    known = {step.name: step.is_done(db.session()) for step in STEPS}
    place = NAMES.index(current)
    return render_template(
        "agents/set_up.html",
        **{"form": None, "trouble": "", **values},
        **_steps(known),
        current=current,
        before=NAMES[place - 1] if place else None,
        after=NAMES[place + 1] if place + 1 < len(NAMES) else None,
        presets=PRESETS,
        minutes=FIRST_REPLY_MINUTES,
        on_sandbox=the_desk().settings.on_sandbox,
        practice_token=PRACTICE_TOKEN,
        prepared=len(the_desk().shelf.replies),
        ticket=newest_ticket() if current == "ticket" else None,
        waiting=bool(session.get(ASKED)),
        email=me().email,
    )


def _steps(known: dict[str, bool]) -> dict[str, Any]:
    left = 1 + len(STEPS) if not known else sum(not done for done in known.values())
    return {"steps": STEPS, "done": known, "left": left}
