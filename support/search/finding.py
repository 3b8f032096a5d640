"""Finds what a query asks for: the newest first, in the same few questions at any size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Integer,
    cast,
    literal,
    null,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import Session, contains_eager, joinedload, load_only

from support.agents.records import Agent
from support.conversations import contact
from support.conversations.records import Conversation, Customer, CustomerNumber, Message
from support.replies.records import Reply
from support.search.folding import fold
from support.search.query import Query
from support.search.records import Kind
from support.search.selecting import Wanted, newest
from support.tickets.records import Note, Ticket

PAGE = 30
MOST_SENDERS = 20
MOST_CUSTOMERS = 5
MOST_LOOKED_AT = 200
"""Who may be meant by a piece of a name."""


@dataclass(frozen=True)
class Hit:
    """One thing found, with its own words."""

    kind: Kind
    ref_id: int
    ticket_id: int | None
    text: str
    at: datetime
    by_us: bool
    agent_id: int | None
    channel: str


@dataclass(frozen=True)
class Found:
    """A page of hits by ticket, newest first; `next`: where the next begins."""

    hits: dict[int, list[Hit]]
    tickets: dict[int, Ticket]
    next: int | None


def senders(session: Session, query: Query) -> dict[str, list[Customer]]:
    """Whom each `from:` means: the handle, or whoever has this piece in handle or name."""
    found: dict[str, list[Customer]] = {}
    for sender in query.senders:
        asked = Query(terms=[sender])
        entries = newest(session, Wanted(asked), Kind.CUSTOMER, most=MOST_LOOKED_AT)
        theirs = select(Customer).where(Customer.id.in_([row.ref_id for row in entries]))
        people = [one for one in session.scalars(theirs) if _is_meant(one, sender)]
        found[sender] = people[:MOST_SENDERS]
    return found


def _is_meant(customer: Customer, sender: str) -> bool:
    if sender.startswith("@"):
        return fold(customer.username) == sender[1:]
    return sender in fold(customer.username) or sender in fold(customer.name)


def customers(session: Session, query: Query) -> list[Customer]:
    """People whose handle, name or memo holds all the words, those seen first last."""
    asked = Wanted(Query(query.terms, query.without))
    ids = _numbered(session, query.terms)
    ids += [row.ref_id for row in newest(session, asked, Kind.CUSTOMER, most=MOST_CUSTOMERS)]
    ids = list(dict.fromkeys(ids))
    people = {
        customer.id: customer
        for customer in session.scalars(select(Customer).where(Customer.id.in_(ids)))
    }
    return [people[number] for number in ids if number in people]


def _numbered(session: Session, terms: Sequence[str]) -> list[int]:
    """Whom one of the words is the customer number of: the whole number, however it is typed.

    The index knows none of them: what is taken off or purged is nowhere else.
    """
    typed = {contact.folded_number(term) for term in [*terms, "".join(terms)]}
    asked = [number for number in typed if contact.is_number(number)]
    if not asked:
        return []
    theirs = select(CustomerNumber.customer_id).where(
        CustomerNumber.folded.in_(asked), CustomerNumber.removed_at.is_(None)
    )
    return list(session.scalars(theirs.order_by(CustomerNumber.id).limit(MOST_CUSTOMERS)))


def find(session: Session, asked: Wanted, *, after: int | None = None, limit: int = PAGE) -> Found:
    """A page of what was said and noted."""
    rows = newest(session, asked, after=after, most=limit + 1)
    shown = rows[:limit]
    hits = _originals(session, shown)
    ids = [row.ticket_id for row in shown if (Kind(row.kind), row.ref_id) in hits]
    by_ticket: dict[int, list[Hit]] = {number: [] for number in ids}
    for row in shown:
        hit = hits.get((Kind(row.kind), row.ref_id))
        if hit is not None:
            by_ticket[row.ticket_id].append(hit)
    return Found(by_ticket, _tickets(session, ids), shown[-1].id if len(rows) > limit else None)


def _originals(session: Session, rows: Sequence[Any]) -> dict[tuple[Kind, int], Hit]:
    """The words of the hits as they are stored, in one question."""
    ids: dict[Kind, list[int]] = {kind: [] for kind in Kind}
    tickets: dict[tuple[Kind, int], int | None] = {}
    for row in rows:
        ids[Kind(row.kind)].append(row.ref_id)
        tickets[Kind(row.kind), row.ref_id] = row.ticket_id
    said = select(
        literal(Kind.MESSAGE.value).label("kind"),
        Message.id.label("id"),
        Message.text.label("text"),
        Message.posted_at.label("at"),
        Message.by_us.label("by_us"),
        cast(null(), Integer).label("agent_id"),
        Message.channel.label("channel"),
    ).where(Message.id.in_(ids[Kind.MESSAGE]))
    sent = (
        select(
            literal(Kind.REPLY.value),
            Reply.id,
            Reply.body,
            Reply.pressed_at,
            true(),
            Reply.agent_id,
            Conversation.channel,
        )
        .join(Conversation, Conversation.id == Reply.conversation_id)
        .where(Reply.id.in_(ids[Kind.REPLY]))
    )
    noted = select(
        literal(Kind.NOTE.value),
        Note.id,
        Note.text,
        Note.written_at,
        true(),
        Note.agent_id,
        literal(""),
    ).where(Note.id.in_(ids[Kind.NOTE]))
    found: dict[tuple[Kind, int], Hit] = {}
    for row in session.execute(union_all(said, sent, noted)):
        key = (Kind(row.kind), row.id)
        by_us = bool(row.by_us)
        found[key] = Hit(*key, tickets[key], row.text, row.at, by_us, row.agent_id, row.channel)
    return found


def _tickets(session: Session, ids: Sequence[int]) -> dict[int, Ticket]:
    chosen = (
        select(Ticket)
        .join(Ticket.conversation)
        .join(Conversation.customer)
        .where(Ticket.id.in_(set(ids)))
        .options(
            load_only(Ticket.state, Ticket.conversation_id, Ticket.assignee_id),
            contains_eager(Ticket.conversation)
            .contains_eager(Conversation.customer)
            .load_only(Customer.username, Customer.name, Customer.followers),
            joinedload(Ticket.assignee).load_only(Agent.family_name, Agent.given_name),
        )
    )
    return {ticket.id: ticket for ticket in session.scalars(chosen)}
