"""What becomes of an update that was promised, besides that a reply gives it."""

from flask import Blueprint, abort
from flask_babel import gettext
from werkzeug.wrappers import Response

from support.db import db
from support.desk import the_desk
from support.sla.levels import PromiseKind
from support.sla.records import Promise
from support.tickets import updating
from support.web import toasts
from support.web.guard import me
from support.web.language import now
from support.web.tickets import ticket_page

pages = Blueprint("promise_deeds", __name__)


@pages.post("/promises/<int:promise_id>/given")
def give(promise_id: int) -> Response:
    """It was done, though not by a reply of the desk."""
    promise = _told(promise_id)
    updating.give(db.session(), promise, by=me(), now=now())
    toasts.say(gettext("約束を果たしたと記録しました"))
    return _done(promise)


@pages.post("/promises/<int:promise_id>/unsaid")
def unsay(promise_id: int) -> Response:
    """It was no promise after all."""
    promise = _told(promise_id)
    updating.unsay(db.session(), promise, by=me(), now=now())
    toasts.say(gettext("約束を取り下げました"))
    return _done(promise)


def _told(promise_id: int) -> Promise:
    promise = db.session.get(Promise, promise_id) if promise_id < 2**31 else None
    if promise is None or promise.kind != PromiseKind.UPDATE:
        abort(404)
    return promise


def _done(promise: Promise) -> Response:
    ticket_id = promise.ticket_id
    db.session.commit()
    the_desk().news.tell("ticket", ticket_id)
    return ticket_page.answer(ticket_id)
