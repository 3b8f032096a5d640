"""How many calls X still lets an account make, as its headers say; shared by all workers.

Kept in Redis: one hash for each count of X's. With Redis away every call is allowed, and what X
answers fills the hashes again. No number of X's is known here beforehand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

import redis
import structlog

from support.x.families import APP_DAY, WINDOW, Count, counts, family, opens_at

PREFIX = "desk:budget:"
log = structlog.get_logger()

# Takes one call from every count, or from none: the answer is 0, or when the last of those that
# are used up begins anew. A count whose time is over begins with its old limit; X's next answer
# says when that ends, and should none come it counts for a minute only.
_TAKE = """
local now = tonumber(redis.call('TIME')[1])
local wait = 0
for _, key in ipairs(KEYS) do
  local known = redis.call('HMGET', key, 'limit', 'remaining', 'reset')
  if known[1] then
    if tonumber(known[3]) <= now then
      redis.call('HSET', key, 'remaining', known[1], 'reset', now + 60, 'guessed', 1)
      known[2] = known[1]
    end
    if tonumber(known[2]) <= 0 then
      wait = math.max(wait, tonumber(redis.call('HGET', key, 'reset')))
    end
  end
end
if wait > 0 then return wait end
for _, key in ipairs(KEYS) do
  if redis.call('EXISTS', key) == 1 then redis.call('HINCRBY', key, 'remaining', -1) end
end
return 0
"""
# Notes what an answer says. Answers overtake each other, and calls under way are not in them:
# within one window what is left only falls.
_NOTE = """
local now = tonumber(redis.call('TIME')[1])
for i, key in ipairs(KEYS) do
  local limit, left = tonumber(ARGV[i * 3 - 2]), tonumber(ARGV[i * 3 - 1])
  local reset = tonumber(ARGV[i * 3])
  local known = redis.call('HMGET', key, 'remaining', 'reset', 'guessed')
  local before = tonumber(known[2] or 0)
  local guessed = known[3] == '1' and before > now
  if reset > now and (guessed or reset >= before - 1) then
    if guessed or (known[1] and reset <= before + 1) then
      left = math.min(left, tonumber(known[1]))
    end
    redis.call('HSET', key, 'limit', limit, 'remaining', left, 'reset', reset, 'guessed', 0)
    redis.call('EXPIREAT', key, reset + 86400)
  end
end
return 0
"""
# A call that never reached X is given back.
_GIVE_BACK = """
for _, key in ipairs(KEYS) do
  if redis.call('EXISTS', key) == 1 then redis.call('HINCRBY', key, 'remaining', 1) end
end
return 0
"""


@dataclass(frozen=True)
class Left:
    """What is left of one count: `remaining` calls until `reset`."""

    family: str
    count: str
    """window, user_day or app_day."""
    limit: int
    remaining: int
    reset: datetime


class Budgets:
    """The counts of all accounts."""

    def __init__(self, redis_url: str) -> None:
        # X answers in tenths of a second; what we know of its limits must not take longer.
        self._redis = redis.Redis.from_url(
            redis_url, socket_timeout=1, socket_connect_timeout=1, decode_responses=True
        )
        self._take = self._redis.register_script(_TAKE)
        self._note = self._redis.register_script(_NOTE)
        self._give_back = self._redis.register_script(_GIVE_BACK)

    def of(self, account_id: int, app_id: int | None) -> Budget:
        """An account's own; accounts of one app share what X counts for the app in a day."""
        own = f"account-{account_id}"
        return Budget(self, own, own if app_id is None else f"app-{app_id}")

    def run(self, script: str, keys: list[str], values: list[int]) -> int:
        """What the script answers; 0 when Redis is away."""
        known = {"take": self._take, "note": self._note, "give_back": self._give_back}
        try:
            return int(cast(Any, known[script](keys=keys, args=values)))
        except redis.RedisError as error:
            log.warning("budget_not_known", doing=script, error=type(error).__name__)
            return 0

    def read(self, keys: list[str]) -> list[dict[str, str]]:
        """The hashes; empty ones when Redis is away."""
        try:
            pipeline = self._redis.pipeline(transaction=False)
            for key in keys:
                pipeline.hgetall(key)
            return list(pipeline.execute())
        except redis.RedisError:
            return [{} for _ in keys]

    def keys(self, who: str) -> list[str]:
        """Names of the counts kept for one account or app."""
        try:
            return sorted(self._redis.scan_iter(f"{PREFIX}{who}:*", count=500))
        except redis.RedisError:
            return []


class Budget:
    """One account's counts."""

    def __init__(self, budgets: Budgets, own: str, app: str) -> None:
        self._budgets = budgets
        self._own = own
        self._app = app

    def take(self, method: str, path: str) -> datetime | None:
        """Takes one call; or, when X would surely refuse it, from when on it may be made."""
        opens = self._budgets.run("take", self._keys(family(method, path)), [])
        return datetime.fromtimestamp(opens, UTC) if opens else None

    def note(self, method: str, path: str, status: int, headers: Mapping[str, str]) -> None:
        """Learns from an answer, be it a success or a refusal."""
        told = counts(headers)
        if status == 429:
            told = _spent(told)
        kept = [self._key(family(method, path), count.name) for count in told]
        if kept:
            values = [n for count in told for n in (count.limit, count.remaining, count.reset)]
            self._budgets.run("note", kept, values)

    def give_back(self, method: str, path: str) -> None:
        """The call that was taken never reached X."""
        self._budgets.run("give_back", self._keys(family(method, path)), [])

    def left(self, of: str | None = None) -> list[Left]:
        """What is known to be left now, of one family or of all."""
        if of is not None:
            keys = self._keys(of)
        else:
            keys = self._budgets.keys(self._own)
            keys += self._budgets.keys(self._app) if self._app != self._own else []
        kept = zip(keys, self._budgets.read(keys), strict=True)
        return [_left(key, values) for key, values in kept if values.get("reset")]

    def _keys(self, of: str) -> list[str]:
        return [self._key(of, name) for name in (WINDOW, "user_day", APP_DAY)]

    def _key(self, of: str, name: str) -> str:
        return f"{PREFIX}{self._app if name == APP_DAY else self._own}:{name}:{of}"


def _spent(told: list[Count]) -> list[Count]:
    """Refused for its number: where no count says it is used up, the one that ends first is."""
    if any(count.remaining == 0 for count in told):
        return told
    opens = opens_at(told)
    return [
        Count(count.name, count.limit, 0, count.reset) if count.reset == opens else count
        for count in told
    ]


def _left(key: str, values: Mapping[str, str]) -> Left:
    _, name, of = key.removeprefix(PREFIX).split(":", 2)
    reset = datetime.fromtimestamp(int(values["reset"]), UTC)
    return Left(of, name, int(values["limit"]), max(0, int(values["remaining"])), reset)
