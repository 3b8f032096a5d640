"""Who looks at a ticket now, and who writes in it: in Valkey only, gone within a minute.

One sorted set for the desk, "ticket:agent:doing" until when it holds; ids only. A page asks once,
for all tickets it shows. With Valkey away nobody is seen, and pages do not wait for it.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import redis
import structlog

KEY = "desk:here"
HOLDS = timedelta(seconds=40)
"""How long a sign of life counts; a page gives one every 15 seconds."""
VIEWING, REPLYING, GONE = "viewing", "replying", "gone"
DOINGS = (VIEWING, REPLYING)
SIT_OUT = 5.0
"""Seconds for which Valkey is not asked again after it did not answer."""
log = structlog.get_logger()


@dataclass(frozen=True)
class Presence:
    """One agent at one ticket."""

    ticket_id: int
    agent_id: int
    doing: str


class Present:
    """What Valkey knows of who is where."""

    def __init__(self, url: str) -> None:
        self._redis = redis.Redis.from_url(url, socket_timeout=0.5, socket_connect_timeout=0.5)
        self._out_until = 0.0

    def beat(self, ticket_id: int, agent_id: int, doing: str, now: datetime) -> bool:
        """Notes a sign of life, or that the agent left; whether others see a difference."""
        names = {it: f"{ticket_id}:{agent_id}:{it}" for it in DOINGS}
        with self._redis.pipeline() as calls:
            calls.zremrangebyscore(KEY, "-inf", now.timestamp())
            calls.zrem(KEY, *(name for it, name in names.items() if it != doing))
            if doing in names:
                calls.zadd(KEY, {names[doing]: (now + HOLDS).timestamp()})
                calls.expire(KEY, HOLDS)
            _, *changes = self._ask(calls.execute) or (0, 0)
        return any(changes[:2])

    def everywhere(self, now: datetime) -> list[Presence]:
        """Everybody at every ticket; some hundred entries at most."""
        found = self._ask(lambda: self._redis.zrangebyscore(KEY, now.timestamp(), "+inf")) or []
        split = (line.decode().split(":") for line in found)
        return [Presence(int(ticket), int(agent), doing) for ticket, agent, doing in split]

    def _ask(self, call: Callable[[], Any]) -> Any:
        if time.monotonic() < self._out_until:
            return None
        try:
            return call()
        except redis.RedisError as error:
            self._out_until = time.monotonic() + SIT_OUT
            log.warning("presence_unknown", error=type(error).__name__)
            return None
