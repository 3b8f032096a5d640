"""One promise explained: in a sentence, drawn, and as a sum; a lead corrects its pauses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy import select
from werkzeug.wrappers import Response

from support.agents.access import Deed
from support.agents.records import Agent
from support.db import db, storable
from support.desk import the_desk
from support.errors import N_, Refused
from support.sla import pausing
from support.sla.explaining import Judged, judged
from support.sla.explanation import RowKind
from support.sla.levels import PromiseKind
from support.sla.records import Calendar, Promise, ServiceLevel
from support.tickets import noting, searching
from support.tickets.records import TermsChange, Ticket
from support.web import promise_words, standing, toasts
from support.web.errors import sentence_of
from support.web.guard import needs
from support.web.language import here, locale, now, zone
from support.web.ticket_page import me

WIDTH = 1000
"""Units of the drawing, from the promise's start to the end of what is drawn."""
NOT_A_TIME = N_("日時を入力してください。")

pages = Blueprint("promises", __name__)


@dataclass(frozen=True)
class Change:
    """A change of the ticket's terms, with the names of what is judged by before and after."""

    row: TermsChange
    calendars: tuple[Calendar, Calendar]
    levels: tuple[ServiceLevel, ServiceLevel]


@dataclass(frozen=True)
class Bar:
    """A stretch of the drawing, in its units."""

    kind: str
    left: float
    width: float


@pages.get("/promises/<int:promise_id>")
def show(promise_id: int) -> str:
    return _page(_found(promise_id))


@pages.post("/promises/<int:promise_id>/corrections")
@needs(Deed.CORRECT_PROMISES)
def correct(promise_id: int) -> Response | tuple[str, int]:
    """The clock of the ticket's resolution stood, or ran, between two moments."""
    promise = _found(promise_id)
    if promise.kind != PromiseKind.RESOLUTION:
        abort(404)
    ticket_id = promise.ticket_id
    try:
        pausing.correct(
            db.session(),
            ticket_id,
            start=_typed("start"),
            end=_typed("end"),
            runs=request.form.get("runs") == "1",
            reason=storable(request.form.get("reason", "")),
            by_id=me().id,
            now=now(),
        )
    except Refused as refusal:
        db.session.rollback()
        errors = {refusal.field: sentence_of(refusal)}
        return _page(_found(promise_id), errors=errors), 422
    noting.refresh(db.session(), db.session.get_one(Ticket, ticket_id))
    db.session.commit()
    the_desk().news.tell("ticket", ticket_id)
    toasts.say(gettext("停止の記録を訂正しました"))
    return redirect(url_for("promises.show", promise_id=promise_id), 303)


def _found(promise_id: int) -> Promise:
    promise = db.session.get(Promise, promise_id) if promise_id < 2**31 else None
    if promise is None:
        abort(404)
    return promise


def _typed(field: str) -> datetime:
    """A time as the form has it, where the desk stands."""
    try:
        typed = datetime.fromisoformat(request.form.get(field, ""))
        return typed.replace(tzinfo=zone()).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Refused(field, NOT_A_TIME) from error


def _page(promise: Promise, errors: Mapping[str, str] | None = None) -> str:
    it = judged(db.session(), promise, now())
    changes = _changes(promise)
    return render_template(
        "promises/show.html",
        it=it,
        promise=promise,
        ticket=searching.ticket_with_everyone(db.session(), promise.ticket_id),
        pill=standing.timer(it.facts, it.hours, now()).pill,
        name=standing.NAMES[PromiseKind(promise.kind)],
        sentence=promise_words.sentence(it, zone(), here().locale),
        bars=_bars(it),
        marks_at=_marks(it),
        width=WIDTH,
        changes=changes,
        agents=_agents(it, changes),
        words=promise_words,
        language=locale(),
        kinds=RowKind,
        typed=request.form,
        errors=errors or {},
    )


def _span(it: Judged) -> tuple[datetime, datetime]:
    """From when to when is drawn: all that counted, and the due time where it is still ahead."""
    start, until = it.promise.started_at, it.told.until
    ahead = it.told.due_at if it.promise.is_open else None
    return start, max(until, ahead or until)


def _place(it: Judged, at: datetime) -> float:
    start, end = _span(it)
    return round((at - start) / (end - start) * WIDTH, 2) if end > start else 0.0


def _bars(it: Judged) -> list[Bar]:
    places = [(row.kind, _place(it, row.start), _place(it, row.end)) for row in it.told.rows]
    return [Bar(kind.value, left, round(right - left, 2)) for kind, left, right in places]


def _marks(it: Judged) -> dict[str, float]:
    """Where the due time and the end stand; one outside the drawing has no place."""
    start, end = _span(it)
    moments = {"due": it.told.due_at, "until": it.told.until}
    inside = {name: at for name, at in moments.items() if at is not None and start <= at <= end}
    return {name: _place(it, at) for name, at in inside.items()}


def _changes(promise: Promise) -> list[Change]:
    """How the ticket's terms changed since the promise began, in order."""
    session = db.session()
    since = select(TermsChange).where(
        TermsChange.ticket_id == promise.ticket_id, TermsChange.at >= promise.started_at
    )
    ended = promise.kept_at or promise.withdrawn_at
    if ended is not None:
        since = since.where(TermsChange.at <= ended)
    return [
        Change(
            row,
            (
                session.get_one(Calendar, row.from_calendar_id),
                session.get_one(Calendar, row.calendar_id),
            ),
            (
                session.get_one(ServiceLevel, row.from_level_id),
                session.get_one(ServiceLevel, row.service_level_id),
            ),
        )
        for row in session.scalars(since.order_by(TermsChange.at, TermsChange.id))
    ]


def _agents(it: Judged, changes: Sequence[Change]) -> dict[int | None, Any]:
    """Everybody the page names, by id."""
    ids = {it.promise.kept_by_id, it.level.made_by_id}
    ids |= {calendar.made_by_id for calendar, _ in it.calendars}
    ids |= {change.row.agent_id for change in changes} | {pause.agent_id for pause in it.pauses}
    known = select(Agent).where(Agent.id.in_(ids - {None}))
    return {agent.id: agent for agent in db.session.scalars(known)}
