"""What is listened for: the saved searches, what they cost, and the form that makes one."""

from dataclasses import dataclass, replace
from datetime import UTC
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from support.agents.access import Deed
from support.audit.chain import Value
from support.audit.deeds import Deed as Noted
from support.db import db
from support.desk import the_desk
from support.errors import Refused
from support.outreach import listening, rations
from support.outreach.forecasts import forecast as estimate
from support.outreach.listening import Shown
from support.outreach.records import Listening
from support.web import noted, reach, toasts
from support.web.errors import sentence_of
from support.web.guard import me, needs
from support.web.language import now
from support.web.outreach import listening_asks, listening_form
from support.web.outreach.listening_form import Form
from support.x.ledger import month_of, pace_of, spent
from support.x.records import Account

pages = Blueprint("listenings", __name__)


@dataclass(frozen=True)
class Line:
    """A saved search in the list."""

    it: Listening
    shown: Shown
    micros_today: int
    micros_month: int
    waits: str
    """Why it does not ask at present, a sentence of the catalogue; empty: it does."""


@pages.get("/outreach/listenings")
@needs(Deed.OFFER_HELP)
def show() -> str:
    session = db.session()
    price, shown = listening_asks.price(), listening.shown(session, now())
    on, rests = listening.is_on(session), {}
    lines = []
    for it in listening.live(session):
        if not reach.may_see(it.account_id):
            continue
        if it.account_id not in rests:
            rests[it.account_id] = not rations.may_ask(pace_of(session, it.account, now()))
        its = shown.get(it.id, Shown())
        waits = _waits(it, its, on, rests[it.account_id])
        lines.append(Line(it, its, its.today * price, its.month * price, waits))
    return render_template(
        "outreach/listenings.html",
        lines=lines,
        is_on=on,
        today=sum(it.micros_today for it in lines),
        month=sum(it.micros_month for it in lines),
    )


def _waits(it: Listening, its: Shown, on: bool, rests: bool) -> str:
    if not on:
        return rations.OFF
    if it.account.stopped_at is not None:
        return rations.STOPPED
    if rests:
        return rations.MONTH
    if not rations.room(it.most_per_day, its.today):
        return rations.TODAY
    return rations.ASKED_NOT_TO if it.not_before is not None and it.not_before > now() else ""


@pages.get("/outreach/listenings/new")
@needs(Deed.RUN_OUTREACH)
def new() -> str:
    return _page(listening_form.empty())


@pages.post("/outreach/listenings/new")
@needs(Deed.RUN_OUTREACH)
def add() -> Response | tuple[str, int]:
    return _save(None)


@pages.get("/outreach/listenings/<int:number>")
@needs(Deed.RUN_OUTREACH)
def edit(number: int) -> str:
    return _page(listening_form.of_row(_row(number)))


@pages.post("/outreach/listenings/<int:number>")
@needs(Deed.RUN_OUTREACH)
def change(number: int) -> Response | tuple[str, int]:
    return _save(_row(number))


def _save(row: Listening | None) -> Response | tuple[str, int]:
    form = listening_form.of_request(row.id if row else None)
    if not reach.may_see(form.account_id):
        abort(404)
    try:
        if row is None:
            row = listening.add(db.session(), form.wanted(), by=me(), now=now())
        else:
            listening.change(db.session(), row, form.wanted(), now=now())
    except Refused as refusal:
        db.session.rollback()
        return _page(replace(form, errors={refusal.field: sentence_of(refusal)})), 422
    _note(row)
    toasts.say(gettext("「%(name)s」を保存しました", name=row.name))
    return redirect(url_for("listenings.show"), 303)


@pages.post("/outreach/listenings/query")
@needs(Deed.RUN_OUTREACH)
def query() -> str:
    """What the fields make so far: the part of the page, or without a script the whole page."""
    form = listening_form.of_request()
    if "HX-Request" not in request.headers:
        return _page(form)
    return render_template("outreach/_query.html", **listening_form.beside(form))


@pages.post("/outreach/listenings/forecast")
@needs(Deed.RUN_OUTREACH)
def forecast() -> str | tuple[str, int]:
    """Has X count, and says what that would cost in a month."""
    form = listening_form.of_request()
    account = db.session.get(Account, form.account_id)
    if account is None or not reach.may_see(account.id):
        abort(404)
    if form.said:
        return _page(form), 422
    wanted = form.wanted()
    if wanted.every_minutes < 1:
        wanted = replace(wanted, every_minutes=rations.EVERY[0])
    try:
        listening_asks.need_leave(account, rations.LEAST)
        hours = listening_asks.counted(account, form.query)
    except Refused as refusal:
        return _page(replace(form, errors={refusal.field: sentence_of(refusal)})), 422
    month = month_of(now())
    found = estimate(
        hours,
        price=listening_asks.price(),
        most=wanted.most_per_day,
        every_minutes=wanted.every_minutes,
        spent=spent(db.session(), account.id, month),
        cap=account.monthly_cap_micros,
        days_left=(month.after - now().astimezone(UTC).date()).days,
    )
    return _page(form, forecast=found, left=listening_form.left_of(account))


@pages.post("/outreach/listenings/<int:number>/pause")
@needs(Deed.RUN_OUTREACH)
def pause(number: int) -> Response:
    row = _row(number)
    listening.pause(row, now())
    return _done(row, gettext("「%(name)s」を止めました", name=row.name))


@pages.post("/outreach/listenings/<int:number>/resume")
@needs(Deed.RUN_OUTREACH)
def resume(number: int) -> Response:
    row = _row(number)
    listening.resume(row)
    return _done(row, gettext("「%(name)s」を再開しました", name=row.name))


@pages.post("/outreach/listenings/<int:number>/noted")
@needs(Deed.RUN_OUTREACH)
def note_missed(number: int) -> Response:
    listening.note_missed(_row(number))
    db.session.commit()
    return redirect(url_for("listenings.show"), 303)


@pages.post("/outreach/listenings/<int:number>/now")
@needs(Deed.RUN_OUTREACH)
def hear_now(number: int) -> Response:
    """The next look does not wait for its turn."""
    row = _row(number)
    listening.want_now(row, now())
    its = listening.shown(db.session(), now()).get(row.id, Shown())
    rests = not rations.may_ask(pace_of(db.session(), row.account, now()))
    waits = _waits(row, its, listening.is_on(db.session()), rests)
    db.session.commit()
    if waits or row.paused_at is not None:
        toasts.say(gettext(waits or "止めているあいだは調べません。"), tone="warn")
    else:
        the_desk().later.ring("hear", number)
        toasts.say(gettext("検索しています。見つかった投稿は、まもなく候補に並びます"))
    return redirect(url_for("listenings.show"), 303)


@pages.post("/outreach/listenings/<int:number>/retire")
@needs(Deed.RUN_OUTREACH)
def retire(number: int) -> Response:
    row = _row(number)
    listening.retire(row, now())
    gone = gettext("「%(name)s」を使うのをやめました。見つけた人は残ります", name=row.name)
    return _done(row, gone)


def _row(number: int) -> Listening:
    row = db.session.get(Listening, number) if number < 2**31 else None
    if row is None or row.retired_at is not None or not reach.may_see(row.account_id):
        abort(404)
    return row


def _done(row: Listening, sentence: str) -> Response:
    _note(row)
    toasts.say(sentence)
    return redirect(url_for("listenings.show"), 303)


def _note(row: Listening) -> None:
    """It costs money: who changed what is asked of X, and how, can be looked up."""
    state = "retired" if row.retired_at else "paused" if row.paused_at else "live"
    data: dict[str, Value] = {
        "state": state,
        "most_per_day": row.most_per_day,
        "every_minutes": row.every_minutes,
    }
    noted.note(Noted.LISTENING_CHANGED, by=me().id, about=("listening", row.id), data=data)
    db.session.commit()


def _page(form: Form, **values: Any) -> str:
    return render_template(
        "outreach/listening.html",
        **listening_form.beside(form),
        **{"forecast": None, "left": None, **values},
    )
