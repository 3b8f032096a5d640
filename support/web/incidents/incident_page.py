"""The page of one incident, as every deed on it draws it anew when its form was refused."""

from datetime import datetime
from typing import Any

from flask import render_template, request
from flask_babel import gettext
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from support.db import db
from support.incidents import announcing, moving, resolving, stages, templates
from support.incidents.endings import SENTENCES
from support.incidents.records import IS_THEIRS, Incident, IncidentEvent, IncidentTicket
from support.incidents.stages import Stage
from support.tickets import gathering
from support.tickets.records import Ticket
from support.tickets.searching import NOT_RESOLVED
from support.web import typed
from support.web.incidents import incident_words, waves
from support.web.language import now
from support.web.tickets.queue import rows_of

MOST_LINES, MOST_TICKETS = 60, 8


def page(it: Incident, **more: Any) -> str:
    """The incident with its notices, its tickets and its story; `more`: a form that was refused."""
    session = db.session()
    events = session.scalars(
        select(IncidentEvent)
        .where(IncidentEvent.incident_id == it.id)
        .options(joinedload(IncidentEvent.agent))
        .order_by(IncidentEvent.at.desc(), IncidentEvent.id.desc())
        .limit(MOST_LINES)
    ).all()
    values: dict[str, Any] = {"errors": {}, "wrote": "", "wrong_notice": None}
    return render_template(
        "incidents/show.html",
        stage=Stage,
        steps=stages.STEPS,
        may_follow=stages.may_follow(Stage(it.state)),
        next_step=stages.next_step(Stage(it.state)),
        reached=_reached(events, it),
        lines=[incident_words.line_of(event) for event in events],
        linked=_linked(it),
        number=numbers([it.id]).get(it.id, 0),
        batches=_batches(it),
        leaving=moving.leaving(session, it.id),
        undoable=resolving.undoable(session, events),
        **endings(it),
        **notice_values(it),
        **waves.drawn(it, waves.latest(it), few=True),
        **(values | more),
    )


def endings(it: Incident) -> dict[str, Any]:
    """Whose tickets may be resolved, once all works again; nothing where there is none."""
    if not resolving.is_offered(db.session(), it):
        return {"ending": None}
    found = resolving.plan(db.session(), it)
    left = [(gettext(SENTENCES[why]), ids) for why, ids in found.left.items()]
    return {"ending": found if found.ready or left else None, "ending_left": left}


def notice_values(it: Incident) -> dict[str, Any]:
    """What the card of the notices is drawn from."""
    session = db.session()
    found = announcing.notices_of(session, it.id)
    kept = templates.in_use(session) if it.closed_at is None else []
    return {
        "notices": found,
        "held_notices": {one.id for one in found if announcing.is_held(session, one)},
        "notice_templates": [one for one in kept if templates.notices(one)],
        "from_template": _begun(it),
        "former": announcing.newest_posted(session, it.id),
        "wants_approval": announcing.wants_approval(session, it.account_id),
        "notice_stages": announcing.STAGES,
        "notice_states": incident_words.NOTICE_STATES,
        "asked_of": announcing.asked_of,
        "may_be_taken_back": announcing.may_be_taken_back,
        "moving": any(one.state in announcing.MOVING for one in found),
    }


def _begun(it: Incident) -> dict[str, str] | None:
    """A notice that is begun with the words of an earlier incident."""
    number = typed.number(request.args.get("template", "")) or 0
    kept = templates.one(db.session(), number) if number else None
    words = templates.notices(kept) if kept is not None else {}
    former = announcing.newest_posted(db.session(), it.id) is not None
    usual = announcing.UPDATE if former else announcing.FIRST
    asked = request.args.get("stage", usual)
    stage = asked if asked in words else next(iter(words), "")
    return {"stage": stage, "body": words[stage].replace("{incident}", it.title)} if words else None


def numbers(ids: list[int]) -> dict[int, int]:
    """How many tickets are linked to each."""
    counted = (
        select(IncidentTicket.incident_id, func.count())
        .join(Incident, Incident.id == IncidentTicket.incident_id)
        .where(IncidentTicket.incident_id.in_(ids), IS_THEIRS)
        .group_by(IncidentTicket.incident_id)
    )
    return {it[0]: it[1] for it in db.session.execute(counted)} if ids else {}


def _linked(it: Incident) -> list[Any]:
    """Its most pressing tickets, as rows of the queue."""
    theirs = (
        select(Ticket.id)
        .join(IncidentTicket, IncidentTicket.ticket_id == Ticket.id)
        .join(Incident, Incident.id == IncidentTicket.incident_id)
        .where(IncidentTicket.incident_id == it.id, IS_THEIRS)
        .where(NOT_RESOLVED)
        .order_by(Ticket.due_at.is_(None), Ticket.due_at, Ticket.id)
        .limit(MOST_TICKETS)
    )
    ids = list(db.session.scalars(theirs))
    found = {one.id: one for one in gathering.tickets_with_everyone(db.session(), ids)}
    return rows_of([found[number] for number in ids if number in found], now())


def _batches(it: Incident) -> set[str]:
    """Acts of linking some of which holds still."""
    theirs = select(IncidentTicket.batch).where(
        IncidentTicket.incident_id == it.id,
        IncidentTicket.unlinked_at.is_(None),
        IncidentTicket.leaves_at.is_(None),
    )
    return set(db.session.scalars(theirs.distinct()))


def _reached(events: Any, it: Incident) -> dict[str, datetime]:
    """Since when it stands, or stood, at each step."""
    found = {Stage.INVESTIGATING.value: it.begun_at}
    for event in reversed(events):
        if event.kind == "stage":
            found[event.data["now"]] = event.at
    return found
