"""The web server of a run: the desk as it is, under the clock that jumps, and what its pages take.

A page's time is its own work, what it waits for of the database, and what it waits for a
processor: of each request the first two are written down, for whoever asks why it was slow.
"""

import json
import os
import sys
import threading
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from flask import Flask
from gunicorn.app.wsgiapp import run
from sqlalchemy import Engine, event

from app import create_app
from support.db import db
from tests.faults.stand_ins import JumpingClock
from tests.faults.worker import PLACE
from tests.machinery.running import ROOT

TIMES = "pages.jsonl"


def main(env: Mapping[str, str]) -> None:
    os.environ.clear()
    os.environ.update(env)
    os.chdir(ROOT)
    sys.argv = ["gunicorn", "-c", "gunicorn.conf.py", "tests.faults.web:application()"]
    run()


def application() -> Flask:
    place = Path(os.environ[PLACE])
    app = create_app(clock=JumpingClock(place / "clock"))
    with app.app_context():
        stopwatch = _Stopwatch(app.wsgi_app, place / TIMES)
        stopwatch.listen(db.engine)
    app.wsgi_app = stopwatch  # type: ignore[method-assign]
    return app


class _Stopwatch:
    """Around the whole desk: processor time of the thread that answers, and what the database
    took of it."""

    def __init__(self, app: Any, file: Path) -> None:
        self._app, self._file = app, file.open("a", buffering=1)
        self._now = threading.local()

    def listen(self, engine: Engine) -> None:
        @event.listens_for(engine, "before_cursor_execute")
        def before(*_: Any) -> None:
            self._now.began = time.monotonic()

        @event.listens_for(engine, "after_cursor_execute")
        def after(*_: Any) -> None:
            self._now.database = self._database + time.monotonic() - self._now.began

    @property
    def _database(self) -> float:
        return float(getattr(self._now, "database", 0.0))

    def __call__(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        self._now.database, at = 0.0, time.monotonic()
        spent = time.thread_time()
        answer: Iterable[bytes] = self._app(environ, start)
        line = {
            "path": environ["PATH_INFO"],
            "at": at,
            "took": time.monotonic() - at,
            "cpu": time.thread_time() - spent,
            "database": self._database,
        }
        self._file.write(json.dumps(line) + "\n")
        return answer
