"""Finds what a query asks for: the newest first, in the same few questions at any size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Integer,
    Select,
    and_,
    cast,
    column,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    table,
    true,
    union_all,
)
from sqlalchemy.orm import Session, contains_eager, joinedload, load_only

from support.agents.records import Agent
from support.conversations.records import Attachment, Conversation, Customer, Message
from support.replies.records import Reply, ReplyImage
from support.search.folding import fold
from support.search.grams import codes, wanted
from support.search.indexing import account_facet, from_facet
from support.search.query import Query
from support.search.records import GRAMS_TABLE, Kind, SearchEntry, first_id
from support.tickets.records import Note, Ticket, TicketTag
from support.tickets.states import State

PAGE = 30
MOST_SENDERS = 20
MOST_CUSTOMERS = 5
MOST_GRAMS = 40
"""More of a long phrase would only be asked for again: its words are compared anyway."""

_GRAMS = table(GRAMS_TABLE, column("rowid"), column(GRAMS_TABLE))


@dataclass(frozen=True)
class Wanted:
    """A query whose names were looked up: of people, accounts and colleagues only ids are left."""

    query: Query
    sender_ids: tuple[int, ...] | None = None
    """None: anybody."""
    account_ids: tuple[int, ...] | None = None
    assignee_ids: tuple[int, ...] = ()


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
        entries = _entries(session, Wanted(asked), Kind.CUSTOMER)
        theirs = select(Customer).where(
            Customer.id.in_(entries.with_only_columns(SearchEntry.ref_id).limit(200))
        )
        people = [one for one in session.scalars(theirs) if _is_meant(one, sender)]
        found[sender] = people[:MOST_SENDERS]
    return found


def _is_meant(customer: Customer, sender: str) -> bool:
    if sender.startswith("@"):
        return fold(customer.username) == sender[1:]
    return sender in fold(customer.username) or sender in fold(customer.name)


def customers(session: Session, query: Query) -> list[Customer]:
    """People whose handle, name or memo holds all the words, those seen first last."""
    chosen = _entries(session, Wanted(Query(query.terms, query.without)), Kind.CUSTOMER)
    entries = chosen.with_only_columns(SearchEntry.id, SearchEntry.ref_id).limit(MOST_CUSTOMERS)
    newest = entries.subquery()
    people = select(Customer).join(newest, newest.c.ref_id == Customer.id)
    return list(session.scalars(people.order_by(newest.c.id.desc())))


def find(session: Session, asked: Wanted, *, after: int | None = None, limit: int = PAGE) -> Found:
    """A page of what was said and noted."""
    chosen = _entries(session, asked, after=after)
    columns = (SearchEntry.id, SearchEntry.kind, SearchEntry.ref_id, SearchEntry.ticket_id)
    rows = session.execute(chosen.with_only_columns(*columns).limit(limit + 1)).all()
    shown = rows[:limit]
    hits = _originals(session, shown)
    ids = [row.ticket_id for row in shown if (Kind(row.kind), row.ref_id) in hits]
    by_ticket: dict[int, list[Hit]] = {number: [] for number in ids}
    for row in shown:
        hit = hits.get((Kind(row.kind), row.ref_id))
        if hit is not None:
            by_ticket[row.ticket_id].append(hit)
    return Found(by_ticket, _tickets(session, ids), shown[-1].id if len(rows) > limit else None)


def _entries(
    session: Session, asked: Wanted, only: Kind | None = None, *, after: int | None = None
) -> Select[Any]:
    """What is asked for, newest first: the index narrows, the columns decide."""
    conditions = [*_words(session, asked.query), *_place(asked, only), *_ticket(asked)]
    every, any_of = _grams(asked, only)
    number: ColumnElement[int] = SearchEntry.id.expression
    chosen = select(SearchEntry)
    if not every and not any_of:
        pass
    elif session.get_bind().dialect.name == "postgresql":
        conditions += [_array(every, "@>"), *(_array(some, "&&") for some in any_of)]
    else:
        number = _GRAMS.c.rowid
        conditions.append(_GRAMS.c[GRAMS_TABLE].op("MATCH")(_match(every, any_of)))
        chosen = chosen.select_from(_GRAMS).join(SearchEntry, SearchEntry.id == number)
    conditions += _times(asked.query, number, after)
    return chosen.where(*conditions).order_by(number.desc())


def _times(
    query: Query, number: ColumnElement[int], after: int | None
) -> list[ColumnElement[bool]]:
    """Entries are numbered by time: from where to where the index is read at all."""
    bounds = [number < after] if after is not None else []
    if query.since is not None:
        bounds.append(number >= first_id(query.since))
    if query.until is not None:
        bounds.append(number < first_id(query.until))
    return bounds


def _array(grams: Sequence[str], operator: str) -> ColumnElement[bool]:
    if not grams:
        return true()
    return SearchEntry.grams.op(operator)(literal(codes(grams), ARRAY(Integer)))


def _match(every: Sequence[str], any_of: Sequence[Sequence[str]]) -> str:
    """In the language of FTS5; a gram holds no sign that it could read."""
    parts = [f'"{gram}"' for gram in every]
    parts += ["(" + " OR ".join(f'"{gram}"' for gram in some) + ")" for some in any_of]
    return " AND ".join(parts)


def _grams(asked: Wanted, only: Kind | None) -> tuple[list[str], list[list[str]]]:
    """What every entry found is indexed under, and groups of which it is under one."""
    query = asked.query
    every = {gram for term in query.terms for gram in wanted(term)}
    chosen = sorted(every, key=lambda gram: (-len(gram), gram))[:MOST_GRAMS]
    place = only.value if only else query.place
    if place:
        chosen.append(f"in{place}")
    if query.from_us:
        chosen.append("fromus")
    any_of = []
    if asked.sender_ids is not None:
        any_of.append([from_facet(number) for number in asked.sender_ids] or ["from0"])
    if asked.account_ids is not None:
        any_of.append([account_facet(number) for number in asked.account_ids] or ["account0"])
    return chosen, any_of


def _words(session: Session, query: Query) -> list[ColumnElement[bool]]:
    place = func.strpos if session.get_bind().dialect.name == "postgresql" else func.instr
    found = [place(SearchEntry.words, term) > 0 for term in query.terms]
    return [*found, *(place(SearchEntry.words, term) == 0 for term in query.without)]


def _place(asked: Wanted, only: Kind | None) -> list[ColumnElement[bool]]:
    """By whom, where and when."""
    query, there = asked.query, list[ColumnElement[bool]]()
    spoken = SearchEntry.kind.in_((Kind.MESSAGE.value, Kind.REPLY.value))
    if only is Kind.CUSTOMER or query.place == "customer":
        there.append(SearchEntry.kind == Kind.CUSTOMER.value)
    elif query.place == "note":
        there.append(SearchEntry.kind == Kind.NOTE.value)
    elif query.place:
        there.append(and_(SearchEntry.channel == query.place, spoken))
    else:
        there.append(SearchEntry.kind != Kind.CUSTOMER.value)
    if query.from_us:
        there.append(and_(SearchEntry.by_us.is_(True), spoken))
    if asked.sender_ids is not None:
        there += [SearchEntry.customer_id.in_(asked.sender_ids), SearchEntry.by_us.is_(False)]
    if asked.account_ids is not None:
        there.append(SearchEntry.account_id.in_(asked.account_ids))
    return there


def _ticket(asked: Wanted) -> list[ColumnElement[bool]]:
    """What the ticket is like; looked at row by row, newest first, until a page is full."""
    query, about = asked.query, list[ColumnElement[bool]]()
    if query.state == "open":
        about.append(Ticket.state != State.RESOLVED.value)
    elif query.state:
        about.append(Ticket.state == query.state)
    if query.assigned == "none":
        about.append(Ticket.assignee_id.is_(None))
    elif query.assigned is not None:
        about.append(Ticket.assignee_id.in_(asked.assignee_ids))
    about += [Ticket.tags.any(TicketTag.name == name) for name in query.tags]
    about += [~Ticket.tags.any(TicketTag.name == name) for name in query.without_tags]
    there: list[ColumnElement[bool]] = (
        [exists().where(Ticket.id == SearchEntry.ticket_id, *about)] if about else []
    )
    return [*there, _has_media()] if query.media else there


def _has_media() -> ColumnElement[bool]:
    theirs = exists().where(Attachment.message_id == SearchEntry.ref_id)
    ours = exists().where(ReplyImage.reply_id == SearchEntry.ref_id)
    return or_(
        and_(SearchEntry.kind == Kind.MESSAGE.value, theirs),
        and_(SearchEntry.kind == Kind.REPLY.value, ours),
    )


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
