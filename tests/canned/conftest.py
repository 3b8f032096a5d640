"""Two accounts of one company, each with agents who pick."""

import pytest

from support.x.records import Account
from tests.canned.school import School, shelf_in


@pytest.fixture
def shelf(tmp_path):
    return shelf_in(tmp_path / "shelf")


@pytest.fixture
def other(session, cast):
    """A second account of the same company."""
    columns = {it.name for it in Account.__table__.columns} - {"id", "x_id", "handle"}
    same = {name: getattr(cast.account, name) for name in columns}
    account = Account(x_id="7000000002", handle="hikari_shop", **same)
    session.add(account)
    session.commit()
    return account


@pytest.fixture
def school(session, shelf, cast, clock):
    return School(session, shelf, cast, clock, cast.account)


@pytest.fixture
def theirs(session, shelf, cast, clock, other):
    return School(session, shelf, cast, clock, other)
