"""News for open pages: "ticket 42 changed", through Redis, to every web process.

Only ids travel. A page that hears of a change fetches it again through the ordinary,
authorised route. Losing news loses nothing: pages also look by themselves now and then.
"""

import queue
import threading
import time
from collections.abc import Iterator

import redis
import structlog

CHANNEL = "desk:news"
FIRST_WAIT, LONGEST_WAIT = 1, 60
"""Seconds between two tries to hear the news again."""
log = structlog.get_logger()


class RedisNews:
    """Tells the news; Redis away means nobody hears it, and nothing fails."""

    def __init__(self, url: str) -> None:
        self._redis = redis.Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2)

    def tell(self, topic: str, number: int) -> None:
        try:
            self._redis.publish(CHANNEL, f"{topic} {number}")
        except redis.RedisError as error:
            log.warning("news_not_told", topic=topic, id=number, error=type(error).__name__)


class Listeners:
    """One Redis subscription for the process, fanned out to its open pages."""

    def __init__(self, url: str, most: int) -> None:
        self._url = url
        self._most = most
        self._lock = threading.Lock()
        self._open: set[queue.SimpleQueue[str]] = set()
        self._thread: threading.Thread | None = None

    def subscribe(self) -> queue.SimpleQueue[str] | None:
        """A queue of news lines, or None when this process already serves as many as it may."""
        with self._lock:
            if len(self._open) >= self._most:
                return None
            mine: queue.SimpleQueue[str] = queue.SimpleQueue()
            self._open.add(mine)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._listen, daemon=True, name="news")
                self._thread.start()
            return mine

    def unsubscribe(self, mine: "queue.SimpleQueue[str]") -> None:
        with self._lock:
            self._open.discard(mine)

    def _listen(self) -> None:
        client = redis.Redis.from_url(self._url, socket_connect_timeout=2)
        wait = FIRST_WAIT
        while True:
            try:
                for line in _lines(client):
                    wait = FIRST_WAIT
                    for listener in list(self._open):
                        listener.put(line)
            except redis.RedisError as error:
                log.warning("news_lost", error=type(error).__name__, seconds=wait)
                time.sleep(wait)
                wait = min(wait * 2, LONGEST_WAIT)


def _lines(client: "redis.Redis") -> Iterator[str]:
    with client.pubsub(ignore_subscribe_messages=True) as subscription:  # type: ignore[no-untyped-call]
        subscription.subscribe(CHANNEL)
        for message in subscription.listen():
            yield message["data"].decode()
