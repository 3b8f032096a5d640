"""Which entries are asked for: the index narrows, the columns decide, the newest come first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Integer,
    Select,
    Subquery,
    and_,
    column,
    exists,
    func,
    literal,
    or_,
    select,
    table,
    true,
)
from sqlalchemy.orm import Session
from sqlalchemy.sql.util import ClauseAdapter

from support.conversations.records import Attachment
from support.replies.records import ReplyImage
from support.search.grams import codes, wanted
from support.search.indexing import account_facet, from_facet
from support.search.query import Query
from support.search.records import GRAMS_TABLE, Kind, SearchEntry, first_id
from support.tickets.records import Ticket, TicketTag
from support.tickets.states import State

MOST_GRAMS = 40
"""More of a long phrase would only be asked for again: its words are compared anyway."""

WINDOW = 2_000
"""Newest entries PostgreSQL looks through before it asks its index."""
COLUMNS = (SearchEntry.id, SearchEntry.kind, SearchEntry.ref_id, SearchEntry.ticket_id)
NUMBER: ColumnElement[int] = SearchEntry.__table__.c.id

_GRAMS = table(GRAMS_TABLE, column("rowid"), column(GRAMS_TABLE))


@dataclass(frozen=True)
class Wanted:
    """A query whose names were looked up: of people, accounts and colleagues only ids are left."""

    query: Query
    sender_ids: tuple[int, ...] | None = None
    """None: anybody."""
    account_ids: tuple[int, ...] | None = None
    assignee_ids: tuple[int, ...] = ()


def newest(
    session: Session,
    asked: Wanted,
    only: Kind | None = None,
    *,
    after: int | None = None,
    most: int,
) -> Sequence[Any]:
    """The newest entries that are asked for.

    PostgreSQL reads all an index finds before it sorts: what is common is looked for among the
    newest entries first, and only what is not there by the index.
    """
    if session.get_bind().dialect.name != "postgresql":
        return session.execute(_by_fts(asked, only, after).limit(most)).all()
    every, any_of = _grams(asked, only)
    conditions = _conditions(asked, only, func.strpos)
    if not every and not any_of:
        walk = select(*COLUMNS).where(*conditions, *_times(asked.query, NUMBER, after))
        return session.execute(walk.order_by(NUMBER.desc()).limit(most)).all()
    conditions += [_array(every, "@>"), *(_array(some, "&&") for some in any_of)]
    times = _times(asked.query, NUMBER, after)
    within = (
        select(*(getattr(SearchEntry, column.key) for column in SearchEntry.__table__.c))
        .where(*times)
        .order_by(NUMBER.desc())
        .limit(WINDOW)
        .subquery()
    )
    nearest = select(*(within.c[column.key] for column in COLUMNS))
    nearest = nearest.where(*(_moved(one, within) for one in conditions))
    found = session.execute(nearest.order_by(within.c.id.desc()).limit(most)).all()
    if len(found) == most:
        return found
    indexed = select(*COLUMNS).where(*conditions, *times)
    return session.execute(indexed.order_by((NUMBER + 0).desc()).limit(most)).all()


def _moved(condition: ColumnElement[bool], within: Subquery) -> ColumnElement[bool]:
    """The same, of rows of a part of the table."""
    return ClauseAdapter(within).traverse(condition)


def _by_fts(asked: Wanted, only: Kind | None, after: int | None) -> Select[Any]:
    """For SQLite, which walks its index from the newest on and stops when it has enough."""
    every, any_of = _grams(asked, only)
    conditions = _conditions(asked, only, func.instr)
    number = NUMBER
    chosen: Select[Any] = select(*COLUMNS)  # type: ignore[assignment]
    if every or any_of:
        number = _GRAMS.c.rowid
        conditions.append(_GRAMS.c[GRAMS_TABLE].op("MATCH")(_match(every, any_of)))
        chosen = chosen.select_from(_GRAMS).join(SearchEntry, SearchEntry.id == number)
    conditions += _times(asked.query, number, after)
    return chosen.where(*conditions).order_by(number.desc())


def _conditions(asked: Wanted, only: Kind | None, place: Any) -> list[ColumnElement[bool]]:
    """What the rows must be like, wherever they come from: an index only narrows."""
    return [*_words(asked.query, place), *_place(asked, only), *_ticket(asked)]


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


def _words(query: Query, place: Any) -> list[ColumnElement[bool]]:
    # "Not 0" and never "more than 0": PostgreSQL takes the first to be true of nearly all rows,
    # which after the grams it is, and the second of a third.
    found = [place(SearchEntry.words, term) != 0 for term in query.terms]
    return [*found, *(place(SearchEntry.words, term) <= 0 for term in query.without)]


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
