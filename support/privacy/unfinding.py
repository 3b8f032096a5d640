"""Takes what was emptied out of the search index."""

from datetime import UTC, datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from support.search.indexing import Entry, write
from support.search.records import Kind, SearchEntry

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def take_out(session: Session, which: ColumnElement[bool], most: int) -> int:
    """Up to `most` entries; how many. The index writes nothing where there are no words."""
    found = session.execute(
        select(SearchEntry.kind, SearchEntry.ref_id)
        .where(which)
        .order_by(SearchEntry.id)
        .limit(most)
    ).all()
    entries = [Entry(Kind(kind), ref_id, EPOCH, "") for kind, ref_id in found]
    write(session, entries)
    return len(entries)
