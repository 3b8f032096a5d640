"""Finding tickets an incident may be the cause of, to be looked at before they are linked.

Its words are asked of the whole search index: nothing of this stands on a page unasked.
"""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from support.conversations.records import Conversation, Message
from support.incidents.linking import AT_ONCE, held_among, rule_of, tagged, taken_off
from support.incidents.records import Incident
from support.search.folding import fold
from support.search.query import Query
from support.search.records import Kind
from support.search.selecting import Wanted, newest
from support.tickets.records import Ticket
from support.tickets.searching import NOT_RESOLVED

MOST_ALIKE = 100


@dataclass(frozen=True)
class Alike:
    """A ticket that may belong to the incident, and the words that say so."""

    ticket: Ticket
    text: str


def alike(session: Session, incident: Incident, most: int = MOST_ALIKE) -> list[Alike]:
    """Unresolved tickets whose words or tags fit and that are not linked; the newest first."""
    texts = _said(session, incident)
    texts |= {number: "" for number in tagged(session, incident) if number not in texts}
    if not texts:
        return []
    out = held_among(session, texts) | taken_off(session, incident, texts)
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
