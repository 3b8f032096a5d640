"""What the scheduler does every second, and now and then."""

from datetime import timedelta

from sqlalchemy import text

from support.inbox import pushing, subscribing
from support.jobs.at_work import at_the_desk
from support.replies import sending
from support.tickets import handling

RING_AGAIN = timedelta(seconds=20)


def sweep() -> int:
    """Finds what waits and nobody rings for; returns how many bells it rang.

    Runs in the scheduler every second; running twice at once changes nothing.
    """
    with at_the_desk() as (desk, session):
        now = desk.clock()
        sending.lose_dead_workers(session, now)
        for ticket in handling.due_to_wake(session, now=now):
            handling.wake(session, ticket, by=None, now=now)
        replies = sending.to_ring(session, now, again_after=RING_AGAIN)
        for reply in replies:
            reply.rung_at = now
        ids = [reply.id for reply in replies]
        pushed = pushing.is_waiting(session, now)
        unkept = subscribing.due(session, now)
        session.commit()
        for reply_id in ids:
            desk.later.ring("deliver", reply_id)
        if pushed:
            desk.later.ring("read_pushes")
        if unkept:
            desk.later.ring("keep_webhooks")
        return len(ids) + pushed


def tidy() -> None:
    """Drops what is only counted any more, and lets SQLite count its rows anew.

    Without counts it picks poor indexes; PostgreSQL counts by itself.
    """
    with at_the_desk() as (desk, session):
        pushing.forget_old(session, desk.clock())
        session.commit()
        if session.get_bind().dialect.name == "sqlite":
            session.execute(text("PRAGMA optimize=0x10002"))
            session.commit()
