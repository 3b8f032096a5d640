"""When a listening asks X, and how much it may have X show: the money for answers comes first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from support.clock import SET_BACK
from support.errors import N_
from support.x.pacing import STEPS, Pace

LEAST, MOST_AT_ONCE = 10, 100
"""Posts of one page, as X has it."""
EVERY = (5, 24 * 60)
PER_DAY = (LEAST, 5_000)
FIRST_LOOK = timedelta(hours=24)
"""How far back a new listening looks first; whoever wrote earlier has waited for nobody."""
REACH = timedelta(days=7)
MARGIN = timedelta(minutes=5)
"""X's clock and ours differ: what is that near to the end of its search is not asked for."""
LOOK_AGAIN = timedelta(minutes=10)
"""After which a listening that rests for the month's sake looks whether it still has to."""
LEASE = timedelta(minutes=3)

OFF = N_("アウトリーチがオンになるまで検索しません。")
STOPPED = N_("アカウントの接続が止まっているため、検索していません。")
MONTH = N_("今月の上限に近いため、検索を休んでいます。返信のための費用を残します。")
TODAY = N_("今日の分を使い切りました。Xの日付が変わると（UTCの0時）続けます。")
ASKED_NOT_TO = N_("Xの回数の上限に達したため、しばらく待っています。")


@dataclass(frozen=True)
class Facts:
    """What decides when a listening asks next."""

    every: timedelta
    read_at: datetime | None
    asked_at: datetime | None
    """When a person last wanted it at once."""
    not_before: datetime | None
    """X said so."""
    rests_until: datetime | None
    """The day's ration or the month's cap said so."""


def is_due(facts: Facts, factor: int, now: datetime) -> bool:
    """Whether it is to ask now; `factor`: how many times as long the month makes the interval."""
    if facts.not_before is not None and facts.not_before > now:
        return False
    if facts.rests_until is not None and facts.rests_until > now:
        return False
    read = facts.read_at
    if read is None or read > now + SET_BACK:
        return True
    wanted = facts.asked_at is not None and facts.asked_at > read
    return wanted or now - read >= facts.every * factor


def next_day(now: datetime) -> datetime:
    """When X's day, and ours with it, begins anew."""
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + timedelta(days=1)


def day_of(now: datetime) -> str:
    return now.astimezone(UTC).date().isoformat()


def may_ask(pace: Pace) -> bool:
    """Listening is the first to go without: it rests as soon as any reading does."""
    return pace.sends and not pace.rests


RESTS_AT = min(step.from_percent for step in STEPS if step.rests)
"""Percent of the month's cap from which listening goes without."""


def room(most_per_day: int, shown: int) -> int:
    """How many posts X may still show today; 0 where that is less than X shows at least."""
    return _pages_worth(most_per_day - shown)


def affordable(spent: int, cap: int | None, price: int) -> int | None:
    """How many posts the month still bears before listening has to rest; None: any number."""
    if cap is None:
        return None
    return _pages_worth((cap * RESTS_AT // 100 - spent) // price)


def _pages_worth(posts: int) -> int:
    return posts if posts >= LEAST else 0


@dataclass(frozen=True)
class Start:
    """Where a read begins, and since when posts are out of X's reach by now."""

    since_id: str
    lost_from_at: datetime | None = None
    lost_until_at: datetime | None = None


def start(
    since_id: str, since_at: datetime | None, read_at: datetime | None, edge_id: str, now: datetime
) -> Start:
    """X's search refuses ids older than its seven days.

    `since_at`: when `since_id` was made; `edge_id`: the first id X still searches. A search that
    found nothing for a week has lost nothing, as long as it was asked.
    """
    edge = now - REACH + MARGIN
    if since_at is None or since_at >= edge:
        return Start(since_id)
    if read_at is None or read_at >= edge:
        return Start(edge_id)
    return Start(edge_id, read_at, edge)
