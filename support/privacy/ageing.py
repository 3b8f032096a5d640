"""What of each kind is older than a moment, and not to be kept for a reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, cast, false, func, or_, select
from sqlalchemy.orm import Session, aliased

from support.agents.records import SignIn
from support.alerts.records import AlertNotice, Mention, ReviewNotice
from support.approval.records import ApprovalNotice
from support.conversations.records import Conversation, Customer, SeenPost
from support.inbox.records import Delivery, IntakeRefusal, PassedPost
from support.outreach.records import Prospect
from support.privacy.mentions import names
from support.privacy.records import Hold
from support.replies.records import Reply
from support.tickets.records import Ticket
from support.tickets.states import State

EXPIRED = "expired"


@dataclass(frozen=True)
class Old:
    """Rows of one table; without `values` they go as a whole."""

    model: Any
    condition: ColumnElement[bool]
    values: dict[str, Any] | None = None


def old_tickets(before: datetime) -> ColumnElement[bool]:
    """Resolved so long ago, as is the ticket they were merged into, and not to be kept.

    Where a reply is not settled (it waits for approval, is in doubt, was refused) its words are
    needed still: to decide, to send, or to find it on X.
    """
    into = aliased(Ticket)
    ended = select(into.id).where(into.state == State.RESOLVED.value, into.resolved_at < before)
    in_force = Hold.lifted_at.is_(None)
    held_ones = select(Hold.ticket_id).where(in_force, Hold.ticket_id.is_not(None))
    whole = select(Hold.customer_id).where(in_force, Hold.ticket_id.is_(None))
    held_people = select(Conversation.id).where(Conversation.customer_id.in_(whole))
    unsettled = select(Reply.ticket_id).where(Reply.settled_at.is_(None))
    return and_(
        Ticket.id.in_(ended),
        Ticket.id.not_in(unsettled),
        or_(Ticket.merged_into_id.is_(None), Ticket.merged_into_id.in_(ended)),
        Ticket.id.not_in(held_ones),
        Ticket.conversation_id.not_in(held_people),
    )


def old(session: Session, rule: str, before: datetime, now: datetime) -> Iterator[Old]:
    """Of every rule but those on tickets."""
    if rule == "payloads":
        yield from _raw(session, before, now)
    elif rule == "beside":
        yield from _beside(session, before, now)
    elif rule == "prospects":
        yield from _strangers(session, before, now)
    elif rule == "notices":
        for notice in (AlertNotice, Mention, ReviewNotice, ApprovalNotice):
            yield Old(notice, notice.seen_at < before)
    elif rule == "sign_ins":
        told = or_(SignIn.browser != "", SignIn.address != "")
        yield Old(SignIn, and_(SignIn.ended_at < before, told), {"browser": "", "address": ""})


def _held(session: Session) -> list[str]:
    """Ids on X of people of whom all is kept, or a ticket: what X sent may be about that."""
    kept = select(Customer.x_id).join(Hold, Hold.customer_id == Customer.id)
    return list(session.scalars(kept.where(Hold.lifted_at.is_(None)).distinct()))


def _raw(session: Session, before: datetime, now: datetime) -> Iterator[Old]:
    pushed = and_(Delivery.state != "new", Delivery.received_at < before, Delivery.body != b"")
    refused = and_(IntakeRefusal.refused_at < before, IntakeRefusal.raw != "")
    if held := _held(session):
        bodies = session.execute(select(Delivery.id, Delivery.body).where(pushed))
        pushed = and_(pushed, Delivery.id.not_in(_naming(bodies, held)))
        raws = session.execute(select(IntakeRefusal.id, IntakeRefusal.raw).where(refused))
        refused = and_(refused, IntakeRefusal.id.not_in(_naming(raws, held)))
    yield Old(Delivery, pushed, {"body": b""})
    yield Old(IntakeRefusal, refused, {"raw": "", "settled_at": now})


def _naming(rows: Any, held: list[str]) -> list[int]:
    return [number for number, raw in rows if any(names(raw, x_id) for x_id in held)]


def _beside(session: Session, before: datetime, now: datetime) -> Iterator[Old]:
    held = _held(session)
    passed = and_(PassedPost.decided_at < before, cast(PassedPost.raw, String) != "{}")
    seen = and_(SeenPost.seen_at < before, SeenPost.emptied_at.is_(None))
    mine = PassedPost.author_x_id.in_(held) if held else false()
    theirs = SeenPost.author_x_id.in_(held) if held else false()
    yield Old(PassedPost, and_(passed, ~mine), {"raw": {}, "username": ""})
    gone = {"text": "", "name": "", "username": "", "emptied_at": now, "emptied_reason": EXPIRED}
    yield Old(SeenPost, and_(seen, ~theirs), gone)


def _strangers(session: Session, before: datetime, now: datetime) -> Iterator[Old]:
    """People a listening found. Who was skipped before anybody wrote to them is forgotten whole;
    that they want no words of ours stands elsewhere.

    Approved that long ago is as good as skipped: manners let nobody send it any more. Of whom we
    wrote to, that we did stays; the words go, with the ticket where they answered.
    """
    held = _held(session)
    theirs = Prospect.author_x_id.in_(held) if held else false()
    old = and_(Prospect.found_at < before, Prospect.author_x_id != "", ~theirs)
    whole = _empty(now) | {"author_x_id": ""}
    touched = or_(Prospect.handed_at.is_not(None), Prospect.sent_at.is_not(None))
    ended = and_(old, Prospect.state.in_(["found", "skipped"]))
    yield Old(Prospect, and_(ended, ~touched), whole)
    forgotten = and_(old, Prospect.state == "approved", Prospect.decided_at < before)
    yield Old(Prospect, forgotten, whole | {"state": "skipped", "skip_reason": "other"})
    silent = and_(Prospect.state.in_(["handed", "seen"]), Prospect.ticket_id.is_(None))
    contacted = or_(silent, and_(Prospect.state == "skipped", touched))
    long_ago = func.coalesce(Prospect.sent_at, Prospect.handed_at) < before
    there = and_(old, contacted, long_ago, Prospect.emptied_at.is_(None))
    yield Old(Prospect, there, _empty(now))


def offered_in(tickets: Select[int], now: datetime) -> Old:
    """What came before the tickets of people who answered an offer."""
    there = and_(Prospect.ticket_id.in_(tickets), Prospect.emptied_at.is_(None))
    return Old(Prospect, there, _empty(now))


def _empty(now: datetime) -> dict[str, Any]:
    gone: dict[str, Any] = dict.fromkeys(("text", "name", "username", "phrase", "body"), "")
    gone |= dict.fromkeys(("sent_text", "thread_x_id", "in_reply_to_x_id"), "")
    return gone | {"raw": {}, "followers": None, "emptied_at": now, "emptied_reason": EXPIRED}
