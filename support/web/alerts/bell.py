"""What whoever is signed in was told of: the bell, the list behind it, the browser's own word."""

from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, abort, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from werkzeug.wrappers import Response

from support.agents.access import Deed
from support.alerts import mentioning, noticing, owing, surging, telling
from support.alerts.ladder import Level
from support.approval import telling as approvals
from support.db import db
from support.desk import the_desk
from support.errors import N_
from support.incidents.spike_records import Spike
from support.sla.levels import PromiseKind
from support.tickets.records import Ticket, TicketEvent
from support.web.approvals.approval_words import NOTICES
from support.web.guard import i_may, me
from support.web.incidents import spike_words
from support.web.language import now
from support.web.promises.standing import NAMES

pages = Blueprint("alerts", __name__)

AT_ONCE = 50
MOST_REVIEWED = 10
"""Older ones stand on the page of one's own reviews."""
LEVELS: dict[str, tuple[str, str, Any]] = {
    Level.DUE_SOON: ("hourglass", "warn", _l("期限間近")),
    Level.BROKEN: ("alert", "danger", _l("期限超過")),
}
"""Icon, tone and word."""
SPOKEN = {
    (Level.DUE_SOON, True): N_("返信の期限が近いチケットがあります #%(id)s"),
    (Level.DUE_SOON, False): N_("解決の期限が近いチケットがあります #%(id)s"),
    (Level.BROKEN, True): N_("返信の期限を過ぎたチケットがあります #%(id)s"),
    (Level.BROKEN, False): N_("解決の期限を過ぎたチケットがあります #%(id)s"),
}
"""What a browser shows to whoever looks at the screen: no customer's words or name."""
NAMED = N_("%(who)sさんがメモであなたを呼んでいます #%(id)s")

REVIEWED = N_("%(who)sさんから見守りが届いています")
REVIEW_ANSWERED = N_("%(who)sさんが見守りに返事をしました")

SURGES = 5
SURGE = N_("急増を検知しました — %(what)s")

LATE = N_("障害 INC-%(id)s の次の更新の時刻を過ぎました")

HAPPENED = {
    "assigned": N_("チケットの担当になりました #%(id)s"),
    "message": N_("担当チケットにお客様から届きました #%(id)s"),
}
LATELY = timedelta(minutes=1)
"""News comes within seconds; what happened longer ago was said then."""


@pages.get("/alerts")
def show() -> str:
    before = request.args.get("before", type=int)
    known = before is not None and 0 < before < 2**31
    found = noticing.told(db.session(), me().id, AT_ONCE + 1, before if known else None)
    shown = found[:AT_ONCE]
    page = request.args.get("named", type=int)
    page = page if page is not None and 0 < page < 2**31 else None
    named = mentioning.told(db.session(), me().id, AT_ONCE + 1, page)
    return render_template(
        "alerts/list.html",
        told=shown,
        named=named[:AT_ONCE],
        reviewed=telling.told(db.session(), me().id, MOST_REVIEWED),
        older_named=named[AT_ONCE - 1].id if len(named) > AT_ONCE else None,
        older=shown[-1].notice.id if len(found) > AT_ONCE else None,
        levels=LEVELS,
        kinds=NAMES,
        approval_notices=approvals.told(db.session(), me().id, 10),
        notice_words=NOTICES,
        late_incidents=owing.told(db.session(), me().id),
        surges=[(told, spike_words.shown(spike)) for told, spike in _surges()],
    )


@pages.get("/alerts/bell")
def bell() -> str:
    """The bell alone, to be fetched again when something was told."""
    return render_template("_bell.html", unseen=noticing.how_many_unseen(db.session(), me().id))


@pages.get("/alerts/latest")
def latest() -> ResponseReturnValue:
    """What a hidden page has its browser say; 204 where everything was seen."""
    kinds = (_named, _reviewed, _decided, _raised, _late, _surge)
    told = [it for kind in kinds if (it := kind()) is not None]
    if not told:
        return "", 204
    return jsonify(max(told, key=lambda it: it[0])[1])


Spoken = tuple[datetime, dict[str, Any]]
"""When it was told, and what is said of it."""


def _named() -> Spoken | None:
    it = mentioning.newest_unseen(db.session(), me().id)
    if it is None:
        return None
    said = gettext(NAMED, who=it.note.agent.family_name, id=it.ticket_id)
    link = url_for("tickets.show", ticket_id=it.ticket_id, _anchor=f"note-{it.note_id}")
    return it.at, {"id": f"note-{it.id}", "text": said, "link": link}


def _reviewed() -> Spoken | None:
    it = telling.newest_unseen(db.session(), me().id)
    if it is None:
        return None
    review, mine = it.review, it.review.agent_id == me().id
    who = review.lead if mine or review.agent is None else review.agent
    said = gettext(REVIEWED if mine else REVIEW_ANSWERED, who=who.family_name)
    number = f"review-{it.id}-{it.at.timestamp():.0f}"
    return it.at, {"id": number, "text": said, "link": url_for("alerts.show")}


def _decided() -> Spoken | None:
    it = approvals.newest_unseen(db.session(), me().id)
    if it is None:
        return None
    said = f"{NOTICES[it.kind][2]} #{it.ticket_id}"
    link = url_for("approvals.show", reply_id=it.approval.reply_id)
    return it.at, {"id": f"approval-{it.id}", "text": said, "link": link}


def _late() -> Spoken | None:
    it = next((one for one in owing.told(db.session(), me().id) if not one.late_seen_at), None)
    if it is None:
        return None
    link = url_for("incidents.show", incident_id=it.id)
    said = gettext(LATE, id=it.id)
    return it.late_told_at, {"id": f"incident-{it.id}", "text": said, "link": link}


def _surges() -> list[tuple[Any, Spike]]:
    """What they were told of sudden rises, with each of them. Leads alone are told."""
    if not i_may(Deed.RUN_INCIDENTS):
        return []
    told = surging.told(db.session(), me().id, SURGES)
    wanted = select(Spike).where(Spike.id.in_([it.spike_id for it in told]))
    found = {it.id: it for it in db.session.scalars(wanted)} if told else {}
    return [(it, found[it.spike_id]) for it in told if it.spike_id in found]


def _surge() -> Spoken | None:
    fresh = (both for both in _surges() if both[0].seen_at is None and both[0].state == "open")
    told, spike = next(fresh, (None, None))
    if told is None or spike is None:
        return None
    link = url_for("spikes.one", spike_id=spike.id)
    said = gettext(SURGE, what=spike_words.title_of(spike))
    return told.at, {"id": f"spike-{spike.id}", "text": said, "link": link}


def _raised() -> Spoken | None:
    alert = noticing.newest_unseen(db.session(), me().id)
    if alert is None:
        return None
    owed = alert.promise.kind != PromiseKind.RESOLUTION
    said = gettext(SPOKEN[Level(alert.level), owed], id=alert.ticket_id)
    link = url_for("tickets.show", ticket_id=alert.ticket_id)
    return alert.raised_at, {"id": alert.id, "text": said, "link": link}


@pages.get("/alerts/tickets/<int:number>")
def happened(number: int) -> ResponseReturnValue:
    """What a hidden page has its browser say when this ticket changed; 204 where it is not ours.

    `kinds`: what this browser was asked to say. Never the words or the name of a customer.
    """
    ticket = db.session.get(Ticket, number) if number < 2**31 else None
    if ticket is None or ticket.assignee_id != me().id:
        return "", 204
    wanted = request.args.get("kinds", "").split(",")
    for kind, lately in (("assigned", _assigned_lately), ("message", _written_lately)):
        if kind in wanted and lately(ticket):
            said = gettext(HAPPENED[kind], id=number)
            link = url_for("tickets.show", ticket_id=number)
            return jsonify(id=f"{kind}-{number}", text=said, link=link)
    return "", 204


def _assigned_lately(ticket: Ticket) -> bool:
    """By somebody else: one's own deeds are no news."""
    newest = (
        select(TicketEvent.agent_id, TicketEvent.happened_at)
        .where(TicketEvent.ticket_id == ticket.id, TicketEvent.kind == "assigned")
        .order_by(TicketEvent.id.desc())
        .limit(1)
    )
    found = db.session.execute(newest).first()
    return found is not None and found[0] != me().id and now() - found[1] < LATELY


def _written_lately(ticket: Ticket) -> bool:
    latest = ticket.latest_message
    return latest is not None and now() - latest.received_at < LATELY


@pages.post("/alerts/tickets/<int:number>")
def open_ticket(number: int) -> Response:
    """On to the ticket; what was told of it was seen."""
    if number >= 2**31:
        abort(404)
    _see(ticket_id=number)
    waited = request.form.get("approval", type=int)
    if waited is not None and 0 < waited < 2**31:
        return redirect(url_for("approvals.show", reply_id=waited), 303)
    note = request.form.get("note", type=int)
    place = f"note-{note}" if note else None
    return redirect(url_for("tickets.show", ticket_id=number, _anchor=place), 303)


@pages.post("/alerts/seen")
def see_all() -> Response:
    _see()
    return redirect(url_for("alerts.show"), 303)


def _see(ticket_id: int | None = None) -> None:
    """Their other tabs draw the bell again."""
    agent_id = me().id
    seen = noticing.see(db.session(), agent_id, now(), ticket_id=ticket_id)
    db.session.commit()
    if seen:
        the_desk().news.tell("seen", agent_id)
