"""Fills the index with what was there before it, a handful at a time, and tells whether it is true.

Filling goes on where it was left, beside people who work: what they store is entered anyway.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session, joinedload, selectinload

from support.conversations.records import Customer, Message
from support.replies.records import Reply
from support.search import indexing
from support.search.grams import codes
from support.search.indexing import Entry
from support.search.records import Kind, SearchEntry, SearchFilling
from support.tickets.records import Note, Ticket

AT_ONCE = 1_000
"""Originals of one transaction."""


def begin(session: Session, now: datetime) -> None:
    """Forgets the index; everything there is is to be entered anew."""
    indexing.clear(session)
    for kind, original in _ORIGINALS.items():
        newest = session.scalar(select(func.max(original.id)))
        session.merge(SearchFilling(kind=kind.value, up_to=newest or 0, began_at=now))
    session.flush()


def is_unfinished(session: Session) -> bool:
    waiting = select(SearchFilling.kind).where(SearchFilling.up_to > 0).limit(1)
    return session.scalar(waiting) is not None


def fill_some(session: Session, most: int = AT_ONCE) -> int:
    """Enters the newest originals that are still missing; how many it looked at, 0 at the end.

    Two at once do each other no harm: the second waits, and finds the place moved on.
    """
    waiting = select(SearchFilling).where(SearchFilling.up_to > 0).order_by(SearchFilling.kind)
    place = session.scalars(waiting.limit(1).with_for_update()).one_or_none()
    if place is None:
        return 0
    kind = Kind(place.kind)
    found = _some(session, kind, place.up_to, most)
    indexing.write(session, [entry for _, entry in found])
    place.up_to = found[-1][0] - 1 if len(found) == most else 0
    session.flush()
    return max(1, len(found))


def left(session: Session) -> int:
    """About how many originals are still to be entered."""
    return int(session.scalar(select(func.sum(SearchFilling.up_to))) or 0)


def differences(session: Session) -> Iterator[tuple[str, int]]:
    """Originals whose entry is missing, stale or too much: kind and id, nothing where all is true.

    Rows are compared, and that what finds them on SQLite is as much as they are.
    """
    for kind in Kind:
        top = session.scalar(select(func.max(_ORIGINALS[kind].id))) or 0
        yield from _differences_of(session, kind, top)
        strays = select(SearchEntry.ref_id).where(
            SearchEntry.kind == kind.value, SearchEntry.ref_id > top
        )
        yield from ((kind.value, number) for number in session.scalars(strays))


def _differences_of(session: Session, kind: Kind, top: int) -> Iterator[tuple[str, int]]:
    while top > 0:
        found = _some(session, kind, top, AT_ONCE)
        bottom = found[-1][0] if len(found) == AT_ONCE else 1
        right = {number: indexing.row_of(entry) for number, entry in found}
        entries = select(SearchEntry).where(
            SearchEntry.kind == kind.value, SearchEntry.ref_id.between(bottom, top)
        )
        stored = {entry.ref_id: _columns(entry) for entry in session.scalars(entries)}
        wanted = {number: row for number, row in right.items() if row["words"]}
        for number in sorted(stored.keys() | wanted.keys()):
            if stored.get(number) != wanted.get(number) or not _is_found(session, wanted[number]):
                yield kind.value, number
        top = bottom - 1
        if top > 0:  # a long look keeps only one handful in hand
            session.expunge_all()


def _is_found(session: Session, row: Mapping[str, Any]) -> bool:
    """Whether everything it is to be found by leads to it."""
    grams = indexing.grams_of(dict(row))
    if session.get_bind().dialect.name == "postgresql":
        stored = session.scalar(select(SearchEntry.grams).where(SearchEntry.id == row["id"]))
        return stored == codes(grams)
    asked = " AND ".join(f'"{gram}"' for gram in sorted(grams))
    return session.scalar(_FOUND, {"asked": asked, "id": row["id"]}) is not None


def _columns(entry: SearchEntry) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in (*indexing.COLUMNS, "words")}


def _some(session: Session, kind: Kind, up_to: int, most: int) -> Sequence[tuple[int, Entry]]:
    """The newest originals up to that id, each with the entry it should have."""
    original = _ORIGINALS[kind]
    chosen = _CHOSEN[kind]().where(original.id <= up_to).order_by(original.id.desc()).limit(most)
    return [(row[0].id, _ENTRY[kind](*row)) for row in session.execute(chosen)]


_FOUND = text("SELECT 1 FROM search_grams WHERE search_grams MATCH :asked AND rowid = :id")
_ORIGINALS: dict[Kind, Any] = {
    Kind.MESSAGE: Message,
    Kind.REPLY: Reply,
    Kind.NOTE: Note,
    Kind.CUSTOMER: Customer,
}
_CHOSEN: dict[Kind, Callable[[], Any]] = {
    Kind.MESSAGE: lambda: select(Message).options(joinedload(Message.conversation)),
    Kind.REPLY: lambda: select(Reply).options(
        joinedload(Reply.conversation), selectinload(Reply.parts)
    ),
    Kind.NOTE: lambda: (
        select(Note, Ticket)
        .join(Ticket, Ticket.id == Note.ticket_id)
        .options(joinedload(Ticket.conversation))
    ),
    Kind.CUSTOMER: lambda: select(Customer),
}
_ENTRY: dict[Kind, Callable[..., Entry]] = {
    Kind.MESSAGE: indexing.of_message,
    Kind.REPLY: indexing.of_reply,
    Kind.NOTE: indexing.of_note,
    Kind.CUSTOMER: indexing.of_customer,
}
