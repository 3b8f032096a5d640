"""The one writer of the index.

Whoever stores, changes or empties something that can be found calls it in the same transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Insert, delete, insert, select, text
from sqlalchemy.orm import Session

from support.search.folding import fold
from support.search.grams import codes, grams
from support.search.records import Kind, SearchEntry, entry_id

if TYPE_CHECKING:
    from support.conversations.records import Customer, Message
    from support.replies.records import Reply
    from support.tickets.records import Note, Ticket

Row = dict[str, Any]
COLUMNS = ("id", "kind", "ref_id", "ticket_id", "account_id", "customer_id", "channel", "by_us")


@dataclass(frozen=True)
class Entry:
    """What is to be found of an original; with no text there is nothing to find."""

    kind: Kind
    ref_id: int
    at: datetime
    text: str
    ticket_id: int | None = None
    account_id: int | None = None
    customer_id: int | None = None
    channel: str = ""
    by_us: bool = False


def enter_messages(session: Session, messages: Collection[Message], *, new: bool = False) -> None:
    """`new`: none of them can have an entry yet. Their ids must be known: flush before."""
    write(session, [of_message(message) for message in messages], new=new)


def enter_reply(session: Session, reply: Reply, *, new: bool = False) -> None:
    enter_replies(session, [reply], new=new)


def enter_replies(session: Session, replies: Collection[Reply], *, new: bool = False) -> None:
    write(session, [of_reply(reply) for reply in replies], new=new)


def enter_note(session: Session, note: Note, ticket: Ticket) -> None:
    write(session, [of_note(note, ticket)])


def enter_customers(session: Session, customers: Iterable[Customer], *, new: bool = False) -> None:
    write(session, [of_customer(customer) for customer in customers], new=new)


def of_message(message: Message) -> Entry:
    conversation = message.conversation
    gone = message.emptied_at is not None and not message.by_us
    return Entry(
        Kind.MESSAGE,
        message.id,
        message.posted_at,
        "" if gone or message.kind != "text" else message.text,
        message.ticket_id,
        conversation.account_id,
        None if message.by_us else message.author_id or conversation.customer_id,
        message.channel,
        message.by_us,
    )


def of_reply(reply: Reply) -> Entry:
    """The words the agent wrote, and what a person made of them on x.com."""
    conversation, body = reply.conversation, fold(reply.body)
    posted = (part.text.removesuffix(reply.signature).strip() for part in reply.parts)
    return Entry(
        Kind.REPLY,
        reply.id,
        reply.pressed_at,
        "\n".join([reply.body, *(words for words in posted if fold(words) not in body)]),
        reply.ticket_id,
        conversation.account_id,
        conversation.customer_id,
        conversation.channel,
        True,
    )


def of_note(note: Note, ticket: Ticket) -> Entry:
    conversation = ticket.conversation
    return Entry(
        Kind.NOTE,
        note.id,
        note.written_at,
        "" if note.deleted_at else note.text,
        ticket.id,
        conversation.account_id,
        conversation.customer_id,
        conversation.channel,
        True,
    )


def of_customer(customer: Customer) -> Entry:
    return Entry(
        Kind.CUSTOMER,
        customer.id,
        customer.first_seen_at,
        said_of(customer.username, customer.name, customer.memo),
        customer_id=customer.id,
    )


def said_of(username: str, name: str, memo: str) -> str:
    return f"@{username} {name}\n{memo}" if username else f"{name}\n{memo}"


def write(session: Session, entries: Collection[Entry], *, new: bool = False) -> None:
    """Puts these entries in the place of what the index has of the same originals."""
    if not new:
        _take_out(session, entries)
    rows = [row for entry in entries if (row := row_of(entry))["words"]]
    if not rows:
        return
    rows.sort(key=lambda row: int(row["id"]))  # the index of SQLite is written fastest in order
    if session.get_bind().dialect.name == "postgresql":
        for row in rows:
            row["grams"] = codes(grams_of(row))
        session.execute(_insertion(), rows)
    else:
        session.execute(_insertion(), rows)
        session.execute(_GRAMS_IN, [_grams_row(row) for row in rows])


def clear(session: Session) -> None:
    """An empty index."""
    if session.get_bind().dialect.name == "sqlite":
        session.execute(_NO_GRAMS)
    session.execute(delete(SearchEntry))


def row_of(entry: Entry) -> Row:
    """The columns of its row, but for the grams."""
    return {
        "id": entry_id(entry.kind, entry.ref_id, entry.at),
        "kind": entry.kind.value,
        "ref_id": entry.ref_id,
        "ticket_id": entry.ticket_id,
        "account_id": entry.account_id,
        "customer_id": entry.customer_id,
        "channel": entry.channel,
        "by_us": entry.by_us,
        "words": fold(entry.text),
    }


def grams_of(row: Row) -> set[str]:
    """Of the words, and of where and whose they are: that narrows a search as words do."""
    return grams(row["words"]) | facets(row)


def facets(row: Row) -> set[str]:
    kind, found = row["kind"], {f"in{row['kind']}"}
    if row["account_id"] is not None:
        found.add(account_facet(row["account_id"]))
    if kind in (Kind.MESSAGE, Kind.REPLY):
        found.add(f"in{row['channel']}")
        found.add("fromus" if row["by_us"] else from_facet(row["customer_id"]))
    return found


def account_facet(account_id: int) -> str:
    return f"account{account_id}"


def from_facet(customer_id: int) -> str:
    return f"from{customer_id}"


def _take_out(session: Session, entries: Collection[Entry]) -> None:
    by_kind: dict[Kind, list[int]] = {}
    for entry in entries:
        by_kind.setdefault(entry.kind, []).append(entry.ref_id)
    for kind, numbers in by_kind.items():
        theirs = (SearchEntry.kind == kind.value, SearchEntry.ref_id.in_(numbers))
        if session.get_bind().dialect.name == "sqlite":
            columns = [getattr(SearchEntry, name) for name in (*COLUMNS, "words")]
            found = session.execute(select(*columns).where(*theirs)).mappings().all()
            if found:  # such an index forgets a row only when told what it held
                session.execute(_GRAMS_OUT, [_grams_row(dict(row)) for row in found])
        session.execute(
            delete(SearchEntry).where(*theirs), execution_options={"synchronize_session": False}
        )


def _grams_row(row: Row) -> Row:
    return {"id": row["id"], "grams": " ".join(sorted(grams_of(row)))}


@cache
def _insertion() -> Insert:
    return insert(SearchEntry.__table__)  # type: ignore[arg-type]


_GRAMS_IN = text("INSERT INTO search_grams(rowid, grams) VALUES (:id, :grams)")
_GRAMS_OUT = text(
    "INSERT INTO search_grams(search_grams, rowid, grams) VALUES ('delete', :id, :grams)"
)
_NO_GRAMS = text("INSERT INTO search_grams(search_grams) VALUES ('delete-all')")
