"""A pytest plugin: begins and ends the run's servers, and says in the end what it ran on."""

import gc
import os
from collections.abc import Iterator

import pytest

from tests.machinery import lifeline, notes

WAITING = (
    "tests/browser/",
    "tests/faults/test_faults.py",
    "tests/faults/test_outage.py",
    "tests/journeys/",
    "tests/local/",
    "tests/machinery/",
    "tests/web/test_webhook_killed.py",
)
"""These start processes and wait for them; the others compute."""
LONGEST = 600
"""Seconds one of these may take; the others have less, since a test that computes has no excuse."""
UNTIL = 0.8
"""The last of those that wait begins after this share of the others, so that none is left over."""


def is_controller(config: pytest.Config) -> bool:
    return not hasattr(config, "workerinput")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    if is_controller(config):
        folder = lifeline.begin_run()
        config.add_cleanup(lambda: lifeline.end_run(folder))


@pytest.hookimpl(tryfirst=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """A process of pytest-xdist has five seconds to end, then it is interrupted wherever it is.

    Looking for garbage in all that thousands of tests have left takes longer on a busy machine, and
    nobody hears any more of what is found.
    """
    if not is_controller(config):
        gc.freeze()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> Iterator[None]:
    """After everything else pytest tells, just above its line of counts."""
    yield
    if line := notes.summary():
        terminalreporter.write_line(line, yellow="skipped" in line)


@pytest.hookimpl(tryfirst=True)
def pytest_xdist_auto_num_workers() -> int | None:
    """One process more than cores, since some of them always wait; unless another number is set."""
    if "PYTEST_XDIST_AUTO_NUM_WORKERS" in os.environ:
        return None
    return cores() + 1


def cores() -> int:
    """How many this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Spreads the tests that wait among those that compute, in the same order every time."""
    waiting = [item for item in items if item.nodeid.startswith(WAITING)]
    for item in waiting:
        item.add_marker(pytest.mark.timeout(LONGEST))
    others = [item for item in items if not item.nodeid.startswith(WAITING)]
    if not waiting or not others:
        return
    apart = UNTIL * len(others) / len(waiting)
    places = [(number * apart, 0, item) for number, item in enumerate(waiting)]
    places += [(float(number), 1, item) for number, item in enumerate(others)]
    items[:] = [item for *_, item in sorted(places, key=lambda place: place[:2])]
