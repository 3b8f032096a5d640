"""A customer with a life at the desk."""

import pytest

from tests.privacy.life import make_life


@pytest.fixture
def customer(session, cast):
    return make_life(session, cast)
