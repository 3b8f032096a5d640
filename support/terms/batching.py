"""One deed on several tickets, kept with what it takes to undo it.

A ticket the deed cannot be done to is left alone and told about; the rest goes on. It stands in
this room because of tags and reopening: what a customer is owed may follow from them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from support.agents.records import Agent, is_working
from support.errors import N_, DeskError, Refused
from support.terms import placing
from support.terms.choosing import terms_for
from support.tickets import handling, linking, marking, waking
from support.tickets.records import Batch, Ticket, alone_with_all
from support.tickets.states import State

ASSIGN, TAG, UNTAG, HOLD, RESOLVE, LINK = "assign", "tag", "untag", "hold", "resolve", "link"

RESOLVED = N_("解決済みのため")
HIS_ALREADY = N_("すでにその担当のため")
TAGGED_ALREADY = N_("すでにそのタグがあるため")
NOT_TAGGED = N_("そのタグがないため")
LINKED_ALREADY = N_("すでに関連づけられているか、そのチケット自身のため")
THEIR_TURN = N_("お客様の返信待ちのため")
HELD_ALREADY = N_("すでに保留のため")
CHANGED_SINCE = N_("その後に変更されたため")
MERGED = N_("ほかのチケットにまとめられているため")


@dataclass
class Outcome:
    """What a deed on several tickets came to: those it was done to, the rest by their reason."""

    done: list[int] = field(default_factory=list)
    left: dict[str, list[int]] = field(default_factory=dict)
    also: list[int] = field(default_factory=list)
    """Other tickets that look different now: the one linked to, those that waited for these."""
    batch: Batch | None = None

    def leave(self, ticket: Ticket, why: str) -> None:
        self.left.setdefault(why, []).append(ticket.id)


class _Left(Exception):
    """This ticket is left alone; the sentence says why."""


@dataclass(frozen=True)
class Wish:
    """What is to be done; of the rest only what belongs to the deed is set."""

    deed: str
    assignee: Agent | None = None
    tag: str = ""
    until: datetime | None = None
    other: Ticket | None = None

    def named(self) -> dict[str, Any]:
        """What it was, for the record."""
        return {
            "assignee": self.assignee.id if self.assignee else None,
            "tag": self.tag,
            "other": self.other.id if self.other else None,
        }


def do(
    session: Session, wish: Wish, tickets: Sequence[Ticket], *, by: Agent, now: datetime
) -> Outcome:
    """Raises Refused where the wish itself is wrong: then it is done to none."""
    if wish.deed in (TAG, UNTAG):
        wish = Wish(wish.deed, tag=marking.clean_tag(wish.tag))
    elif wish.assignee is not None and not is_working(session, wish.assignee.id):
        raise Refused("assignee", handling.AWAY)
    others = [wish.other.id] if wish.other else []
    alone_with_all(session, [*(ticket.id for ticket in tickets), *others])
    outcome, before = Outcome(), []
    for ticket in tickets:
        try:
            before.append({"id": ticket.id, **_DO[wish.deed](session, ticket, wish, by, now)})
        except _Left as left:
            outcome.leave(ticket, str(left))
        except DeskError as error:
            outcome.leave(ticket, error.sentence)
        else:
            outcome.done.append(ticket.id)
    if outcome.done:
        data = {**wish.named(), "tickets": before}
        outcome.batch = Batch(agent_id=by.id, done_at=now, deed=wish.deed, data=data)
        outcome.also = others + [woken for was in before for woken in was.get("woken", ())]
        session.add(outcome.batch)
        session.flush()
    return outcome


def undo(
    session: Session, batch: Batch, tickets: dict[int, Ticket], *, by: Agent, now: datetime
) -> Outcome:
    """Each ticket as it was before, unless somebody has changed the same thing since.

    Raises DeskError where it was undone already. `tickets`: those of the batch, by their ids.
    """
    session.refresh(batch, with_for_update=True)  # two who undo it at once: one finds it undone
    if batch.undone_at is not None:
        raise DeskError(N_("この操作はすでに元に戻されています。"))
    batch.undone_at = now
    for agent_id in sorted({was.get("assignee") or 0 for was in batch.data["tickets"]}):
        is_working(session, agent_id)  # who suspends one of them takes their tickets after them
    alone_with_all(session, tickets)
    outcome = Outcome(also=[batch.data["other"]] if batch.data.get("other") else [])
    for was in reversed(batch.data["tickets"]):  # one may wait for another of them
        ticket = tickets.get(was["id"])
        if ticket is None:
            continue
        try:
            _UNDO[batch.deed](session, ticket, batch.data, was, by, now)
        except (_Left, DeskError):
            outcome.leave(ticket, CHANGED_SINCE)
        else:
            outcome.done.append(ticket.id)
    return outcome


def ids_of(batch: Batch) -> list[int]:
    return [was["id"] for was in batch.data["tickets"]]


def _assign(s: Session, ticket: Ticket, wish: Wish, by: Agent, now: datetime) -> dict[str, Any]:
    before = ticket.assignee_id
    if before == (wish.assignee.id if wish.assignee else None):
        raise _Left(HIS_ALREADY)
    handling.assign(s, ticket, wish.assignee, by=by, now=now)
    return {"assignee": before}


def _assign_back(
    s: Session, ticket: Ticket, data: dict[str, Any], was: dict[str, Any], by: Agent, now: datetime
) -> None:
    if ticket.assignee_id != data["assignee"]:
        raise _Left
    before = s.get(Agent, was["assignee"]) if was["assignee"] else None
    handling.assign(s, ticket, before, by=by, now=now)


def _tag(s: Session, ticket: Ticket, wish: Wish, by: Agent, now: datetime) -> dict[str, Any]:
    if _has(ticket, wish.tag):
        raise _Left(TAGGED_ALREADY)
    marking.tag(s, ticket, wish.tag, by=by, now=now)
    placing.tags_changed(s, ticket, by=by, now=now)
    return {}


def _untag(s: Session, ticket: Ticket, wish: Wish, by: Agent, now: datetime) -> dict[str, Any]:
    if not _has(ticket, wish.tag):
        raise _Left(NOT_TAGGED)
    marking.untag(s, ticket, wish.tag, by=by, now=now)
    placing.tags_changed(s, ticket, by=by, now=now)
    return {}


def _tag_back(
    s: Session, ticket: Ticket, data: dict[str, Any], was: dict[str, Any], by: Agent, now: datetime
) -> None:
    _untag(s, ticket, Wish(UNTAG, tag=data["tag"]), by, now)


def _untag_back(
    s: Session, ticket: Ticket, data: dict[str, Any], was: dict[str, Any], by: Agent, now: datetime
) -> None:
    _tag(s, ticket, Wish(TAG, tag=data["tag"]), by, now)


def _hold(s: Session, ticket: Ticket, wish: Wish, by: Agent, now: datetime) -> dict[str, Any]:
    _unresolved(ticket)
    if ticket.state == State.HELD:
        raise _Left(HELD_ALREADY)
    if ticket.state == State.WAITING:  # taken up again it would be our turn, which it is not
        raise _Left(THEIR_TURN)
    handling.hold(s, ticket, until=wish.until, by=by, now=now)
    return {}


def _hold_back(
    s: Session, ticket: Ticket, data: dict[str, Any], was: dict[str, Any], by: Agent, now: datetime
) -> None:
    waking.wake(s, ticket, by=by, now=now)


def _resolve(s: Session, ticket: Ticket, wish: Wish, by: Agent, now: datetime) -> dict[str, Any]:
    _unresolved(ticket)
    before: dict[str, Any] = {
        "assignee": ticket.assignee_id,
        "held": ticket.state == State.HELD.value,
    }
    before["until"] = ticket.snoozed_until.isoformat() if ticket.snoozed_until else None
    before["event"], before["awaited"] = ticket.held_for, ticket.held_for_ticket_id
    before["woken"] = handling.resolve(s, ticket, by=by, now=now)
    return before


def _resolve_back(
    s: Session, ticket: Ticket, data: dict[str, Any], was: dict[str, Any], by: Agent, now: datetime
) -> None:
    if ticket.state != State.RESOLVED or ticket.merged_into_id is not None:
        raise _Left
    handling.reopen(s, ticket, terms_for(s, ticket), by=by, now=now)
    if was["assignee"] is None and ticket.assignee_id == by.id:
        handling.assign(s, ticket, None, by=by, now=now)
    if was["held"]:
        _put_aside_again(s, ticket, was, by, now)


def _put_aside_again(
    s: Session, ticket: Ticket, was: dict[str, Any], by: Agent, now: datetime
) -> None:
    """Until what it waited for before; it stays open where that has come, or never can."""
    until = datetime.fromisoformat(was["until"]) if was["until"] else None
    try:
        if was.get("event"):
            other = s.get(Ticket, was["awaited"]) if was["awaited"] else None
            waking.hold_for(s, ticket, was["event"], other=other, by=by, now=now)
        else:
            handling.hold(s, ticket, until=until, by=by, now=now)
    except Refused:
        return


def _link(s: Session, ticket: Ticket, wish: Wish, by: Agent, now: datetime) -> dict[str, Any]:
    assert wish.other is not None
    try:
        linking.link(s, ticket, wish.other, by=by, now=now)
    except Refused as refusal:
        too_many = refusal.sentence == linking.TOO_MANY
        raise _Left(linking.FULL if too_many else LINKED_ALREADY) from refusal
    return {}


def _link_back(
    s: Session, ticket: Ticket, data: dict[str, Any], was: dict[str, Any], by: Agent, now: datetime
) -> None:
    if not linking.unlink(s, ticket, s.get_one(Ticket, data["other"]), by=by, now=now):
        raise _Left


def _has(ticket: Ticket, name: str) -> bool:
    return any(tag.name == name for tag in ticket.tags)


def _unresolved(ticket: Ticket) -> None:
    if ticket.merged_into_id is not None:
        raise _Left(MERGED)
    if ticket.state == State.RESOLVED:
        raise _Left(RESOLVED)


_DO = {
    ASSIGN: _assign,
    TAG: _tag,
    UNTAG: _untag,
    HOLD: _hold,
    RESOLVE: _resolve,
    LINK: _link,
}
_UNDO = {
    ASSIGN: _assign_back,
    TAG: _tag_back,
    UNTAG: _untag_back,
    HOLD: _hold_back,
    RESOLVE: _resolve_back,
    LINK: _link_back,
}
