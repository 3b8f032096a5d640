"""A pytest plugin: begins and ends the run's servers, and says in the end what it ran on."""

from collections.abc import Iterator

import pytest

from tests.machinery import lifeline, notes


def is_controller(config: pytest.Config) -> bool:
    return not hasattr(config, "workerinput")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    if is_controller(config):
        folder = lifeline.begin_run()
        config.add_cleanup(lambda: lifeline.end_run(folder))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> Iterator[None]:
    """After everything else pytest tells, just above its line of counts."""
    yield
    if line := notes.summary():
        terminalreporter.write_line(line, yellow="skipped" in line)
