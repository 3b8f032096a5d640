"""What a draft promises in words, as a line in the composer, and as the reply keeps it."""

import unicodedata
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from flask import request

from support.db import db
from support.errors import N_, Refused
from support.incidents import offering
from support.incidents.offering import Offered
from support.replies import committing
from support.replies.commitment_times import settled
from support.replies.pressing import Draft
from support.sla.hours import BusinessHours
from support.sla.keeping import hours_of
from support.sla.records import Calendar
from support.tickets.records import Ticket
from support.web.language import now, zone
from support.web.replies.schedule import FIELD, asked_in
from support.web.tickets.holding import FURTHEST


@dataclass(frozen=True)
class Proposal:
    """What the composer offers to keep in mind.

    words    those that promise
    due      by when, as the words say
    wanted   whether the agent lets it stand
    written  what the field for the time holds
    error    why that is not taken
    """

    words: str
    due: datetime
    wanted: bool
    written: str
    first: str
    error: str = ""
    incident: Offered | None = None
    """An open incident that announced other times than this."""

    @property
    def seen(self) -> str:
        """What was offered: a field that still holds it follows the words."""
        return f"{self.due.astimezone(zone()):{FIELD}}"


def proposal(ticket: Ticket, text: str) -> Proposal | None:
    """None where the draft promises nothing. What the form says of it already is kept."""
    if not text.strip():
        return None
    promise = committing.promise_in(db.session(), ticket, text, _said_at())
    if promise is None:
        return None
    due, words = promise
    found = Proposal(words, due, True, "", f"{now().astimezone(zone()):{FIELD}}")
    found = replace(found, incident=_said_otherwise(ticket, due))
    asked = request.form if request.method == "POST" else {}
    if "promise_seen" not in asked:
        return replace(found, written=found.seen)
    written = asked.get("promise_at", "")[:40]
    own = written not in ("", asked["promise_seen"])
    return replace(found, wanted="promise" in asked, written=written if own else found.seen)


def _said_otherwise(ticket: Ticket, due: datetime) -> Offered | None:
    """The incident that hits whoever wrote, where its next update is not when the draft says."""
    it = offering.offered(db.session(), ticket, ticket.latest_message)
    if it is None or it.next_update_at is None:
        return None
    return it if abs(it.next_update_at - due) >= timedelta(minutes=1) else None


def promised(ticket: Ticket, draft: Draft) -> Draft:
    """The draft with what it promises, as the agent lets it stand. Raises Refused for the time."""
    found = proposal(ticket, draft.body)
    if found is None or not found.wanted:
        return draft
    due = found.due if found.written == found.seen else _own(ticket, found.written)
    return replace(draft, promised=(due, found.words))


def _own(ticket: Ticket, written: str) -> datetime:
    plain = unicodedata.normalize("NFKC", written).strip().replace("/", "-")
    try:
        moment = datetime.fromisoformat(plain).replace(tzinfo=zone()).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Refused(
            "promise_at", N_("約束の期限を 2026-11-26 18:00 のように入力してください。")
        ) from error
    said_at = _said_at()
    if moment > said_at + FURTHEST or not settled(_hours(ticket), said_at, moment):
        raise Refused(
            "promise_at", N_("約束の期限は、営業時間内の、送信より後の日時にしてください。")
        )
    return moment


def _said_at() -> datetime:
    """When the words go out: now, or at the time that was chosen."""
    try:
        at = asked_in(request.form).moment(zone())
    except Refused:
        at = None
    begin = now()
    return at if at is not None and begin < at <= begin + FURTHEST else begin


def _hours(ticket: Ticket) -> BusinessHours:
    """What the ticket is judged by."""
    return hours_of(db.session.get_one(Calendar, ticket.calendar_id))
