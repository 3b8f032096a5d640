"""What colleagues say a ticket is, on its page: its priority, its team, its customer's group."""

from flask import Blueprint, abort, request
from werkzeug.wrappers import Response

from support.db import db
from support.desk import the_desk
from support.errors import Refused
from support.terms import placing
from support.tickets.records import Team
from support.web import reach, typed
from support.web.guard import me
from support.web.language import now
from support.web.tickets import ticket_page
from support.web.tickets.deeds import done, ticket_of, written

pages = Blueprint("placing", __name__)


@pages.post("/tickets/<int:ticket_id>/priority")
def set_priority(ticket_id: int) -> Response:
    ticket = ticket_of(ticket_id)
    try:
        wanted = request.form.get("priority", "")
        placing.set_priority(db.session(), ticket, wanted, by=me(), now=now())
    except Refused as refusal:
        return ticket_page.refuse(ticket_id, refusal)
    return done(ticket_of(ticket_id))


@pages.post("/tickets/<int:ticket_id>/team")
def set_team(ticket_id: int) -> Response:
    ticket, number = ticket_of(ticket_id), request.form.get("team", "")
    team = db.session.get(Team, typed.number(number) or 0)
    if number and team is None:
        abort(400)
    try:
        placing.set_team(db.session(), ticket, team, by=me(), now=now())
    except Refused as refusal:
        return ticket_page.refuse(ticket_id, refusal)
    return done(ticket_of(ticket_id))


@pages.post("/tickets/<int:ticket_id>/segment")
def set_segment(ticket_id: int) -> Response:
    """The group this customer belongs to; their other tickets may be judged anew too."""
    ticket = ticket_of(ticket_id)
    customer = ticket.conversation.customer
    try:
        with reach.beyond():
            ids = placing.set_segment(
                db.session(), customer, written("segment"), by=me(), now=now()
            )
    except Refused as refusal:
        return ticket_page.refuse(ticket_id, refusal)
    answer = done(ticket_of(ticket_id))
    for number in ids:
        the_desk().news.tell("ticket", number)
    return answer
