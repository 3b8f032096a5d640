"""ひな型: the words help is offered in, and their turns."""

from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy import select
from werkzeug.wrappers import Response

from support.agents.access import Deed
from support.audit.deeds import Deed as Noted
from support.db import db
from support.errors import N_, DeskError, Refused
from support.outreach import offering
from support.outreach.offers import BLANKS
from support.outreach.records import Offer, OfferWording
from support.web import noted, reach, toasts, typed
from support.web.errors import sentence_of
from support.web.frame import frame
from support.web.guard import i_may, me, needs
from support.web.language import now
from support.x.records import Account

pages = Blueprint("offers", __name__)


@pages.get("/outreach/offers")
@needs(Deed.OFFER_HELP)
def show() -> str:
    return _page()


@pages.post("/outreach/offers")
@needs(Deed.RUN_OUTREACH)
def make() -> Response | tuple[str, int]:
    name, text = request.form.get("name", ""), request.form.get("text", "")
    try:
        offer = offering.make(db.session(), name, text, _account(), by=me(), now=now())
    except Refused as refusal:
        return _refused(refusal, "new")
    return _done(offer, "made", gettext("ひな型を作りました"))


@pages.post("/outreach/offers/<int:offer_id>")
@needs(Deed.RUN_OUTREACH)
def change(offer_id: int) -> Response | tuple[str, int]:
    """`do`: rename, add (a wording) or retire."""
    offer, do = _offer(offer_id), request.form.get("do", "rename")
    try:
        if do == "retire":
            offering.retire(db.session(), offer, now())
            return _done(offer, "retired", gettext("ひな型を外しました"))
        if do == "add":
            text = request.form.get("text", "")
            offering.add_wording(db.session(), offer, text, by=me(), now=now())
            return _done(offer, "wording_added", gettext("言い回しを加えました"))
        offering.rename(db.session(), offer, request.form.get("name", ""))
    except Refused as refusal:
        return _refused(refusal, f"offer-{offer_id}-{do}")
    return _done(offer, "renamed", gettext("名前を変えました"))


@pages.post("/outreach/wordings/<int:wording_id>")
@needs(Deed.RUN_OUTREACH)
def change_wording(wording_id: int) -> Response | tuple[str, int]:
    """`do`: edit or retire."""
    found = db.session.get(OfferWording, wording_id) if wording_id < 2**31 else None
    if found is None or found.retired_at is not None:
        abort(404)
    offer = _offer(found.offer_id)
    try:
        if request.form.get("do") == "retire":
            offering.retire_wording(db.session(), found, now())
            return _done(offer, "wording_retired", gettext("言い回しを外しました"))
        text = request.form.get("text", "")
        offering.edit_wording(db.session(), found, text, by=me(), now=now())
    except Refused as refusal:
        return _refused(refusal, f"wording-{wording_id}")
    except DeskError as error:
        db.session.rollback()
        return _page(trouble=sentence_of(error)), 409
    return _done(offer, "wording_changed", gettext("言い回しを直しました"))


def _offer(number: int) -> Offer:
    live = select(Offer).where(Offer.id == number, Offer.retired_at.is_(None))
    found = db.session.scalar(live) if number < 2**31 else None
    if found is None:
        abort(404)
    reach.need_leave(found.account_id)
    return found


def _account() -> Account | None:
    """Empty: for all accounts. Raises Refused for one that is not there, or out of reach."""
    asked = request.form.get("account", "")
    if not asked:
        if not reach.changes_all():
            raise Refused("account", reach.FOR_ALL)
        return None
    known = {here.account.id: here.account for here in frame().accounts}
    found = known.get(typed.number(asked) or 0)
    if found is None:
        raise Refused("account", N_("アカウントを選んでください。"))
    return found


def _done(offer: Offer, did: str, said: str) -> Response:
    """Which words were said when stands with the offer: none is overwritten, all keep their day."""
    anchor = f"offer-{offer.id}" if offer.retired_at is None else None
    noted.note(Noted.OFFER_CHANGED, by=me().id, about=("offer", offer.id), data={"did": did})
    db.session.commit()
    toasts.say(said)
    return redirect(url_for("offers.show", _anchor=anchor), 303)


def _refused(refusal: Refused, at: str) -> tuple[str, int]:
    db.session.rollback()
    return _page(at=at, field=refusal.field, wrong=sentence_of(refusal)), 422


def _page(**values: Any) -> str:
    """`at`, `field`, `wrong`: which form could not be taken; what was typed is on it again."""
    found = offering.offers(db.session())
    accounts = [here.account for here in frame().accounts]
    counted: dict[int, int] = {}
    for account in accounts:
        for uses in offering.used(db.session(), account.id, [it.id for it in found]).values():
            for it in uses:
                counted[it.id] = counted.get(it.id, 0) + it.times
    return render_template(
        "outreach/offers.html",
        **{
            "offers": found,
            "live": offering.live,
            "counted": counted,
            "accounts": accounts,
            "blanks": BLANKS,
            "may_edit": i_may(Deed.RUN_OUTREACH),
            "typed": request.form,
            "at": "",
            "field": "",
            "wrong": "",
            "trouble": "",
            **values,
        },
    )
