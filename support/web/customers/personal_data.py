"""What is held about a customer: handed out, kept whatever the rules say, or erased."""

from collections.abc import Callable
from functools import partial, wraps
from tempfile import SpooledTemporaryFile
from typing import Any

from flask import Blueprint, redirect, render_template, request, send_file, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from support.agents.access import Deed
from support.audit.deeds import Deed as Noted
from support.conversations.records import Customer
from support.db import db
from support.desk import the_desk
from support.errors import N_, DeskError, Refused
from support.jobs.privacy import carry_on
from support.privacy import barring, erasing, exporting, holding, places
from support.privacy.records import Hold, erasures_of, holds_of
from support.web import noted, reach, toasts
from support.web.customers.customer_page import customer_of
from support.web.customers.data_words import counted, sentence, sheet
from support.web.errors import sentence_of
from support.web.guard import me, needs
from support.web.language import now
from support.web.tickets.deeds import written

pages = Blueprint("personal_data", __name__)

IN_MEMORY = 5_000_000
"""Bytes of an archive; a larger one is written to the disk meanwhile."""
AT_ONCE = 40
"""Handfuls a page takes itself; what is left is for a worker."""


OUT_OF_REACH = N_(
    "このお客様のデータには、あなたに見られないアカウントまたはDMのものがあるため、扱えません。"
    "すべてを見られる方に頼んでください。"
)


def _all_within_reach(page: Callable[..., Any]) -> Callable[..., Any]:
    """All there is of a customer, or nothing: half an answer to them would be a wrong one."""

    @wraps(page)
    def only_whole(number: int, **values: Any) -> Any:
        customer = customer_of(number)
        if _reaches_all(customer):
            return page(number, **values)
        closed = gettext(OUT_OF_REACH)
        return render_template("customers/data.html", customer=customer, closed=closed), 403

    return only_whole


def _reaches_all(customer: Customer) -> bool:
    mine = reach.my_reach()
    if mine.is_whole:
        return True
    with reach.beyond():
        there = places.places(db.session(), customer)
        pushed = places.is_pushed(db.session(), customer)
    return not pushed and all(mine.may_see(it, private=private) for it, private in there)


@pages.get("/customers/<int:number>/data")
@needs(Deed.HANDLE_PERSONAL_DATA)
@_all_within_reach
def show(number: int) -> str:
    return _page(customer_of(number))


@pages.post("/customers/<int:number>/data/export")
@needs(Deed.HANDLE_PERSONAL_DATA)
@_all_within_reach
def export(number: int) -> Response:
    customer, notes = customer_of(number), request.form.get("notes") == "1"
    made_at, into = now(), SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  (sent_file closes it)
    when = made_at.isoformat(timespec="minutes")
    sheets = {f"sheet-{it}.html": partial(sheet, customer, when, it) for it in ("ja", "en")}
    session = db.session()
    with reach.beyond():
        tables = exporting.write(session, customer, into, sheets=sheets, notes=notes, now=made_at)
    told = {"notes": notes, "rows": sum(tables.values())}
    noted.note(Noted.DATA_EXPORTED, by=me().id, about=("customer", number), data=told)
    db.session.commit()
    into.seek(0)
    answer = send_file(
        into,
        mimetype="application/zip",
        as_attachment=True,
        download_name=f"madoguchi-customer-{number}.zip",
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


@pages.post("/customers/<int:number>/data/hold")
@needs(Deed.HANDLE_PERSONAL_DATA)
@_all_within_reach
def keep(number: int) -> Response | tuple[str, int]:
    customer, by = customer_of(number), me()
    try:
        reason, ticket = written("hold_reason"), written("hold_ticket")
        hold = holding.keep(db.session(), customer, reason, ticket, by=by, now=now())
    except Refused as refusal:
        return _refused(number, refusal)
    told = {"hold": hold.id, "ticket": hold.ticket_id}
    noted.note(Noted.HOLD_SET, by=by.id, about=("customer", number), data=told)
    return _done(number, gettext("データの保全を始めました"))


@pages.post("/customers/<int:number>/data/hold/<int:hold_id>/lift")
@needs(Deed.HANDLE_PERSONAL_DATA)
@_all_within_reach
def lift(number: int, hold_id: int) -> Response:
    customer, by = customer_of(number), me()
    hold = db.session.get(Hold, hold_id) if hold_id < 2**31 else None
    if hold is not None and hold.customer_id == customer.id:
        holding.lift(hold, by=by, now=now())
        about = ("customer", number)
        noted.note(Noted.HOLD_LIFTED, by=by.id, about=about, data={"hold": hold_id})
    return _done(number, gettext("データの保全を終えました"))


@pages.post("/customers/<int:number>/data/erasure")
@needs(Deed.HANDLE_PERSONAL_DATA)
@_all_within_reach
def erase(number: int) -> Response | tuple[str, int]:
    customer, by = customer_of(number), me()
    typed = request.form.get("confirm", "").strip().lstrip("@＠").casefold()
    if typed != customer.username.casefold():
        wrong = N_("お客様のハンドルと一致しません。表示のとおりに入力してください。")
        return _refused(number, Refused("confirm", wrong))
    try:
        with reach.beyond():
            erasure_id = erasing.begin(db.session(), customer, by=by, now=now()).id
    except DeskError as refusal:
        return _refused(number, Refused("confirm", refusal.sentence))
    about = ("customer", number)
    noted.note(Noted.DATA_ERASED, by=by.id, about=about, data={"done": False})
    db.session.commit()
    with reach.beyond():
        done = carry_on(db.session(), erasure_id, the_desk().clock, most=AT_ONCE)
    if not done:
        the_desk().later.ring("erase", erasure_id)
    said = gettext("消去しています。終わるまで自動で続きます。")
    toasts.say(gettext("お客様のデータを消去しました") if done else said)
    return redirect(url_for("personal_data.show", number=number), 303)


def _done(number: int, said: str) -> Response:
    db.session.commit()
    toasts.say(said)
    return redirect(url_for("personal_data.show", number=number), 303)


def _refused(number: int, refusal: Refused) -> tuple[str, int]:
    db.session.rollback()
    return _page(customer_of(number), {refusal.field: sentence_of(refusal)}), 422


def _page(customer: Customer, errors: dict[str, str] | None = None) -> str:
    session = db.session()
    with reach.beyond():
        found = barring.obstacles(session, customer, customer.x_id)
        counts = counted(erasing.preview(session, customer))
    return render_template(
        "customers/data.html",
        customer=customer,
        erasures=erasures_of(session, customer.id),
        holds=holds_of(session, customer.id),
        counts=counts,
        obstacles=[{"sentence": sentence(it), "tickets": it.tickets} for it in found],
        typed=request.form,
        errors=errors or {},
    )
