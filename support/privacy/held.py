"""What is said of one table: whose its rows are, which words they hold, what becomes of those."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

SELF, BY_X_ID, SPECIAL = "self", "x_id", "special"
"""Instead of a parent: the customer's own row; by their id on X; see erasing.py."""
MARK = object()
"""Stands for the name an erased customer has from then on."""


@dataclass(frozen=True, slots=True)
class Holding:
    """One table."""

    table: str
    column: str = ""
    parent: str = ""
    """Empty: nothing of customers is in it."""
    words: Mapping[str, Any] = field(default_factory=dict)
    """Columns that are emptied, those with the words first, and what stands there afterwards."""
    plain: Collection[str] = ()
    """Columns of text that stay."""
    removed: bool = False
    """Its rows go as a whole."""
    unshown: Collection[str] | None = ()
    """Columns that are not handed out; None: nothing of the table is."""
    only_if: str = ""
    """Words are emptied only where this column is set."""
    why: str = ""
    """Why nothing of it is personal, is handed out, or is emptied."""

    @property
    def personal(self) -> bool:
        return bool(self.parent)

    @property
    def exported(self) -> bool:
        return self.personal and self.unshown is not None


def nothing(table: str, why: str) -> Holding:
    return Holding(table, why=why)


def of(table: str, column: str, parent: str, **more: Any) -> Holding:
    return Holding(table, column, parent, **more)
