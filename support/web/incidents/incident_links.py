"""Linking tickets to an incident: from its page, from the queue, from a ticket; and undoing it."""

from collections.abc import Collection
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from sqlalchemy import select
from werkzeug.wrappers import Response

from support.agents.access import Deed
from support.db import db
from support.desk import the_desk
from support.errors import N_
from support.incidents import finding, linking, moving
from support.incidents.linking import Outcome
from support.incidents.records import IS_LINKED, Incident, IncidentTicket
from support.tickets.filters import filter_from
from support.tickets.records import Ticket
from support.web import toasts, typed
from support.web.guard import me, needs
from support.web.incidents.incident_course import back, incident_of
from support.web.language import now
from support.web.parts import asked_for_by_script
from support.web.tickets import ticket_page
from support.web.tickets.deeds import ticket_of

MOST_AT_ONCE = 100
NONE_TICKED = N_("チケットを選んでから操作してください。")

pages = Blueprint("incident_links", __name__)


@pages.get("/incidents/<int:incident_id>/alike")
@needs(Deed.RUN_INCIDENTS)
def alike(incident_id: int) -> str:
    """What its words and tags find and is not linked, to be looked at before it is; how many that
    are, once the incident's page asks: the search is too dear for everybody who looks at it."""
    it = incident_of(incident_id)
    found = finding.alike(db.session(), it)
    if asked_for_by_script():
        return render_template("incidents/_alike.html", incident=it, number=len(found), counts=True)
    return render_template("incidents/alike.html", incident=it, found=found)


@pages.post("/incidents/<int:incident_id>/links")
def link(incident_id: int) -> Response:
    """The ticked ones, of the preview or of the queue."""
    it, ids = _open_incident(incident_id), _ticked()
    if not ids:
        toasts.say(gettext(NONE_TICKED), tone="warn")
    else:
        _link(it, ids)
    if request.args.get("to") == "queue":
        return redirect(url_for("tickets.queue", **_address()), 303)
    return back(incident_id)


@pages.post("/incidents/links")
def link_to_chosen() -> Response:
    """From the queue's bar, which names the incident in a field."""
    number = typed.number(request.form.get("incident", ""))
    ids = _ticked()
    if number is None or not ids:
        toasts.say(gettext(NONE_TICKED), tone="warn")
    else:
        _link(_open_incident(number), ids)
    return redirect(url_for("tickets.queue", **_address()), 303)


@pages.post("/incidents/<int:incident_id>/batches/<batch>/undo")
def undo(incident_id: int, batch: str) -> Response:
    """A few at once; of many the rest goes a few at a time while the page is read."""
    it = incident_of(incident_id)
    number = moving.leave(db.session(), it, batch[:40], by=me(), now=now())
    _keep(moving.step(db.session(), incident_id, now()) if number else [])
    left = moving.leaving(db.session(), incident_id)
    if not left:
        return back(incident_id, _taken_off(number))
    the_desk().later.ring("keep_up", incident_id)
    return back(incident_id, gettext("%(n)s件の紐づけを外しています", n=number))


@pages.post("/tickets/<int:ticket_id>/incident")
def link_one(ticket_id: int) -> Response:
    ticket, number = ticket_of(ticket_id), typed.number(request.form.get("incident", ""))
    _link(_open_incident(number or 0), [ticket.id])
    return ticket_page.answer(ticket_id)


@pages.post("/tickets/<int:ticket_id>/incident/removal")
def unlink(ticket_id: int) -> Response:
    ticket_of(ticket_id)
    theirs = select(IncidentTicket).where(IncidentTicket.ticket_id == ticket_id, IS_LINKED)
    held_first = theirs.order_by(IncidentTicket.let_go_at.is_not(None), IncidentTicket.id.desc())
    row = db.session.scalars(held_first).first()
    if row is not None:
        numbers = linking.unlink(db.session(), row.incident, [ticket_id], by=me(), now=now())
        _keep(numbers)
        toasts.say(_taken_off(len(numbers)))
    return ticket_page.answer(ticket_id)


def _open_incident(number: int) -> Incident:
    it = incident_of(number)
    if it.closed_at is not None:
        abort(409)
    return it


def _link(it: Incident, ids: Collection[int]) -> None:
    number = it.id
    seen = set(db.session.scalars(select(Ticket.id).where(Ticket.id.in_(ids))))
    outcome = linking.link(db.session(), it, seen, by=me(), now=now())
    _keep(outcome.done)
    n = len(outcome.done)
    words = gettext("%(n)s件を INC-%(id)s に紐づけました", n=n, id=number)
    undo = url_for("incident_links.undo", incident_id=number, batch=outcome.batch) if n else None
    toasts.say(" ".join([words, *_left(outcome)]), undo=undo, tone=None if n else "warn")


def _left(outcome: Outcome) -> list[str]:
    return [
        ngettext(
            "%(num)s件は%(why)s、そのままです。",
            "%(num)s件は%(why)s、そのままです。",
            len(ids),
            why=gettext(why),
        )
        for why, ids in outcome.left.items()
    ]


def _taken_off(number: int) -> str:
    return str(gettext("%(n)s件の紐づけを外し、期限を元に戻しました", n=number))


def _keep(numbers: Collection[int]) -> None:
    db.session.commit()
    for number in numbers:
        the_desk().news.tell("ticket", number)


def _ticked() -> set[int]:
    words = request.form.getlist("ticket")[:MOST_AT_ONCE]
    return {number for word in words if (number := typed.number(word)) is not None}


def _address() -> dict[str, Any]:
    return dict(filter_from(request.args, me().id).address())
