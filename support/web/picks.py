"""What agents say of the suggestions: that none of them fits a message."""

from flask import Blueprint, make_response, render_template, request
from werkzeug.wrappers import Response

from support.canned import picking
from support.conversations.records import Message
from support.db import db
from support.desk import the_desk
from support.errors import N_, DeskError
from support.web import ticket_page
from support.web.dossier import Dossier
from support.web.language import now
from support.web.suggesting import chosen
from support.web.ticket_page import found, me

pages = Blueprint("picks", __name__)


@pages.post("/tickets/<int:ticket_id>/no-suggestion")
def none_fits(ticket_id: int) -> Response:
    """None of what is suggested answers the message; it stays folded away for everyone."""
    it = found(ticket_id)
    picking.none_fits(db.session(), _meant(it), me(), chosen().shown, now())
    return _done(ticket_id)


@pages.post("/tickets/<int:ticket_id>/no-suggestion/removal")
def some_fit(ticket_id: int) -> Response:
    picking.take_back_none_fits(db.session(), _meant(found(ticket_id)))
    return _done(ticket_id)


def _meant(it: Dossier) -> Message:
    """The customer's message the form is about. Raises DeskError where the ticket has none such."""
    number = request.form.get("answers", type=int)
    for message in it.messages:
        if message.id == number and not message.by_us:
            return message
    raise DeskError(N_("返信先の投稿が見つかりません。画面を開き直してください。"))


def _done(ticket_id: int) -> Response:
    db.session.commit()
    the_desk().news.tell("ticket", ticket_id)
    if not request.headers.get("HX-Request"):
        return ticket_page.answer(ticket_id)
    it = found(ticket_id)
    link = {"view": request.args.get("view") or None}
    suggested = ticket_page.drawn(ticket_page.beside(it, _meant(it)))
    drawn = render_template(
        "replies/_suggestions_alone.html", ticket=it.ticket, link=link, **suggested
    )
    return make_response(drawn)
