"""One background process of a run, as `worker.py` would run it, told by its environment where to
die."""

import threading
import time
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

import worker
from support import foundation
from support.db import db
from support.settings import load_settings
from tests.faults.stand_ins import SWEEP, JumpingClock, dying_x
from tests.faults.steps import Deaths, watch

PLACE, DIE, WITHOUT = "FAULTS_PLACE", "FAULTS_DIE", "FAULTS_WITHOUT"
"""The run's folder; where to die ("sent:3"); the guard that is taken away."""


def main(duty: str, env: Mapping[str, str]) -> None:
    place = Path(env[PLACE])
    settings, clock = load_settings(env), JumpingClock(place / "clock")
    deaths, without = Deaths(env.get(DIE, ""), place / "deaths.jsonl"), env.get(WITHOUT, "")
    app = foundation.lay(settings, clock=clock, x=dying_x(settings, clock, deaths, without))
    worker.stand_back(settings.worker_nice)
    with app.app_context():
        watch(db.engine, deaths)
        if duty != "scheduler":
            worker.work(app, duty)
            return
        if without == SWEEP:
            threading.Thread(target=_queue_again, args=(app, clock), daemon=True).start()
        worker.schedule(app, threading.Event())


def _queue_again(app: Flask, clock: JumpingClock) -> None:
    """The guard that is missing: whatever is `posting` too long goes out once more."""
    again = text(
        "UPDATE reply_parts SET state = 'queued', lease_until = NULL"
        " WHERE state = 'posting' AND lease_until < :soon"
    )
    with app.app_context():
        while True:
            soon = (clock() + timedelta(seconds=1)).replace(tzinfo=None)
            try:
                db.session.execute(again, {"soon": soon})
                db.session.commit()
            except SQLAlchemyError:
                db.session.rollback()
            db.session.remove()
            time.sleep(0.1)
