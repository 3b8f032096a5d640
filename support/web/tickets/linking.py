"""Linked tickets on a ticket's page: tied by number, untied by a button."""

from typing import Any

from flask import Blueprint, Flask, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from support.db import db
from support.desk import the_desk
from support.errors import Refused
from support.tickets import linking
from support.tickets.records import Ticket
from support.web import toasts
from support.web.guard import me
from support.web.language import now
from support.web.tickets import ticket_page
from support.web.tickets.deeds import done, ticket_of, written

pages = Blueprint("linking", __name__)

STATES: dict[str, Any] = {
    "open": _l("対応中"),
    "waiting": _l("返信待ち"),
    "held": _l("保留"),
    "resolved": _l("解決済み"),
}


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(link_states=STATES)


@pages.post("/tickets/<int:ticket_id>/links")
def link(ticket_id: int) -> Response:
    ticket = ticket_of(ticket_id)
    try:
        other = linking.named(db.session(), written("link"))
        linking.link(db.session(), ticket, other, by=me(), now=now())
    except Refused as refusal:
        return ticket_page.refuse(ticket_id, refusal)
    undo = url_for("linking.unlink", ticket_id=ticket_id, other_id=other.id)
    toasts.say(gettext("#%(id)s と関連づけました", id=other.id), undo=undo)
    return _both(ticket, other)


@pages.post("/tickets/<int:ticket_id>/links/<int:other_id>/removal")
def unlink(ticket_id: int, other_id: int) -> Response:
    ticket, other = ticket_of(ticket_id), ticket_of(other_id)
    if linking.unlink(db.session(), ticket, other, by=me(), now=now()):
        undo = url_for("linking.restore", ticket_id=ticket_id, other_id=other_id)
        toasts.say(gettext("#%(id)s との関連を外しました", id=other_id), undo=undo)
    return _both(ticket, other)


@pages.post("/tickets/<int:ticket_id>/links/<int:other_id>")
def restore(ticket_id: int, other_id: int) -> Response:
    """A link that was removed is made again."""
    ticket, other = ticket_of(ticket_id), ticket_of(other_id)
    try:
        linking.link(db.session(), ticket, other, by=me(), now=now())
    except Refused as refusal:
        return ticket_page.refuse(ticket_id, refusal)
    return _both(ticket, other)


def _both(ticket: Ticket, other: Ticket) -> Response:
    number = other.id
    answer = done(ticket)
    the_desk().news.tell("ticket", number)
    return answer
