"""Who wants no words of ours (今後連絡しない): everybody, since when, why, and who noted it."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from support.agents.access import Deed
from support.audit.deeds import Deed as Noted
from support.db import db, storable
from support.errors import Refused
from support.outreach import refusing
from support.web import toasts, typed
from support.web.customers.customer_page import customer_of
from support.web.errors import sentence_of
from support.web.guard import me, needs
from support.web.language import now
from support.web.noted import note

A_PAGE = 50
FURTHEST = 100_000

pages = Blueprint("never_contact", __name__)


@pages.get("/outreach/never")
@needs(Deed.RUN_OUTREACH)
def show() -> str:
    return _page()


@pages.post("/outreach/never/<int:number>/lift")
@needs(Deed.RUN_OUTREACH)
def lift(number: int) -> Response | tuple[str, int]:
    """They no longer mind; with a reason, which stays."""
    customer = customer_of(number)
    reason = storable(request.form.get("wish_reason", "")[:1000])
    try:
        refusing.lift(db.session(), customer, reason, by=me(), now=now())
    except Refused as refusal:
        db.session.rollback()
        return _page({"number": str(number), "sentence": sentence_of(refusal)}), 422
    note(Noted.CONTACT_LIFTED, by=me().id, about=("customer", customer.id))
    db.session.commit()
    toasts.say(gettext("「今後連絡しない」を解除しました"))
    return redirect(url_for("never_contact.show"), 303)


def _page(fault: dict[str, str] | None = None) -> str:
    session = db.session()
    asked = storable(request.values.get("q", "")[:80]).strip()
    after = typed.number(request.values.get("after", ""), most=FURTHEST) or 0
    found = refusing.unwanted(session, asked, most=A_PAGE + 1, after=after)
    return render_template(
        "outreach/never.html",
        lines=found[:A_PAGE],
        older=after + A_PAGE if len(found) > A_PAGE else None,
        total=refusing.how_many(session),
        erased=refusing.erased(session),
        asked=asked,
        fault=fault,
        wrote=request.form.get("wish_reason", "")[:1000] if fault else "",
    )
