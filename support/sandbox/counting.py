"""How many posts a query finds, in buckets of time: whole ones on the clock, cut at both ends."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from support.sandbox.payloads import timestamp

SIZES = {
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
}
FIELDS = frozenset({"start", "end", "tweet_count"})
_MIDNIGHT = datetime(2010, 1, 1, tzinfo=UTC)


def buckets(
    moments: Iterable[datetime], begins: datetime, ends: datetime, granularity: str
) -> list[dict[str, Any]]:
    """Oldest first, empty ones too; what lies outside of `begins` to `ends` is not counted."""
    edges = _edges(begins, ends, SIZES[granularity])
    counts = [0] * (len(edges) - 1)
    for moment in moments:
        if begins <= moment < ends:
            place = (moment - _MIDNIGHT) // SIZES[granularity]
            counts[place - (begins - _MIDNIGHT) // SIZES[granularity]] += 1
    return [
        {"start": timestamp(edges[n]), "end": timestamp(edges[n + 1]), "tweet_count": count}
        for n, count in enumerate(counts)
    ]


def _edges(begins: datetime, ends: datetime, size: timedelta) -> list[datetime]:
    edges = [begins]
    at = begins - (begins - _MIDNIGHT) % size + size
    while at < ends:
        edges.append(at)
        at += size
    return [*edges, ends]
