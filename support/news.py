"""News for open pages: "ticket 42 changed", through Redis, to every web process.

Only ids travel. A page that hears of a change fetches it again through the ordinary,
authorised route. Losing news loses nothing: pages also look by themselves now and then.
"""

import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator

import redis
import structlog

CHANNEL = "desk:news"
FIRST_WAIT, LONGEST_WAIT = 1, 60
"""Seconds between two tries to hear the news again."""
EVERYTHING = "*"
"""Said to a page that may have missed something: it looks at all it shows."""
NEVER = float("inf")
REMEMBERED = 500
"""News that are kept for pages whose stream opens only after they were drawn."""
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
        self._recent: deque[tuple[float, str]] = deque(maxlen=REMEMBERED)
        self._hears_since = NEVER
        """Since when, by the wall's clock, all that was told is in `_recent`."""

    def subscribe(self, since: float | None = None) -> queue.SimpleQueue[str] | None:
        """A queue of news lines, or None when this process already serves as many as it may.

        It begins with what was told after `since`, the moment the page was asked for: what happens
        while a browser still loads it would otherwise be heard by nobody.
        """
        with self._lock:
            if len(self._open) >= self._most:
                return None
            mine: queue.SimpleQueue[str] = queue.SimpleQueue()
            if since is not None:
                for line in self._told_after(since):
                    mine.put(line)
            self._open.add(mine)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._listen, daemon=True, name="news")
                self._thread.start()
            return mine

    def unsubscribe(self, mine: "queue.SimpleQueue[str]") -> None:
        with self._lock:
            self._open.discard(mine)

    def _told_after(self, since: float) -> list[str]:
        if self._hears_since == NEVER:
            return []  # it is told to look at everything as soon as there is anything to hear
        if since < self._hears_since:
            return [EVERYTHING]
        return list(dict.fromkeys(line for at, line in self._recent if at >= since))

    def _hear(self, line: str) -> None:
        with self._lock:
            if len(self._recent) == REMEMBERED:
                self._hears_since = self._recent[0][0]
            self._recent.append((time.time(), line))
            for listener in self._open:
                listener.put(line)

    def _begin_to_hear(self) -> None:
        """What was told before is not known; whoever listens already may have missed it."""
        with self._lock:
            self._recent.clear()
            self._hears_since = time.time()
            for listener in self._open:
                listener.put(EVERYTHING)

    def _listen(self) -> None:
        client = redis.Redis.from_url(self._url, socket_connect_timeout=2)
        wait = FIRST_WAIT
        while True:
            try:
                for line in _lines(client, self._begin_to_hear):
                    wait = FIRST_WAIT
                    self._hear(line)
            except redis.RedisError as error:
                self._hears_since = NEVER
                log.warning("news_lost", error=type(error).__name__, seconds=wait)
                time.sleep(wait)
                wait = min(wait * 2, LONGEST_WAIT)


def _lines(client: "redis.Redis", begin: Callable[[], None]) -> Iterator[str]:
    with client.pubsub() as subscription:  # type: ignore[no-untyped-call]
        subscription.subscribe(CHANNEL)
        for message in subscription.listen():
            if message["type"] == "subscribe":
                begin()
            elif message["type"] == "message":
                yield message["data"].decode()
