"""Erasing customers, and what is older than the rules let it be, a few handfuls a job."""

from datetime import time
from zoneinfo import ZoneInfo

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from support.audit import noting
from support.audit.deeds import Deed
from support.clock import Clock
from support.compliance.nights import last_night
from support.jobs.at_work import at_the_desk
from support.privacy import erasing, retaining
from support.privacy.records import Erasure, RetentionRun

HANDFULS = 50
"""Handfuls one job takes, so that a worker is soon free for what is new."""
RUN_AT = time(3, 40)
"""Where the desk stands."""


def erase(erasure_id: int) -> bool:
    """Whether it has come to its end; what is left is rung for again. What has to wait for a
    person the sweep rings for: bells of its own would keep a worker at it day and night."""
    with at_the_desk(erasure=erasure_id) as (desk, session):
        done = carry_on(session, erasure_id, desk.clock)
        left = not done and erasure_id in erasing.unfinished(session, desk.clock())
        if left and not erasing.must_wait(session, session.get_one(Erasure, erasure_id)):
            desk.later.ring("erase", erasure_id)
        return done


def ring() -> int:
    """Rings for whatever was cut off, and for tonight's run; returns how many bells."""
    with at_the_desk() as (desk, session):
        now = desk.clock()
        erasing.reopen(session, now)
        night = last_night(now, RUN_AT, ZoneInfo(desk.settings.zone))
        run, ids = retaining.due(session, now, night), erasing.unfinished(session, now)
        run_id = run.id if run is not None else None
        session.commit()
        for erasure_id in ids:
            desk.later.ring("erase", erasure_id)
        if run_id is not None:
            desk.later.ring("retain", run_id)
        return len(ids) + (run_id is not None)


def retain(run_id: int) -> bool:
    """As `erase`, for a night's run."""
    with at_the_desk(run=run_id) as (desk, session):
        run = retaining.claim(session, run_id, desk.clock())
        session.commit()
        if run is None:
            return False
        if not retain_some(session, run, desk.clock):
            desk.later.ring("retain", run_id)
            return False
        return True


def retain_some(session: Session, run: RetentionRun, clock: Clock, *, most: int = HANDFULS) -> bool:
    """Goes on with a run for a while; its end is noted with what it did."""
    for _ in range(most):
        if retaining.go_on(session, run, clock()):
            data = {"run": run.id, **run.counts}
            noting.note(session, Deed.RETENTION_RUN, by=None, data=data, now=clock())
            session.commit()
            shrink_log(session)
            return True
        session.commit()
    run.leased_until = None
    session.commit()
    return False


def carry_on(session: Session, erasure_id: int, clock: Clock, *, most: int = HANDFULS) -> bool:
    """Goes on with an erasure for a while; its end is noted in the audit log."""
    erasure = erasing.claim(session, erasure_id, clock())
    session.commit()
    if erasure is None:
        return False
    for _ in range(most):
        if erasing.must_wait(session, erasure):
            break
        if erasing.go_on(session, erasure, clock()):
            note_erased(session, erasure, clock)
            session.commit()
            shrink_log(session)
            return True
        session.commit()
    erasure.leased_until = None
    session.commit()
    return False


def note_erased(session: Session, erasure: Erasure, clock: Clock) -> None:
    noting.note(
        session,
        Deed.DATA_ERASED,
        by=erasure.agent_id,
        about=("customer", erasure.customer_id),
        data={"done": True, **erasure.counts},
        now=clock(),
    )


def shrink_log(session: Session) -> None:
    """What was overwritten leaves SQLite's log as well; where others read it, the next time."""
    if session.get_bind().dialect.name != "sqlite":
        return
    try:
        with session.get_bind().engine.connect() as connection:
            raw = connection.connection.driver_connection
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]
    except OperationalError:
        return
