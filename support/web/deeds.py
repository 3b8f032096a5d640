"""What colleagues do to tickets: notes, assignment, tags, hold, resolution, the customer's memo."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from flask import Blueprint, abort, redirect, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from support.agents.records import Agent
from support.db import db, storable
from support.desk import the_desk
from support.drafts import keeping
from support.drafts.records import NOTE
from support.errors import N_, DeskError, Refused
from support.sla.keeping import hours_of
from support.terms import placing
from support.terms.choosing import terms_for
from support.tickets import gathering, handling, marking, merging
from support.tickets.records import Ticket
from support.web import holding, ticket_page, toasts
from support.web.composer import composer
from support.web.guard import me
from support.web.language import now, zone

LONGEST_MEMO = 2_000
MOST_AT_ONCE = 100

pages = Blueprint("deeds", __name__)


def ticket_of(ticket_id: int) -> Ticket:
    ticket = gathering.ticket_with_everyone(db.session(), ticket_id) if ticket_id < 2**31 else None
    if ticket is None:
        abort(404)
    return ticket


def written(field: str) -> str:
    """A form's text as the database keeps it; browsers send line ends their own way."""
    return storable(request.form.get(field, "")).replace("\r\n", "\n")


def done(ticket: Ticket) -> Response:
    """Keeps what was done, tells the other pages, and shows the ticket."""
    number = ticket.id
    db.session.commit()
    the_desk().news.tell("ticket", number)
    return ticket_page.answer(number)


@pages.post("/tickets/<int:ticket_id>/notes")
def add_note(ticket_id: int) -> Response:
    ticket, text = ticket_of(ticket_id), written("body")
    try:
        marking.add_note(db.session(), ticket, text, by=me(), now=now())
    except Refused as refusal:
        db.session.rollback()
        state: dict[str, Any] = {"mode": "note", "note": text}
        state["note_error"] = ticket_page.sentence(refusal)
        desk = composer(ticket_page.found(ticket_id), me(), **state)
        return ticket_page.answer(ticket_id, desk=desk, status=422)
    keeping.drop(db.session(), ticket_id, NOTE, by=me())
    db.session.commit()
    the_desk().news.tell("ticket", ticket_id)
    empty = composer(ticket_page.found(ticket_id), me(), mode="note")
    return ticket_page.answer(ticket_id, desk=empty, mode="note")


@pages.post("/tickets/<int:ticket_id>/assignment")
def assign(ticket_id: int) -> Response:
    ticket = ticket_of(ticket_id)
    try:
        handling.assign(db.session(), ticket, _assignee(), by=me(), now=now())
    except Refused as refusal:
        return ticket_page.refuse(ticket_id, refusal)
    return done(ticket)


def _assignee() -> Agent | None:
    """Whom the form names; empty: nobody. Raises Refused for somebody unknown."""
    named = request.form.get("assignee", "")
    if not named:
        return None
    agent = db.session.get(Agent, int(named)) if named.isdecimal() and len(named) < 10 else None
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
        until = holding.until(request.form.get("until", ""), hours, now(), zone())
        handling.hold(db.session(), ticket, until=until, by=me(), now=now())
    except Refused as refusal:
        return ticket_page.refuse(ticket_id, refusal)
    toasts.say(gettext("保留にしました"), undo=url_for("deeds.wake", ticket_id=ticket_id))
    return done(ticket)


@pages.post("/tickets/<int:ticket_id>/wake")
def wake(ticket_id: int) -> Response:
    ticket = ticket_of(ticket_id)
    handling.wake(db.session(), ticket, by=me(), now=now())
    return done(ticket)


@pages.post("/tickets/<int:ticket_id>/resolution")
def resolve(ticket_id: int) -> Response:
    ticket = ticket_of(ticket_id)
    handling.resolve(db.session(), ticket, by=me(), now=now())
    toasts.say(gettext("解決にしました"), undo=url_for("deeds.reopen", ticket_id=ticket_id))
    return done(ticket)


@pages.post("/tickets/<int:ticket_id>/reopening")
def reopen(ticket_id: int) -> Response:
    ticket = ticket_of(ticket_id)
    _reopen(db.session(), ticket, now())
    return done(ticket)


def _reopen(session: Session, ticket: Ticket, at: datetime) -> None:
    handling.reopen(session, ticket, terms_for(session, ticket), by=me(), now=at)


@pages.post("/tickets/<int:ticket_id>/merges")
def merge(ticket_id: int) -> Response:
    """Another ticket of the same conversation goes on in this one."""
    ticket, other = ticket_of(ticket_id), request.form.get("other", "")
    if not (other.isdecimal() and len(other) < 10):
        abort(400)
    absorbed, session = ticket_of(int(other)), db.session()
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
    marking.note_memo(db.session(), ticket.conversation.customer, memo)
    return done(ticket)


@pages.post("/tickets/assignments")
def assign_several() -> Response:
    """The ticked tickets become the asking agent's own."""
    count = _each(lambda ticket: handling.assign(db.session(), ticket, me(), by=me(), now=now()))
    toasts.say(gettext("%(n)s件を自分の担当にしました", n=len(count)))
    return _back()


@pages.post("/tickets/resolutions")
def resolve_several() -> Response:
    ids = _each(lambda ticket: handling.resolve(db.session(), ticket, by=me(), now=now()))
    undo = url_for("deeds.reopen_several", ticket=ids) if ids else None
    toasts.say(gettext("%(n)s件を解決にしました", n=len(ids)), undo=undo)
    return _back()


@pages.post("/tickets/reopenings")
def reopen_several() -> Response:
    ids = _each(lambda ticket: _reopen(db.session(), ticket, now()))
    toasts.say(gettext("%(n)s件を再開しました", n=len(ids)))
    return _back()


def _each(deed: Callable[[Ticket], None]) -> list[int]:
    """Does it to every ticked ticket that is in a state for it; returns which."""
    ids = []
    for ticket in _ticked():
        try:
            deed(ticket)
        except DeskError:
            continue  # somebody did it already
        ids.append(ticket.id)
    db.session.commit()
    for number in ids:
        the_desk().news.tell("ticket", number)
    return ids


def _ticked() -> Iterator[Ticket]:
    for words in request.values.getlist("ticket")[:MOST_AT_ONCE]:
        if words.isdecimal() and len(words) < 10:
            ticket = gathering.ticket_with_everyone(db.session(), int(words))
            if ticket is not None:
                yield ticket


def _back() -> Response:
    """To the list one came from, drawn anew."""
    kept: dict[str, Any] = {
        name: request.args.get(name) or None for name in ("view", "tag", "channel")
    }
    return redirect(url_for("tickets.queue", **kept), 303)
