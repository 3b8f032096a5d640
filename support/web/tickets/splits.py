"""Splitting a ticket in two, and taking that back."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from support.db import db
from support.desk import the_desk
from support.errors import N_, DeskError, Refused
from support.inbox import splitting
from support.terms.choosing import terms_for
from support.tickets import merging
from support.web import toasts, typed
from support.web.errors import sentence_of
from support.web.guard import me
from support.web.language import now
from support.web.tickets.bulk import MOST_AT_ONCE
from support.web.tickets.deeds import ticket_of

pages = Blueprint("splits", __name__)


@pages.get("/tickets/<int:ticket_id>/split")
def show(ticket_id: int) -> str:
    """Which messages are another matter; `from`: that one and all after it are ticked."""
    return _page(ticket_id, request.args.get("from", type=int))


@pages.post("/tickets/<int:ticket_id>/split")
def split(ticket_id: int) -> Response | tuple[str, int]:
    ticket, session = ticket_of(ticket_id), db.session()
    chosen = request.form.getlist("message")[:MOST_AT_ONCE]
    ids = [number for it in chosen if (number := typed.number(it)) is not None]
    try:
        new = splitting.split(session, ticket, ids, by=me(), now=now())
    except Refused as refusal:
        db.session.rollback()
        return _page(ticket_id, error=sentence_of(refusal), ticked=ids), 422
    number = new.id
    session.commit()
    for changed in (ticket_id, number):
        the_desk().news.tell("ticket", changed)
    toasts.say(
        gettext("#%(old)s から分けて #%(new)s を作りました", old=ticket_id, new=number),
        undo=url_for("splits.undo", ticket_id=number),
    )
    return redirect(url_for("tickets.show", ticket_id=number), 303)


@pages.post("/tickets/<int:ticket_id>/split/undo")
def undo(ticket_id: int) -> Response:
    """What was split off goes back to where it came from."""
    ticket, session = ticket_of(ticket_id), db.session()
    if ticket.split_from_id is None:
        raise DeskError(N_("このチケットは、ほかのチケットから分けたものではありません。"))
    old = ticket_of(ticket.split_from_id)
    number = old.id
    merging.merge(session, ticket, old, terms_for(session, old), by=me(), now=now())
    session.commit()
    for changed in (ticket_id, number):
        the_desk().news.tell("ticket", changed)
    toasts.say(gettext("#%(id)s をこのチケットに戻しました", id=ticket_id))
    return redirect(url_for("tickets.show", ticket_id=number), 303)


def _page(
    ticket_id: int, start: int | None = None, error: str = "", ticked: list[int] | None = None
) -> str:
    ticket = ticket_of(ticket_id)
    messages = splitting.movable(db.session(), ticket)
    first = next((it for it in messages if it.id == start), None)
    if ticked is None:
        ticked = [it.id for it in messages[messages.index(first) :]] if first else []
    return render_template(
        "tickets/split.html", ticket=ticket, messages=messages, ticked=ticked, error=error
    )
