"""A customer's own page: who they are to us, and what they want of us."""

from datetime import UTC, datetime, time
from typing import Any

from flask import Blueprint, Flask, abort, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from support.agents.records import Agent
from support.audit.deeds import Deed as Noted
from support.conversations.contact import HOW_GIVEN, Occasion, may_write
from support.conversations.records import Customer, CustomerNumber
from support.db import db
from support.desk import the_desk
from support.errors import N_, Refused
from support.outreach import refusing
from support.terms import placing
from support.tickets import knowing
from support.web import reach, toasts
from support.web.customers.past import past, totals
from support.web.errors import sentence_of
from support.web.guard import me
from support.web.language import now, zone
from support.web.noted import note
from support.web.tickets.deeds import LONGEST_MEMO, written
from support.web.tickets.tombstones import HIDDEN

pages = Blueprint("customers", __name__)

HOW: dict[str, Any] = {"dm": _l("DM"), "phone": _l("電話"), "form": _l("フォーム")}
STATES: dict[str, Any] = {
    "open": _l("対応中"),
    "waiting": _l("お客様の返信待ち"),
    "held": _l("保留"),
    "resolved": _l("解決済み"),
}
assert tuple(HOW) == HOW_GIVEN


def init_app(app: Flask) -> None:
    app.jinja_env.globals["says_of_contact"] = says_of_contact


def says_of_contact(customer: Customer) -> str:
    """What an agent who answers should know first; empty for most."""
    unwanted = customer.unwanted_at is not None
    return may_write(Occasion.ANSWER, unwanted=unwanted).sentence


@pages.get("/customers/<int:number>")
def show(number: int) -> str:
    return _page(customer_of(number))


@pages.post("/customers/<int:number>/contact")
def set_contact(number: int) -> Response | tuple[str, int]:
    """They do not want to be written to, or no longer mind; across all our accounts."""
    customer, reason = customer_of(number), written("wish_reason")
    session, by, at = db.session(), me(), now()
    try:
        if request.form.get("do") != "lift":
            who = customer.x_id, customer.username
            refusing.never_again(session, *who, by=by, reason=reason, now=at)
            return _done(customer, gettext("「今後連絡しない」にしました"))
        was = customer.unwanted_at
        refusing.lift(session, customer, reason, by=by, now=at)
    except Refused as refusal:
        return _refused(number, refusal)
    if was is not None:
        note(Noted.CONTACT_LIFTED, by=by.id, about=("customer", number))
    return _done(customer, gettext("「今後連絡しない」を解除しました"))


@pages.post("/customers/<int:number>/numbers")
def add_number(number: int) -> Response | tuple[str, int]:
    customer = customer_of(number)
    try:
        knowing.add_number(
            db.session(),
            customer,
            written("number"),
            how=request.form.get("how", ""),
            given_at=_day(request.form.get("given", "")),
            consented=request.form.get("consent") == "1",
            by=me(),
            now=now(),
        )
    except Refused as refusal:
        return _refused(number, refusal)
    return _done(customer, gettext("お客様番号を記録しました"))


@pages.post("/customers/<int:number>/numbers/<int:row_id>/removal")
def remove_number(number: int, row_id: int) -> Response:
    customer = customer_of(number)
    row = db.session.get(CustomerNumber, row_id) if row_id < 2**31 else None
    if row is None or row.customer_id != customer.id:
        abort(404)
    knowing.remove_number(row, by=me(), now=now())
    return _done(customer, gettext("お客様番号を消しました"))


@pages.post("/customers/<int:number>/memo")
def write_memo(number: int) -> Response | tuple[str, int]:
    customer, memo = customer_of(number), written("memo").strip()
    if len(memo) > LONGEST_MEMO:
        return _refused(number, Refused("memo", N_("メモは2,000文字以内にしてください。")))
    knowing.note_memo(db.session(), customer, memo, by=me(), now=now())
    return _done(customer, gettext("お客様メモを保存しました"))


@pages.post("/customers/<int:number>/segment")
def set_segment(number: int) -> Response | tuple[str, int]:
    """The group they belong to; their open tickets may be judged anew."""
    customer = customer_of(number)
    try:
        with reach.beyond():
            ids = placing.set_segment(
                db.session(), customer, written("segment"), by=me(), now=now()
            )
    except Refused as refusal:
        return _refused(number, refusal)
    answer = _done(customer, gettext("お客様の区分を保存しました"))
    for ticket_id in ids:
        the_desk().news.tell("ticket", ticket_id)
    return answer


def customer_of(number: int) -> Customer:
    customer = db.session.get(Customer, number) if number < 2**31 else None
    if customer is None:
        abort(404)
    return customer


def _day(typed: str) -> datetime | None:
    """The beginning of a day, where the desk stands; None for what is none."""
    try:
        day = datetime.fromisoformat(typed.strip().replace("/", "-")[:10]).date()
        return datetime.combine(day, time(), zone()).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _done(customer: Customer, said: str) -> Response:
    number = customer.id
    db.session.commit()
    toasts.say(said)
    return redirect(url_for("customers.show", number=number), 303)


def _refused(number: int, refusal: Refused) -> tuple[str, int]:
    """The page with a sentence beside the field, and what was typed in it."""
    db.session.rollback()
    return _page(customer_of(number), {refusal.field: sentence_of(refusal)}), 422


def _page(customer: Customer, errors: dict[str, str] | None = None) -> str:
    session = db.session()
    wrote = db.session.get(Agent, customer.memo_by_id) if customer.memo_by_id else None
    numbers = knowing.numbers_of(session, customer.id)
    return render_template(
        "customers/show.html",
        customer=customer,
        totals=totals(session, customer.id),
        past=past(session, customer.id, request.args.get("after", "")),
        numbers=numbers,
        noted_by=_names({row.noted_by_id for row in numbers}),
        wishes=knowing.wishes_of(session, customer.id),
        memo_by=wrote,
        hidden_words=HIDDEN,
        how=HOW,
        states=STATES,
        typed=request.form,
        today=now().astimezone(zone()).date().isoformat(),
        errors=errors or {},
    )


def _names(ids: set[int]) -> dict[int, str]:
    return {it.id: it.name for it in (db.session.get_one(Agent, number) for number in ids)}
