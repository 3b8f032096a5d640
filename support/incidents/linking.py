"""Which tickets belong to an incident: linked by hand, by search or by rule; and taken off again.

Linked, what is owed for a ticket's words becomes one update promise; taken off, the ticket is
worked out as if it had never been linked. What a person took off no rule links again.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session, joinedload

from support.agents.records import Agent
from support.conversations.records import Conversation, Message
from support.errors import N_
from support.inbox import retelling
from support.incidents.fits import Rule
from support.incidents.records import IS_OPEN, Incident, IncidentEvent, IncidentTicket
from support.incidents.running import newest_message, note_event
from support.search.folding import fold
from support.search.query import Query
from support.search.records import Kind
from support.search.selecting import Wanted, newest
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
MOST_ALIKE = 100
ONE_LINE = timedelta(minutes=10)
"""What the rule links within this time is one line of the timeline."""


@dataclass
class Outcome:
    """Tickets that were linked, and those left alone by their reason."""

    done: list[int] = field(default_factory=list)
    left: dict[str, list[int]] = field(default_factory=dict)
    batch: str = ""


@dataclass(frozen=True)
class Alike:
    """A ticket that may belong to the incident, and the words that say so."""

    ticket: Ticket
    text: str


def link(
    session: Session, incident: Incident, ids: Collection[int], *, by: Agent | None, now: datetime
) -> Outcome:
    """By None: the incident's own rule, which keeps off what a person took off."""
    alone_with_all(session, ids)
    outcome = Outcome(batch=uuid4().hex[:16] if by else BY_RULE)
    linked = _linked_among(session, ids)
    refused = _taken_off(session, incident, ids) if by is None else set()
    until = incident.next_update_at
    until = until if until is not None and until > now else None
    theirs = select(Ticket).where(Ticket.id.in_(ids)).options(joinedload(Ticket.conversation))
    for ticket in session.scalars(theirs.order_by(Ticket.id)).all():
        why = _why_not(ticket, incident, linked, by_rule=by is None)
        if why is not None or ticket.id in refused:
            outcome.left.setdefault(why or LINKED_ALREADY, []).append(ticket.id)
            continue
        covering.cover(session, ticket, incident_id=incident.id, until=until, by=by, at=now)
        session.add(
            IncidentTicket(
                incident_id=incident.id,
                ticket_id=ticket.id,
                batch=outcome.batch,
                linked_at=now,
                linked_by_id=by.id if by else None,
                told_until_at=until,
            )
        )
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


def alike(session: Session, incident: Incident, most: int = MOST_ALIKE) -> list[Alike]:
    """Unresolved tickets whose words or tags fit and that are not linked; the newest first."""
    texts = _said(session, incident)
    texts |= {number: "" for number in _tagged(session, incident) if number not in texts}
    if not texts:
        return []
    out = _linked_among(session, texts) | _taken_off(session, incident, texts)
    theirs = (
        select(Ticket)
        .where(Ticket.id.in_(set(texts) - out), NOT_RESOLVED, Ticket.merged_into_id.is_(None))
        .join(Ticket.conversation)
        .where(Conversation.account_id == incident.account_id)
        .options(joinedload(Ticket.conversation).joinedload(Conversation.customer))
        .order_by(Ticket.last_message_at.desc(), Ticket.id.desc())
        .limit(most)
    )
    return [Alike(it, texts[it.id] or it.subject) for it in session.scalars(theirs)]


def take_up_new(session: Session, now: datetime, among: Collection[int] | None = None) -> list[int]:
    """Links what came in and fits, for every open incident that wants it; which tickets changed.

    `among`: tickets somebody just wrote to; without them all that came since the last look.
    May be called at any time and as often as one likes.
    """
    wanted = select(Incident).where(IS_OPEN, Incident.links_new).order_by(Incident.id)
    changed: list[int] = []
    for incident in session.scalars(wanted.with_for_update(skip_locked=True)).all():
        rule = rule_of(incident)
        found = _wrote(session, incident, rule, among) | _tagged(session, incident, among)
        fresh = found - _linked_among(session, found) - _taken_off(session, incident, found)
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


def _tagged(session: Session, incident: Incident, among: Collection[int] | None = None) -> set[int]:
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
                    IncidentTicket.unlinked_at.is_(None),
                    IncidentTicket.incident_id == incident.id,
                ),
            ),
        )
        .limit(AT_ONCE)
    )
    if among is not None:
        theirs = theirs.where(Ticket.id.in_(among))
    return set(session.scalars(theirs))


def _said(session: Session, incident: Incident) -> dict[int, str]:
    """Tickets by what a customer said in them since it began, as the search index finds it."""
    places: set[int] = set()
    for word in incident.words:
        asked = Query(terms=fold(word).split(), since=incident.begun_at)
        wanted = Wanted(asked, account_ids=(incident.account_id,))
        rows = newest(session, wanted, Kind.MESSAGE, most=AT_ONCE)
        places |= {row.ref_id for row in rows}
    rule = rule_of(incident)
    words = select(Message.ticket_id, Message.text).where(
        Message.id.in_(places), Message.by_us.is_(False), Message.emptied_at.is_(None)
    )
    found = session.execute(words.order_by(Message.posted_at)).all()
    return {row.ticket_id: row.text for row in found if rule.says(row.text)}


def _linked_among(session: Session, ids: Iterable[int]) -> set[int]:
    theirs = select(IncidentTicket.ticket_id).where(
        IncidentTicket.ticket_id.in_(set(ids)), IncidentTicket.unlinked_at.is_(None)
    )
    return set(session.scalars(theirs))


def _taken_off(session: Session, incident: Incident, ids: Iterable[int]) -> set[int]:
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
    if rows and says:
        numbers = [row.ticket_id for row in rows]
        note_event(session, incident, "unlinked", by, now, number=len(rows), tickets=numbers[:50])
    session.flush()
    return [row.ticket_id for row in rows]


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
