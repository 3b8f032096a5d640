"""After an upgrade the index is filled behind people's backs, some seconds at a time."""

from datetime import timedelta

import structlog

from support.jobs.at_work import at_the_desk
from support.search import rebuilding

LONGEST = timedelta(seconds=10)
"""Mentions are read by the same worker: they must not wait for the past."""

log = structlog.get_logger()


def fill_search() -> None:
    """Goes on where it was left; the sweep rings again until nothing is left."""
    with at_the_desk() as (desk, session):
        begun, done = desk.clock(), 0
        while desk.clock() - begun < LONGEST:
            some = rebuilding.fill_some(session, 500)
            session.commit()
            session.expunge_all()
            if not some:
                break
            done += some
        log.info("search_filled", done=done, finished=not rebuilding.is_unfinished(session))
