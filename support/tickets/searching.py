"""The queue and its counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnClause,
    ColumnElement,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    case,
    column,
    exists,
    func,
    literal,
    literal_column,
    or_,
    select,
    table,
    union_all,
)
from sqlalchemy.orm import Session, contains_eager, joinedload
from sqlalchemy.orm.attributes import set_committed_value

from support.agents.records import Agent
from support.conversations.records import Conversation, Customer, Message
from support.sla.records import Promise
from support.tickets.filters import NOBODY, Filter, View, filter_from
from support.tickets.places import Place, place_from
from support.tickets.records import SavedView, Ticket, TicketTag
from support.tickets.states import State

PAGE = 50
NOT_RESOLVED = Ticket.state != literal(State.RESOLVED.value, literal_execute=True)
"""Written out just as the partial indexes are: SQLite uses none for a bound value."""
# Which tickets an incident holds is a matter of its own room, which stands on this one: it is known
# here by the names of its table only.
_PLACES: list[ColumnClause[Any]] = [
    column(it) for it in ("incident_id", "unlinked_at", "let_go_at")
]
_LINKS = table("incident_tickets", column("ticket_id", Integer), *_PLACES)
_INCIDENTS = table("incidents", column("id"), column("closed_at"))


@dataclass(frozen=True)
class QueuePage:
    tickets: list[Ticket]
    next: str | None
    """Where the next page begins, for the `after` of the next call; None on the last."""


@dataclass(frozen=True)
class Counts:
    """How many unresolved tickets each view holds."""

    all: int = 0
    mine: int = 0
    unassigned: int = 0
    due: int = 0
    waiting: int = 0
    held: int = 0


def queue(
    session: Session,
    wanted: Filter,
    *,
    now: datetime,
    after: str = "",
    limit: int = PAGE,
    tags: bool = True,
) -> QueuePage:
    """One page of the queue, what is due first on top; the same few queries at any size.

    Of what stands around a ticket only the columns of a row are loaded; `tags`: with its tags.
    """
    page = _found(session, wanted, now, place_from(after) if after else None, limit)
    if tags:
        _put_tags(session, page.tickets)
    return page


def _found(
    session: Session, wanted: Filter, now: datetime, place: Place | None, limit: int
) -> QueuePage:
    if wanted.view is View.RESOLVED:
        return _resolved(session, wanted, place, now, limit)
    found: list[Ticket] = []
    if place is None or place.has_due:
        found = _due_first(session, wanted, place, now, limit + 1)
        place = None
    if len(found) <= limit and wanted.view is not View.DUE:
        found += _without_due(session, wanted, place, now, limit + 1 - len(found))
    return _page(found, limit, by_due=True)


def _page(found: list[Ticket], limit: int, *, by_due: bool) -> QueuePage:
    shown = found[:limit]
    if len(found) <= limit:
        return QueuePage(shown, None)
    last = shown[-1]
    if not by_due:
        return QueuePage(shown, str(Place(last.resolved_at or last.opened_at, last.id, False)))
    at = last.due_at or last.last_message_at
    return QueuePage(shown, str(Place(at, last.id, last.due_at is not None)))


def _due_first(
    session: Session, wanted: Filter, place: Place | None, now: datetime, limit: int
) -> list[Ticket]:
    chosen = _rows(wanted, now).where(Ticket.due_at.is_not(None))
    if place is not None:
        chosen = chosen.where(_beyond(Ticket.due_at, place, rising=True))
    return _all(session, chosen.order_by(Ticket.due_at, Ticket.id).limit(limit))


def _without_due(
    session: Session, wanted: Filter, place: Place | None, now: datetime, limit: int
) -> list[Ticket]:
    chosen = _rows(wanted, now).where(Ticket.due_at.is_(None))
    if place is not None:
        chosen = chosen.where(_beyond(Ticket.last_message_at, place, rising=False))
    order = (Ticket.last_message_at.desc(), Ticket.id.desc())
    return _all(session, chosen.order_by(*order).limit(limit))


def _resolved(
    session: Session, wanted: Filter, place: Place | None, now: datetime, limit: int
) -> QueuePage:
    chosen = _rows(wanted, now)
    if place is not None:
        chosen = chosen.where(_beyond(Ticket.resolved_at, place, rising=False))
    order = (Ticket.resolved_at.desc(), Ticket.id.desc())
    return _page(_all(session, chosen.order_by(*order).limit(limit + 1)), limit, by_due=False)


def _beyond(column: Any, place: Place, *, rising: bool) -> ColumnElement[bool]:
    """Rows behind `place` in the order of `column`, ties by id."""
    if rising:
        return or_(column > place.at, and_(column == place.at, Ticket.id > place.id))
    return or_(column < place.at, and_(column == place.at, Ticket.id < place.id))


def _rows(wanted: Filter, now: datetime) -> Select[Ticket]:
    """The tickets wanted, each with all a row of the queue shows."""
    return _row().where(*conditions(wanted, now))


@cache
def _row() -> Select[Ticket]:
    """Put together once: that takes longer than the query itself.

    Calendars are left to the session: a few stand behind many rows, and they are large.
    """
    return (
        select(Ticket)
        .join(Ticket.conversation)
        .join(Conversation.customer)
        .outerjoin(Ticket.latest_message)
        .outerjoin(Ticket.leading_promise)
        .options(
            contains_eager(Ticket.conversation)
            .contains_eager(Conversation.customer)
            .load_only(Customer.username, Customer.name, Customer.followers, Customer.unwanted_at),
            contains_eager(Ticket.latest_message).load_only(
                Message.text, Message.received_at, Message.emptied_reason, Message.kind
            ),
            contains_eager(Ticket.leading_promise).load_only(
                Promise.kind,
                Promise.target_seconds,
                Promise.calendar_id,
                Promise.due_at,
                Promise.warn_at,
                Promise.breach_at,
            ),
            joinedload(Ticket.assignee).load_only(Agent.family_name, Agent.given_name),
        )
    )


def conditions(wanted: Filter, now: datetime) -> list[ColumnElement[bool]]:
    """What is true of the tickets wanted. Ask with `joined`: not all of it is said of a ticket."""
    chosen = _of_the_view(wanted, now)
    if wanted.tag:
        chosen.append(Ticket.tags.any(TicketTag.name == wanted.tag))
    for said_of, word in (
        (Conversation.channel, wanted.channel),
        (Conversation.account_id, wanted.account_id),
        (Ticket.priority, wanted.priority),
        (Message.language, wanted.language),
        (Customer.segment, wanted.segment),
    ):
        if word:
            chosen.append(said_of == word)
    for owner, named in ((Ticket.assignee_id, wanted.assignee), (Ticket.team_id, wanted.team)):
        if named:
            chosen.append(owner.is_(None) if named == NOBODY else owner == int(named))
    if wanted.incident:
        chosen.append(Ticket.id.in_(_linked_to(int(wanted.incident))))
    return chosen


def _linked_to(incident_id: int) -> Select[int]:
    """What one that runs let go of while it was closed, and another has by now, is not its own."""
    over = exists().where(_INCIDENTS.c.id == incident_id, _INCIDENTS.c.closed_at.is_not(None))
    live = and_(_LINKS.c.unlinked_at.is_(None), or_(_LINKS.c.let_go_at.is_(None), over))
    return select(_LINKS.c.ticket_id).where(_LINKS.c.incident_id == incident_id, live)


def joined(chosen: Select[Any], wanted: Filter) -> Select[Any]:
    """`chosen` from tickets, and from the other tables `conditions` asks of this filter."""
    if wanted.channel or wanted.account_id or wanted.segment:
        chosen = chosen.join(Conversation, Conversation.id == Ticket.conversation_id)
    if wanted.segment:
        chosen = chosen.join(Customer, Customer.id == Conversation.customer_id)
    if wanted.language:
        chosen = chosen.join(Message, Message.id == Ticket.latest_message_id)
    return chosen


def _of_the_view(wanted: Filter, now: datetime) -> list[ColumnElement[bool]]:
    unresolved = NOT_RESOLVED
    match wanted.view:
        case View.MINE:
            return [unresolved, Ticket.assignee_id == wanted.agent_id]
        case View.UNASSIGNED:
            return [unresolved, Ticket.assignee_id.is_(None)]
        case View.DUE:
            return [unresolved, Ticket.warn_at <= now]
        case View.WAITING:
            return [unresolved, Ticket.state == State.WAITING.value]
        case View.HELD:
            return [unresolved, Ticket.state == State.HELD.value]
        case View.RESOLVED:
            return [Ticket.state == literal(State.RESOLVED.value, literal_execute=True)]
    return [unresolved]


def _all(session: Session, chosen: Select[Ticket]) -> list[Ticket]:
    return list(session.scalars(chosen))


def _put_tags(session: Session, tickets: list[Ticket]) -> None:
    """Their tags in one query, whichever halves of the queue they came from."""
    theirs: dict[int, list[TicketTag]] = {ticket.id: [] for ticket in tickets}
    if theirs:
        chosen = select(TicketTag).where(TicketTag.ticket_id.in_(theirs))
        for tag in session.scalars(chosen.order_by(TicketTag.name)):
            theirs[tag.ticket_id].append(tag)
    for ticket in tickets:
        set_committed_value(ticket, "tags", theirs[ticket.id])


@cache
def counting() -> Select[int, int, int, int, int, int]:
    """All the counts of the rail as one row over unresolved tickets, in the order of `Counts`.

    Takes `agent_id` and `now`.
    """
    return (
        select(
            func.count().label("all"),
            func.count(case((Ticket.assignee_id == bindparam("agent_id"), 1))).label("mine"),
            func.count(case((Ticket.assignee_id.is_(None), 1))).label("unassigned"),
            func.count(case((Ticket.warn_at <= bindparam("now"), 1))).label("due"),
            func.count(case((Ticket.state == State.WAITING.value, 1))).label("waiting"),
            func.count(case((Ticket.state == State.HELD.value, 1))).label("held"),
        )
        .select_from(Ticket)
        .where(NOT_RESOLVED)
    )


COUNTED_UP_TO = 1_000
"""Unresolved tickets among which any filter is counted; among more, only what an index answers."""


def is_cheap(wanted: Filter, unresolved: int) -> bool:
    """Whether this filter is counted for the rail, which every agent looks at all day."""
    if wanted.view is View.RESOLVED:
        return False
    in_index = set(wanted.address()) <= {"view", "assignee"}
    return in_index or unresolved <= COUNTED_UP_TO


def counted_views(
    views: Iterable[SavedView], agent_id: int, now: datetime
) -> list[Select[str, int, str, int]]:
    """A row for each view: "view", its id, no words, how many tickets it holds."""
    rows = []
    for view in views:
        wanted = filter_from(view.words, agent_id)
        number = joined(select(func.count()).select_from(Ticket), wanted)
        number = number.where(*conditions(wanted, now))
        kind: ColumnClause[str] = literal_column("'view'", String)
        none: ColumnClause[str] = literal_column("''", String)
        view_id: ColumnClause[int] = literal_column(str(int(view.id)), Integer)
        rows.append(select(kind, view_id, none, number.scalar_subquery()))
    return rows


def count_views(
    session: Session, views: Iterable[SavedView], agent_id: int, now: datetime
) -> dict[int, int]:
    """By their ids; one query, and there has to be one at least."""
    found = session.execute(union_all(*counted_views(views, agent_id, now)))
    return {view_id: number for _, view_id, _, number in found}


def counts(session: Session, agent_id: int, now: datetime) -> Counts:
    return Counts(*session.execute(counting(), {"agent_id": agent_id, "now": now}).one())
