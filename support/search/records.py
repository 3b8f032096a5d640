"""The index: one row a thing that can be found, and how far filling it has come."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    ARRAY,
    DDL,
    JSON,
    BigInteger,
    Index,
    Integer,
    String,
    UniqueConstraint,
    event,
)
from sqlalchemy.orm import Mapped, mapped_column

from support.db import Base, UtcDateTime

GRAMS_TABLE = "search_grams"
GRAMS_INDEX = "ix_search_entries_grams"
CREATE_GRAMS = (
    f"CREATE VIRTUAL TABLE {GRAMS_TABLE} USING fts5(grams, content='', detail=none, columnsize=0,"
    " tokenize='ascii')"
)
"""Which rows hold a gram, on SQLite; the words themselves stay in `search_entries`."""
DROP_GRAMS = f"DROP TABLE IF EXISTS {GRAMS_TABLE}"


class Kind(StrEnum):
    """What can be found."""

    MESSAGE = "message"
    REPLY = "reply"
    NOTE = "note"
    CUSTOMER = "customer"


class SearchEntry(Base):
    """What is found of one message, reply, note or customer.

    Derived: `indexing` writes it in the transaction that writes the original, and nobody else
    does. Its id follows from the time, so that the newest come first without sorting.
    """

    __tablename__ = "search_entries"
    __table_args__ = (
        UniqueConstraint("kind", "ref_id"),
        Index(GRAMS_INDEX, "grams", postgresql_using="gin").ddl_if(dialect="postgresql"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    """Seconds, then the number of the original; see `entry_id`."""
    kind: Mapped[str] = mapped_column(String(8))
    ref_id: Mapped[int]
    """The id of the original. No foreign key: it is found anew by `flask search check`."""
    ticket_id: Mapped[int | None]
    """None for a customer."""
    account_id: Mapped[int | None]
    customer_id: Mapped[int | None]
    channel: Mapped[str] = mapped_column(String(6))
    by_us: Mapped[bool]
    words: Mapped[str]
    """The text, folded."""
    grams: Mapped[list[int] | None] = mapped_column(
        JSON(none_as_null=True).with_variant(ARRAY(Integer), "postgresql"), deferred=True
    )
    """What it is found by, on PostgreSQL; SQLite keeps that in `search_grams`."""


class SearchFilling(Base):
    """Originals of one kind that are still to be entered: those up to `up_to`, newest first."""

    __tablename__ = "search_fillings"

    kind: Mapped[str] = mapped_column(String(8), primary_key=True)
    up_to: Mapped[int]
    """0: all are entered."""
    began_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


_CREATE, _DROP = DDL(CREATE_GRAMS), DDL(DROP_GRAMS)  # type: ignore[no-untyped-call]
event.listen(SearchEntry.__table__, "after_create", _CREATE.execute_if(dialect="sqlite"))
event.listen(SearchEntry.__table__, "before_drop", _DROP.execute_if(dialect="sqlite"))

_ORDER = tuple(Kind)
_KIND_BITS, _REF_BITS = 2, 29
_REFS = (1 << _REF_BITS) - 1


def entry_id(kind: Kind, ref_id: int, at: datetime) -> int:
    """Later is greater, and no two originals have the same."""
    return first_id(at) | (ref_id & _REFS) << _KIND_BITS | _ORDER.index(kind)


def first_id(at: datetime) -> int:
    """No entry of this second or later has a smaller id."""
    return max(0, int(at.timestamp())) << (_KIND_BITS + _REF_BITS)
