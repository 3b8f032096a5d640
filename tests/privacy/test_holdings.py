"""Every table and every column of words is named in one place."""

import pytest
from sqlalchemy import JSON, Enum, LargeBinary, String
from sqlalchemy.dialects.postgresql import ARRAY

import app as _whole_desk  # noqa: F401  (all records are known then)
from support.db import Base
from support.privacy.held import BY_X_ID, SELF, SPECIAL, Holding
from support.privacy.holdings import HOLDINGS

TABLES = Base.metadata.tables
WORDS = (String, JSON, LargeBinary, Enum, ARRAY)


def test_every_table_is_named_and_none_that_is_not_there():
    missing = sorted(TABLES.keys() - HOLDINGS.keys())
    assert not missing, f"add to support/privacy/holdings.py: {missing}"
    assert not HOLDINGS.keys() - TABLES.keys()


@pytest.mark.parametrize("holding", HOLDINGS.values(), ids=lambda it: it.table)
def test_every_column_of_words_is_emptied_or_said_to_stay(holding: Holding):
    table = TABLES[holding.table]
    names = {column.name for column in table.columns}
    assert {*holding.words, *holding.plain, *(holding.unshown or ())} <= names
    if not holding.personal:
        assert holding.why, "say why nothing of a customer's is in it"
        linked = {key.column.table.name for key in table.foreign_keys}
        assert "customers" not in linked, "it belongs to a customer"
        return
    if holding.removed:
        return
    told = {column.name for column in table.columns if _may_tell(column)}
    assert told == {name for name in holding.words if name in told} | set(holding.plain)


def _may_tell(column) -> bool:
    return isinstance(column.type, WORDS) or isinstance(getattr(column.type, "impl", None), String)


@pytest.mark.parametrize(
    "holding", [it for it in HOLDINGS.values() if it.personal], ids=lambda it: it.table
)
def test_a_holding_hangs_on_a_table_that_stands_before_it(holding: Holding):
    assert holding.column in TABLES[holding.table].columns
    order = list(HOLDINGS)
    if holding.parent not in (SELF, BY_X_ID, SPECIAL):
        assert order.index(holding.parent) < order.index(holding.table)
        column = TABLES[holding.table].columns[holding.column]
        assert holding.parent in {key.column.table.name for key in column.foreign_keys}


@pytest.mark.parametrize(
    "holding", [it for it in HOLDINGS.values() if it.unshown is None], ids=lambda it: it.table
)
def test_what_is_not_handed_out_says_why(holding: Holding):
    assert holding.why
