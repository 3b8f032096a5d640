"""A desk that sends at once."""

import pytest

from tests.cast import customer_says, make_cast, post
from tests.fakes import THURSDAY


@pytest.fixture
def desk(session):
    return make_cast(session, undo_seconds=0)


@pytest.fixture
def ticket(session, desk):
    return customer_says(session, desk, post(at=THURSDAY))
