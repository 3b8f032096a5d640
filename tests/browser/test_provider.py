"""Another provider signs in a real browser, which holds the way there against the page's policy."""

from datetime import UTC, datetime

import pytest

from tests.machinery.running import running_desk
from tests.provider import CLIENT, SECRET, running_provider

pytestmark = pytest.mark.one_database


@pytest.fixture
def provider():
    with running_provider(lambda: datetime.now(UTC)) as running:
        yield running


@pytest.fixture
def desk(database_url, tmp_path, provider):
    settings = {
        "DESK_OIDC_ISSUER": provider.url,
        "DESK_OIDC_CLIENT_ID": CLIENT,
        "DESK_OIDC_CLIENT_SECRET": SECRET,
        "DESK_OIDC_NAME": "会社ID",
        "DESK_OIDC_ROLES": "desk=agent",
    }
    with running_desk(database_url, tmp_path, **settings) as running:
        yield running


def test_there_and_back_and_out_again(desk, open_window):
    """`form-action` would stop a form that leads to the provider, at its answer: it is a link."""
    window = open_window(desk.url)
    page = window.page
    page.goto("/canned")
    page.get_by_role("link", name="会社IDでサインイン").click()
    page.wait_for_url("**/canned")
    page.locator("button.me").click()
    page.get_by_role("button", name="サインアウト").click()
    page.wait_for_url("**/sign-in?left=1")
    assert page.get_by_role("link", name="会社IDからもサインアウトする").count() == 1
    assert window.faults == []
