"""The queue as it is shown: its rows, and the groups they stand in."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from support.sla.hours import BusinessHours
from support.sla.keeping import hours_of
from support.sla.levels import REPLY_KINDS
from support.sla.records import Calendar, Promise
from support.tickets import searching
from support.tickets.filters import Filter, View
from support.tickets.records import Ticket
from support.tickets.states import State
from support.web.promises.standing import Pill, resting_pill, row_pill
from support.web.tickets.tombstones import why_gone
from support.x.text import SHORT_LINK

SNIPPET = 240
"""Characters of a post that are put in a row; no screen shows more."""

_MEDIA_LAST = re.compile(rf"(?:\s*{re.escape(SHORT_LINK)}\w+)+\Z")
_NAMES_FIRST = re.compile(r"\A(?:\s*@\w+)+\s*")

TITLES: dict[View, Any] = {
    View.ALL: _l("すべての未解決"),
    View.MINE: _l("自分の担当"),
    View.UNASSIGNED: _l("未割当"),
    View.DUE: _l("期限間近"),
    View.WAITING: _l("返信待ち（顧客）"),
    View.HELD: _l("保留"),
    View.RESOLVED: _l("解決済み"),
}
EMPTY: dict[View, Any] = {
    View.ALL: _l("未解決のチケットはありません"),
    View.MINE: _l("自分が担当するチケットはありません"),
    View.UNASSIGNED: _l("担当が決まっていないチケットはありません"),
    View.DUE: _l("期限が近いチケットはありません"),
    View.WAITING: _l("お客様の返信を待っているチケットはありません"),
    View.HELD: _l("保留中のチケットはありません"),
    View.RESOLVED: _l("解決済みのチケットはまだありません"),
}


@dataclass(frozen=True)
class Row:
    """One ticket in a list; `unanswered`: the customer wrote last and waits for us."""

    ticket: Ticket
    pill: Pill
    group: str
    unanswered: bool
    incident: int | None = None
    """The running incident it belongs to."""

    @property
    def happened(self) -> str:
        """What the time in the row is of: received, held (until then) or resolved."""
        state, ticket = self.ticket.state, self.ticket
        if state == State.RESOLVED and ticket.resolved_at:
            return "resolved"
        return "held" if state == State.HELD and ticket.snoozed_until else "received"

    @property
    def at(self) -> datetime:
        happened, ticket = self.happened, self.ticket
        if happened == "received":
            return ticket.last_message_at
        moment = ticket.resolved_at if happened == "resolved" else ticket.snoozed_until
        return moment or ticket.last_message_at

    @property
    def stamp(self) -> str:
        return self.at.isoformat()

    @property
    def snippet(self) -> str:
        """The newest words of the customer on one line, without the names they begin with."""
        latest = self.ticket.latest_message
        if latest and latest.emptied_reason:
            return str(why_gone(latest.emptied_reason, self.ticket.conversation.is_private))
        if latest and latest.kind == "encrypted":
            return str(gettext("暗号化されたメッセージです。"))
        text = latest.text[: 2 * SNIPPET] if latest else self.ticket.subject
        words = " ".join(_NAMES_FIRST.sub("", text).split())
        return (_MEDIA_LAST.sub("", words) or words)[:SNIPPET]


@dataclass(frozen=True)
class Group:
    """Rows under one heading; `key` is breached, due, safe, resting or resolved."""

    key: str
    title: Any
    icon: str
    tone: str
    rows: list[Row]


GROUPS: tuple[tuple[str, Any, str, str], ...] = (
    ("breached", _l("期限超過"), "alert", "danger"),
    ("due", _l("まもなく期限"), "hourglass", "warn"),
    ("safe", _l("余裕あり"), "clock", "ok"),
    ("resting", _l("期限なし"), "pause", ""),
    ("resolved", _l("解決済み"), "resolved", ""),
)


def rows_of(tickets: Iterable[Ticket], now: datetime) -> list[Row]:
    """Rows that share what is worked out of a calendar, which most of them have in common."""
    hours: dict[int, BusinessHours] = {}
    return [row_of(ticket, now, hours) for ticket in tickets]


def row_of(ticket: Ticket, now: datetime, known: dict[int, BusinessHours] | None = None) -> Row:
    """`known`: hours by the number of their calendar, to look into and to add to."""
    promise = ticket.leading_promise
    if ticket.state == State.RESOLVED or promise is None or promise.due_at is None:
        group = "resolved" if ticket.state == State.RESOLVED else "resting"
        return Row(ticket, resting_pill(ticket.state), group, unanswered=False)
    group = _group(promise, now)
    pill = row_pill(
        promise.kind,
        timedelta(seconds=promise.target_seconds),
        promise.due_at,
        overdue=group == "breached",
        soon=group == "due",
        hours=_hours(promise.calendar, {} if known is None else known),
        now=now,
    )
    return Row(ticket, pill, group, unanswered=promise.kind in REPLY_KINDS)


def _hours(calendar: Calendar, known: dict[int, BusinessHours]) -> BusinessHours:
    found = known.get(calendar.id)
    if found is None:
        found = known[calendar.id] = hours_of(calendar)
    return found


def _group(promise: Promise, now: datetime) -> str:
    if promise.breach_at is not None and now > promise.breach_at:
        return "breached"
    return "due" if promise.warn_at is not None and now >= promise.warn_at else "safe"


def grouped(rows: Iterable[Row]) -> list[Group]:
    """The groups that have rows, the most pressing first; within one the order stays."""
    there: dict[str, list[Row]] = {}
    for row in rows:
        there.setdefault(row.group, []).append(row)
    return [Group(*group, there[group[0]]) for group in GROUPS if group[0] in there]


def arrived(
    session: Session, wanted: Filter, *, since: datetime, shown: set[int], now: datetime
) -> tuple[dict[int, Ticket], list[int]]:
    """The first page as it is now, and which of it are new to a page drawn at `since`."""
    page = searching.queue(session, wanted, now=now)
    new = [
        ticket.id
        for ticket in page.tickets
        if ticket.id not in shown
        and ticket.latest_message is not None
        and ticket.latest_message.received_at >= since
    ]
    return {ticket.id: ticket for ticket in page.tickets}, new
