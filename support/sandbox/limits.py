"""Rate limits: so many calls in a window that begins with the first one.

Numbers for user tokens from X's table of July 2026; those it does not list are from older ones.
"""

import math
import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta

QUARTER = timedelta(minutes=15)
DAY = timedelta(hours=24)

PER_QUARTER = {
    "users/me": 75,
    "users/:id": 900,
    "users": 900,
    "users/by": 900,
    "users/by/username/:username": 900,
    "users/:id/mentions": 300,
    "users/:id/tweets": 900,
    "tweets/search/recent": 300,
    "tweets": 5000,
    "tweets/:id": 900,
    "create_post": 100,
    "delete_post": 50,
    "hide_reply": 50,
    "dm_events": 15,
    "dm_events/:id": 15,
    "dm_conversations/:id/dm_events": 15,
    "dm_conversations/with/:id/dm_events": 15,
    "send_dm": 15,
    "delete_dm": 300,
    "dm_block": 10,
    "dm_media": 900,
    "media_upload": 500,
    "media_metadata": 500,
    "activity/subscriptions": 500,
    "account_activity": 500,
}
"""Calls of one user in 15 minutes, by endpoint family."""
PER_QUARTER_OF_APP = {
    "users/:id": 300,
    "users": 300,
    "users/by": 300,
    "users/by/username/:username": 300,
    "users/:id/mentions": 450,
    "users/:id/tweets": 10_000,
    "tweets/search/recent": 450,
    "tweets": 3500,
    "tweets/:id": 450,
    "usage/tweets": 50,
    "tweets/counts/recent": 300,
    "compliance/jobs": 150,
    "webhooks": 450,
    "webhooks/:id": 450,
    "webhooks/replay": 100,
    "activity/subscriptions": 500,
    "activity/subscriptions/:id": 500,
    "account_activity/subscriptions": 500,
}
"""Calls of one app with its own token, where it may come without a user."""
PER_DAY = {"create_post": 10_000, "send_dm": 1_440, "delete_dm": 1_500}
"""Calls in 24 hours on top."""


@dataclass(frozen=True)
class Standing:
    """One bucket after a call. `reset` is in epoch seconds, as in the header."""

    limit: int
    remaining: int
    reset: int
    allowed: bool


@dataclass
class Bucket:
    limit: int
    window: timedelta
    opened_at: datetime | None = None
    used: int = 0

    def look(self, now: datetime) -> Standing:
        """Where the bucket stands, opening a new window when the old one is over."""
        if self.opened_at is None or now >= self.opened_at + self.window:
            self.opened_at, self.used = now, 0
        reset = math.ceil((self.opened_at + self.window).timestamp())
        return Standing(self.limit, max(0, self.limit - self.used), reset, self.used < self.limit)

    def take(self, now: datetime) -> Standing:
        before = self.look(now)
        self.used += before.allowed
        return Standing(before.limit, self.look(now).remaining, before.reset, before.allowed)


@dataclass
class Rates:
    """Every bucket of every app and user. `factor` multiplies X's numbers (1.0: as X has them)."""

    factor: float = 1.0
    buckets: dict[tuple[str, str, timedelta], Bucket] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(
        self, who: str, family: str, now: datetime, alone: bool = False
    ) -> tuple[Standing, Standing | None]:
        """Count one call of `family`: the 15-minute bucket and, where there is one, the day's.

        `alone`: an app without a user.
        """
        numbers = PER_QUARTER_OF_APP if alone else PER_QUARTER
        with self.lock:
            quarter = self._bucket(who, family, QUARTER, numbers[family])
            if family not in PER_DAY:
                return quarter.take(now), None
            day = self._bucket(who, family, DAY, PER_DAY[family])
            return _take_both(quarter, day, now)

    def _bucket(self, who: str, family: str, window: timedelta, number: int) -> Bucket:
        limit = max(1, round(number * self.factor))
        return self.buckets.setdefault((who, family, window), Bucket(limit, window))


def _take_both(quarter: Bucket, day: Bucket, now: datetime) -> tuple[Standing, Standing]:
    """A call refused by one bucket uses up nothing in the other."""
    if quarter.look(now).allowed and day.look(now).allowed:
        return quarter.take(now), day.take(now)
    return quarter.look(now), day.look(now)


def headers(quarter: Standing, day: Standing | None, family: str) -> dict[str, str]:
    """Rate headers of one answer; only creating a post shows its 24-hour bucket."""
    shown = _headers("x-rate-limit", quarter)
    if day and family == "create_post":
        shown |= _headers("x-user-limit-24hour", day) | _headers("x-app-limit-24hour", day)
    return shown


def _headers(prefix: str, standing: Standing) -> dict[str, str]:
    return {
        f"{prefix}-limit": str(standing.limit),
        f"{prefix}-remaining": str(standing.remaining),
        f"{prefix}-reset": str(standing.reset),
    }
