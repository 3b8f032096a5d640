"""Which rows of a table are about a customer, or about some tickets; queries only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    LargeBinary,
    String,
    Table,
    and_,
    cast,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Session

from support.conversations.records import Customer
from support.db import Base
from support.privacy.held import BY_X_ID, MARK, SELF, SPECIAL, Holding
from support.privacy.holdings import HOLDINGS


@dataclass(frozen=True)
class Person:
    """A customer, as the tables know them."""

    customer_id: int
    x_id: str
    """Their id on X; empty once they are erased."""

    @property
    def mark(self) -> str:
        """What they are called once they are erased."""
        return f"erased-{self.customer_id}"


Roots = Mapping[str, ColumnElement[bool]]
"""By table, which of its rows to begin with."""


def person_of(customer: Customer) -> Person:
    person = Person(customer.id, customer.x_id)
    return replace(person, x_id="") if person.x_id == person.mark else person


def table_of(holding: Holding) -> Table:
    return Base.metadata.tables[holding.table]


def key_of(table: Table) -> ColumnElement[Any]:
    """The column its rows are told apart by, alone or with others."""
    return next(iter(table.primary_key.columns))


def roots_of(person: Person) -> Roots:
    tables = Base.metadata.tables
    return {
        "customers": tables["customers"].c.id == person.customer_id,
        "search_entries": tables["search_entries"].c.customer_id == person.customer_id,
    }


def belongs(holding: Holding, roots: Roots, person: Person | None = None) -> ColumnElement[bool]:
    """The condition on the holding's table; parents are followed up to the roots."""
    table = table_of(holding)
    if holding.table in roots:
        return roots[holding.table]
    if holding.parent == BY_X_ID:
        assert person is not None
        return _by_x_id(table.c[holding.column], person)
    if holding.parent in (SELF, SPECIAL, ""):
        raise LookupError(f"no rows of {holding.table} follow from another table")
    parent = HOLDINGS[holding.parent]
    theirs = select(table_of(parent).c.id).where(belongs(parent, roots, person))
    return table.c[holding.column].in_(theirs)


def _by_x_id(column: ColumnElement[Any], person: Person) -> ColumnElement[bool]:
    """Nobody's id is empty: what is known of nobody must not count as theirs."""
    found: ColumnElement[bool] = and_(column == person.x_id, column != "")
    return found


def not_empty(holding: Holding) -> ColumnElement[bool]:
    """Whether any of its words still stands there."""
    table = table_of(holding)
    said: ColumnElement[bool] = or_(
        *(_says(table.c[name], it) for name, it in holding.words.items())
    )
    return and_(said, table.c[holding.only_if].is_not(None)) if holding.only_if else said


def _says(column: ColumnElement[Any], empty: Any) -> ColumnElement[bool]:
    if empty is None or empty is MARK:  # by the mark they are found no more
        return column.is_not(None)
    if isinstance(column.type, JSON):
        return cast(column, String) != "{}"
    if isinstance(column.type, LargeBinary):
        filled: ColumnElement[bool] = func.length(column) > 0
        return filled
    differs: ColumnElement[bool] = column != empty
    return differs


def count(session: Session, holding: Holding, condition: ColumnElement[bool]) -> int:
    found = select(func.count()).select_from(table_of(holding)).where(condition)
    return session.scalar(found) or 0
