"""The weekly letter: order it, end it, have one now; what became of the last ones."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from support.agents.access import Deed
from support.db import db
from support.desk import the_desk
from support.digests import mailing
from support.digests.records import DigestOrder, DigestSending, orders, sendings_of
from support.errors import N_, DeskError
from support.web import toasts
from support.web.errors import sentence_of
from support.web.guard import me, needs
from support.web.language import LOCALES, NAMES, locale, now, zone
from support.web.reports import report_words
from support.web.reports.report_letter import whose
from support.web.security import csrf

pages = Blueprint("report_mail", __name__)

SHOWN = 10
USUAL = (0, 9)
WRONG = N_("曜日、時刻、言語を選んでください。")
STATES: dict[str, Any] = {
    "sent": _l("送りました"),
    "doubt": _l("届いたか不明"),
    "ended": _l("送りません"),
    "waits": _l("送信待ち"),
}
TONES = {"sent": "ok", "doubt": "warn", "ended": "", "waits": ""}


@pages.get("/reports/mail")
@needs(Deed.SEE_REPORTS)
def show() -> str:
    return _page()


@pages.post("/reports/mail")
@needs(Deed.SEE_REPORTS)
def order() -> Response | tuple[str, int]:
    weekday, hour = _number("weekday", 6), _number("hour", 23)
    language = request.form.get("locale", "")
    if weekday is None or hour is None or language not in LOCALES:
        return _page(error=gettext(WRONG)), 422
    mailing.order(db.session(), me(), weekday, hour, language, now())
    db.session.commit()
    toasts.say(gettext("週次メールを送るようにしました"))
    return redirect(url_for("report_mail.show"), 303)


@pages.post("/reports/mail/end")
@needs(Deed.SEE_REPORTS)
def end() -> Response:
    if mailing.end(db.session(), me().id, now()):
        db.session.commit()
        toasts.say(gettext("週次メールを止めました"))
    return redirect(url_for("report_mail.show"), 303)


@pages.post("/reports/mail/now")
@needs(Deed.SEE_REPORTS)
def send_now() -> Response | tuple[str, int]:
    if not the_desk().settings.smtp_host:
        return _page(), 409
    mine = db.session.get(DigestOrder, me().id)
    language = mine.locale if mine else locale()
    try:
        mailing.send_now(db.session(), me(), language, now(), zone())
    except DeskError as error:
        db.session.rollback()
        return _page(error=sentence_of(error)), 409
    db.session.commit()
    the_desk().later.ring("send_digests")
    toasts.say(gettext("直近7日のレポートを送ります"))
    return redirect(url_for("report_mail.show"), 303)


@pages.get("/report-mail/stop/<token>")
def stop(token: str) -> str | tuple[str, int]:
    """Only asks: what reads mail on its own follows links too."""
    known = whose(the_desk().settings, token) is not None
    page = render_template("reports/mail_stop.html", known=known, done=False)
    return page if known else (page, 404)


@pages.post("/report-mail/stop/<token>")
@csrf.exempt  # type: ignore[untyped-decorator]  # a mail program presses it, and shows no form first
def stopped(token: str) -> str | tuple[str, int]:
    number = whose(the_desk().settings, token)
    if number is None:
        return render_template("reports/mail_stop.html", known=False, done=False), 404
    mailing.end(db.session(), number, now())
    db.session.commit()
    return render_template("reports/mail_stop.html", known=True, done=True)


def _page(error: str = "") -> str:
    session = db.session()
    mine = session.get(DigestOrder, me().id)
    in_force = mine is not None and mine.ended_at is None
    weekday, hour = (mine.weekday, mine.hour) if mine is not None else USUAL
    return render_template(
        "reports/mail.html",
        set_up=bool(the_desk().settings.smtp_host),
        in_force=in_force,
        chosen={
            "weekday": request.form.get("weekday", str(weekday)),
            "hour": request.form.get("hour", str(hour)),
            "locale": request.form.get("locale", mine.locale if mine else locale()),
        },
        orders=[it for it in orders(session) if mailing.entitled(it.agent)],
        sendings=[(it, state_of(it)) for it in sendings_of(session, me().id, SHOWN)],
        states=STATES,
        tones=TONES,
        error=error,
        words=report_words,
        languages=NAMES,
        zone=str(zone()),
    )


def state_of(it: DigestSending) -> str:
    if it.done_at:
        return "sent"
    if it.given_up_at:
        return "ended"
    return "doubt" if it.handed_at else "waits"


def _number(name: str, most: int) -> int | None:
    typed = request.form.get(name, "")
    if not (typed.isascii() and typed.isdecimal()) or len(typed) > 2 or int(typed) > most:
        return None
    return int(typed)
