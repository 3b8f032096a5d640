"""The watcher holds against the desk what is in doubt in the end, not what was a moment before."""

import sqlite3
from contextlib import closing

import pytest

from tests.faults.small import make
from tests.faults.watcher import Watcher
from tests.machinery.running import until

DEAD, ALIVE = "desk:77:life", "desk:78:life"
CLAIMED = f"UPDATE reply_parts SET state = 'posting', lease_owner = '{DEAD}' WHERE id = 4"


@pytest.fixture
def desk(tmp_path):
    return make(tmp_path, desk=CLAIMED)[1]


@pytest.fixture
def watcher(desk):
    """It knows that a worker died and left part 4 behind."""
    watcher = Watcher(desk)
    watcher.start()
    watcher.died(77)
    until(lambda: watcher.unresolved, "the part to be seen")
    return watcher


def becomes(desk, values):
    with closing(sqlite3.connect(desk.removeprefix("sqlite:///"))) as db:
        db.execute(f"UPDATE reply_parts SET {values} WHERE id = 4")
        db.commit()


def test_what_came_out_just_before_the_end_is_in_doubt_no_longer(desk, watcher):
    becomes(desk, "state = 'posted'")
    watcher.stop()
    assert watcher.unresolved == []
    assert len(watcher.seconds) == 1


def test_a_part_another_worker_has_claimed_since_is_in_doubt_no_longer(desk, watcher):
    becomes(desk, f"lease_owner = '{ALIVE}'")
    watcher.stop()
    assert watcher.unresolved == []


@pytest.mark.parametrize("state", ["posting", "unknown"])
def test_what_nobody_has_found_out_stays_in_doubt(desk, watcher, state):
    becomes(desk, f"state = '{state}'")
    watcher.stop()
    assert watcher.unresolved == [4]
    assert watcher.seconds == []


def test_a_death_that_was_heard_of_last_is_looked_into(desk):
    watcher = Watcher(desk)
    watcher.start()
    watcher.died(77)
    watcher.stop()
    assert watcher.unresolved == [4]


def test_what_a_living_worker_is_posting_is_not_in_doubt(desk):
    watcher = Watcher(desk)
    watcher.start()
    watcher.died(78)
    watcher.stop()
    assert watcher.unresolved == []
