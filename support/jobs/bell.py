"""The bell: which job hangs on which queue, and how it is rung."""

import redis
import structlog
from rq import Queue
from rq.exceptions import DuplicateJobError

from support.clock import Clock, system_clock

SEND, INGEST = "send", "ingest"
JOBS = {
    "send": (SEND, "support.jobs.sending.send"),
    "read_mentions": (INGEST, "support.jobs.reading.read_mentions"),
    "read_dms": (INGEST, "support.jobs.reading.read_dms"),
    "read_own_posts": (INGEST, "support.jobs.reading.read_own_posts"),
    "read_pushes": (INGEST, "support.jobs.pushes.read_pushes"),
    "keep_webhooks": (INGEST, "support.jobs.pushes.keep_webhooks"),
    "check_posts": (INGEST, "support.jobs.checking.check_posts"),
}
"""Name of the job → its queue and its function."""
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
            for name in (SEND, INGEST)
        }
        self._clock = clock

    def ring(self, job: str, *args: int | str) -> None:
        slot = int(self._clock().timestamp()) // SLOT_SECONDS
        job_id = "-".join([job, *map(str, args), str(slot)])
        try:
            queue, function = JOBS[job]
            self._queues[queue].enqueue_call(
                function,
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
