"""Emptying rows by the table of holdings, a handful at a time."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session

from support.privacy.finding import key_of, not_empty, table_of
from support.privacy.held import MARK, Holding

QUIETLY = {"synchronize_session": False}


def empty_some(
    session: Session,
    holding: Holding,
    condition: ColumnElement[bool],
    *,
    mark: str = "",
    most: int,
) -> int:
    """How many rows it emptied, or took away, of those that were not empty yet."""
    table = table_of(holding)
    key = key_of(table)
    if not holding.removed:
        condition = condition & not_empty(holding)
    ids = list(session.scalars(select(key).where(condition).order_by(key).limit(most)))
    if not ids:
        return 0
    if holding.removed:
        session.execute(delete(table).where(key.in_(ids)))
    else:
        session.execute(update(table).where(key.in_(ids)).values(_values(holding, mark)))
    return len(ids)


def _values(holding: Holding, mark: str) -> dict[str, Any]:
    return {name: mark if it is MARK else it for name, it in holding.words.items()}
