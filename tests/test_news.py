"""News reaches a page from the moment it was asked for, though its stream opens later."""

import time

import pytest

from support.news import EVERYTHING, Listeners, RedisNews
from tests.machinery.valkey import valkey_server

pytestmark = pytest.mark.one_database


@pytest.fixture
def told():
    return RedisNews(valkey_server().url)


@pytest.fixture
def listeners(told):
    """They hear: an earlier page of the process keeps its stream."""
    them = Listeners(valkey_server().url, most=5)
    earlier = them.subscribe()
    assert earlier.get(timeout=10) == EVERYTHING  # what was told before is not known
    them.heard = earlier
    return them


def lines_of(line, last):
    """What is said on it, up to and with the `last`."""
    found = []
    while last not in found:
        found.append(line.get(timeout=10))
    return found


def test_what_was_told_while_a_browser_still_loads_the_page_is_heard(listeners, told):
    told.tell("ticket", 41)
    assert listeners.heard.get(timeout=10) == "ticket 41"
    asked_at = time.time()
    told.tell("alert", 7)
    told.tell("alert", 7)
    assert [listeners.heard.get(timeout=10) for _ in range(2)] == ["alert 7", "alert 7"]
    line = listeners.subscribe(asked_at)
    told.tell("ticket", 42)
    assert lines_of(line, "ticket 42") == ["alert 7", "ticket 42"]


def test_a_page_that_does_not_say_when_it_was_asked_for_hears_what_comes(listeners, told):
    told.tell("ticket", 41)
    assert listeners.heard.get(timeout=10) == "ticket 41"
    line = listeners.subscribe()
    told.tell("ticket", 42)
    assert lines_of(line, "ticket 42") == ["ticket 42"]


def test_a_page_that_is_older_than_what_is_remembered_looks_at_everything(listeners):
    assert listeners.subscribe(0).get(timeout=10) == EVERYTHING


def test_the_first_page_of_a_process_looks_at_everything_once_it_can_hear():
    them = Listeners(valkey_server().url, most=1)
    line = them.subscribe(time.time())
    assert line.get(timeout=10) == EVERYTHING
    assert line.empty()


def test_who_goes_hears_no_more(listeners, told):
    line = listeners.subscribe()
    listeners.unsubscribe(line)
    told.tell("ticket", 42)
    assert listeners.heard.get(timeout=10) == "ticket 42"
    assert line.empty()
