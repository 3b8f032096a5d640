"""A desk that talks to a running sandbox X."""

import httpx
import pytest

from support.settings import load_settings
from support.x.door import XDoor
from tests.cast import SECRET
from tests.machinery.sandbox import PLAIN_HTTP, running_sandbox


@pytest.fixture
def sandbox(tmp_path):
    with running_sandbox(tmp_path) as running:
        yield running


@pytest.fixture
def world(sandbox):
    """The sandbox's control: people who delete, edit and disappear."""
    address = f"{sandbox.url}/sandbox/api"
    with httpx.Client(base_url=address, timeout=10, verify=PLAIN_HTTP) as control:
        yield control


@pytest.fixture
def client(app, cast, session, sandbox):
    door = XDoor(load_settings({"DESK_X_BASE_URL": sandbox.url, "DESK_SECRET_KEY": SECRET}))
    cast.account.x_id = door.for_account(cast.account).me().x_id
    session.commit()
    return door.for_account(cast.account)
