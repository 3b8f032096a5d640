"""No page stays unseen: what answers GET is walked, or is left out with a reason."""

import pytest

from tests.machinery.pages import listed_in_vain, unlisted

pytestmark = pytest.mark.one_database


def test_every_address_is_walked_or_left_out_with_a_reason(app):
    missing = unlisted(app.url_map)
    assert not missing, (
        f"not in PAGES or NO_PAGES of tests/machinery/pages.py and no_pages.py: {missing}"
    )


def test_nothing_is_listed_that_is_not_there(app):
    assert not listed_in_vain(app.url_map)


def test_a_new_address_is_missed(app_of_its_own):
    app_of_its_own.add_url_rule("/unheard-of", "unheard_of", lambda: "")
    assert unlisted(app_of_its_own.url_map) == {"unheard_of"}
