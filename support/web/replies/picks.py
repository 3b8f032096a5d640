"""What agents say of the suggestions: that none fits a message, or in what words one is asked."""

from flask import Blueprint, make_response, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from support.canned import picking, writing
from support.canned.phrasing import LONGEST
from support.canned.replies import CannedReply
from support.conversations.records import Message
from support.db import db
from support.desk import the_desk
from support.errors import N_, DeskError, Refused
from support.matching.text import normalise
from support.web import toasts
from support.web.guard import me
from support.web.language import now
from support.web.replies.lessons import is_new
from support.web.replies.outbox import reply_of
from support.web.replies.suggesting import chosen
from support.web.tickets import ticket_page
from support.web.tickets.deeds import written
from support.web.tickets.dossier import Dossier
from support.web.tickets.ticket_page import found

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


@pages.post("/replies/<int:reply_id>/phrasing")
def add_phrasing(reply_id: int) -> Response:
    """The question a reply answered becomes one more phrasing of the answer it grew from."""
    reply = reply_of(reply_id)
    ticket_id = reply.ticket_id
    answer = the_desk().shelf.get(picking.grew_from(db.session(), reply_id) or "")
    if answer is None:
        raise DeskError(writing.NO_LONGER_THERE)
    text = " ".join(written("phrasing").split())
    try:
        _judge(text, answer)
        writing.add_phrasing(db.session(), the_desk().shelf, answer, text, me(), now())
    except Refused as refusal:
        return ticket_page.refuse(ticket_id, refusal, "phrasing")
    db.session.commit()
    toasts.say(gettext("「%(title)s」の言い方に加えました", title=answer.title or answer.id))
    the_desk().news.tell("ticket", ticket_id)
    return ticket_page.answer(ticket_id)


def _judge(text: str, answer: CannedReply) -> None:
    """Raises Refused for what is no phrasing, or none that is new."""
    if not normalise(text):
        raise Refused("phrasing", N_("お客様の言い方を、言葉で入力してください。"))
    if len(text) > LONGEST:
        raise Refused("phrasing", N_("200文字以内に短くしてください。"))
    if not is_new(text, answer):
        raise Refused("phrasing", N_("ほぼ同じ言い方がすでにあります。"))


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
