"""The bell: which job hangs on which queue, and how it is rung."""

from typing import cast

import redis
import structlog
from rq import Queue
from rq.exceptions import DuplicateJobError

from support.clock import Clock, system_clock

SEND, INGEST = "send", "ingest"
JOBS = {
    "send": (SEND, "support.jobs.sending.send"),
    "announce": (SEND, "support.jobs.announcing.announce"),
    "keep_up": (SEND, "support.jobs.announcing.keep_up"),
    "read_mentions": (INGEST, "support.jobs.reading.read_mentions"),
    "read_dms": (INGEST, "support.jobs.reading.read_dms"),
    "read_own_posts": (INGEST, "support.jobs.reading.read_own_posts"),
    "read_pushes": (INGEST, "support.jobs.pushes.read_pushes"),
    "keep_webhooks": (INGEST, "support.jobs.pushes.keep_webhooks"),
    "check_posts": (INGEST, "support.jobs.checking.check_posts"),
    "post_alerts": (INGEST, "support.jobs.alerts.post_alerts"),
    "watch_spikes": (INGEST, "support.jobs.spikes.watch_spikes"),
    "post_spikes": (INGEST, "support.jobs.spikes.post_spikes"),
    "send_digests": (INGEST, "support.jobs.digests.send_digests"),
    "read_feed": (INGEST, "support.jobs.terms.read_feed"),
    "fill_search": (INGEST, "support.jobs.search_filling.fill_search"),
    "hear": (INGEST, "support.jobs.listening.hear"),
    "fetch_thread": (INGEST, "support.jobs.threads.fetch_thread"),
    "erase": (INGEST, "support.jobs.privacy.erase"),
    "retain": (INGEST, "support.jobs.privacy.retain"),
    "rejudge": (INGEST, "support.jobs.terms.rejudge"),
    "press_wave": (SEND, "support.jobs.waves.press_wave"),
}
"""Name of the job → its queue and its function."""
SLOT_SECONDS = 5
"""The same ring within this time is one job, unless the one before was heard already."""
HEARD = "desk:heard:"

log = structlog.get_logger()


class RqLater:
    """Rings through RQ. A bell that cannot be rung is logged; the sweep rings again."""

    def __init__(self, redis_url: str, clock: Clock = system_clock) -> None:
        # A page must not hang on a bell; the sweep waits for nobody either.
        self._redis = redis.Redis.from_url(redis_url, socket_timeout=3, socket_connect_timeout=2)
        self._queues = {
            name: Queue(name, connection=self._redis, serializer="json") for name in (SEND, INGEST)
        }
        self._clock = clock

    def ring(self, job: str, *args: int | str) -> None:
        name = "-".join([job, *map(str, args)])
        try:
            queue, function = JOBS[job]
            self._queues[queue].enqueue_call(
                function,
                args=list(args),
                job_id=f"{name}-{self._slot()}-{self._times_heard(name)}",
                unique=True,
                timeout=120,
                result_ttl=0,
                failure_ttl=3600,
            )
        except DuplicateJobError:
            pass
        except redis.RedisError as error:
            log.warning("bell_not_rung", job=name, error=type(error).__name__)

    def heard(self, job: str, *args: int | str) -> None:
        """The job begins, and sees all that was rung for so far: the next ring is a new one."""
        key = HEARD + "-".join([job, *map(str, args)])
        try:
            self._redis.incr(key)
            self._redis.expire(key, 10 * SLOT_SECONDS)
        except redis.RedisError as error:
            log.warning("bell_not_heard", job=job, error=type(error).__name__)

    def _slot(self) -> int:
        return int(self._clock().timestamp()) // SLOT_SECONDS

    def _times_heard(self, name: str) -> int:
        times = cast(bytes | None, self._redis.get(HEARD + name))
        return int(times or 0)
