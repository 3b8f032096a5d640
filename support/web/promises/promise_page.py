"""A promise opened up: the sum behind its verdict, in words, drawn, and row by row."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from support.agents.access import Deed
from support.agents.records import Agent
from support.db import db, storable
from support.desk import the_desk
from support.errors import Refused
from support.sla import judgement, pausing
from support.sla.explanation import Leg, explain
from support.sla.keeping import days_off, hours_before, hours_for, obligation
from support.sla.levels import Carry, PromiseKind
from support.sla.records import Calendar, Promise, ServiceLevel, pauses_of
from support.tickets import noting
from support.tickets.records import TermsChange
from support.web import toasts
from support.web.guard import i_may, me, needs
from support.web.language import here, locale, now, zone
from support.web.promises import promise_words, standing
from support.web.tickets.ticket_page import sentence

MOST_ROWS = 200

pages = Blueprint("promises", __name__)

WHY: dict[str, Any] = {
    "hours": _l("営業時間の変更"),
    "levels": _l("サービスレベルの変更"),
    "policy": _l("サービスレベルの条件"),
    "team": _l("チームの変更"),
    "priority": _l("優先度の変更"),
    "tag": _l("タグの変更"),
    "segment": _l("お客様の区分の変更"),
}
CARRY: dict[str, Any] = {
    Carry.NEW: _l("これからの約束だけ"),
    Carry.REST: _l("これからの時間だけ"),
    Carry.WHOLE: _l("届いた時刻から数え直し"),
}


@pages.get("/promises/<int:promise_id>")
def show(promise_id: int) -> str:
    return _page(_promise(promise_id))


@pages.post("/promises/<int:promise_id>/corrections")
@needs(Deed.CORRECT_PROMISES)
def correct(promise_id: int) -> Response | tuple[str, int]:
    """A lead says that the clock stood, or ran, at another time than was noted."""
    promise, session = _promise(promise_id), db.session()
    try:
        pausing.correct(
            session,
            promise.ticket_id,
            start=_moment("start"),
            end=_moment("end"),
            runs=request.form.get("ran") == "1",
            reason=storable(request.form.get("reason", "")),
            by_id=me().id,
            now=now(),
        )
    except Refused as refusal:
        session.rollback()
        return _page(_promise(promise_id), {refusal.field: sentence(refusal)}), 422
    noting.refresh(session, promise.ticket)
    session.commit()
    the_desk().news.tell("ticket", promise.ticket_id)
    toasts.say(gettext("停止の記録を訂正しました"))
    return redirect(url_for("promises.show", promise_id=promise_id), 303)


def _promise(promise_id: int) -> Promise:
    promise = db.session.get(Promise, promise_id) if promise_id < 2**31 else None
    if promise is None:
        abort(404)
    return promise


def _moment(field: str) -> datetime:
    try:
        written = datetime.fromisoformat(request.form.get(field, "")[:19])
        return written.replace(tzinfo=zone()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Refused(field, gettext("日時を入力してください。")) from None


def _page(promise: Promise, errors: dict[str, str] | None = None) -> str:
    session = db.session()
    level = session.get_one(ServiceLevel, promise.service_level_id)
    pauses = pauses_of(session, promise.ticket_id)
    facts, hours = obligation(promise, level, pauses), hours_for(promise)
    earlier = [(session.get_one(Calendar, n), until) for n, until in hours_before(promise)]
    calendars: list[tuple[Calendar, datetime | None]] = [*earlier, (promise.calendar, None)]
    told = explain(facts, hours, now(), _legs(promise, calendars))
    shown = promise_words.rows(told, pauses)
    return render_template(
        "promises/show.html",
        promise=promise,
        ticket=promise.ticket,
        name=standing.NAMES[facts.kind],
        timer=standing.timer(facts, hours, now()),
        told=told,
        rows=shown[-MOST_ROWS:],
        left_out=max(0, len(shown) - MOST_ROWS),
        sentence=promise_words.sentence(promise, told, shown, zone(), locale()),
        spoken=promise_words.spoken,
        level=level,
        late_intake=judgement.late_intake(facts, hours),
        kept_by=session.get(Agent, promise.kept_by_id) if promise.kept_by_id else None,
        withdrawn=promise_words.WITHDRAWN.get(promise.withdrawn_reason, promise.withdrawn_reason),
        earlier=earlier,
        calendars=[calendar for calendar, _ in calendars],
        pauses=pauses if facts.kind is PromiseKind.RESOLUTION else [],
        changes=_changes(session, promise),
        makers=_makers(session),
        why=WHY,
        carry=CARRY,
        errors=errors or {},
        may_correct=i_may(Deed.CORRECT_PROMISES) and facts.kind is PromiseKind.RESOLUTION,
        here=here(),
    )


def _legs(promise: Promise, calendars: Sequence[tuple[Calendar, datetime | None]]) -> list[Leg]:
    """What each of the hours says of the days while the promise was open."""
    end = promise.kept_at or promise.withdrawn_at or now()
    years = range(promise.started_at.year - 1, max(end, promise.started_at).year + 2)
    return [Leg(days_off(calendar, years), until) for calendar, until in calendars]


def _changes(session: Session, promise: Promise) -> list[TermsChange]:
    """How the ticket's terms changed while this was open."""
    theirs = select(TermsChange).where(
        TermsChange.ticket_id == promise.ticket_id, TermsChange.at >= promise.started_at
    )
    end = promise.kept_at or promise.withdrawn_at
    if end is not None:
        theirs = theirs.where(TermsChange.at <= end)
    return list(session.scalars(theirs.order_by(TermsChange.at, TermsChange.id)))


def _makers(session: Session) -> dict[int, str]:
    return {agent.id: agent.name for agent in session.scalars(select(Agent))}
