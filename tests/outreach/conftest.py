"""Lists of the cast's account, and who works through them."""

import pytest

from tests.outreach.prospecting import lists


@pytest.fixture
def desk(cast, session, clock):
    made = lists(session, cast.account, cast.hikaru, clock())
    session.commit()
    return made


@pytest.fixture
def account(cast, session):
    return session.merge(cast.account)


@pytest.fixture
def misaki(cast, session):
    return session.merge(cast.misaki)
