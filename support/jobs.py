"""What workers do. A job finds the thing and calls its verb; the row is the truth.

RQ carries a doorbell only: a job that is lost is rung for again, one that runs twice finds
nothing to do.
"""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import redis
import structlog
from flask import current_app
from rq import Queue
from rq.exceptions import DuplicateJobError
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from support.clock import Clock, system_clock
from support.db import db
from support.desk import Desk, the_desk
from support.inbox.reading import DMS, MENTIONS, OWN, may_read, read_stream, rest
from support.replies import reconciling, sending
from support.replies.sending import Hands
from support.replies.states import PartState
from support.tickets import handling
from support.x.errors import Meaning, XError
from support.x.records import Account

SEND, INGEST = "send", "ingest"
QUEUE_OF = {
    "deliver": SEND,
    "read_mentions": INGEST,
    "read_dms": INGEST,
    "read_own_posts": INGEST,
}
RING_AGAIN = timedelta(seconds=20)
SLOT_SECONDS = 5
"""The same ring within this time is one job."""

log = structlog.get_logger()


class RqLater:
    """Rings through RQ. A bell that cannot be rung is logged; the sweep rings again."""

    def __init__(self, redis_url: str, clock: Clock = system_clock) -> None:
        # A page must not hang on a bell; the sweep waits for nobody either.
        connection = redis.Redis.from_url(redis_url, socket_timeout=3, socket_connect_timeout=2)
        self._queues = {
            name: Queue(name, connection=connection, serializer="json")
            for name in set(QUEUE_OF.values())
        }
        self._clock = clock

    def ring(self, job: str, *args: int | str) -> None:
        slot = int(self._clock().timestamp()) // SLOT_SECONDS
        job_id = "-".join([job, *map(str, args), str(slot)])
        try:
            self._queues[QUEUE_OF[job]].enqueue_call(
                f"support.jobs.{job}",
                args=list(args),
                job_id=job_id,
                unique=True,
                timeout=120,
                result_ttl=0,
                failure_ttl=3600,
            )
        except DuplicateJobError:
            pass
        except redis.RedisError as error:
            log.warning("bell_not_rung", job=job_id, error=type(error).__name__)


@contextmanager
def _at_the_desk(**ids: int) -> Iterator[tuple[Desk, Session]]:
    """A session of its own for one job, and the ids of the job on every log line."""
    with current_app.app_context(), structlog.contextvars.bound_contextvars(**ids):
        yield the_desk(), db.session()


def deliver(reply_id: int) -> None:
    """Sends what is ready of a reply, or looks for what may have been sent."""
    with _at_the_desk(reply=reply_id) as (desk, session):
        reply = sending.whole(session, reply_id)
        if reply is None:
            return
        ticket_id = reply.ticket_id
        doubtful = any(part.state == PartState.UNKNOWN for part in reply.parts)
        session.rollback()
        hands = Hands(desk.x, desk.clock, me(), timedelta(seconds=desk.settings.lease_seconds))
        if doubtful:
            reconciling.look(session, reply_id, hands)
        sending.deliver(session, reply_id, hands)
        desk.news.tell("ticket", ticket_id)


def read_mentions(account_id: int) -> None:
    _read(account_id, MENTIONS)


def read_dms(account_id: int) -> None:
    _read(account_id, DMS)


def read_own_posts(account_id: int) -> None:
    _read(account_id, OWN)


def _read(account_id: int, stream: str) -> None:
    with _at_the_desk(account=account_id) as (desk, session):
        account = session.get(Account, account_id)
        if account is None or account.stopped_at is not None:
            return
        if not may_read(session, account, stream, desk.clock()):
            return
        try:
            taken = read_stream(session, account, stream, desk.x.for_account(account), desk.clock())
        except XError as error:
            session.rollback()
            _note_refused_read(session, account_id, stream, error, desk.clock())
            return
        if taken.messages or taken.refused:
            log.info(
                "read",
                stream=stream,
                messages=taken.messages,
                known=taken.known,
                refused=taken.refused,
            )
        for ticket_id in sorted(taken.tickets):
            desk.news.tell("ticket", ticket_id)


def _note_refused_read(
    session: Session, account_id: int, stream: str, error: XError, now: datetime
) -> None:
    log.warning("not_read", stream=stream, status=error.status, meaning=error.meaning.value)
    account = session.get_one(Account, account_id)
    if error.meaning is Meaning.ACCOUNT:
        account.stopped_at, account.stopped_reason = now, str(error)
    elif error.retry_at is not None:
        rest(session, account, stream, until=error.retry_at)
    session.commit()


def sweep() -> int:
    """Finds what waits and nobody rings for; returns how many bells it rang.

    Runs in the scheduler every second; running twice at once changes nothing.
    """
    with _at_the_desk() as (desk, session):
        now = desk.clock()
        sending.lose_dead_workers(session, now)
        for ticket in handling.due_to_wake(session, now=now):
            handling.wake(session, ticket, by=None, now=now)
        replies = sending.to_ring(session, now, again_after=RING_AGAIN)
        for reply in replies:
            reply.rung_at = now
        ids = [reply.id for reply in replies]
        session.commit()
        for reply_id in ids:
            desk.later.ring("deliver", reply_id)
        return len(ids)


def tidy() -> None:
    """Lets SQLite count its rows anew; without counts it picks poor indexes. PostgreSQL does so."""
    with _at_the_desk() as (_, session):
        if session.get_bind().dialect.name == "sqlite":
            session.execute(text("PRAGMA optimize=0x10002"))
            session.commit()


def accounts_to_read() -> list[int]:
    """The accounts whose streams are read now."""
    with _at_the_desk() as (_, session):
        return list(session.scalars(select(Account.id).where(Account.stopped_at.is_(None))))


def me() -> str:
    """This process, as leases and heartbeats name it."""
    return f"{socket.gethostname()[:50]}:{os.getpid()}"
