"""The background entrance: `python worker.py send | ingest | scheduler`, one process each.

A worker listens to exactly one queue: RQ can lose a job for ever when it listens to several.
"""

import os
import signal
import sys
import threading
import time
from datetime import timedelta

import redis
import structlog
from flask import Flask
from rq import Queue, SimpleWorker, Worker
from sqlalchemy.exc import SQLAlchemyError

from support import foundation, pulse
from support.db import db
from support.desk import Desk
from support.jobs import bell, checking, digests, outreach, privacy, reading, spikes, upkeep
from support.jobs import listening as _listening  # noqa: F401  (all are loaded before any forks)
from support.jobs import pushes as _pushes  # noqa: F401
from support.jobs import search_filling as _search_filling  # noqa: F401
from support.jobs import terms as _terms  # noqa: F401
from support.jobs import threads as _threads  # noqa: F401
from support.jobs import waves as _waves  # noqa: F401
from support.jobs.at_work import me

DUTIES = (bell.SEND, bell.INGEST, "scheduler")
TIDY_EVERY = 3600.0
CHECK_EVERY = 60.0
"""Seconds."""
RING_AGAIN = 5.0
"""Seconds between two rings for a stream no worker has come to read."""
log = structlog.get_logger()


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or arguments[0] not in DUTIES:
        print(f"usage: python worker.py {' | '.join(DUTIES)}", file=sys.stderr)
        return 2
    app = foundation.lay()
    stand_back(app.extensions["desk"].settings.worker_nice)
    duty = arguments[0]
    with app.app_context():
        stop = threading.Event()
        name = f"{duty}@{me()}"
        beating = threading.Thread(target=_beat, args=(app, name, duty, stop), daemon=True)
        beating.start()
        try:
            schedule(app, stop) if duty == "scheduler" else work(app, duty)
        finally:
            stop.set()
            beating.join(timeout=5)
            _forget(name)
    return 0


def stand_back(behind: int) -> None:
    """Behind the pages, where processors are short: people wait for those. Never forward again of
    where whoever started this process has put it.

    This thread, and those it starts from here on.
    """
    stands = os.getpriority(os.PRIO_PROCESS, 0)
    os.setpriority(os.PRIO_PROCESS, 0, max(stands, behind))


def work(app: Flask, duty: str) -> None:
    """Works one queue until SIGTERM; the job at hand is finished."""
    desk: Desk = app.extensions["desk"]
    connection = redis.Redis.from_url(desk.settings.redis_url)
    queue = Queue(duty, connection=connection, serializer="json")
    kind = Worker if desk.settings.workers_fork else SimpleWorker
    if desk.settings.workers_fork:
        # A forked child must not talk over its parent's connections.
        os.register_at_fork(after_in_child=lambda: db.engine.dispose(close=False))
    worker = kind(
        [queue], connection=connection, serializer="json", worker_ttl=45, maintenance_interval=30
    )
    worker.work(logging_level="WARNING")


def schedule(app: Flask, stop: threading.Event) -> None:
    """Sweeps every second and rings for each stream that is due, until SIGTERM.

    A second scheduler does no harm: rings within one slot are one job, and a job whose stream
    was read in the meantime does nothing.
    """
    for signum in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signum, lambda *_: stop.set())
    rung: dict[tuple[int, str], float] = {}
    tidied = checked = 0.0
    while not stop.wait(1.0):
        try:
            upkeep.sweep()
            _ring_due(app, rung)
            if time.monotonic() - tidied > TIDY_EVERY:
                tidied = time.monotonic()
                upkeep.tidy()
            if time.monotonic() - checked > CHECK_EVERY:
                checked = time.monotonic()
                checking.ring_checks()
                privacy.ring()
                digests.ring_digests()
                outreach.follow_up()
                spikes.ring()
        except SQLAlchemyError as error:
            log.error("sweep_failed", error=type(error).__name__)
        except Exception:
            log.exception("sweep_failed")  # what stands in its way now may be gone in a second


def _ring_due(app: Flask, rung: dict[tuple[int, str], float]) -> None:
    """What is due stays due until it was read; its bell is rung again now and then only."""
    now, due = time.monotonic(), reading.due_reads()
    for read in rung.keys() - set(due):
        del rung[read]
    for account_id, stream in due:
        if now - rung.get((account_id, stream), -RING_AGAIN) >= RING_AGAIN:
            rung[account_id, stream] = now
            app.extensions["desk"].later.ring(reading.JOB_OF[stream], account_id)


def _beat(app: Flask, name: str, duty: str, stop: threading.Event) -> None:
    desk: Desk = app.extensions["desk"]
    with app.app_context():
        while True:
            try:
                pulse.beat(db.session(), name, duty, desk.clock())
                db.session.commit()
            except SQLAlchemyError as error:
                db.session.rollback()
                log.warning("heartbeat_missed", error=type(error).__name__)
            db.session.remove()
            if stop.wait(pulse.BEAT / timedelta(seconds=1)):
                return


def _forget(name: str) -> None:
    try:
        pulse.forget(db.session(), name)
        db.session.commit()
    except SQLAlchemyError:
        db.session.rollback()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
