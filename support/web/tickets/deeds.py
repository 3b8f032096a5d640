"""What colleagues do to tickets: notes, assignment, tags, hold, resolution, the customer's memo."""

from flask import Blueprint, abort, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from support.agents.records import Agent
from support.db import db, storable
from support.desk import the_desk
from support.errors import N_, Refused
from support.sla.keeping import hours_of
from support.terms import placing
from support.terms.choosing import terms_for
from support.tickets import gathering, handling, knowing, marking, merging, waking
from support.tickets.records import Ticket
from support.web import toasts, typed
from support.web.guard import me
from support.web.language import now
from support.web.tickets import holding, ticket_page

LONGEST_MEMO = 2_000

pages = Blueprint("deeds", __name__)


def ticket_of(ticket_id: int) -> Ticket:
    ticket = gathering.ticket_with_everyone(db.session(), ticket_id) if ticket_id < 2**31 else None
    if ticket is None:
        abort(404)
    return ticket


def written(field: str) -> str:
    """A form's text as the database keeps it; browsers send line ends their own way."""
    return storable(request.form.get(field, "")).replace("\r\n", "\n")


def done(ticket: Ticket, *others: int) -> Response:
    """Keeps what was done, tells the other pages, and shows the ticket.

    `others`: tickets that changed with it.
    """
    number = ticket.id
    db.session.commit()
    for changed in (number, *others):
        the_desk().news.tell("ticket", changed)
    return ticket_page.answer(number)


@pages.post("/tickets/<int:ticket_id>/assignment")
def assign(ticket_id: int) -> Response:
    ticket = ticket_of(ticket_id)
    try:
        handling.assign(db.session(), ticket, assignee_named(), by=me(), now=now())
    except Refused as refusal:
        return ticket_page.refuse(ticket_id, refusal)
    return done(ticket)


def assignee_named() -> Agent | None:
    """Whom the form names; empty: nobody. Raises Refused for somebody unknown."""
    named = request.form.get("assignee", "")
    if not named:
        return None
    agent = db.session.get(Agent, typed.number(named) or 0)
    if agent is None:
        raise Refused("assignee", N_("担当者を一覧から選んでください。"))
    return agent


@pages.post("/tickets/<int:ticket_id>/tags")
def add_tag(ticket_id: int) -> Response:
    ticket = ticket_of(ticket_id)
    try:
        marking.tag(db.session(), ticket, written("tag"), by=me(), now=now())
    except Refused as refusal:
        return ticket_page.refuse(ticket_id, refusal)
    placing.tags_changed(db.session(), ticket, by=me(), now=now())
    return done(ticket_of(ticket_id))


@pages.post("/tickets/<int:ticket_id>/tags/removal")
def remove_tag(ticket_id: int) -> Response:
    ticket = ticket_of(ticket_id)
    marking.untag(db.session(), ticket, written("tag"), by=me(), now=now())
    placing.tags_changed(db.session(), ticket, by=me(), now=now())
    return done(ticket_of(ticket_id))


@pages.post("/tickets/<int:ticket_id>/hold")
def hold(ticket_id: int) -> Response:
    ticket = ticket_of(ticket_id)
    hours = hours_of(ticket_page.calendar_of(ticket))
    try:
        holding.hold(db.session(), ticket, request.form, hours)
    except Refused as refusal:
        return ticket_page.refuse(ticket_id, refusal)
    toasts.say(gettext("保留にしました"), undo=url_for("deeds.wake", ticket_id=ticket_id))
    return done(ticket)


@pages.post("/tickets/<int:ticket_id>/wake")
def wake(ticket_id: int) -> Response:
    ticket = ticket_of(ticket_id)
    waking.wake(db.session(), ticket, by=me(), now=now())
    return done(ticket)


@pages.post("/tickets/<int:ticket_id>/resolution")
def resolve(ticket_id: int) -> Response:
    ticket = ticket_of(ticket_id)
    woken = handling.resolve(db.session(), ticket, by=me(), now=now())
    if woken:
        numbers = "、".join(f"#{number}" for number in woken)
        toasts.say(
            gettext("%(numbers)s の保留を解除しました（解決を待っていました）", numbers=numbers)
        )
    toasts.say(gettext("解決にしました"), undo=url_for("deeds.reopen", ticket_id=ticket_id))
    return done(ticket, *woken)


@pages.post("/tickets/<int:ticket_id>/reopening")
def reopen(ticket_id: int) -> Response:
    ticket, session = ticket_of(ticket_id), db.session()
    handling.reopen(session, ticket, terms_for(session, ticket), by=me(), now=now())
    return done(ticket)


@pages.post("/tickets/<int:ticket_id>/merges")
def merge(ticket_id: int) -> Response:
    """Another ticket of the same conversation goes on in this one."""
    ticket, other = ticket_of(ticket_id), typed.number(request.form.get("other", ""))
    if other is None:
        abort(400)
    absorbed, session = ticket_of(other), db.session()
    try:
        terms = terms_for(session, ticket)
        merging.merge(session, absorbed, ticket, terms, by=me(), now=now())
    except Refused as refusal:
        return ticket_page.refuse(ticket_id, refusal, "merge")
    the_desk().news.tell("ticket", absorbed.id)
    toasts.say(gettext("#%(id)s をこのチケットにまとめました", id=absorbed.id))
    return done(ticket)


@pages.post("/tickets/<int:ticket_id>/updates")
def promise_update(ticket_id: int) -> Response:
    """The customer was told that they will hear more."""
    ticket, session = ticket_of(ticket_id), db.session()
    try:
        handling.promise_update(session, ticket, terms_for(session, ticket), by=me(), now=now())
    except Refused as refusal:
        return ticket_page.refuse(ticket_id, refusal)
    return done(ticket)


@pages.post("/tickets/<int:ticket_id>/memo")
def write_memo(ticket_id: int) -> Response:
    """What colleagues should know about this customer."""
    ticket, memo = ticket_of(ticket_id), written("memo").strip()
    if len(memo) > LONGEST_MEMO:
        refusal = Refused("memo", N_("メモは2,000文字以内にしてください。"))
        return ticket_page.refuse(ticket_id, refusal)
    knowing.note_memo(db.session(), ticket.conversation.customer, memo, by=me(), now=now())
    return done(ticket)
