"""What is behind a cell of the report: its promises, or its tickets, page by page."""

from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, abort, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from support.agents.access import Deed
from support.db import db, storable
from support.errors import Refused
from support.reports import cells, talking, ticket_cells
from support.reports.cells import Cell
from support.reports.periods import Period
from support.reports.promised import Clock
from support.reports.ticket_cells import ANYBODY, Wanted
from support.sla.keeping import hours_for, obligation
from support.sla.levels import PromiseKind
from support.sla.records import Calendar, Pause, Promise, ServiceLevel
from support.web import typed
from support.web.guard import needs
from support.web.language import now
from support.web.promises import standing
from support.web.reports.apart import leaving_out
from support.web.reports.report import Asked, asked_for

A_PAGE = 100
PARTS = (*talking.FACETS, "customer")
NONE = "none"
"""In an address: what belongs to nobody."""

pages = Blueprint("report_cells", __name__)

VERDICTS: dict[str, Any] = {
    "kept": _l("達成した約束"),
    "broken": _l("期限を超えた約束"),
    "late": _l("受信したときに期限を過ぎていた約束"),
    "judged": _l("判定した約束"),
}
CLOCKS: dict[Clock, Any] = {Clock.BUSINESS: _l("営業時間"), Clock.WALL: _l("実時間")}
WHAT: dict[str, Any] = {
    "opened": _l("この期間に始まったチケット"),
    "resolved": _l("この期間に解決したチケット"),
    "backlog": _l("期間の終わりに未解決だったチケット"),
    "messages": _l("この時間に投稿のあったチケット"),
    "sent": _l("返信を送ったチケット"),
    "automatic": _l("自動応答を送ったチケット"),
    "suggested": _l("上位3件の候補から送ったチケット"),
    "handed": _l("DMに続いたチケット"),
    "wrote": _l("この人たちが書いたチケット"),
    "topic": _l("この話題が出たチケット"),
}


@pages.get("/reports/promises")
@needs(Deed.SEE_REPORTS)
def promises() -> str:
    """The promises behind a figure: the same conditions, a row each."""
    asked, period = _asked()
    cell, after = _cell(), _place(request.args.get("after", ""))
    session = db.session()
    with leaving_out(asked.without_incidents):
        found, last = cells.page(session, period, now(), cell, after, A_PAGE)
        count = cells.count(session, period, now(), cell)
    return render_template(
        "promises/list.html",
        promises=_with_timers(session, found),
        count=count,
        title=VERDICTS[cell.verdict],
        clock=CLOCKS[cell.clock],
        period=period,
        asked=asked,
        names=standing.NAMES,
        following=_following(f"{last[0].isoformat()}~{last[1]}") if last else "",
        begun=after is not None,
        first=_following(""),
    )


@pages.get("/reports/tickets")
@needs(Deed.SEE_REPORTS)
def tickets() -> str:
    """The tickets behind a figure that counts none of the promises."""
    asked, period = _asked()
    before = _number(request.args.get("after", ""))
    with leaving_out(asked.without_incidents):
        wanted = _wanted(period)
        found, last = ticket_cells.page(db.session(), period, wanted, before, A_PAGE)
        count = ticket_cells.count(db.session(), period, wanted)
    return render_template(
        "reports/tickets.html",
        tickets=found,
        count=count,
        title=WHAT[wanted.what],
        period=period,
        asked=asked,
        following=_following(str(last)) if last else "",
        begun=before is not None,
        first=_following(""),
    )


def _asked() -> tuple[Asked, Period]:
    asked = asked_for()
    try:
        return asked, asked.period()
    except Refused:
        abort(400)


def _cell() -> Cell:
    """What the address asks for; 404 for what there is not."""
    asked = request.args
    verdict, kind = asked.get("verdict", "judged"), asked.get("kind", "")
    clock, by = asked.get("clock", Clock.BUSINESS), asked.get("by", "")
    known = verdict in VERDICTS and (not kind or kind in set(PromiseKind)) and clock in set(Clock)
    if not known or (by and by not in cells.FACETS):
        abort(404)
    key: str | int | None = storable(asked.get("key", ""))[:80]
    if by in cells.NUMBERED:
        key = None if key == NONE else _number(str(key)) if key else abort(404)
    return Cell(kind, verdict, Clock(clock), by, key)


def _wanted(period: Period) -> Wanted:
    asked = request.args
    what, agent = asked.get("what", ""), asked.get("agent", "")
    if what not in WHAT or asked.get("channel", "") not in ("", "public", "dm"):
        abort(404)
    whose = ANYBODY if not agent else None if agent == NONE else _number(agent)
    weekday, hour = _number(asked.get("weekday", "")), _number(asked.get("hour", ""))
    if (weekday or 0) > 6 or (hour or 0) > 23:
        abort(404)
    by, key = _part() if what == "wrote" else ("", "")
    these: tuple[int, ...] = ()
    if what == "topic":
        topic = talking.topics(db.session(), period).named(asked.get("phrase", ""))
        these = tuple(topic.tickets) if topic else abort(404)
    return Wanted(what, whose, asked.get("channel", ""), weekday, hour, by, key, these)


def _part() -> tuple[str, str | int]:
    """Which part of the conversation; 404 for what there is not."""
    by, key = request.args.get("by", ""), storable(request.args.get("key", ""))[:80]
    if by not in PARTS or not key or (by == "channel" and key not in ("public", "dm")):
        abort(404)
    return by, key if by in ("channel", "tag") else _number(key) or 0


def _number(text: str) -> int | None:
    """None where nothing is said."""
    if not text:
        return None
    if (number := typed.number(text)) is None:
        abort(404)
    return number


def _place(text: str) -> cells.Place | None:
    if not text:
        return None
    at, _tilde, number = text.partition("~")
    try:
        there = datetime.fromisoformat(at[:40])
        if there.tzinfo is None:
            raise ValueError("a moment without a zone")
        return there.astimezone(UTC), _number(number) or 0
    except (ValueError, OverflowError):  # the first and last days have no zone
        abort(404)


def _following(after: str) -> str:
    """This address with another place to go on from."""
    asked: dict[str, Any] = {name: value for name, value in request.args.items() if name != "after"}
    if after:
        asked["after"] = after
    return url_for(str(request.endpoint), **asked)


def _with_timers(session: Session, found: list[Promise]) -> list[tuple[Promise, standing.Timer]]:
    """Each with how it stands; what that is worked out from is read once for all."""
    session.scalars(select(Calendar)).all()  # known to the session from now on
    levels = {level.id: level for level in session.scalars(select(ServiceLevel))}
    pauses: dict[int, list[Pause]] = defaultdict(list)
    tickets = [it.ticket_id for it in found if it.kind == PromiseKind.RESOLUTION]
    for pause in session.scalars(select(Pause).where(Pause.ticket_id.in_(tickets))):
        pauses[pause.ticket_id].append(pause)
    at = now()
    return [
        (
            it,
            standing.timer(
                obligation(it, levels[it.service_level_id], pauses.get(it.ticket_id, ())),
                hours_for(it),
                at,
            ),
        )
        for it in found
    ]
