"""Everything that is handed out about a customer, in one file.

Docs/adr/0027 says what is in it: what they said and what was said to them, what was noted about
them, and what follows from it; colleagues only by the name a reply was signed with.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import IO, Any

from sqlalchemy import Column, select
from sqlalchemy.orm import Session

from support.conversations.records import Customer
from support.inbox.records import Delivery, IntakeRefusal
from support.privacy.finding import Person, belongs, person_of, roots_of, table_of
from support.privacy.held import SPECIAL, Holding
from support.privacy.holdings import HOLDINGS
from support.privacy.mentions import names
from support.replies.records import Reply, ReplyImage
from support.tickets.records import Ticket

Rows = list[dict[str, Any]]
INTERNAL = frozenset({"notes"})
"""Words among colleagues; they are marked, and may be left out."""
ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/gif": "gif", "image/webp": "webp"}
FORMAT = "madoguchi-customer-1"


def gather(session: Session, customer: Customer, *, notes: bool = True) -> dict[str, Rows]:
    """By table, in the order of the holdings; tables with nothing of theirs are left out."""
    person = person_of(customer)
    found: dict[str, Rows] = {}
    for holding in HOLDINGS.values():
        if not holding.exported or (holding.table in INTERNAL and not notes):
            continue
        if rows := list(_rows(session, holding, person)):
            found[holding.table] = rows
    return found


def write(
    session: Session,
    customer: Customer,
    into: IO[bytes],
    *,
    sheets: Mapping[str, Callable[[dict[str, Rows]], str]],
    notes: bool,
    now: datetime,
) -> dict[str, int]:
    """Writes the archive; how many rows of which table are in it. `sheets` draw the pages for
    people, by the name of their file."""
    found = gather(session, customer, notes=notes)
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, draw in sheets.items():
            archive.writestr(name, draw(found))
        told = {"format": FORMAT, "made_at": now.isoformat(), "tables": found}
        archive.writestr("data.json", json.dumps(told, ensure_ascii=False, indent=1))
        for name, data in _pictures(session, customer):
            archive.writestr(name, data)
    return {name: len(rows) for name, rows in found.items()}


def _rows(session: Session, holding: Holding, person: Person) -> Iterator[dict[str, Any]]:
    table = table_of(holding)
    shown = [column for column in table.columns if _is_shown(column, holding)]
    if holding.parent == SPECIAL and holding.table != "search_entries":
        yield from _raw(session, holding.table, person)
        return
    condition = belongs(holding, roots_of(person), person)
    order = list(table.primary_key.columns)
    for row in session.execute(select(*shown).where(condition).order_by(*order)).mappings():
        yield {name: _plain(value) for name, value in row.items()}


def _is_shown(column: Column[Any], holding: Holding) -> bool:
    """Who of the desk did what is ours, and so are the numbers an index is found by."""
    ours = any(key.column.table.name == "agents" for key in column.foreign_keys)
    derived = holding.table == "search_entries" and column.name == "grams"
    return not ours and not derived and column.name not in (holding.unshown or ())


def _raw(session: Session, table: str, person: Person) -> Iterator[dict[str, Any]]:
    """What X sent as it came, where it names them."""
    if table == "deliveries":
        pushed = select(Delivery).where(Delivery.body != b"").execution_options(yield_per=200)
        for it in session.scalars(pushed):
            if names(it.body, person.x_id):
                body = it.body.decode("utf-8", "replace")
                yield {"id": it.id, "received_at": _plain(it.received_at), "body": body}
        return
    refused = select(IntakeRefusal).where(IntakeRefusal.raw != "")
    for row in session.scalars(refused.execution_options(yield_per=200)):
        if names(row.raw, person.x_id):
            yield {"id": row.id, "refused_at": _plain(row.refused_at), "raw": row.raw}


def _pictures(session: Session, customer: Customer) -> Iterator[tuple[str, bytes]]:
    """Pictures kept here: those we sent them. Theirs lie on X; `attachments` has the addresses."""
    sent = (
        select(ReplyImage.id, ReplyImage.mime, ReplyImage.data)
        .join(Reply, Reply.id == ReplyImage.reply_id)
        .join(Ticket, Ticket.id == Reply.ticket_id)
        .join(Ticket.conversation)
        .where(Ticket.conversation.has(customer_id=customer.id))
    )
    for number, mime, data in session.execute(sent.order_by(ReplyImage.id)):
        yield f"files/sent-{number}.{ENDINGS.get(mime, 'bin')}", data


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return value
