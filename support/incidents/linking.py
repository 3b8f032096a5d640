"""Which tickets belong to an incident: linked by hand, by search or by rule; and taken off again.

Linked, what is owed for a ticket's words becomes one update promise; taken off, the ticket is
worked out as if it had never been linked. What a person took off no rule links again. What a
closed incident let go of may be linked to another one.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import ColumnElement, and_, exists, or_, select, update
from sqlalchemy.orm import Session, joinedload

from support.agents.records import Agent
from support.conversations.records import Conversation, Message
from support.errors import N_
from support.inbox import retelling
from support.incidents.fits import Rule
from support.incidents.records import (
    IS_HELD,
    IS_LINKED,
    IS_OPEN,
    Incident,
    IncidentEvent,
    IncidentTicket,
)
from support.incidents.running import newest_message, note_event
from support.tickets import covering
from support.tickets.records import Ticket, TicketTag, alone_with_all
from support.tickets.searching import NOT_RESOLVED

OTHER_ACCOUNT = N_("別のアカウントのため")
LINKED_ALREADY = N_("すでに紐づいているため")
RESOLVED = N_("解決済みのため")
MERGED = N_("ほかのチケットにまとめられているため")
BY_RULE = "rule"
OVERLAP = 100
"""Messages the rule looks at again: numbers may be committed in another order than given."""
AT_ONCE = 500
ONE_LINE = timedelta(minutes=10)
"""What the rule links within this time is one line of the timeline."""


@dataclass
class Outcome:
    """Tickets that were linked, and those left alone by their reason."""

    done: list[int] = field(default_factory=list)
    left: dict[str, list[int]] = field(default_factory=dict)
    batch: str = ""


def link(
    session: Session, incident: Incident, ids: Collection[int], *, by: Agent | None, now: datetime
) -> Outcome:
    """By None: the incident's own rule, which keeps off what a person took off."""
    alone_with_all(session, ids)
    outcome = Outcome(batch=uuid4().hex[:16] if by else BY_RULE)
    linked = held_among(session, ids)
    refused = taken_off(session, incident, ids) if by is None else set()
    former = _let_go(session, incident, ids)
    until = incident.next_update_at
    until = until if until is not None and until > now else None
    theirs = select(Ticket).where(Ticket.id.in_(ids)).options(joinedload(Ticket.conversation))
    for ticket in session.scalars(theirs.order_by(Ticket.id)).all():
        why = _why_not(ticket, incident, linked, by_rule=by is None)
        if why is not None or ticket.id in refused:
            outcome.left.setdefault(why or LINKED_ALREADY, []).append(ticket.id)
            continue
        covering.cover(session, ticket, incident_id=incident.id, until=until, by=by, at=now)
        row = former.get(ticket.id) or IncidentTicket(incident_id=incident.id, ticket_id=ticket.id)
        row.batch, row.told_until_at, row.let_go_at = outcome.batch, until, None
        row.linked_at, row.linked_by_id = now, by.id if by else None
        session.add(row)
        outcome.done.append(ticket.id)
    if outcome.done:
        _say_linked(session, incident, outcome, by, now)
    session.flush()
    return outcome


def unlink(
    session: Session, incident: Incident, ids: Collection[int], *, by: Agent, now: datetime
) -> list[int]:
    """Which were linked, and are no more."""
    return take_off(session, incident, IncidentTicket.ticket_id.in_(ids), by, now)


def undo(
    session: Session, incident: Incident, batch: str, *, by: Agent, now: datetime
) -> list[int]:
    """What was linked by one act, as far as it is linked still."""
    return take_off(session, incident, IncidentTicket.batch == batch, by, now)


def take_up_new(session: Session, now: datetime, among: Collection[int] | None = None) -> list[int]:
    """Links what came in and fits, for every open incident that wants it; which tickets changed.

    `among`: tickets somebody just wrote to; without them all that came since the last look.
    May be called at any time and as often as one likes.
    """
    wanted = select(Incident).where(IS_OPEN, Incident.links_new).order_by(Incident.id)
    changed: list[int] = []
    for incident in session.scalars(wanted.with_for_update(skip_locked=True, key_share=True)).all():
        rule = rule_of(incident)
        found = _wrote(session, incident, rule, among) | tagged(session, incident, among)
        fresh = found - held_among(session, found) - taken_off(session, incident, found)
        if fresh:
            changed += link(session, incident, fresh, by=None, now=now).done
    return changed


def rule_of(incident: Incident) -> Rule:
    return Rule(tuple(incident.words), tuple(incident.tags))


def _why_not(ticket: Ticket, incident: Incident, linked: set[int], *, by_rule: bool) -> str | None:
    if ticket.conversation.account_id != incident.account_id:
        return OTHER_ACCOUNT
    if ticket.id in linked:
        return LINKED_ALREADY
    if ticket.merged_into_id is not None:
        return MERGED
    return RESOLVED if by_rule and ticket.state == "resolved" else None


def _wrote(
    session: Session, incident: Incident, rule: Rule, among: Collection[int] | None
) -> set[int]:
    """Tickets whose customers wrote since it began what the rule is about."""
    said = (
        select(Message.id, Message.ticket_id, Message.text)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(
            Conversation.account_id == incident.account_id,
            Message.by_us.is_(False),
            Message.emptied_at.is_(None),
            Message.posted_at >= incident.begun_at,
        )
    )
    if among is not None:
        rows = session.execute(said.where(Message.ticket_id.in_(among))).all()
        return {row.ticket_id for row in rows if rule.says(row.text)}
    top = newest_message(session)
    if top <= incident.looked_id:
        return set()
    new = said.where(
        Message.id > incident.looked_id - OVERLAP,
        Message.received_at >= (incident.rule_at or incident.opened_at),
    )
    rows = session.execute(new.order_by(Message.id).limit(AT_ONCE)).all()
    incident.looked_id = rows[-1].id if len(rows) == AT_ONCE else top
    return {row.ticket_id for row in rows if rule.says(row.text)}


def tagged(session: Session, incident: Incident, among: Collection[int] | None = None) -> set[int]:
    """Unresolved tickets with one of its tags, whose customers wrote since it began."""
    if not incident.tags:
        return set()
    theirs = (
        select(Ticket.id)
        .join(TicketTag, TicketTag.ticket_id == Ticket.id)
        .join(Conversation, Conversation.id == Ticket.conversation_id)
        .where(
            TicketTag.name.in_(incident.tags),
            NOT_RESOLVED,
            Ticket.last_message_at >= incident.begun_at,
            Conversation.account_id == incident.account_id,
            ~exists().where(
                IncidentTicket.ticket_id == Ticket.id,
                or_(
                    IS_HELD,
                    and_(
                        IncidentTicket.incident_id == incident.id,
                        IncidentTicket.unlinked_at.is_not(None),
                    ),
                ),
            ),
        )
        .limit(AT_ONCE)
    )
    if among is not None:
        theirs = theirs.where(Ticket.id.in_(among))
    return set(session.scalars(theirs))


def held_among(session: Session, ids: Iterable[int]) -> set[int]:
    """Those that can be linked to no other incident as they stand."""
    theirs = select(IncidentTicket.ticket_id).where(IncidentTicket.ticket_id.in_(set(ids)), IS_HELD)
    return set(session.scalars(theirs))


def _let_go(session: Session, incident: Incident, ids: Iterable[int]) -> dict[int, IncidentTicket]:
    """What it let go of when it was closed, and did not get back: one row a ticket stays one."""
    theirs = select(IncidentTicket).where(
        IncidentTicket.incident_id == incident.id,
        IncidentTicket.ticket_id.in_(set(ids)),
        IncidentTicket.let_go_at.is_not(None),
        IS_LINKED,
    )
    return {row.ticket_id: row for row in session.scalars(theirs)}


def taken_off(session: Session, incident: Incident, ids: Iterable[int]) -> set[int]:
    """What a person took off this incident."""
    theirs = select(IncidentTicket.ticket_id).where(
        IncidentTicket.ticket_id.in_(set(ids)),
        IncidentTicket.incident_id == incident.id,
        IncidentTicket.unlinked_at.is_not(None),
    )
    return set(session.scalars(theirs))


def take_off(
    session: Session,
    incident: Incident,
    which: ColumnElement[bool],
    by: Agent,
    now: datetime,
    *,
    says: bool = True,
) -> list[int]:
    """`says`: in the timeline; else it stands there already."""
    theirs = and_(
        IncidentTicket.incident_id == incident.id, IncidentTicket.unlinked_at.is_(None), which
    )
    ids = sorted(session.scalars(select(IncidentTicket.ticket_id).where(theirs)))
    alone_with_all(session, ids)
    rows: Sequence[IncidentTicket] = session.scalars(
        select(IncidentTicket)
        .where(theirs, IncidentTicket.ticket_id.in_(ids))
        .order_by(IncidentTicket.ticket_id)
        .options(joinedload(IncidentTicket.ticket))
        .execution_options(populate_existing=True)
    ).all()
    for row in rows:
        row.unlinked_at, row.unlinked_by_id = now, by.id
        covering.uncover(session, row.ticket, incident_id=incident.id, by=by, at=now)
        retelling.rebuild(session, row.ticket)
        _weigh_again(session, row.ticket, incident)
    if rows and says:
        numbers = [row.ticket_id for row in rows]
        note_event(session, incident, "unlinked", by, now, number=len(rows), tickets=numbers[:50])
    session.flush()
    return [row.ticket_id for row in rows]


def _weigh_again(session: Session, ticket: Ticket, incident: Incident) -> None:
    """Another incident holds it since: what that one changed is worked out without this one."""
    later = covering.following(session, ticket, incident.id)
    if not later:
        return
    was = [covering.forget(event) for event in later]
    retelling.rebuild(session, ticket)
    for event, before in zip(later, was, strict=True):
        if not covering.weigh_again(session, ticket, event, before):
            held = update(IncidentTicket).where(
                IncidentTicket.incident_id == event.data["incident"],
                IncidentTicket.ticket_id == ticket.id,
                IS_HELD,
            )
            session.execute(held.values(told_until_at=None))
        retelling.rebuild(session, ticket)


def _say_linked(
    session: Session, incident: Incident, outcome: Outcome, by: Agent | None, now: datetime
) -> None:
    number = len(outcome.done)
    if by is None:
        newest_event = (
            select(IncidentEvent)
            .where(IncidentEvent.incident_id == incident.id)
            .order_by(IncidentEvent.id.desc())
            .limit(1)
        )
        last = session.scalars(newest_event).first()
        if last is not None and last.kind == "rule_linked" and now - last.at < ONE_LINE:
            last.data = {**last.data, "number": last.data["number"] + number}
            return
        note_event(session, incident, "rule_linked", None, now, number=number)
        return
    tickets = outcome.done[:50]
    note_event(
        session, incident, "linked", by, now, number=number, batch=outcome.batch, tickets=tickets
    )
