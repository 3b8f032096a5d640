"""A sandbox listening on a free port, with a clock the test moves."""

import threading
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from flask import Flask

from support.sandbox.app import build, open_in
from support.sandbox.serving import server_for
from tests.sandbox.receiver import Pushed, Receiver
from tests.sandbox.stage import DESK_ID, MovedClock, Stage


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
def limits() -> float:
    """Overridden where a test is about the limits."""
    return 100.0


@cache
def addresses() -> Flask:
    """Compiled once a process: that takes longer than most tests."""
    return build()


@pytest.fixture
def stage(tmp_path: Path, clock: MovedClock, limits: float) -> Iterator[Stage]:
    app = addresses()
    open_in(app, tmp_path / "x.db", limits=limits, clock=clock, account_id=DESK_ID)
    server = server_for(app)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    running = Stage(f"http://127.0.0.1:{server.port}", clock)
    yield running
    running.close()
    server.shutdown()
    thread.join()
    app.extensions["sandbox_push"].close()
    app.extensions["sandbox"].store.close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    running = Receiver()
    yield running
    running.close()


@pytest.fixture
def pushed(stage: Stage, receiver: Receiver) -> Iterator[Pushed]:
    joined = Pushed(stage, receiver)
    yield joined
    joined.close()
