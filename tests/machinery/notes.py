"""What a run stood on and what it lacked: written by any of its processes, read at the end."""

import os

import pytest

from tests.machinery.lifeline import run_folder


def found(what: str, version: str) -> None:
    """`what` was there: "PostgreSQL", "18.6"."""
    (run_folder() / f"found-{what}").write_text(f"{what} {version}".strip())


def missing(what: str, reason: str) -> None:
    (run_folder() / f"missing-{what}").write_text(f"{what}: {reason}, its tests were skipped")


def skip_or_fail(what: str, reason: str) -> None:
    """Skips the test at hand; fails it where REQUIRE_POSTGRES=1 and the like ask for `what`."""
    missing(what, reason)
    if os.environ.get(f"REQUIRE_{what.upper().replace('POSTGRESQL', 'POSTGRES')}") == "1":
        pytest.fail(f"{what} is required here but {reason}", pytrace=False)
    pytest.skip(f"{what}: {reason}")


def summary() -> str:
    """One line: what is missing first, then what the tests ran on."""
    lacks = sorted(path.read_text() for path in run_folder().glob("missing-*"))
    had = sorted(path.read_text() for path in run_folder().glob("found-*"))
    return "; ".join([*lacks, *(["ran on " + ", ".join(had)] if had else [])])
